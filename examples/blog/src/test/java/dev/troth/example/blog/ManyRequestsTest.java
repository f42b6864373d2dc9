package dev.troth.example.blog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.example.blog.Http.Reply;
import dev.troth.testkit.servers.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ManyRequestsTest {
    private static final int REQUESTS = 200;
    /** HTTP, engine, bus and pool of both services; as many requests as above would need far more. */
    private static final int FURTHER_THREADS = 60;

    @RegisterExtension
    static final PostgresServer postgres = PostgresServer.shared();

    @Test
    void two_hundred_requests_wait_without_a_thread_each_and_all_are_answered() throws SQLException {
        // given both services with 8 connections each, and a review service that is held up by a lock
        try (TwoServices services = new TwoServices(
                postgres.freshDatabase(),
                postgres.freshDatabase(),
                null,
                builder -> builder.timeout(Duration.ofMinutes(1)))) {
            services.startReview();
            services.startBlog();
            assertThat(services.submit("warm up").status()).isEqualTo(201);
            services.awaitReviews(1);
            List<CompletableFuture<Reply>> replies;
            int before = Thread.activeCount();

            // when 200 requests come at once
            try (Connection lock = Sql.holding(services.reviewUrl, "LOCK TABLE reviews IN EXCLUSIVE MODE")) {
                replies = IntStream.range(0, REQUESTS)
                        .mapToObj(i -> services.http.submitLater(services.blog(), "title " + i))
                        .toList();
                Waiting.until("all requests are in", () -> inFlight(services) == REQUESTS);

                // then they wait, without a thread each, and the service still answers others
                assertThat(replies).noneMatch(CompletableFuture::isDone);
                assertThat(Thread.activeCount() - before).isLessThan(FURTHER_THREADS);
                assertThat(services.http
                                .get(services.blog().resolve("/blogs/1"))
                                .status())
                        .isEqualTo(200);
                lock.rollback();
            }

            // and when the lock is gone, every one is answered, and none wrongly
            allCommitted(services, replies);
        }
    }

    private static void allCommitted(TwoServices services, List<CompletableFuture<Reply>> replies) {
        List<Reply> answers = replies.stream().map(CompletableFuture::join).toList();
        assertThat(answers.stream().map(Reply::status)).containsOnly(201);
        assertThat(answers.stream().map(reply -> reply.json().path("blog_id").asLong()))
                .doesNotHaveDuplicates();
        services.awaitReviews(REQUESTS + 1);
        assertThat(services.blogs()).isEqualTo(REQUESTS + 1);
        assertThat(Sql.number(services.reviewUrl, "SELECT COUNT(DISTINCT blog_id) FROM reviews"))
                .isEqualTo(REQUESTS + 1);
    }

    @Test
    void more_than_can_wait_are_refused_at_once_with_a_503_and_the_rest_is_done() throws SQLException {
        try (TwoServices services = new TwoServices(
                postgres.freshDatabase(),
                postgres.freshDatabase(),
                null,
                builder -> builder.timeout(Duration.ofMinutes(1)).waiting(10))) {
            services.startReview();
            services.startBlog();
            List<CompletableFuture<Reply>> replies;
            try (Connection lock = Sql.holding(services.blogUrl, "LOCK TABLE blogs IN EXCLUSIVE MODE")) {
                replies = IntStream.range(0, 30)
                        .mapToObj(i -> services.http.submitLater(services.blog(), "title " + i))
                        .toList();
                Waiting.until(
                        "14 of them are refused",
                        () -> replies.stream().filter(CompletableFuture::isDone).count() == 14);
                lock.rollback();
            }

            List<Reply> all = replies.stream().map(CompletableFuture::join).toList();

            assertThat(all.stream().filter(reply -> reply.status() == 201)).hasSize(16);
            assertThat(all.stream().filter(reply -> reply.status() == 503))
                    .hasSize(14)
                    .allSatisfy(reply -> assertThat(reply.header("Retry-After")).isEqualTo("1"));
            services.awaitReviews(16);
            assertThat(services.blogs()).isEqualTo(16);
        }
    }

    private static int inFlight(TwoServices services) {
        return services.http
                .get(services.blog().resolve("/healthz"))
                .json()
                .path("transactions_in_flight")
                .asInt();
    }
}
