package dev.troth.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.boot.context.properties.bind.BindableRuntimeHintsRegistrar;

/** What a native image has to keep: the scripts of the tables, and the settings that are read without a bean. */
final class TrothRuntimeHints implements RuntimeHintsRegistrar {
    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        hints.resources().registerPattern("dev/troth/jdbc/*.sql");
        BindableRuntimeHintsRegistrar.forTypes(RabbitSettings.class, RabbitSsl.class)
                .registerHints(hints);
    }
}
