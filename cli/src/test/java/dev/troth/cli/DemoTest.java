package dev.troth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The demo is a test of everything: four scenes, judged by SQL. */
@Timeout(600)
class DemoTest {
    @RegisterExtension
    static final PostgresServer postgres = PostgresServer.shared();

    @RegisterExtension
    static final RabbitServer rabbit = RabbitServer.shared();

    private static JsonNode json(Ran ran) {
        try {
            return new ObjectMapper().readTree(ran.out());
        } catch (JsonProcessingException e) {
            throw new AssertionError("not one JSON document: " + ran, e);
        }
    }

    @Test
    void in_one_jvm_every_scene_ends_as_it_should() {
        Ran ran = Ran.troth("demo");

        assertThat(ran.status()).as(ran.out()).isZero();
        assertThat(ran.out())
                .contains("1. Both commit", "4. The blog service dies", "*** dies at AFTER_DECISION_LOGGED")
                .contains("OK   by SQL: blogs 3, reviews 3, in doubt 0", "All 4 scenes")
                .doesNotContain("WRONG", "Exception");
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void as_json_it_is_one_document() {
        Ran ran = Ran.troth("demo", "--json");

        assertThat(ran.status()).isZero();
        JsonNode document = json(ran);
        assertThat(document.path("ok").asBoolean()).isTrue();
        assertThat(document.path("scenes")).hasSize(4);
        assertThat(document.path("scenes").path(3).path("counted").toString())
                .isEqualTo("{\"blogs\":3,\"reviews\":3,\"in_doubt\":0}");
        assertThat(document.path("scenes").path(0).path("timeline")).isNotEmpty();
    }

    @Test
    void as_processes_over_rabbitmq_every_scene_ends_as_it_should() {
        Ran ran = Ran.troth("demo", "--rabbitmq", "--amqp", rabbit.uri(), "--json");

        assertThat(ran.status()).as(ran.out()).isZero();
        assertThat(json(ran).path("ok").asBoolean()).isTrue();
        assertThat(ran.out()).contains("*** kill -9").doesNotContain(rabbit.password());
    }
}
