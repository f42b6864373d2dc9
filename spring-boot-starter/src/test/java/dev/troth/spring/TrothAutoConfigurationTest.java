package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.Troth;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.tx.NotStartedException;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

class TrothAutoConfigurationTest {
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Service {}

    @Test
    void a_service_with_a_data_source_has_a_started_troth_that_stops_with_it() {
        Troth troth;
        try (ConfigurableApplicationContext context = start()) {
            troth = context.getBean(Troth.class);

            assertThat(troth.health().transportConnected()).isTrue();
        }

        assertThatThrownBy(() -> troth.transact("late", tx -> 1)).isInstanceOf(NotStartedException.class);
    }

    private static ConfigurableApplicationContext start() {
        return new SpringApplicationBuilder(Service.class)
                .web(WebApplicationType.NONE)
                .run(
                        "--spring.application.name=blog",
                        "--spring.datasource.url=" + PostgresServer.shared().freshDatabase(),
                        "--troth.transport=in-process",
                        "--troth.tables=create");
    }
}
