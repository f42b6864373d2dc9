package dev.troth.spring;

import dev.troth.Troth;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Meters, where Micrometer has a registry. */
@AutoConfiguration(
        after = TrothWatchAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({Troth.class, MeterRegistry.class})
final class TrothMetricsAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    TransactionMeters trothTransactionMeters() {
        return new TransactionMeters(System::nanoTime);
    }

    @Bean
    @ConditionalOnMissingBean
    TrothMeters trothMeters(ObjectProvider<Troth> troth, ObjectProvider<TrothWatch> watch) {
        return new TrothMeters(troth, watch);
    }
}
