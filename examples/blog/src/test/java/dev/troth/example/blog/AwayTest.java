package dev.troth.example.blog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.TrothBuilder;
import dev.troth.example.blog.Http.Reply;
import dev.troth.testkit.servers.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What callers get while the review service is away, a pool is exhausted or a table is missing. */
class AwayTest {
    @RegisterExtension
    static final PostgresServer postgres = PostgresServer.shared();

    private static TwoServices services(UnaryOperator<TrothBuilder> tuning) {
        return new TwoServices(postgres.freshDatabase(), postgres.freshDatabase(), null, tuning);
    }

    @Test
    void without_a_review_service_a_submission_is_a_503_and_leaves_nothing() {
        try (TwoServices services = services(builder -> builder)) {
            services.startBlog();

            Reply reply = services.submit("Hello");

            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.header("Retry-After")).isNotEmpty();
            assertThat(reply.json().path("refusals").path(0).path("reason").asText())
                    .isEqualTo("UNKNOWN_PARTICIPANT");
            assertThat(services.blogs()).isZero();
            services.startReview();
            assertThat(services.submit("Hello").status()).isEqualTo(201);
        }
    }

    @Test
    void a_review_service_that_does_not_vote_in_time_is_a_503_and_leaves_nothing() throws SQLException {
        try (TwoServices services = services(builder -> builder.timeout(Duration.ofSeconds(4)))) {
            services.startReview();
            services.startBlog();
            Reply reply;
            try (Connection lock = Sql.holding(services.reviewUrl, "LOCK TABLE reviews IN EXCLUSIVE MODE")) {
                reply = services.submit("Hello");
                lock.rollback();
            }

            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.header("Retry-After")).isNotEmpty();
            assertThat(reply.json().path("refusals").path(0).path("reason").asText())
                    .isEqualTo("TIMED_OUT");
            assertThat(services.blogs() + services.reviews()).isZero();
            assertThat(services.submit("Hello").status()).isEqualTo(201);
        }
    }

    @Test
    void a_mistake_is_a_500_that_tells_nothing_of_the_inside() {
        try (TwoServices services = services(builder -> builder)) {
            services.startReview();
            services.startBlog();
            Sql.execute(services.blogUrl, "ALTER TABLE blogs RENAME TO blogs_elsewhere");

            Reply local = services.submit("Hello");
            Reply read = services.http.get(services.blog().resolve("/blogs/1"));
            Sql.execute(services.blogUrl, "ALTER TABLE blogs_elsewhere RENAME TO blogs");
            Sql.execute(services.reviewUrl, "ALTER TABLE reviews RENAME TO reviews_elsewhere");
            Reply remote = services.submit("Hello");

            assertThat(List.of(local, read, remote)).allSatisfy(reply -> {
                assertThat(reply.status()).isEqualTo(500);
                assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
                assertThat(reply.body()).doesNotContain("Exception", "SELECT", "INSERT", "42P01", "at dev.");
            });
            assertThat(services.blogs()).isZero();
        }
    }

    @Test
    void submissions_that_wait_leave_connections_to_those_who_read() throws SQLException {
        try (TwoServices services = services(builder -> builder)) {
            services.startReview();
            services.startBlog();
            // given that nobody can write blogs, and as many submissions as there are connections
            try (Connection lock = Sql.holding(services.blogUrl, "LOCK TABLE blogs IN ACCESS EXCLUSIVE MODE")) {
                for (int i = 0; i < 8; i++) {
                    var unused = services.http.submitLater(services.blog(), "waits " + i);
                }
                Waiting.until(
                        "6 submissions hold a connection",
                        () -> Sql.number(
                                        services.blogUrl,
                                        "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                                >= 6);

                // when somebody reads meanwhile, then the two connections that are left answer that the database works
                assertThat(services.http
                                .get(services.blog().resolve("/healthz"))
                                .status())
                        .isEqualTo(200);
                lock.rollback();
            }
            Waiting.until("all have been written", () -> services.blogs() == 8);
        }
    }
}
