package dev.troth.spring;

import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Reads what Spring Boot 4 knows of the broker. */
@AutoConfiguration(
        before = TrothAutoConfiguration.class,
        afterName = "org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration")
@ConditionalOnClass(RabbitConnectionDetails.class)
final class Boot4BrokerDetails {
    @Bean
    @ConditionalOnBean(RabbitConnectionDetails.class)
    BrokerDetails trothBrokerDetails(RabbitConnectionDetails details) {
        return BrokerDetails.of(
                details.getAddresses().stream()
                        .map(address -> BrokerDetails.host(address.host(), address.port()))
                        .toList(),
                details.getUsername(),
                details.getPassword(),
                details.getVirtualHost(),
                details.getSslBundle());
    }
}
