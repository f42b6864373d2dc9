package dev.troth.rabbitmq;

import static dev.troth.testkit.Samples.instance;
import static dev.troth.testkit.Samples.message;
import static dev.troth.testkit.Samples.name;
import static dev.troth.testkit.Samples.send;
import static dev.troth.testkit.Samples.text;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.message.Delivery;
import dev.troth.protocol.Address;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever breaks at the broker or on the way to it mends by itself. */
@Timeout(300)
class RabbitRecoveryTest {
    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Address.Participant review = new Address.Participant(name("review"));
    private final Arrivals arrivals = new Arrivals();

    private <T extends AutoCloseable> T open(T closeable) {
        opened.add(0, closeable);
        return closeable;
    }

    private Transport transport(String uri) {
        return open(RabbitTransport.connect(uri));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    void a_cut_connection_is_made_again_and_what_was_unsettled_comes_again() throws Exception {
        TcpProxy wire = open(TcpProxy.to(broker.port()));
        Transport transport = transport(wire.through(broker.uri()));
        transport.listen(review, 1, arrivals);
        send(transport, review, message("a"));
        Delivery first = arrivals.take();

        wire.cut();
        Delivery again = arrivals.take();
        first.ack(); // stale: does nothing, and harms nothing
        again.ack();

        assertThat(text(again)).isEqualTo("a");
        assertThat(again.redelivered()).isTrue();
        assertThat(send(transport, review, message("b"))).isEqualTo(Sent.ACCEPTED);
        assertThat(text(arrivals.take())).isEqualTo("b");
    }

    @RepeatedTest(10)
    void a_listener_that_is_closed_while_its_connection_is_lost_does_not_come_back() throws Exception {
        TcpProxy wire = open(TcpProxy.to(broker.port()));
        Transport transport = transport(wire.through(broker.uri()));
        Subscription subscription = transport.listen(review, 1, arrivals);
        send(transport, review, message("unsettled"));
        arrivals.take();

        wire.cut();
        subscription.close();

        Waiting.until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().endsWith("listener " + review)));
    }

    @Test
    void what_is_sent_while_the_connection_is_cut_arrives() throws Exception {
        TcpProxy wire = open(TcpProxy.to(broker.port()));
        transport(broker.uri()).listen(review, 200, arrivals);
        Transport sender = transport(wire.through(broker.uri()));
        List<CompletableFuture<Sent>> sends = new ArrayList<>();

        for (int i = 0; i < 100; i++) {
            if (i % 25 == 10) {
                wire.cut();
            }
            sends.add(sender.send(review, message("m" + i)).toCompletableFuture());
        }

        for (CompletableFuture<Sent> each : sends) {
            assertThat(each.get(60, SECONDS)).isEqualTo(Sent.ACCEPTED);
        }
        List<String> seen = new ArrayList<>();
        while (seen.size() < 100) {
            Delivery delivery = arrivals.take();
            delivery.ack();
            if (!seen.contains(text(delivery))) {
                seen.add(text(delivery));
            }
        }
    }

    @Test
    void an_instance_listens_again_even_while_the_broker_still_holds_its_old_queue() throws Exception {
        TcpProxy wire = open(TcpProxy.to(broker.port()));
        Address.Instance instance = instance();
        transport(wire.through(broker.uri())).listen(instance, 1, arrivals);
        Transport sender = transport(broker.uri());
        send(sender, instance, message("a"));
        arrivals.take().ack();

        wire.cutClients();
        Admin admin = open(new Admin(broker.uri()));
        Waiting.until(() -> broker.control("-q", "list_bindings", "destination_name", "source_name")
                .contains(instance + ".2\ttroth"));
        admin.forgetDeadLetters();

        assertThat(send(sender, instance, message("b"))).isEqualTo(Sent.ACCEPTED);
        assertThat(text(arrivals.take())).isEqualTo("b");
    }

    @Test
    void a_queue_that_is_deleted_under_its_consumer_is_declared_again() throws Exception {
        Transport transport = transport(broker.uri());
        transport.listen(review, 1, arrivals);
        Admin admin = open(new Admin(broker.uri()));

        admin.channel.queueDelete("troth." + review);
        Waiting.until(() -> send(transport, review, message("a")) == Sent.ACCEPTED);

        assertThat(text(arrivals.take())).isEqualTo("a");
        assertThat(transport.connected()).isTrue();
    }

    @Test
    void a_channel_that_the_broker_closes_is_opened_again() throws Exception {
        Transport transport = transport(broker.uri());
        transport.listen(review, 2, arrivals);
        send(transport, review, message("a"));
        Received delivery = (Received) arrivals.take();

        ((Flow) delivery.settling()).getChannel().basicAck(4711, false); // no such tag: the broker closes the channel

        Delivery again = arrivals.take();
        assertThat(text(again)).isEqualTo("a");
        again.ack();
    }

    @Test
    void a_connection_that_the_broker_closes_is_made_again() throws Exception {
        Transport transport = transport(broker.uri());
        transport.listen(review, 1, arrivals);

        broker.control("close_all_connections", "a test");

        assertThat(send(transport, review, message("a"))).isEqualTo(Sent.ACCEPTED);
        assertThat(text(arrivals.take())).isEqualTo("a");
        Waiting.until(transport::connected);
    }

    @Test
    void nothing_accepted_and_persistent_is_lost_when_the_broker_is_killed_under_load() throws Exception {
        Transport transport =
                open(RabbitTransport.connect(RabbitOptions.uri(broker.uri()).sendTimeout(Duration.ofMinutes(3))));
        transport.listen(review, 500, delivery -> {
            arrivals.receive(delivery);
            delivery.ack();
        });
        broker.flush();

        List<CompletableFuture<Sent>> sends = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            sends.add(transport
                    .send(review, message("m" + i, Duration.ZERO, true))
                    .toCompletableFuture());
        }
        sends.get(1_000).get(60, SECONDS);
        broker.kill9();
        broker.start();

        List<String> accepted = new ArrayList<>();
        for (int i = 0; i < sends.size(); i++) {
            assertThat(sends.get(i).get(3, MINUTES)).isEqualTo(Sent.ACCEPTED);
            accepted.add("m" + i);
        }
        while (!accepted.isEmpty()) {
            accepted.remove(text(arrivals.take()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"participant.stuck", "dead-letters"})
    void a_queue_that_does_not_answer_holds_up_nobody_else(String stuck) throws Exception {
        Transport transport = transport(broker.uri());
        transport.listen(new Address.Participant("stuck"), 1, new Arrivals());
        transport.listen(review, 1, arrivals);
        Address.Instance instance = instance();
        transport.listen(instance, 1, arrivals);
        String process = "'%2F_troth." + stuck + "'";

        broker.control("eval", "sys:suspend(" + process + ").");
        try {
            broker.control("close_all_connections", "a test");
            CompletableFuture<Sent> waits = transport
                    .send(new Address.Participant("stuck"), message("waits"))
                    .toCompletableFuture();
            for (Address healthy : List.of(review, instance, review, instance)) {
                Waiting.until(() -> transport // unroutable until it listens again
                                .send(healthy, message("to " + healthy))
                                .toCompletableFuture()
                                .get(4_500, MILLISECONDS) // sooner than an answer that does not come is given up
                        == Sent.ACCEPTED);
                Delivery delivery = arrivals.take();
                assertThat(text(delivery)).isEqualTo("to " + healthy);
                delivery.ack();
            }
            if (stuck.equals("participant.stuck")) {
                assertThat(waits.isDone()).isFalse();
            } else {
                waits.get(60, SECONDS); // while the dead-letter queue still says nothing
            }
        } finally {
            broker.control("eval", "sys:resume(" + process + ").");
        }
        Waiting.until(transport::connected);
    }

    @Test
    void a_transient_message_passes_or_fails_but_never_hangs_when_the_broker_is_gone() throws Exception {
        RabbitServer dies = open(RabbitServer.local().start());
        Transport transport = open(RabbitTransport.connect(
                RabbitOptions.uri(dies.uri()).classicQueues().sendTimeout(Duration.ofSeconds(1))));
        transport.listen(review, 1, arrivals);
        dies.kill9();

        assertThatThrownBy(() -> send(transport, review, message("a", Duration.ofMillis(300), false)))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("has not confirmed");
        assertThatThrownBy(() -> send(transport, review, message("b", Duration.ZERO, true)))
                .cause()
                .isInstanceOf(TransportException.class);
        Waiting.until(() -> !transport.connected());
    }

    @Test
    void a_blocked_connection_holds_sends_back_until_they_expire_or_it_flows_again() throws Exception {
        RabbitServer low = open(RabbitServer.local().start());
        Transport transport =
                open(RabbitTransport.connect(RabbitOptions.uri(low.uri()).maxPending(3, 1 << 20)));
        transport.listen(review, 10, arrivals);
        low.control("set_vm_memory_high_watermark", "absolute", "1");
        Waiting.until(
                () -> low.control("-q", "eval", "rabbit_alarm:get_alarms().").contains("memory"));
        CompletableFuture<Sent> unblocks =
                transport.send(review, message("unblocks")).toCompletableFuture(); // publishing makes the broker block
        Waiting.until(() -> !transport.connected());

        assertThatThrownBy(() -> send(transport, review, message("expires", Duration.ofMillis(200), false)))
                .cause()
                .hasMessageContaining("has not confirmed");
        CompletableFuture<Sent> second = transport.send(review, message("2")).toCompletableFuture();
        CompletableFuture<Sent> third = transport.send(review, message("3")).toCompletableFuture();
        assertThatThrownBy(() -> send(transport, review, message("too many")))
                .cause()
                .hasMessageContaining("3 messages")
                .hasMessageContaining("maxPending");
        low.control("set_vm_memory_high_watermark", "absolute", "512MB");

        assertThat(unblocks.get(30, SECONDS)).isEqualTo(Sent.ACCEPTED);
        assertThat(second.get(30, SECONDS)).isEqualTo(Sent.ACCEPTED);
        assertThat(third.get(30, SECONDS)).isEqualTo(Sent.ACCEPTED);
        assertThat(arrivals.take(3)).extracting(d -> text(d)).containsExactlyInAnyOrder("unblocks", "2", "3");
    }
}
