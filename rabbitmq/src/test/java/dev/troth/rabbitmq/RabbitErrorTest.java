package dev.troth.rabbitmq;

import static dev.troth.testkit.Samples.message;
import static dev.troth.testkit.Samples.name;
import static dev.troth.testkit.Samples.send;
import static dev.troth.testkit.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.protocol.Address;
import dev.troth.spi.EventTransport;
import dev.troth.spi.Transport.Sent;
import dev.troth.testkit.Arrivals;
import dev.troth.testkit.servers.RabbitServer;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.KeyStore;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An Error, as when the machine has no thread left for a while, ends nothing for good. */
@Timeout(300)
class RabbitErrorTest {
    @RegisterExtension
    static final RabbitServer broker = RabbitServer.local().withTls();

    @Test
    void an_error_while_connecting_ends_neither_sending_nor_listening() throws Exception {
        AtomicInteger errors = new AtomicInteger();
        SSLContext context = new FaultyTls(trusting(), () -> {
            if (errors.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new OutOfMemoryError("unable to create native thread: a test");
            }
        });
        RabbitOptions options = RabbitOptions.uri(broker.tlsUri()).sslContext(context);
        Address.Participant review = new Address.Participant(name("review"));
        Address.Topic topic = new Address.Topic(name("topic"));
        Arrivals arrivals = new Arrivals();
        try (EventTransport transport = RabbitTransport.connect(options)) {
            transport.listen(review, 1, arrivals);
            send(transport, topic, message("a"));

            errors.set(9);
            broker.control("close_all_connections", "a test");
            Waiting.until(() -> errors.get() == 0);

            Waiting.until(() -> transport.connected() && transport.sendsEvents());
            assertThat(send(transport, topic, message("b"))).isEqualTo(Sent.UNROUTABLE);
            assertThat(send(transport, review, message("c"))).isEqualTo(Sent.ACCEPTED);
            assertThat(text(arrivals.take())).isEqualTo("c");
        }
    }

    @Test
    void what_is_done_every_while_is_done_again_after_an_error() throws Exception {
        Threads threads = new Threads();
        CountDownLatch runs = new CountDownLatch(3);

        threads.every(1, () -> {
            runs.countDown();
            throw new OutOfMemoryError("a test");
        });

        assertThat(runs.await(30, TimeUnit.SECONDS)).isTrue();
        threads.close();
    }

    private static SSLContext trusting() throws Exception {
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
