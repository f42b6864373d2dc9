package dev.troth.rabbitmq;

import static dev.troth.testkit.Samples.instance;
import static dev.troth.testkit.Samples.message;
import static dev.troth.testkit.Samples.name;
import static dev.troth.testkit.Samples.send;
import static dev.troth.testkit.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.protocol.Address;
import dev.troth.spi.Transport;
import dev.troth.spi.Transport.Sent;
import dev.troth.spi.TransportException;
import dev.troth.testkit.Arrivals;
import dev.troth.testkit.servers.RabbitServer;
import dev.troth.testkit.servers.TcpProxy;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What cannot start says so at once: what, where, as whom, and what to do; never the password. */
@Timeout(300)
class RabbitRefusalTest {
    @RegisterExtension
    static final RabbitServer broker = RabbitServer.local().withTls();

    @Test
    void a_wrong_password_is_refused_by_name_and_not_tried_again() {
        assertThatThrownBy(() -> RabbitTransport.connect(broker.uri("troth", "s3cret-and-wrong")))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("127.0.0.1:" + broker.port())
                .hasMessageContaining("virtual host '/'")
                .hasMessageContaining("user 'troth'")
                .hasMessageContaining("refuses user or password")
                .hasMessageContaining("Nothing was started")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void an_unknown_virtual_host_is_refused_by_name() {
        assertThatThrownBy(() -> RabbitTransport.connect(broker.uri() + "/nowhere"))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("virtual host 'nowhere'")
                .hasMessageContaining("add_vhost")
                .hasMessageNotContaining(broker.password());
    }

    @Test
    void an_unreachable_broker_is_given_up_after_the_time_out() throws Exception {
        try (Socket nobodyListens = new Socket()) { // and nobody else can, as long as it is open
            nobodyListens.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = nobodyListens.getLocalPort();
            RabbitOptions options =
                    RabbitOptions.uri("amqp://127.0.0.1:" + port).startTimeout(Duration.ofMillis(300));

            assertThatThrownBy(() -> RabbitTransport.connect(options))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("127.0.0.1:" + port)
                    .hasMessageContaining("not tried again after 300 ms")
                    .hasMessageContaining("startWithoutBroker");
        }
    }

    @Test
    void a_service_may_start_before_its_broker() throws Exception {
        try (RabbitServer late = RabbitServer.local().start()) {
            late.stop();
            Address.Participant review = new Address.Participant(name("review"));
            Arrivals arrivals = new Arrivals();
            try (Transport transport =
                    RabbitTransport.connect(RabbitOptions.uri(late.uri()).startWithoutBroker())) {
                assertThat(transport.connected()).isFalse();
                transport.listen(review, 1, arrivals);

                late.start();
                Waiting.until(transport::connected);

                assertThat(send(transport, review, message("a"))).isEqualTo(Sent.ACCEPTED);
                assertThat(text(arrivals.take())).isEqualTo("a");
            }
        }
    }

    @Test
    void an_account_that_is_limited_to_the_prefix_can_do_everything() throws Exception {
        String rights = "^troth(\\..*)?$";
        String uri = broker.addUser("limited", "pass", rights, rights, rights);
        Address.Participant review = new Address.Participant(name("review"));
        Address.Instance instance = instance();
        Arrivals arrivals = new Arrivals();
        try (Transport transport = RabbitTransport.connect(uri)) {
            transport.listen(review, 1, arrivals);
            transport.listen(instance, 1, arrivals);
            transport.listen(new Address.Log(name("blog")), 1, arrivals);

            send(transport, review, message("a"));
            arrivals.take().ack();
            send(transport, instance, message("b"));
            arrivals.take().deadLetter("a test");
            send(transport, review, message("c"));
            arrivals.take().release();

            assertThat(text(arrivals.take())).isEqualTo("c");
        }
    }

    @Test
    void an_account_without_rights_is_told_which_it_needs() {
        String nothing = broker.addUser("nobody", "pass", "^$", "^$", "^$");
        assertThatThrownBy(() -> RabbitTransport.connect(nothing))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("ACCESS_REFUSED")
                .hasMessageContaining("^troth(\\..*)?$")
                .hasMessageContaining("set_permissions");

        String sender = broker.addUser("sender", "pass", "^troth(.dead-letters)?$", "^troth.*", "^troth$");
        try (Transport transport = RabbitTransport.connect(sender)) {
            assertThatThrownBy(() -> transport.listen(new Address.Participant(name("review")), 1, new Arrivals()))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("ACCESS_REFUSED")
                    .hasMessageContaining("'sender'");
        }
    }

    @Test
    void a_queue_with_other_settings_is_named_with_the_difference() throws Exception {
        Address.Participant review = new Address.Participant(name("review"));
        try (Transport transport = RabbitTransport.connect(broker.uri());
                Admin admin = new Admin(broker.uri())) {
            admin.channel.queueDeclare("troth." + review, true, false, false, Map.of("x-queue-type", "classic"));

            assertThatThrownBy(() -> transport.listen(review, 1, new Arrivals()))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("'troth." + review + "'")
                    .hasMessageContaining("received 'quorum' but current is 'classic'")
                    .hasMessageContaining("delete it");
            assertThat(transport.connected()).isTrue();
        }
    }

    @Test
    void tls_is_trusted_only_when_certificate_and_host_name_are() throws Exception {
        assertThatThrownBy(() -> RabbitTransport.connect(broker.tlsUri()))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("TLS failed")
                .hasMessageContaining("sslContext");

        RabbitOptions trusting = RabbitOptions.uri(broker.tlsUri()).sslContext(trustingContext());
        try (Transport transport = RabbitTransport.connect(trusting)) {
            assertThat(send(transport, instance(), message("a"))).isEqualTo(Sent.UNROUTABLE);
        }

        int tlsPort = URI.create(broker.tlsUri()).getPort();
        try (TcpProxy elsewhere = TcpProxy.to(tlsPort, InetAddress.getByName("127.0.0.2"))) {
            RabbitOptions otherName =
                    RabbitOptions.uri(elsewhere.through(broker.tlsUri())).sslContext(trustingContext());
            assertThatThrownBy(() -> RabbitTransport.connect(otherName))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("127.0.0.2")
                    .hasMessageContaining("TLS failed");
        }
    }

    @Test
    void tls_to_a_port_that_does_not_speak_it_is_told_apart() throws Exception {
        RabbitOptions options = RabbitOptions.uri("amqps://127.0.0.1:" + broker.port())
                .sslContext(trustingContext())
                .startTimeout(Duration.ofMillis(300));

        assertThatThrownBy(() -> RabbitTransport.connect(options))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("TLS failed");
    }

    private static SSLContext trustingContext() throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(broker.trustStore())) {
            trust.load(in, broker.password().toCharArray());
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trust);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
