package dev.troth.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RabbitServerTest {
    @RegisterExtension
    static final RabbitServer rabbit = RabbitServer.local().withTls();

    @Test
    void definitions_survive_a_kill() {
        rabbit.addUser("clerk", "pass\"word", "^troth\\.clerk\\.", "^troth\\.", "^$");
        int port = rabbit.port();

        rabbit.flush();
        rabbit.kill9();
        assertThat(Ports.isFree(port)).isTrue();
        rabbit.start();

        assertThat(rabbit.port()).isEqualTo(port);
        assertThat(rabbit.control("-q", "list_permissions")).contains("clerk\t^troth\\.clerk\\.\t^troth\\.\t^$");
        assertThat(rabbit.control("-q", "authenticate_user", "clerk", "pass\"word"))
                .contains("Success");
    }

    @Test
    void a_restart_keeps_the_port() {
        int port = rabbit.port();

        rabbit.restart();

        assertThat(rabbit.port()).isEqualTo(port);
        assertThat(rabbit.uri()).contains(":" + port);
    }

    @Test
    void a_paused_node_answers_nothing_until_it_is_resumed() {
        String anyName = "";
        rabbit.pause();
        try {
            assertThat(AmqpProbe.greets(rabbit.port(), anyName)).isFalse();
        } finally {
            rabbit.resume();
        }
        Waiting.until(Duration.ofSeconds(60), () -> AmqpProbe.greets(rabbit.port(), anyName));
        assertThat(AmqpProbe.greets(rabbit.port(), "somebody else")).isFalse();
    }

    @Test
    void the_tls_listener_is_trusted_by_the_trust_store() throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(rabbit.trustStore())) {
            trust.load(in, rabbit.password().toCharArray());
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trust);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);

        URI uri = URI.create(rabbit.tlsUri());
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(uri.getHost(), uri.getPort())) {
            var checked = socket.getSSLParameters();
            checked.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(checked);
            socket.getOutputStream().write(new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 1});
            assertThat(socket.getInputStream().read()).isEqualTo(1);
        }
    }

    @Test
    void a_node_that_does_not_start_shows_its_log_and_leaves_nothing() {
        Path home;
        try (RabbitServer broken = RabbitServer.local().setting("listeners.tcp.2", "nowhere")) {
            assertThatThrownBy(broken::start)
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("ended while it was starting")
                    .hasMessageContaining("nowhere");
            home = broken.home();
        }
        assertThat(Files.exists(home)).isFalse();
    }

    @Test
    void nobody_else_knows_the_administrator() {
        assertThat(rabbit.control("-q", "list_users")).contains(rabbit.user()).doesNotContain("guest");
        assertThat(rabbit.password().getBytes(StandardCharsets.US_ASCII)).hasSizeGreaterThan(20);
    }
}
