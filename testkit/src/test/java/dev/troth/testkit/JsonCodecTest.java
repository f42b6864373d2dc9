package dev.troth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.troth.codec.JsonCodec;
import dev.troth.spi.Codec;
import dev.troth.spi.CodecException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonCodecTest extends CodecContract {
    record Event(Instant at, Duration took) {}

    record Open(@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) Object anything) {}

    @Override
    protected Codec codec() {
        return new JsonCodec();
    }

    @Test
    void times_are_iso_text() {
        byte[] written = codec().write(new Event(Instant.EPOCH, Duration.ofSeconds(90)));

        assertThat(text(written)).isEqualTo("{\"at\":\"1970-01-01T00:00:00Z\",\"took\":\"PT1M30S\"}");
    }

    @Test
    void a_class_name_from_outside_is_refused_even_where_an_annotation_asks_for_it() {
        for (String name :
                List.of("java.util.ArrayList", "java.lang.String", "dev.troth.testkit.CodecContract$Point")) {
            byte[] body = bytes("{\"anything\":{\"@class\":\"" + name + "\"}}");

            assertThatThrownBy(() -> codec().read(body, Open.class)).isInstanceOf(CodecException.class);
        }
    }

    @Test
    void a_missing_or_null_primitive_is_refused() {
        for (String body : List.of("{\"x\":1}", "{\"x\":1,\"y\":null}", "null", "", "{\"x\":\"1\",\"y\":2}")) {
            assertThatThrownBy(() -> codec().read(bytes(body), Point.class))
                    .as(body)
                    .isInstanceOf(CodecException.class);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
