package dev.troth.example.blog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.example.blog.Http.Reply;
import dev.troth.rabbitmq.RabbitOptions;
import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What callers get while there is no broker, and afterwards. */
class BrokerAwayTest {
    @RegisterExtension
    static final PostgresServer postgres = PostgresServer.shared();

    @RegisterExtension
    static final RabbitServer rabbit = RabbitServer.local();

    @Test
    void submissions_are_503s_unless_they_are_eventual_and_work_again_when_it_is_back() {
        try (TwoServices services = new TwoServices(
                postgres.freshDatabase(),
                postgres.freshDatabase(),
                // Classic: 3.10 can lose a quorum queue whose node is killed in the second after its declaration.
                () -> RabbitTransport.connect(RabbitOptions.uri(rabbit.uri()).classicQueues()),
                builder -> builder.timeout(Duration.ofSeconds(6)))) {
            services.startReview();
            services.startBlog();
            assertThat(services.submit("before").status()).isEqualTo(201);
            rabbit.flush();
            rabbit.kill9();

            Reply reply = services.submit("meanwhile");
            Waiting.until("both see it", () -> broker(services).equals("down"));
            Reply eventual = services.submitEventually("meanwhile, eventually");
            Reply health = services.http.get(services.blog().resolve("/healthz"));

            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.header("Retry-After")).isNotEmpty();
            assertThat(eventual.status()).isEqualTo(201);
            assertThat(health.status()).isEqualTo(503);
            assertThat(health.json().path("database").asText()).isEqualTo("up");
            rabbit.start();
            Waiting.until("it works again", () -> services.submit("after").status() == 201);
            services.awaitReviews(services.blogs());
            String eventualReview = "SELECT COUNT(*) FROM reviews WHERE title = 'meanwhile, eventually'";
            assertThat(Sql.number(services.reviewUrl, eventualReview)).isOne();
        }
    }

    private static String broker(TwoServices services) {
        return services.http
                .get(services.blog().resolve("/healthz"))
                .json()
                .path("transport")
                .asText();
    }
}
