package dev.troth.example.blog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troth.example.blog.Http.Reply;
import dev.troth.rabbitmq.RabbitOptions;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Blogs that do not wait for the review service: the review follows, once, whatever is down meanwhile; and what that costs. */
@Timeout(120)
class EventualTest {
    @RegisterExtension
    static final PostgresServer postgres = PostgresServer.shared();

    @RegisterExtension
    static final RabbitServer rabbit = RabbitServer.shared();

    @RegisterExtension
    static final PostgresServer mortal = PostgresServer.local();

    private static final AtomicInteger TESTS = new AtomicInteger();

    private final TwoServices services = TwoServices.over(
            RabbitOptions.uri(rabbit.uri()).prefix("eventual" + TESTS.incrementAndGet()),
            postgres.freshDatabase(),
            mortal.freshDatabase());

    @AfterEach
    void stop() {
        services.close();
    }

    @Test
    void a_blog_is_committed_at_once_and_its_review_follows() {
        Reply reply = services.submitEventually("Hello");

        assertThat(reply.status()).isEqualTo(201);
        long id = reply.json().path("blog_id").asLong();
        assertThat(reply.json().path("status").asText()).isEqualTo("committed");
        assertThat(reply.json().path("review").asText()).isEqualTo("follows");
        assertThat(reply.header("Location")).isEqualTo("/blogs/" + id);
        assertThat(services.blogs()).isOne();
        services.awaitReviews(1);
        JsonNode reviews = services.http
                .get(services.review().resolve("/reviews?blog_id=" + id))
                .json();
        assertThat(reviews.path(0).path("body").asText()).isEqualTo("Initial review for blog " + id);
    }

    @Test
    void both_ways_go_side_by_side_and_the_health_of_the_subscriber_is_shown() {
        assertThat(services.submit("Both or neither").json().path("review").asText())
                .isEqualTo("committed");
        services.submitEventually("Some day");
        services.awaitReviews(2);

        Waiting.until(
                "it is counted", () -> services.subscriber().path("applied").asLong() == 1);
        assertThat(services.subscriber().path("running").asBoolean()).isTrue();
        assertThat(services.subscriber().path("dead_letters").asLong()).isZero();
    }

    @Test
    void a_review_service_that_is_down_writes_the_review_when_it_is_back() {
        services.stopReview();

        Reply reply = services.submitEventually("Some day");

        assertThat(reply.status()).isEqualTo(201);
        services.startReview();
        services.awaitReviews(1);
        assertThat(services.blogs()).isOne();
    }

    @Test
    void a_review_whose_database_is_killed_follows_once_when_it_is_back() {
        services.submitEventually("before");
        services.awaitReviews(1);
        mortal.kill9();

        Reply reply = services.submitEventually("meanwhile");
        Waiting.until(
                "it was tried", () -> services.subscriber().path("failures").asLong() > 0);

        assertThat(reply.status()).isEqualTo(201);
        mortal.start();
        services.awaitReviews(2);
        assertThat(Sql.number(services.reviewUrl, "SELECT COUNT(DISTINCT blog_id) FROM reviews"))
                .isEqualTo(2);
        assertThat(deadLetters("TRUE")).isZero();
        assertThat(services.blogs()).isEqualTo(2);
    }

    @Test
    void a_refused_review_becomes_a_dead_letter_and_the_blog_stays() {
        Reply refused = services.submitEventually("Cheap spam");
        Reply forbidden = services.submitEventually("<b>bold</b>");
        services.submitEventually("Hello");

        assertThat(refused.status()).isEqualTo(201);
        assertThat(forbidden.status()).isEqualTo(201);
        Waiting.until("both are kept", () -> deadLetters("TRUE") == 2);
        assertThat(deadLetters("kind = 'blog.submitted' AND attempts = 1 AND reason LIKE '%spam%'"))
                .isOne();
        assertThat(deadLetters("attempts = 1 AND reason LIKE '%SQLSTATE 23514%title_without_markup%'"))
                .isOne();
        services.awaitReviews(1);
        assertThat(services.blogs()).isEqualTo(3);
    }

    private long deadLetters(String condition) {
        return Sql.number(services.reviewUrl, "SELECT COUNT(*) FROM troth_dead_letters WHERE " + condition);
    }

    @Test
    void any_other_consistency_is_a_bad_request() {
        for (String query : new String[] {"?consistency=some-day", "?consistency=", "?consistency=EVENTUAL"}) {
            Reply reply = services.http.submit(services.blog(), "Hello", query);

            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(reply.json().path("detail").asText()).contains("atomic", "eventual");
        }
        assertThat(services.http
                        .submit(services.blog(), "Hello", "?consistency=atomic")
                        .status())
                .isEqualTo(201);
        assertThat(services.blogs()).isOne();
    }
}
