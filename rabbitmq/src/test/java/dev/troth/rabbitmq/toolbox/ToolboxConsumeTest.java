package dev.troth.rabbitmq.toolbox;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.LongString;
import dev.troth.rabbitmq.RabbitDelivery;
import dev.troth.rabbitmq.toolbox.Bench.Inbox;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.RabbitServer;
import dev.troth.testkit.servers.TcpProxy;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Consumers: what they get, how they settle it, and how they come back. */
@Timeout(300)
class ToolboxConsumeTest {
    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    @RegisterExtension
    final Bench bench = new Bench(broker);

    private final Queue queue = Queue.classic(bench.name());
    private final Inbox inbox = new Inbox();

    private Subscription consume(Consumption consumption, Receiver receiver) {
        return bench.open(bench.toolbox().consume(consumption, receiver));
    }

    @Test
    void a_message_stays_in_the_queue_until_it_is_acknowledged() throws Exception {
        bench.declared(queue);
        bench.send(queue, "a");
        Subscription first = consume(Consumption.of(queue), inbox);
        IncomingMessage unsettled = inbox.take();
        assertThat(unsettled.settled()).isFalse();
        first.close();

        consume(Consumption.of(queue), inbox);
        IncomingMessage again = inbox.take();

        assertThat(again.delivery().redelivered()).isTrue();
        assertThat(unsettled.ack()).isFalse(); // its channel is gone
        assertThat(again.ack()).isTrue();
        assertThat(again.ack()).isFalse(); // a second time would end the channel
        assertThat(again.requeue()).isFalse();
        bench.send(queue, "b");
        assertThat(inbox.text()).isEqualTo("b");
    }

    @Test
    void an_automatic_acknowledgement_forgets_what_was_not_received() throws Exception {
        bench.declared(queue);
        bench.send(queue, "a", "b", "c");
        CountDownLatch hold = new CountDownLatch(1);
        Subscription subscription = consume(Consumption.of(queue).automaticAck(), message -> {
            inbox.receive(message);
            hold.await();
        });

        assertThat(inbox.take().settled()).isTrue();
        bench.untilReady(queue, 0);
        hold.countDown();
        subscription.close();

        assertThat(bench.ready(queue)).isZero();
    }

    @Test
    void a_consumer_holds_no_more_than_its_prefetch() throws Exception {
        bench.declared(queue);
        bench.send(queue, "a", "b", "c", "d");

        consume(Consumption.of(queue).prefetch(2), inbox);

        bench.untilReady(queue, 2);
        IncomingMessage first = inbox.take();
        assertThat(List.of(first.text(), inbox.take().text())).containsExactly("a", "b");
        assertThat(inbox.size()).isZero();
        first.ack();
        assertThat(inbox.take().text()).isEqualTo("c");
    }

    @Test
    void a_consumer_has_the_tag_that_it_was_given() throws Exception {
        bench.declared(queue);

        consume(Consumption.of(queue).tag("invoices-7"), inbox);

        assertThat(broker.control("-q", "list_consumers", "queue_name", "consumer_tag"))
                .containsPattern(queue.name() + "\\s+invoices-7");
    }

    @Test
    void an_exclusive_consumer_is_alone() throws Exception {
        bench.declared(queue);
        Subscription alone = consume(Consumption.of(queue).alone(), inbox);

        assertThatThrownBy(() -> consume(Consumption.of(queue), inbox))
                .isInstanceOfSatisfying(
                        ToolboxException.class, e -> assertThat(e.code()).isEqualTo(403))
                .hasMessageContaining("exclusive");
        alone.close();

        Waiting.until(() -> bench.toolbox().queue(queue.name()).orElseThrow().consumers() == 0);
        consume(Consumption.of(queue), inbox);
    }

    @Test
    void consumers_of_higher_priority_get_messages_first() throws Exception {
        bench.declared(queue);
        Inbox low = new Inbox();
        consume(Consumption.of(queue).prefetch(1).priority(-1), low);
        consume(Consumption.of(queue).prefetch(1).priority(5), inbox);

        bench.send(queue, "a");
        IncomingMessage first = inbox.take();
        assertThat(low.size()).isZero();
        bench.send(queue, "b"); // the other one is busy

        assertThat(low.take().text()).isEqualTo("b");
        first.ack();
    }

    @Test
    void a_receiver_that_throws_gets_the_message_again() throws Exception {
        bench.declared(queue);
        consume(Consumption.of(queue), message -> {
            inbox.receive(message);
            if (!message.delivery().redelivered()) {
                throw new IllegalStateException("the first time it fails");
            }
            message.ack();
        });

        bench.send(queue, "a");

        assertThat(inbox.take().delivery().redelivered()).isFalse();
        assertThat(inbox.take().delivery().redelivered()).isTrue();
        Waiting.until(() -> bench.ready(queue) == 0);
    }

    @Test
    void a_receiver_that_throws_can_have_the_message_rejected() throws Exception {
        Queue dead = Queue.classic(bench.name());
        Exchange graveyard = Exchange.fanout(bench.name());
        bench.toolbox().declare(Binding.of(graveyard, dead));
        bench.declared(queue.deadLetterTo(graveyard));
        consume(Consumption.of(queue).rejectFailed(), message -> {
            throw new IllegalStateException("each time it fails");
        });

        bench.send(queue, "a");

        bench.untilReady(dead, 1);
        bench.toolbox().deleteExchange(graveyard.name());
    }

    @Test
    void a_consumer_comes_back_after_its_connection_is_cut() throws Exception {
        TcpProxy wire = bench.open(TcpProxy.to(broker.port()));
        bench.declared(queue);
        Toolbox toolbox = bench.open(Toolbox.open(wire.through(broker.uri())));
        toolbox.consume(Consumption.of(queue), inbox);
        bench.send(queue, "a");
        IncomingMessage lost = inbox.take();

        wire.cut();
        IncomingMessage again = inbox.take();
        lost.ack(); // stale: settles nothing, and harms nothing
        again.ack();

        bench.send(queue, "b");
        assertThat(again.text()).isEqualTo("a");
        assertThat(inbox.text()).isEqualTo("b");
    }

    @Test
    void a_consumer_comes_back_after_its_queue_was_deleted() throws Exception {
        Subscription subscription = consume(Consumption.of(queue).declaring(Declarations.of(queue)), inbox);

        bench.toolbox().deleteQueue(queue.name());
        Waiting.until(() -> bench.toolbox().queue(queue.name()).isPresent() && subscription.active());

        bench.send(queue, "a");
        assertThat(inbox.text()).isEqualTo("a");
    }

    @Test
    void a_consumer_comes_back_after_its_channel_was_closed_by_the_broker() throws Exception {
        bench.declared(queue);
        bench.send(queue, "a");
        consume(Consumption.of(queue), inbox);
        IncomingMessage first = inbox.take();

        IncomingMessage forged = new IncomingMessage(
                new RabbitDelivery(4711, "", "", false, first.delivery().properties()),
                new byte[0],
                first.channel(),
                false);
        forged.ack(); // no such tag: the broker closes the channel

        assertThat(inbox.take().delivery().redelivered()).isTrue();
    }

    @Test
    void closing_waits_for_the_receiver_and_lets_it_settle() throws Exception {
        bench.declared(queue);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<Boolean> settled = new CompletableFuture<>();
        Subscription subscription = consume(Consumption.of(queue), message -> {
            started.countDown();
            go.await();
            settled.complete(message.ack());
        });
        bench.send(queue, "a");
        started.await();

        CompletableFuture<Void> closing = CompletableFuture.runAsync(subscription::close);
        Waiting.until(() -> !subscription.active());
        go.countDown();
        closing.get(60, SECONDS);

        assertThat(settled.get(60, SECONDS)).isTrue();
        Waiting.until(() -> bench.toolbox().channels().state().inUse() == 0);
        assertThat(bench.ready(queue)).isZero();
    }

    @Test
    void a_receiver_may_close_its_own_consumer_and_the_toolbox() throws Exception {
        bench.declared(queue);
        Toolbox toolbox = bench.open(Toolbox.open(bench.options()));
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        toolbox.consume(Consumption.of(queue), message -> {
            message.ack();
            toolbox.close();
            closed.complete(true);
        });

        bench.send(queue, "a");

        assertThat(closed.get(60, SECONDS)).isTrue();
    }

    @Test
    void a_queue_that_is_not_there_is_told_at_once() {
        assertThatThrownBy(() -> consume(Consumption.of(bench.name()), inbox))
                .isInstanceOfSatisfying(
                        ToolboxException.class, e -> assertThat(e.code()).isEqualTo(404))
                .hasMessageContaining("declare it first");
        assertThat(bench.toolbox().channels().state().inUse()).isZero();
    }

    /** Text of an argument that cannot be written as long as it is told so. */
    private static final class FaultyText implements LongString {
        final AtomicBoolean faulty = new AtomicBoolean();
        final AtomicInteger errors = new AtomicInteger();

        @Override
        public long length() {
            return 1;
        }

        @Override
        public DataInputStream getStream() {
            if (faulty.get()) {
                errors.incrementAndGet();
                throw new OutOfMemoryError("of a test");
            }
            return new DataInputStream(new ByteArrayInputStream(getBytes()));
        }

        @Override
        public byte[] getBytes() {
            return new byte[] {'a'};
        }
    }

    @Test
    void a_consumer_is_tried_again_after_an_error_of_the_jvm() throws Exception {
        TcpProxy wire = bench.open(TcpProxy.to(broker.port()));
        FaultyText text = new FaultyText();
        Queue faulty = new Queue(queue.name(), true, false, false, Map.of("x-troth-test", text));
        Toolbox toolbox = bench.open(Toolbox.open(wire.through(broker.uri())));
        Subscription subscription = toolbox.consume(Consumption.of(faulty).declaring(Declarations.of(faulty)), inbox);

        text.faulty.set(true);
        wire.cut();
        Waiting.until(() -> text.errors.get() > 0);
        text.faulty.set(false);

        Waiting.until(subscription::active);
        bench.send(queue, "a");
        assertThat(inbox.text()).isEqualTo("a");
        assertThat(toolbox.channels().state().inUse()).isEqualTo(1);
    }
}
