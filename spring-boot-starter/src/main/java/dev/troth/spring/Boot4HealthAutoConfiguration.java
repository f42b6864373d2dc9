package dev.troth.spring;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Shows the findings as Spring Boot 4 does; its classes lie in other packages in 3.5 and in 4. */
@AutoConfiguration(after = TrothHealthAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(TrothFindings.class)
@ConditionalOnEnabledHealthIndicator("troth")
final class Boot4HealthAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean(name = "trothHealthContributor")
    CompositeHealthContributor trothHealthContributor(TrothFindings findings) {
        Map<String, HealthContributor> all = new LinkedHashMap<>();
        findings.all().forEach((name, finding) -> all.put(name, (HealthIndicator) () -> shown(finding)));
        return CompositeHealthContributor.fromMap(all);
    }

    private static Health shown(Supplier<Finding> supplier) {
        Finding finding = supplier.get();
        return Health.status(finding.status()).withDetails(finding.details()).build();
    }
}
