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
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
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
        SSLContext context = new Failing(trusting(), errors);
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

    /** Throws an Error so many times instead of making a socket. */
    private static final class Failing extends SSLContext {
        Failing(SSLContext good, AtomicInteger errors) {
            super(
                    new SSLContextSpi() {
                        @Override
                        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random) {}

                        @Override
                        protected SSLSocketFactory engineGetSocketFactory() {
                            return new FailingSockets(good.getSocketFactory(), errors);
                        }

                        @Override
                        protected SSLServerSocketFactory engineGetServerSocketFactory() {
                            return good.getServerSocketFactory();
                        }

                        @Override
                        protected SSLEngine engineCreateSSLEngine() {
                            return good.createSSLEngine();
                        }

                        @Override
                        protected SSLEngine engineCreateSSLEngine(String host, int port) {
                            return good.createSSLEngine(host, port);
                        }

                        @Override
                        protected SSLSessionContext engineGetServerSessionContext() {
                            return good.getServerSessionContext();
                        }

                        @Override
                        protected SSLSessionContext engineGetClientSessionContext() {
                            return good.getClientSessionContext();
                        }
                    },
                    good.getProvider(),
                    good.getProtocol());
        }
    }

    private static final class FailingSockets extends SSLSocketFactory {
        private final SSLSocketFactory good;
        private final AtomicInteger errors;

        FailingSockets(SSLSocketFactory good, AtomicInteger errors) {
            this.good = good;
            this.errors = errors;
        }

        @Override
        public Socket createSocket() throws IOException {
            if (errors.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new OutOfMemoryError("unable to create native thread: a test");
            }
            return good.createSocket();
        }

        @Override
        public Socket createSocket(Socket socket, String host, int port, boolean closes) throws IOException {
            return good.createSocket(socket, host, port, closes);
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return good.createSocket(host, port);
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
            return good.createSocket(host, port, from, fromPort);
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return good.createSocket(host, port);
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
            return good.createSocket(host, port, from, fromPort);
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return good.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return good.getSupportedCipherSuites();
        }
    }
}
