package dev.troth.example.blog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.example.blog.Http.Reply;
import dev.troth.testkit.servers.MariaDbServer;
import dev.troth.testkit.servers.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same services on MariaDB, chosen by the URL. */
class MariaDbTest {
    @RegisterExtension
    static final PostgresServer postgres = PostgresServer.shared();

    @RegisterExtension
    static final MariaDbServer mariaDb = MariaDbServer.shared();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void both_or_neither_holds_when_the_reviews_are_in_mariadb(boolean blogsToo) {
        String blogUrl = blogsToo ? mariaDb.freshDatabase() : postgres.freshDatabase();
        try (TwoServices services = TwoServices.inProcess(blogUrl, mariaDb.freshDatabase())) {
            Reply committed = services.submit("Grüße \uD83D\uDE00");
            Reply refused = services.submit("spam");
            Reply constraint = services.submit("<b>");

            assertThat(committed.status()).isEqualTo(201);
            assertThat(refused.status()).isEqualTo(409);
            assertThat(constraint.status()).isEqualTo(409);
            assertThat(constraint.json().path("type").asText()).isEqualTo("urn:troth:problem:constraint");
            services.awaitReviews(1);
            assertThat(services.blogs()).isEqualTo(1);
            String location = committed.header("Location");
            assertThat(services.http
                            .get(services.blog().resolve(location))
                            .json()
                            .path("title")
                            .asText())
                    .isEqualTo("Grüße \uD83D\uDE00");
            String query = "/reviews?blog_id=" + location.substring("/blogs/".length());
            assertThat(services.http.get(services.review().resolve(query)).json())
                    .hasSize(1);
        }
    }

    @Test
    void a_second_start_finds_the_tables_of_the_first() {
        String blogUrl = mariaDb.freshDatabase();
        String reviewUrl = mariaDb.freshDatabase();
        try (TwoServices first = TwoServices.inProcess(blogUrl, reviewUrl)) {
            assertThat(first.submit("one").status()).isEqualTo(201);
        }
        try (TwoServices second = TwoServices.inProcess(blogUrl, reviewUrl)) {
            assertThat(second.submit("two").status()).isEqualTo(201);
            second.awaitReviews(2);
        }
    }
}
