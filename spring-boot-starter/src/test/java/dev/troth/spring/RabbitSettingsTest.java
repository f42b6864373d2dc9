package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.spring.TrothProperties.QueueType;
import dev.troth.spring.TrothProperties.Queues;
import dev.troth.spring.TrothProperties.Rabbitmq;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.mock.env.MockEnvironment;

class RabbitSettingsTest {
    private static final Rabbitmq HOW =
            new Rabbitmq("troth", QueueType.QUORUM, Queues.PER_PARTICIPANT, false, Duration.ofSeconds(10));

    private static String options(String... properties) {
        return options(Optional.empty(), properties);
    }

    private static String options(Optional<BrokerDetails> details, String... properties) {
        MockEnvironment environment = new MockEnvironment();
        for (String property : properties) {
            String[] parts = property.split("=", 2);
            environment.setProperty("spring.rabbitmq." + parts[0], parts[1]);
        }
        return RabbitSettings.of(environment)
                .options(details, name -> SslBundle.systemDefault(), HOW)
                .toString();
    }

    @Test
    void what_is_left_out_is_as_in_spring_boot() {
        assertThat(options())
                .isEqualTo("RabbitMQ at localhost:5672 (virtual host '/', user 'guest', no TLS), prefix troth");
        assertThat(options("ssl.enabled=true")).contains("localhost:5671").contains(", TLS)");
        assertThat(options("ssl.bundle=broker")).contains("localhost:5671").contains(", TLS)");
        assertThat(options("host=::1", "port=5673")).contains("::1:5673");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            'one:5673,two', 'one:5673,two:5672 (virtual host ''/'', user ''guest'', no TLS)'
            'amqp://bob:pw@one/shop, amqp://eve:other@two:5673/other', 'one:5672,two:5673 (virtual host ''shop'', user ''bob'', no TLS)'
            'amqps://one,two', 'one:5671,two:5671 (virtual host ''/'', user ''guest'', TLS)'
            'bob:p:w@one/', 'one:5672 (virtual host ''/'', user ''bob'', no TLS)'
            '[::1]:5673', '::1:5673 (virtual host'
            """)
    void addresses_are_read_as_spring_boot_reads_them(String addresses, String expected) {
        assertThat(options("addresses=" + addresses, "host=not-this")).contains(expected);
    }

    @Test
    void an_address_without_tls_counts_more_than_the_property() {
        assertThat(options("addresses=amqp://one", "ssl.enabled=true"))
                .contains("one:5672")
                .contains("no TLS");
    }

    @Test
    void names_with_signs_of_their_own_in_them_stay_whole() {
        assertThat(options("virtual-host=a/b c%2F+", "username=bo:b@x", "password=/?#"))
                .contains("virtual host 'a/b c%2F+', user 'bo:b@x'");
    }

    @Test
    void connection_details_count_more_than_properties() {
        BrokerDetails details = BrokerDetails.of(List.of("there:1"), "carol", "secret", null, null);

        assertThat(options(Optional.of(details), "host=here", "username=bob", "virtual-host=shop"))
                .contains("there:1 (virtual host 'shop', user 'carol', no TLS)");
    }

    @Test
    void connection_details_with_a_bundle_mean_tls() {
        BrokerDetails details = BrokerDetails.of(List.of("there:1"), null, null, null, SslBundle.systemDefault());

        assertThat(options(Optional.of(details))).contains("user 'guest', TLS");
    }

    @Test
    void times_are_taken_over_and_a_heartbeat_of_zero_is_not() {
        assertThat(options("requested-heartbeat=20", "connection-timeout=1s")).contains("localhost");
        assertThat(options("requested-heartbeat=0", "connection-timeout=0")).contains("localhost");
        assertThatThrownBy(() -> options("requested-heartbeat=1h")).hasMessageContaining("heartbeat is between");
    }

    @Test
    void a_port_that_is_none_is_named_without_the_password() {
        assertThatThrownBy(() -> options("addresses=bob:secret@one:amqp"))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("'amqp' is no port")
                .hasMessageNotContaining("secret");
    }
}
