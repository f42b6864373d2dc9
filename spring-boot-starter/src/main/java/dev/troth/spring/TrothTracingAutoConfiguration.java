package dev.troth.spring;

import dev.troth.Troth;
import dev.troth.spi.Tracing;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Observations of what messages ask for, where there is a registry of them; traces, where there is a tracer. */
@AutoConfiguration(
        after = TrothAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.actuate.autoconfigure.observation.ObservationAutoConfiguration",
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"
        })
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean({Troth.class, ObservationRegistry.class})
final class TrothTracingAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean(Tracing.class)
    MicrometerTracing trothTracing(ObjectProvider<ObservationRegistry> registry, ObjectProvider<SpanSource> spans) {
        return new MicrometerTracing(
                registry, spans.getIfAvailable(() -> new SpanSource(() -> "")).current());
    }

    /** Knows the current span. */
    record SpanSource(Supplier<String> current) {}

    /** With a tracer. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(Tracer.class)
    static class WithTracer {
        @Bean
        SpanSource trothSpanSource(ObjectProvider<Tracer> tracer) {
            return new SpanSource(new CurrentSpan(tracer));
        }
    }
}
