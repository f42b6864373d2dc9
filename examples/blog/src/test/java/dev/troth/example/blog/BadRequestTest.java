package dev.troth.example.blog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.example.blog.Http.Reply;
import dev.troth.example.blog.web.Request;
import dev.troth.testkit.servers.PostgresServer;
import java.net.URI;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadRequestTest {
    @RegisterExtension
    static final PostgresServer postgres = PostgresServer.shared();

    @SuppressWarnings("NullAway.Init")
    private static TwoServices services;

    @BeforeAll
    static void start() {
        services = TwoServices.inProcess(postgres.freshDatabase(), postgres.freshDatabase());
    }

    @AfterAll
    static void stop() {
        services.close();
    }

    @AfterEach
    void nothing_was_written() {
        assertThat(services.blogs() + services.reviews()).isZero();
    }

    private static URI submit() {
        return services.blog().resolve("/submit_blog");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "nonsense",
                "[]",
                "null",
                "\"text\"",
                "{\"title\":\"a\",\"content\":\"b\"} trailing",
                "{\"title\":\"a\",\"title\":\"b\",\"content\":\"c\"}",
                "{'title':'a','content':'b'}"
            })
    void a_body_that_is_no_json_object_is_a_400(String body) {
        Reply reply = services.http.post(submit(), "application/json", body);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(reply.json().path("type").asText()).isEqualTo("urn:troth:problem:bad-json");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"content":"c"}                          | title   | is missing
            {"title":"t"}                            | content | is missing
            {"title":null,"content":"c"}             | title   | is to be a string
            {"title":7,"content":"c"}                | title   | is to be a string
            {"title":["t"],"content":"c"}            | title   | is to be a string
            {"title":"","content":"c"}               | title   | is blank
            {"title":"  ","content":"c"}             | title   | is blank
            {"title":"t","content":"\\n"}            | content | is blank
            {"title":"a\\u0000b","content":"c"}      | title   | U+0000
            {"title":"a\\ud800b","content":"c"}      | title   | surrogate
            """)
    void a_field_that_cannot_be_kept_is_a_400_that_names_it(String body, String field, String message) {
        Reply reply = services.http.post(submit(), "application/json", body);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("errors")).hasSize(1);
        assertThat(reply.json().path("errors").path(0).path("field").asText()).isEqualTo(field);
        assertThat(reply.json().path("errors").path(0).path("message").asText()).contains(message);
    }

    @Test
    void every_field_error_is_told_at_once() {
        assertThat(services.http.post(submit(), "application/json", "{}").json().path("errors"))
                .hasSize(2);
    }

    @Test
    void a_title_and_a_content_that_are_too_long_are_400s() {
        String title = "t".repeat(NewBlog.MAX_TITLE + 1);
        String content = "c".repeat(NewBlog.MAX_CONTENT + 1);

        Reply reply = services.http.post(
                submit(), "application/json", "{\"title\":\"" + title + "\",\"content\":\"" + content + "\"}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("errors")).hasSize(2);
    }

    @Test
    void bytes_that_are_no_text_are_a_400() {
        byte[] bytes = {'{', '"', (byte) 0xc3, (byte) 0x28, '"', ':', '1', '}'};

        assertThat(services.http.postBytes(submit(), bytes).status()).isEqualTo(400);
    }

    @Test
    void deep_nesting_is_a_400() {
        String deep = "{\"a\":".repeat(100_000);

        assertThat(services.http.post(submit(), "application/json", deep).status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1 << 20, 6 << 20})
    void a_body_over_the_limit_is_a_413(int tooMany) {
        byte[] body = new byte[Request.BODY_LIMIT + tooMany];
        Arrays.fill(body, (byte) ' ');

        Reply reply = services.http.postBytes(submit(), body);

        assertThat(reply.status()).isEqualTo(413);
        assertThat(reply.json().path("detail").asText()).contains(Integer.toString(Request.BODY_LIMIT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=iso-8859-1"})
    void another_media_type_is_a_415(String contentType) {
        Reply reply = services.http.post(submit(), contentType, "{\"title\":\"a\",\"content\":\"b\"}");

        assertThat(reply.status()).isEqualTo(415);
        assertThat(reply.json().path("detail").asText()).contains("application/json");
    }

    @Test
    void another_method_is_a_405_that_says_which_are_allowed() {
        Reply get = services.http.get(submit());
        Reply delete = services.http.method(services.blog().resolve("/blogs/1"), "DELETE");

        assertThat(get.status()).isEqualTo(405);
        assertThat(get.header("Allow")).isEqualTo("POST");
        assertThat(delete.status()).isEqualTo(405);
        assertThat(delete.header("Allow")).isEqualTo("GET");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/submit_blog/",
                "/submit_blog/1",
                "/blogs",
                "/blogs/",
                "/blogs/abc",
                "/blogs/-1",
                "/blogs/1/2"
            })
    void another_path_is_a_404(String path) {
        assertThat(services.http.get(services.blog().resolve(path)).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/reviews",
                "/reviews?blog_id=",
                "/reviews?blog_id=x",
                "/reviews?blog_id=0",
                "/reviews?blog_id=%00"
            })
    void a_query_without_a_blog_is_a_400(String path) {
        Reply reply = services.http.get(services.review().resolve(path));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("detail").asText()).contains("blog_id");
    }
}
