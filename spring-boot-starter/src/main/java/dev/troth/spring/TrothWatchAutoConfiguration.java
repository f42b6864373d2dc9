package dev.troth.spring;

import dev.troth.Troth;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/** What meters and health look at; nothing of it exists where neither asks. */
@AutoConfiguration(after = TrothAutoConfiguration.class)
@ConditionalOnBean(Troth.class)
final class TrothWatchAutoConfiguration {
    @Bean
    @Lazy
    TrothWatch trothWatch(Troth troth, TrothProperties properties) {
        return TrothWatch.started(troth, properties.metrics().interval());
    }

    @Bean
    HeuristicCount trothHeuristicCount() {
        return new HeuristicCount();
    }
}
