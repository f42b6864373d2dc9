package dev.troth.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerUriTest {
    @Test
    void what_is_left_out_is_guest_at_localhost() {
        BrokerUri uri = BrokerUri.parse("amqp://");

        assertThat(uri.user()).isEqualTo("guest");
        assertThat(uri.password()).isEqualTo("guest");
        assertThat(uri.virtualHost()).isEqualTo("/");
        assertThat(uri.hosts()).containsExactly(new Address("localhost", 5672));
        assertThat(uri.tls()).isFalse();
        assertThat(BrokerUri.parse("amqps://h").hosts()).containsExactly(new Address("h", 5671));
    }

    @Test
    void everything_can_be_said_and_escaped() {
        BrokerUri uri = BrokerUri.parse("amqps://us%40er:p%3Aa%2Fs+s@one:1,[::1]:2,three/v%2Fh");

        assertThat(uri.user()).isEqualTo("us@er");
        assertThat(uri.password()).isEqualTo("p:a/s+s");
        assertThat(uri.virtualHost()).isEqualTo("v/h");
        assertThat(uri.hosts())
                .containsExactly(new Address("one", 1), new Address("::1", 2), new Address("three", 5671));
    }

    @Test
    void the_password_is_never_shown() {
        assertThat(BrokerUri.parse("amqp://u:s3cret@h").toString())
                .doesNotContain("s3cret")
                .contains("user 'u'");
        assertThat(RabbitOptions.uri("amqp://u:s3cret@h").toString()).doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://u:s3cret@h",
                "u:s3cret@h",
                "amqp://u:s3cret@h:0",
                "amqp://u:s3cret@h:99999",
                "amqp://u:s3cret@h:x",
                "amqp://u:s3cret@h/a/b",
                "amqp://u:s3cret@h?heartbeat=1",
                "amqp://u:s3cr@et@h",
                ""
            })
    void what_is_no_uri_is_refused_without_showing_the_password(String uri) {
        assertThatThrownBy(() -> BrokerUri.parse(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("RabbitMQ broker")
                .hasMessageNotContaining("s3cr");
    }
}
