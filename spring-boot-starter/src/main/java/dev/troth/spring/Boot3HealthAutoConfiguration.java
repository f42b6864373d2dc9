package dev.troth.spring;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.CompositeHealthContributor;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthContributor;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Shows the findings as Spring Boot 3.5 does; its classes lie in other packages in 3.5 and in 4. */
@AutoConfiguration(after = TrothHealthAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(TrothFindings.class)
@ConditionalOnEnabledHealthIndicator("troth")
final class Boot3HealthAutoConfiguration {
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
