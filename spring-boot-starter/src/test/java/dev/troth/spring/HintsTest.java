package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;

class HintsTest {
    @Test
    void a_native_image_keeps_the_scripts_and_the_settings_of_the_broker() {
        RuntimeHints hints = new RuntimeHints();

        new TrothRuntimeHints().registerHints(hints, getClass().getClassLoader());

        assertThat(RuntimeHintsPredicates.resource().forResource("dev/troth/jdbc/postgresql-1.sql"))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onType(RabbitSettings.class))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onType(RabbitSsl.class)).accepts(hints);
    }
}
