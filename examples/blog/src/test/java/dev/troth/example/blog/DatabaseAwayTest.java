package dev.troth.example.blog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.example.blog.Http.Reply;
import dev.troth.spi.CrashPoint;
import dev.troth.testkit.CrashPoints;
import dev.troth.testkit.servers.PostgresServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What callers get while the blog service has no database, and afterwards. */
class DatabaseAwayTest {
    private static final Duration LATELY = Duration.ofMillis(100);

    @RegisterExtension
    static final PostgresServer postgres = PostgresServer.shared();

    @RegisterExtension
    static final PostgresServer mortal = PostgresServer.local();

    @Test
    void submissions_are_503s_and_work_again_when_it_is_back() {
        try (TwoServices services = new TwoServices(mortal.url(), postgres.freshDatabase(), null, builder -> builder)) {
            services.startReview();
            services.startBlog();
            assertThat(services.submit("before").status()).isEqualTo(201);
            mortal.kill9();

            Reply reply = services.submit("meanwhile");
            Reply health = services.http.get(services.blog().resolve("/healthz"));

            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.header("Retry-After")).isNotEmpty();
            assertThat(health.status()).isEqualTo(503);
            assertThat(health.json().path("database").asText()).isEqualTo("down");
            assertThat(health.json().path("transport").asText()).isEqualTo("up");
            mortal.start();
            Waiting.until("it works again", () -> services.submit("after").status() == 201);
            assertThat(services.blogs()).isEqualTo(2);
            services.awaitReviews(2);
        }
    }

    @Test
    void a_submission_whose_database_dies_before_the_decision_is_a_503_with_the_advice_to_repeat_it() {
        try (TwoServices services = losingTheDatabaseAt(CrashPoint.AFTER_VOTES_COLLECTED)) {

            Reply reply = services.submit("too late");

            mortal.start();
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.json().path("type").asText()).isEqualTo("urn:troth:problem:unavailable");
            assertThat(reply.header("Retry-After")).isNotEmpty();
            services.awaitReviews(0);
        }
    }

    @Test
    void a_commit_of_unknown_fate_is_a_503_without_the_advice_to_repeat_it_and_becomes_known() {
        try (TwoServices services = losingTheDatabaseAt(CrashPoint.AFTER_DECISION_INSERTED)) {

            Reply reply = services.submit("Schrödinger");

            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.json().path("type").asText()).isEqualTo("urn:troth:problem:outcome-unknown");
            assertThat(reply.header("Retry-After")).isEmpty();
            String transaction = reply.json().path("transaction_id").asText();
            mortal.start();
            Waiting.until(
                    "the outcome is known", () -> outcome(services, transaction).matches("committed|rolled_back"));
            long expected = outcome(services, transaction).equals("committed") ? 1 : 0;
            assertThat(services.blogs()).isEqualTo(expected);
            services.awaitReviews(expected);
            Waiting.until(
                    "nothing is in doubt",
                    () -> Sql.number(
                                    services.reviewUrl,
                                    "SELECT COUNT(*) FROM pg_prepared_xacts WHERE database = current_database()")
                            == 0);
        }
    }

    private static TwoServices losingTheDatabaseAt(CrashPoint point) {
        CrashPoints points = new CrashPoints();
        points.onceAt(point, () -> {
            mortal.kill9();
            long killed = System.nanoTime(); // a database that answered a moment ago is trusted to be there
            Waiting.until("the last answer is old", () -> System.nanoTime() - killed > LATELY.toNanos());
        });
        TwoServices services = new TwoServices(
                mortal.freshDatabase(), postgres.freshDatabase(), null, builder -> builder.probe(points));
        services.startReview();
        services.startBlog();
        return services;
    }

    private static String outcome(TwoServices services, String transaction) {
        return services.http
                .get(services.blog().resolve("/transactions/" + transaction))
                .json()
                .path("status")
                .asText();
    }
}
