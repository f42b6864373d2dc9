package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.troth.Troth;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import dev.troth.testkit.servers.TcpProxy;
import dev.troth.tx.TransactionEvent;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** As the endpoint shows it, on both versions of Spring Boot. */
class HealthTest {
    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    private static JsonNode endpoint(ConfigurableApplicationContext context, String... path) throws Exception {
        Object endpoint = context.getBean("healthEndpoint");
        Object shown = path.length == 0
                ? endpoint.getClass().getMethod("health").invoke(endpoint)
                : endpoint.getClass().getMethod("healthForPath", String[].class).invoke(endpoint, (Object) path);
        return new ObjectMapper().valueToTree(shown);
    }

    private static ConfigurableApplicationContext service(int port, String... more) {
        String[] properties = new String[more.length + 6];
        properties[0] = "spring.application.name=blog";
        properties[1] = "spring.rabbitmq.username=" + broker.user();
        properties[2] = "spring.rabbitmq.password=" + broker.password();
        properties[3] = "spring.rabbitmq.port=" + port;
        properties[4] = "management.endpoint.health.show-details=always";
        properties[5] = "management.endpoint.health.probes.enabled=true";
        System.arraycopy(more, 0, properties, 6, more.length);
        return Services.start(PostgresServer.shared().freshDatabase(), Services.Plain.class, properties);
    }

    @Test
    void a_service_that_works_is_up_with_all_its_parts() throws Exception {
        try (ConfigurableApplicationContext context = service(broker.port())) {
            context.getBean(TrothWatch.class).look();

            JsonNode troth = endpoint(context).at("/components/troth");

            assertThat(troth.at("/status").asText()).isEqualTo("UP");
            for (String part : new String[] {"broker", "inDoubt", "owed", "slots", "outbox", "heuristics"}) {
                assertThat(troth.at("/components/" + part + "/status").asText())
                        .as(part)
                        .isEqualTo("UP");
            }
        }
    }

    @Test
    void a_broker_that_goes_away_is_down_and_neither_liveness_nor_readiness_fails() throws Exception {
        try (TcpProxy proxy = TcpProxy.to(broker.port());
                ConfigurableApplicationContext context = service(proxy.port())) {
            proxy.refuse();
            proxy.cut();
            Waiting.until(() -> !context.getBean(Troth.class).health().transportConnected());

            JsonNode all = endpoint(context);

            assertThat(all.at("/status").asText()).isEqualTo("DOWN");
            assertThat(all.at("/components/troth/components/broker/status").asText())
                    .isEqualTo("DOWN");
            assertThat(all.at("/components/troth/components/broker/details/do").asText())
                    .contains("Start the broker");
            assertThat(endpoint(context, "liveness").at("/status").asText()).isEqualTo("UP");
            assertThat(endpoint(context, "readiness").at("/status").asText()).isEqualTo("UP");
        }
    }

    @Test
    void what_needs_attention_is_shown_and_takes_no_instance_out_of_service() throws Exception {
        try (ConfigurableApplicationContext context = service(broker.port())) {
            heuristic(context);

            JsonNode all = endpoint(context);

            assertThat(all.at("/components/troth/components/heuristics/status").asText())
                    .isEqualTo("ATTENTION");
            assertThat(all.at("/components/troth/status").asText()).isEqualTo("UP");
            assertThat(all.at("/status").asText()).isEqualTo("UP");
        }
    }

    @Test
    void what_needs_attention_counts_if_the_service_says_so() throws Exception {
        try (ConfigurableApplicationContext context = service(
                broker.port(), "management.endpoint.health.status.order=DOWN,OUT_OF_SERVICE,ATTENTION,UP,UNKNOWN")) {
            heuristic(context);

            assertThat(endpoint(context).at("/status").asText()).isEqualTo("ATTENTION");
        }
    }

    private static void heuristic(ConfigurableApplicationContext context) {
        Gid gid = new Gid("blog", "abc123", "12345678", Instant.ofEpochMilli(1_000_000), 1);
        context.getBean(HeuristicCount.class)
                .on(new TransactionEvent.Heuristic(new BranchId(gid, 0), "review", Outcome.COMMITTED));
    }
}
