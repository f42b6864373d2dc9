package dev.troth.spring;

import dev.troth.Troth;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/** What health says, for whichever Spring Boot shows it. */
@AutoConfiguration(after = TrothWatchAutoConfiguration.class)
@ConditionalOnBean(Troth.class)
@ConditionalOnSingleCandidate(Troth.class)
final class TrothHealthAutoConfiguration {
    @Bean
    @Lazy
    TrothFindings trothFindings(Troth troth, TrothWatch watch, HeuristicCount heuristics, TrothProperties properties) {
        return new TrothFindings(troth, watch, heuristics, properties.health());
    }
}
