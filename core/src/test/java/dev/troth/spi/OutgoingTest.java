package dev.troth.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.OutboxStore.Outgoing;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutgoingTest {
    private static final Address TOPIC = new Address.Topic("blog.posts");

    private static Envelope envelope(String id, boolean persistent, Map<String, String> headers) {
        return new Envelope("EVENT", id, "", "application/json", Duration.ZERO, persistent, headers, new byte[0]);
    }

    private static Outgoing with(String key, String kind, String id) {
        return new Outgoing(TOPIC, key, kind, envelope(id, true, Map.of()));
    }

    private static Outgoing with(String header, String value) {
        return new Outgoing(TOPIC, "k", "kind", envelope("m1", true, Map.of(header, value)));
    }

    @Test
    void texts_of_up_to_200_characters_are_kept() {
        String longest = "\u00e9".repeat(200);

        assertThat(with(longest, longest, longest).key()).isEqualTo(longest);
        assertThat(with("h", "a=b \ud83d\ude00").envelope().header("h")).isEqualTo("a=b \ud83d\ude00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "a\u0000b", "half a pair: \ud83d"})
    void text_that_no_database_gives_back_is_refused(String text) {
        assertThatThrownBy(() -> with(text, "kind", "m1")).hasMessageContaining("has a key of at most 200");
        assertThatThrownBy(() -> with("k", text, "m1")).hasMessageContaining("has a kind of at most 200");
        assertThatThrownBy(() -> with("k", "kind", text)).hasMessageContaining("has an id of at most 200");
        assertThatThrownBy(() -> with("h", text)).hasMessageContaining("headers without control characters");
        assertThatThrownBy(() -> with("h" + text, "v")).hasMessageContaining("headers without control characters");
    }

    @Test
    void what_is_too_long_is_refused_with_its_length() {
        String tooLong = "x".repeat(201);

        assertThatThrownBy(() -> with(tooLong, "kind", "m1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("this one has 201")
                .hasMessageContaining("Nothing was added");
        assertThatThrownBy(() -> with("k", "kind", tooLong)).hasMessageContaining("this one has 201");
    }

    @Test
    void what_lacks_a_key_or_an_id_or_may_be_lost_or_goes_elsewhere_is_refused() {
        assertThatThrownBy(() -> with("", "kind", "m1")).hasMessageContaining("has a key and an id");
        assertThatThrownBy(() -> with("k", "kind", "")).hasMessageContaining("has a key and an id");
        assertThatThrownBy(() -> with("a=b", "v")).hasMessageContaining("without '='");
        assertThatThrownBy(() -> new Outgoing(TOPIC, "k", "kind", envelope("m1", false, Map.of())))
                .hasMessageContaining("is persistent");
        assertThatThrownBy(() ->
                        new Outgoing(new Address.Participant("review"), "k", "kind", envelope("m1", true, Map.of())))
                .hasMessageContaining("goes to a topic or a subscriber");
    }
}
