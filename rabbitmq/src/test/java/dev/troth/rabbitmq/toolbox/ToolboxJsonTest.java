package dev.troth.rabbitmq.toolbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the management API answers is read, and nothing in it is trusted. */
class ToolboxJsonTest {

    @Test
    void an_answer_is_read_as_maps_lists_and_values() throws Exception {
        String answer = """
                {"name": "q\\u00fc\\n\\"", "durable": true, "auto_delete": false, "owner": null, "memory": -1.5e3,
                 "arguments": {"x-max-length": 5, "list": [1, []]}, "empty": {}}
                """;

        assertThat(Json.object(answer))
                .containsEntry("name", "q\u00fc\n\"")
                .containsEntry("durable", true)
                .containsEntry("auto_delete", false)
                .containsEntry("owner", "")
                .containsEntry("memory", new BigDecimal("-1.5e3"))
                .containsEntry(
                        "arguments",
                        Map.of("x-max-length", BigDecimal.valueOf(5), "list", List.of(BigDecimal.ONE, List.of())))
                .containsEntry("empty", Map.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{\"a\":1} x",
                "{\"a\":tru}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"",
                "{a:1}",
                "{\"a\":--1}",
                "<html>"
            })
    void what_is_not_json_is_an_error(String answer) {
        assertThatThrownBy(() -> Json.object(answer)).isInstanceOf(IOException.class);
    }

    @Test
    void what_is_nested_too_deeply_is_an_error() {
        assertThatThrownBy(() -> Json.object("{\"a\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}"))
                .isInstanceOf(IOException.class);
    }
}
