package dev.troth.testkit;

import static dev.troth.testkit.Samples.instance;
import static dev.troth.testkit.Samples.message;
import static dev.troth.testkit.Samples.name;
import static dev.troth.testkit.Samples.send;
import static dev.troth.testkit.Samples.text;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.troth.message.Delivery;
import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.Transport;
import dev.troth.spi.Transport.Sent;
import dev.troth.spi.Transport.Subscription;
import dev.troth.spi.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link Transport} must do. Extend it, say how a transport is opened and what it can do:
 *
 * <pre>{@code
 * class RabbitTransportTest extends TransportContract {
 *     @Override protected Capabilities capabilities() { return Capabilities.broker(); }
 *     @Override protected Transport open() { return RabbitTransport.connect(broker.uri()); }
 * }
 * }</pre>
 */
@Timeout(300)
public abstract class TransportContract {
    private final List<Transport> opened = new ArrayList<>();
    private final Address.Participant review = new Address.Participant(name("review"));

    /** For subclasses. */
    protected TransportContract() {}

    /** A new transport, as another process would have it: all of them reach each other. */
    protected abstract Transport open() throws Exception;

    /** What the transport can do. */
    protected abstract Capabilities capabilities();

    /** Kills the broker without warning and starts it again; asked for only where {@link Capabilities#persistent()}. */
    protected void crash() throws Exception {
        throw new UnsupportedOperationException("a persistent transport says how its broker crashes");
    }

    /** Lets time pass for messages that expire; a transport with a clock of its own moves that. */
    protected void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    /** A transport that is closed after the test. */
    protected final Transport transport() throws Exception {
        Transport transport = open();
        opened.add(transport);
        return transport;
    }

    @AfterEach
    void close_what_was_opened() {
        opened.forEach(Transport::close);
    }

    // ---------------------------------------------------------------- sending

    @Test
    void what_arrives_is_what_was_sent() throws Exception {
        Arrivals arrivals = new Arrivals();
        transport().listen(review, 10, arrivals);
        Envelope sent = new Envelope(
                "VOTE",
                "id-1",
                "blog.k3f9q2.x7w2m4pq.mc8v1zt0.2a",
                "application/x-msgpack",
                Duration.ofMillis(59_999),
                false,
                Map.of("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "grüße", "日本 ✓"),
                new byte[] {0, -1, 127, -128});

        assertThat(send(transport(), review, sent)).isEqualTo(Sent.ACCEPTED);

        Delivery delivery = arrivals.take();
        assertThat(delivery.envelope()).isEqualTo(sent);
        assertThat(delivery.redelivered()).isFalse();
        assertThat(delivery.unwrap(String.class)).isEmpty();
        delivery.ack();
    }

    @Test
    void an_empty_body_and_a_body_of_one_mebibyte_arrive() throws Exception {
        Arrivals arrivals = new Arrivals();
        Transport transport = transport();
        transport.listen(review, 10, arrivals);
        byte[] large = new byte[1 << 20];
        Arrays.fill(large, (byte) 'x');

        send(transport, review, message(""));
        send(
                transport,
                review,
                new Envelope("PREPARE", "id", "gid", "text/plain", Duration.ZERO, false, Map.of(), large));

        assertThat(arrivals.take(2)).extracting(d -> d.envelope().body().length).containsExactlyInAnyOrder(0, 1 << 20);
    }

    @Test
    void nobody_at_an_address_is_told_at_once() throws Exception {
        Transport transport = transport();

        assertThat(send(transport, review, message("a"))).isEqualTo(Sent.UNROUTABLE);
        assertThat(send(transport, new Address.Log(name("log")), message("b"))).isEqualTo(Sent.UNROUTABLE);
        assertThat(send(transport, instance(), message("c"))).isEqualTo(Sent.UNROUTABLE);
    }

    @Test
    void every_kind_of_address_gets_its_own_messages_only() throws Exception {
        Transport transport = transport();
        Address.Log log = new Address.Log(review.name());
        Address.Instance instance = new Address.Instance(review.name(), "abcdef");
        List<Address> addresses = List.of(review, log, instance);
        List<Arrivals> arrivals = List.of(new Arrivals(), new Arrivals(), new Arrivals());
        for (int i = 0; i < 3; i++) {
            transport.listen(addresses.get(i), 10, arrivals.get(i));
        }

        for (Address address : addresses) {
            assertThat(send(transport, address, message(address.toString()))).isEqualTo(Sent.ACCEPTED);
        }

        for (int i = 0; i < 3; i++) {
            assertThat(text(arrivals.get(i).take())).isEqualTo(addresses.get(i).toString());
            assertThat(arrivals.get(i).waiting()).isZero();
        }
    }

    @Test
    void everything_sent_from_many_threads_arrives() throws Exception {
        int senders = 8;
        int each = 250;
        Arrivals arrivals = new Arrivals();
        transport().listen(review, 50, delivery -> {
            arrivals.receive(delivery);
            delivery.ack();
        });
        Transport transport = transport();

        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (int s = 0; s < senders; s++) {
            int sender = s;
            running.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < each; i++) {
                    transport.send(review, message(sender + "-" + i));
                }
            }));
        }
        CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).get(30, SECONDS);

        Set<String> seen = new HashSet<>();
        for (Delivery delivery : arrivals.take(senders * each)) {
            seen.add(text(delivery));
        }
        assertThat(seen).hasSize(senders * each);
    }

    @Test
    void a_receiver_may_send_and_none_is_called_inside_another_one() throws Exception {
        Transport transport = transport();
        Address.Instance caller = instance();
        Arrivals answers = new Arrivals();
        ThreadLocal<Boolean> asking = ThreadLocal.withInitial(() -> false);
        CompletableFuture<Boolean> inside = new CompletableFuture<>();
        transport.listen(caller, 1, delivery -> {
            inside.complete(asking.get());
            answers.receive(delivery);
        });
        transport.listen(review, 1, delivery -> {
            asking.set(true);
            transport.send(caller, message("answer to " + text(delivery)));
            delivery.ack();
            asking.remove();
        });

        send(transport, review, message("question"));

        assertThat(text(answers.take())).isEqualTo("answer to question");
        assertThat(inside.get(30, SECONDS)).isFalse();
    }

    @Test
    void an_expired_message_is_not_delivered() throws Exception {
        Transport transport = transport();
        Arrivals arrivals = new Arrivals();
        transport.listen(review, 1, arrivals);
        send(transport, review, message("holds the window"));
        Delivery first = arrivals.take();

        transport.send(review, message("expires", Duration.ofMillis(50), false)); // given up if it is not taken in time
        send(transport, review, message("stays"));
        pass(Duration.ofMillis(100));
        first.ack();

        assertThat(text(arrivals.take())).isEqualTo("stays");
    }

    // ---------------------------------------------------------------- receiving and settling

    @Test
    void the_window_bounds_what_is_unsettled() throws Exception {
        Transport transport = transport();
        Arrivals arrivals = new Arrivals();
        transport.listen(review, 3, arrivals);
        for (int i = 0; i < 6; i++) {
            send(transport, review, message("m" + i));
        }

        List<Delivery> window = arrivals.take(3);
        assertThat(arrivals.waiting()).isZero();
        window.get(1).ack();

        assertThat(text(arrivals.take())).isEqualTo("m3");
        assertThat(arrivals.waiting()).isZero();
    }

    @Test
    void the_first_settlement_counts() throws Exception {
        Transport transport = transport();
        Arrivals arrivals = new Arrivals();
        transport.listen(review, 1, arrivals);
        send(transport, review, message("once"));
        Delivery delivery = arrivals.take();

        delivery.ack();
        delivery.ack();
        delivery.release();
        delivery.deadLetter("too late");
        send(transport, review, message("next"));

        assertThat(text(arrivals.take())).isEqualTo("next");
        assertThat(arrivals.waiting()).isZero();
    }

    @Test
    void a_released_delivery_comes_again() throws Exception {
        Transport transport = transport();
        Arrivals arrivals = new Arrivals();
        transport.listen(review, 1, arrivals);
        Envelope sent = message("again");
        send(transport, review, sent);

        arrivals.take().release();

        Delivery second = arrivals.take();
        assertThat(second.envelope()).isEqualTo(sent);
        assertThat(second.redelivered()).isTrue();
    }

    @Test
    void a_dead_letter_does_not_come_again() throws Exception {
        Transport transport = transport();
        Arrivals arrivals = new Arrivals();
        transport.listen(review, 1, arrivals);
        send(transport, review, message("rubbish"));

        arrivals.take().deadLetter("cannot be understood");
        send(transport, review, message("next"));

        assertThat(text(arrivals.take())).isEqualTo("next");
    }

    @Test
    void a_receiver_that_throws_gets_the_delivery_once_more_and_holds_up_nothing() throws Exception {
        Transport transport = transport();
        AtomicInteger poisoned = new AtomicInteger();
        Arrivals arrivals = new Arrivals();
        transport.listen(review, 1, delivery -> {
            if (text(delivery).equals("poison")) {
                poisoned.incrementAndGet();
                throw new IllegalStateException("thrown by the test's receiver");
            }
            arrivals.receive(delivery);
        });

        send(transport, review, message("poison"));
        send(transport, review, message("food"));

        assertThat(text(arrivals.take())).isEqualTo("food");
        assertThat(poisoned).hasValue(2);
    }

    @Test
    void consumers_of_one_address_share_its_messages() throws Exception {
        assumeTrue(capabilities().competingConsumers(), "this transport has no competing consumers");
        Arrivals one = new Arrivals();
        Arrivals two = new Arrivals();
        transport().listen(review, 1, one);
        transport().listen(review, 1, two);
        Transport sender = transport();

        send(sender, review, message("a"));
        send(sender, review, message("b"));
        send(sender, review, message("c"));

        Delivery first = one.take();
        Delivery second = two.take();
        assertThat(Set.of(text(first), text(second))).isEqualTo(Set.of("a", "b"));
        first.ack();
        assertThat(text(one.take())).isEqualTo("c");
    }

    @Test
    void what_a_closed_transport_left_unsettled_comes_again_to_another() throws Exception {
        assumeTrue(capabilities().competingConsumers(), "this transport has no competing consumers");
        Transport dies = transport();
        Arrivals held = new Arrivals();
        dies.listen(review, 5, held);
        Transport sender = transport();
        send(sender, review, message("a"));
        send(sender, review, message("b"));
        List<Delivery> unsettled = held.take(2);
        Arrivals survivor = new Arrivals();
        transport().listen(review, 5, survivor);

        dies.close();

        List<Delivery> again = survivor.take(2);
        assertThat(again).extracting(Samples::text).containsExactlyInAnyOrder("a", "b");
        assertThat(again).allMatch(Delivery::redelivered);
        unsettled.forEach(Delivery::ack);
        unsettled.forEach(Delivery::release);
    }

    @Test
    void a_closed_subscription_takes_nothing_new_and_can_still_settle() throws Exception {
        assumeTrue(capabilities().competingConsumers(), "this transport has no competing consumers");
        Transport transport = transport();
        Arrivals stopping = new Arrivals();
        Subscription subscription = transport.listen(review, 1, stopping);
        send(transport, review, message("held"));
        Delivery held = stopping.take();
        Arrivals next = new Arrivals();
        transport().listen(review, 1, next);

        subscription.close();
        subscription.close();
        held.ack();
        send(transport, review, message("a"));
        Delivery first = next.take();
        first.ack();
        transport.close();
        send(transport(), review, message("b"));

        assertThat(text(first)).isEqualTo("a");
        assertThat(text(next.take())).isEqualTo("b");
        assertThat(stopping.waiting()).isZero();
    }

    // ---------------------------------------------------------------- addresses

    @Test
    void an_instance_is_gone_when_nobody_listens_any_more() throws Exception {
        Transport transport = transport();
        Transport sender = transport();
        Address.Instance first = instance();
        Address.Instance second = instance();
        Subscription subscription = transport.listen(first, 1, new Arrivals());
        transport.listen(second, 1, new Arrivals());
        assertThat(send(sender, first, message("a"))).isEqualTo(Sent.ACCEPTED);
        assertThat(send(sender, second, message("b"))).isEqualTo(Sent.ACCEPTED);

        subscription.close();
        assertThat(send(sender, first, message("c"))).isEqualTo(Sent.UNROUTABLE);

        transport.close();
        assertThat(send(sender, second, message("d"))).isEqualTo(Sent.UNROUTABLE);
    }

    @Test
    void a_durable_address_keeps_what_is_sent_while_nobody_listens() throws Exception {
        assumeTrue(capabilities().durableAddresses(), "this transport keeps no address that nobody listens at");
        Transport gone = transport();
        gone.listen(review, 1, new Arrivals());
        gone.close();
        Transport sender = transport();
        assertThat(send(sender, review, message("waits"))).isEqualTo(Sent.ACCEPTED);

        Arrivals arrivals = new Arrivals();
        transport().listen(review, 1, arrivals);

        assertThat(text(arrivals.take())).isEqualTo("waits");
    }

    @Test
    void an_accepted_persistent_message_outlives_a_crash() throws Exception {
        assumeTrue(capabilities().persistent(), "this transport keeps nothing through a crash");
        Transport gone = transport();
        gone.listen(review, 1, new Arrivals());
        gone.close();
        Transport transport = transport();
        assertThat(send(transport, review, message("kept", Duration.ZERO, true)))
                .isEqualTo(Sent.ACCEPTED);

        crash();

        Arrivals arrivals = new Arrivals();
        transport.listen(review, 1, arrivals);
        Delivery delivery = arrivals.take();
        assertThat(delivery.envelope()).isEqualTo(message("kept", Duration.ZERO, true));
        delivery.ack();
    }

    // ---------------------------------------------------------------- the end

    @Test
    void a_transport_is_connected_until_it_is_closed_and_closes_twice_without_harm() throws Exception {
        Transport transport = transport();
        assertThat(transport.connected()).isTrue();

        transport.close();
        transport.close();

        assertThat(transport.connected()).isFalse();
    }

    @Test
    void a_closed_transport_says_so() throws Exception {
        Transport transport = transport();
        Subscription subscription = transport.listen(review, 1, new Arrivals());
        transport.close();

        subscription.close();
        assertThatThrownBy(() -> send(transport, review, message("late")))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> transport.listen(review, 1, new Arrivals()))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void every_send_completes_when_the_transport_closes() throws Exception {
        Transport transport = transport();
        transport().listen(review, 10, Delivery::ack);
        List<CompletableFuture<Sent>> sends = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            sends.add(transport.send(review, message("m" + i)).toCompletableFuture());
        }

        transport.close();

        for (CompletableFuture<Sent> send : sends) {
            try {
                assertThat(send.get(30, SECONDS)).isEqualTo(Sent.ACCEPTED);
            } catch (ExecutionException unknown) {
                assertThat(unknown).cause().isInstanceOf(TransportException.class);
            } catch (TimeoutException hung) {
                throw new AssertionError("a send never completed", hung);
            }
        }
    }

    @Test
    void a_window_has_room_for_one() throws Exception {
        Transport transport = transport();

        assertThatThrownBy(() -> transport.listen(review, 0, new Arrivals()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
    }
}
