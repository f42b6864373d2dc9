package dev.troth.rabbitmq;

import static dev.troth.testkit.Samples.instance;
import static dev.troth.testkit.Samples.message;
import static dev.troth.testkit.Samples.name;
import static dev.troth.testkit.Samples.send;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.message.Delivery;
import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.EventTransport;
import dev.troth.spi.Transport;
import dev.troth.spi.Transport.Sent;
import dev.troth.spi.Transport.Subscription;
import dev.troth.spi.TransportException;
import dev.troth.testkit.Arrivals;
import dev.troth.testkit.servers.RabbitServer;
import dev.troth.testkit.servers.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Closing works whatever state the broker is in, and leaves nothing behind. */
@Timeout(300)
class RabbitCloseTest {
    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    /** Before twice this time is over, nobody notices that a broker is frozen. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("troth-rabbit-") || name.contains("AMQP"))
                .collect(Collectors.toList());
    }

    private static void close(Transport transport) throws Exception {
        long start = System.nanoTime();
        transport.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        noThreadIsLeft();
    }

    private static void noThreadIsLeft() throws Exception {
        try {
            Waiting.until(() -> threads().isEmpty());
        } catch (AssertionError left) {
            throw new AssertionError("Threads are left: " + threads(), left);
        }
    }

    private static void noConnectionIsLeft() throws Exception {
        Waiting.until(() -> !broker.control("-q", "list_connections", "pid", "client_properties")
                .contains("Troth"));
    }

    @BeforeEach
    void nothing_is_left_of_others() throws Exception {
        noThreadIsLeft();
    }

    @Test
    void no_thread_and_no_connection_is_left() throws Exception {
        Transport transport = RabbitTransport.connect(broker.uri());
        Arrivals arrivals = new Arrivals();
        Address.Participant review = new Address.Participant(name("review"));
        transport.listen(review, 1, arrivals);
        send(transport, review, message("a"));
        arrivals.take();
        assertThat(threads()).isNotEmpty().allMatch(name -> name.startsWith("troth-rabbit-"));

        close(transport);

        noConnectionIsLeft();
    }

    @Test
    void an_interrupted_thread_closes_everything_and_stays_interrupted() throws Exception {
        EventTransport transport = RabbitTransport.connect(broker.uri());
        transport.listen(new Address.Participant(name("review")), 1, new Arrivals());
        transport.send(new Address.Topic(name("topic")), message("a"));
        Waiting.until(transport::sendsEvents);

        Thread.currentThread().interrupt();
        transport.close();

        assertThat(Thread.interrupted()).isTrue();
        noThreadIsLeft();
        noConnectionIsLeft();
    }

    @Test
    void an_interrupt_or_a_failure_in_the_middle_keeps_no_step_from_its_end() {
        List<String> ended = new ArrayList<>();

        assertThatThrownBy(() -> Closing.all(
                        () -> {
                            if (ended.isEmpty()) {
                                ended.add("interrupted");
                                throw new InterruptedException();
                            }
                            ended.add("again");
                        },
                        () -> {
                            throw new IllegalStateException("a test");
                        },
                        () -> ended.add("last")))
                .hasMessage("a test");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(ended).containsExactly("interrupted", "again", "last");
    }

    @Test
    void a_start_that_fails_leaves_nothing() throws Exception {
        assertThatThrownBy(() -> RabbitTransport.connect(broker.uri("troth", "wrong")))
                .isInstanceOf(TransportException.class);

        noThreadIsLeft();
        noConnectionIsLeft();
    }

    @Test
    void subscriptions_that_come_and_go_leave_no_channel_and_no_queue() throws Exception {
        try (Transport transport = RabbitTransport.connect(broker.uri())) {
            for (int i = 0; i < 30; i++) {
                Arrivals arrivals = new Arrivals();
                Address.Instance instance = instance();
                Subscription subscription = transport.listen(instance, 1, arrivals);
                send(transport, instance, message("a"));
                Delivery delivery = arrivals.take();
                subscription.close();
                delivery.ack(); // of a queue that is gone
            }

            Waiting.until(() -> broker.control("-q", "list_channels", "pid")
                            .lines()
                            .filter(line -> line.startsWith("<"))
                            .count()
                    <= 1);
            Waiting.until(() -> !broker.control("-q", "list_queues", "name").contains("troth.instance."));
        }
    }

    @Test
    void a_frozen_broker_holds_up_neither_sends_nor_the_close() throws Exception {
        try (RabbitServer frozen = RabbitServer.local().start()) {
            Transport transport = RabbitTransport.connect(frozen.uri());
            Address.Participant review = new Address.Participant(name("review"));
            transport.listen(review, 1, new Arrivals());
            frozen.pause();
            List<CompletableFuture<Sent>> sends = new ArrayList<>();
            long start = System.nanoTime();
            for (int i = 0; i < 40; i++) { // more than the sockets' buffers take
                sends.add(transport.send(review, large()).toCompletableFuture());
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(HEARTBEAT);

            close(transport);

            for (CompletableFuture<Sent> each : sends) {
                assertThatThrownBy(() -> each.get(30, SECONDS)).cause().isInstanceOf(TransportException.class);
            }
            frozen.resume();
        }
    }

    private static Envelope large() {
        return new Envelope("VOTE", "m", "gid", "text/plain", Duration.ZERO, false, Map.of(), new byte[1 << 20]);
    }

    @Test
    void a_transport_whose_broker_is_gone_closes() throws Exception {
        RabbitServer gone = RabbitServer.local().start();
        Transport transport = RabbitTransport.connect(gone.uri());
        transport.listen(instance(), 1, new Arrivals());
        gone.close();
        Waiting.until(() -> !transport.connected());
        CompletableFuture<Sent> send = transport.send(instance(), message("a")).toCompletableFuture();

        close(transport);

        assertThatThrownBy(() -> send.get(30, SECONDS)).cause().hasMessageContaining("closed");
    }

    @Test
    void a_receiver_may_close_the_transport() throws Exception {
        Transport transport = RabbitTransport.connect(broker.uri());
        Address.Participant review = new Address.Participant(name("review"));
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        transport.listen(review, 1, delivery -> {
            delivery.ack();
            transport.close();
            closed.complete(transport.connected());
        });

        transport.send(review, message("a"));

        assertThat(closed.get(60, SECONDS)).isFalse();
        noThreadIsLeft();
    }

    @Test
    void an_instance_whose_process_died_is_unroutable() throws Exception {
        TcpProxy wire = TcpProxy.to(broker.port());
        Address.Instance instance = instance();
        Transport dies = RabbitTransport.connect(wire.through(broker.uri()));
        dies.listen(instance, 1, new Arrivals());
        try (Transport sender = RabbitTransport.connect(broker.uri())) {
            assertThat(send(sender, instance, message("a"))).isEqualTo(Sent.ACCEPTED);

            wire.close(); // as when a process is killed: its sockets close

            Waiting.until(() -> send(sender, instance, message("b")) == Sent.UNROUTABLE);
        }
        dies.close();
    }
}
