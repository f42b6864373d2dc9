package dev.troth.example.blog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troth.example.blog.Http.Reply;
import dev.troth.testkit.servers.PostgresServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SubmitBlogTest {
    @RegisterExtension
    static final PostgresServer postgres = PostgresServer.shared();

    private final TwoServices services = TwoServices.inProcess(postgres.freshDatabase(), postgres.freshDatabase());

    @AfterEach
    void stop() {
        services.close();
    }

    @Test
    void a_blog_and_its_review_are_written_together() {
        Reply reply = services.submit("Hello");

        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        long id = reply.json().path("blog_id").asLong();
        assertThat(reply.json().path("status").asText()).isEqualTo("committed");
        assertThat(reply.header("Location")).isEqualTo("/blogs/" + id);
        services.awaitReviews(1);
        JsonNode blog =
                services.http.get(services.blog().resolve("/blogs/" + id)).json();
        assertThat(blog.path("title").asText()).isEqualTo("Hello");
        assertThat(blog.path("content").asText()).isEqualTo("text");
        assertThat(blog.path("created_at").asText()).startsWith("20");
        JsonNode reviews = services.http
                .get(services.review().resolve("/reviews?blog_id=" + id))
                .json();
        assertThat(reviews).hasSize(1);
        assertThat(reviews.path(0).path("body").asText()).isEqualTo("Initial review for blog " + id);
    }

    @Test
    void a_caller_can_ask_what_became_of_its_transaction() {
        String committed =
                services.submit("Hello").json().path("transaction_id").asText();
        String rolledBack =
                services.submit("spam").json().path("transaction_id").asText();

        assertThat(outcome(committed)).isEqualTo("committed");
        Waiting.until(
                "its deadline passes, or it is known before",
                () -> outcome(rolledBack).equals("rolled_back"));
        assertThat(services.http
                        .get(services.blog().resolve("/transactions/nonsense"))
                        .status())
                .isEqualTo(404);
    }

    private String outcome(String transaction) {
        return services.http
                .get(services.blog().resolve("/transactions/" + transaction))
                .json()
                .path("status")
                .asText();
    }

    @Test
    void a_refused_review_rolls_the_blog_back_and_tells_why() {
        Reply reply = services.submit("Cheap spam");

        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
        JsonNode problem = reply.json();
        assertThat(problem.path("type").asText()).isEqualTo("urn:troth:problem:refused");
        assertThat(problem.path("status").asInt()).isEqualTo(409);
        assertThat(problem.path("transaction_id").asText()).startsWith("blog.");
        JsonNode refusal = problem.path("refusals").path(0);
        assertThat(refusal.path("participant").asText()).isEqualTo("review");
        assertThat(refusal.path("reason").asText()).isEqualTo("REFUSED");
        assertThat(refusal.path("message").asText()).contains("spam");
        assertThat(services.blogs() + services.reviews()).isZero();
    }

    @Test
    void a_constraint_of_the_review_database_rolls_the_blog_back() {
        Reply reply = services.submit("<b>bold</b>");

        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.json().path("type").asText()).isEqualTo("urn:troth:problem:constraint");
        assertThat(reply.json().path("refusals").path(0).path("message").asText())
                .contains("23514");
        assertThat(services.blogs() + services.reviews()).isZero();
    }

    @Test
    void a_constraint_of_the_blog_database_rolls_the_review_back() {
        Sql.execute(services.blogUrl, "ALTER TABLE blogs ADD CHECK (title <> 'no')");

        Reply reply = services.submit("no");

        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.json().path("type").asText()).isEqualTo("urn:troth:problem:constraint");
        assertThat(services.blogs() + services.reviews()).isZero();
        assertThat(Sql.number(
                        services.reviewUrl,
                        "SELECT COUNT(*) FROM pg_prepared_xacts WHERE database = current_database()"))
                .isZero();
    }

    @Test
    void in_one_jvm_nothing_carries_events_so_the_caller_is_told_and_nothing_is_done() {
        Reply reply = services.submitEventually("Some day");

        assertThat(reply.status()).isEqualTo(501);
        assertThat(reply.json().path("type").asText()).isEqualTo("urn:troth:problem:no-events");
        assertThat(reply.json().path("detail").asText()).contains("RabbitMQ", "atomic");
        assertThat(services.blogs() + services.reviews()).isZero();
    }

    @Test
    void text_in_any_script_arrives_as_it_was_sent() {
        Reply reply = services.submit("Grüße, 世界, \uD83D\uDE00, 'quotes\" and \\ and ; --");

        assertThat(reply.status()).isEqualTo(201);
        String location = reply.header("Location");
        assertThat(services.http
                        .get(services.blog().resolve(location))
                        .json()
                        .path("title")
                        .asText())
                .isEqualTo("Grüße, 世界, \uD83D\uDE00, 'quotes\" and \\ and ; --");
    }

    @Test
    void what_is_not_there_is_not_found() {
        assertThat(services.http.get(services.blog().resolve("/blogs/4711")).status())
                .isEqualTo(404);
        assertThat(services.http
                        .get(services.review().resolve("/reviews?blog_id=4711"))
                        .json())
                .isEmpty();
    }

    @Test
    void both_services_say_that_they_are_well() {
        Reply blog = services.http.get(services.blog().resolve("/healthz"));
        Reply review = services.http.get(services.review().resolve("/healthz"));

        assertThat(blog.status()).isEqualTo(200);
        assertThat(review.status()).isEqualTo(200);
        assertThat(blog.json().path("database").asText()).isEqualTo("up");
        assertThat(blog.json().path("transport").asText()).isEqualTo("up");
    }
}
