package dev.troth.rabbitmq.toolbox;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.rabbitmq.client.AMQP;
import dev.troth.rabbitmq.toolbox.PublishException.Fate;
import dev.troth.rabbitmq.toolbox.PublishOutcome.Confirmed;
import dev.troth.rabbitmq.toolbox.PublishOutcome.Returned;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.RabbitServer;
import dev.troth.testkit.servers.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a publish carries, and what one is told of it, whatever fails. */
@Timeout(300)
class ToolboxPublishTest {
    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    @RegisterExtension
    final Bench bench = new Bench(broker);

    private final Queue queue = Queue.classic(bench.name());

    private static Fate fate(CompletableFuture<PublishOutcome> publish) throws Exception {
        try {
            throw new AssertionError(publish.get(60, SECONDS));
        } catch (ExecutionException e) {
            return e.getCause() instanceof PublishException failure ? failure.fate() : fail(e);
        }
    }

    private OutgoingMessage message(String text) {
        return OutgoingMessage.toQueue(queue.name(), text);
    }

    /** A toolbox whose wire can be cut, and that can publish. */
    private Toolbox through(TcpProxy wire, Duration timeout, int window) throws Exception {
        bench.declared(queue);
        Toolbox toolbox = bench.open(Toolbox.open(ToolboxOptions.uri(wire.through(broker.uri()))
                .publishTimeout(timeout)
                .publishWindow(window)));
        assertThat(toolbox.publish(message("first")).get(60, SECONDS)).isEqualTo(new Confirmed());
        return toolbox;
    }

    @Test
    void a_message_arrives_with_all_its_properties() throws Exception {
        bench.declared(queue);

        bench.send(message("a")
                .priority(7)
                .expiration(Duration.ofHours(1))
                .correlationId("c-1")
                .messageId("m-1")
                .type("order")
                .replyTo("answers")
                .contentType("application/json")
                .header("text", "ü")
                .header("number", 7L)
                .header("list", List.of("a", true)));

        PeekedMessage seen = bench.toolbox().peek(queue.name(), 1).get(0);
        AMQP.BasicProperties properties = seen.delivery().properties();
        assertThat(properties.getDeliveryMode()).isEqualTo(2);
        assertThat(properties.getPriority()).isEqualTo(7);
        assertThat(properties.getExpiration()).isEqualTo("3600000");
        assertThat(properties.getCorrelationId()).isEqualTo("c-1");
        assertThat(properties.getMessageId()).isEqualTo("m-1");
        assertThat(properties.getType()).isEqualTo("order");
        assertThat(properties.getReplyTo()).isEqualTo("answers");
        assertThat(properties.getContentType()).isEqualTo("application/json");
        assertThat(seen.headers())
                .containsEntry("text", "ü")
                .containsEntry("number", 7L)
                .containsEntry("list", List.of("a", true));
    }

    @Test
    void messages_are_persistent_unless_told_otherwise() throws Exception {
        bench.declared(queue);

        bench.send(message("a").transientOnly());
        bench.send(message("b"));

        assertThat(bench.toolbox().peek(queue.name(), 2))
                .extracting(each -> each.delivery().properties().getDeliveryMode())
                .containsExactly(1, 2);
    }

    @Test
    void a_message_expires_when_it_says_so() throws Exception {
        bench.declared(queue);

        bench.send(message("a").expiration(Duration.ofMillis(20)));

        bench.untilReady(queue, 0);
    }

    @Test
    void a_message_without_a_queue_comes_back() throws Exception {
        List<CompletableFuture<PublishOutcome>> publishes = new ArrayList<>();
        bench.declared(queue);

        for (int i = 0; i < 50; i++) {
            publishes.add(bench.toolbox().publish(message("m" + i)));
            publishes.add(bench.toolbox().publish(OutgoingMessage.toQueue("nowhere", "m" + i)));
        }

        for (int i = 0; i < publishes.size(); i++) {
            PublishOutcome outcome = publishes.get(i).get(60, SECONDS);
            assertThat(outcome).isEqualTo(i % 2 == 0 ? new Confirmed() : new Returned(312, "NO_ROUTE"));
        }
        assertThat(bench.ready(queue)).isEqualTo(50);
    }

    @Test
    void a_message_that_is_not_mandatory_may_vanish() throws Exception {
        assertThat(bench.outcome(OutgoingMessage.toQueue("nowhere", "a").notMandatory()))
                .isEqualTo(new Confirmed());
    }

    @Test
    void many_publishes_are_on_their_way_at_once_and_keep_their_order() throws Exception {
        bench.declared(queue);

        List<CompletableFuture<PublishOutcome>> publishes = IntStream.range(0, 3_000)
                .mapToObj(i -> bench.toolbox().publish(message("m" + i)))
                .toList();

        for (CompletableFuture<PublishOutcome> each : publishes) {
            assertThat(each.get(60, SECONDS)).isEqualTo(new Confirmed());
        }
        assertThat(bench.ready(queue)).isEqualTo(3_000);
        assertThat(bench.texts(queue))
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).mapToObj(i -> "m" + i).toList());
        assertThat(bench.toolbox().publisherState().channels()).isEqualTo(1);
    }

    @Test
    void an_exchange_that_is_not_there_is_told_and_the_next_publish_works() throws Exception {
        bench.declared(queue);

        CompletableFuture<PublishOutcome> publish =
                bench.toolbox().publish(OutgoingMessage.to(Exchange.direct(bench.name()), "key", "a"));

        assertThatThrownBy(() -> publish.get(60, SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        PublishException.class, e -> assertThat(e.code()).isEqualTo(AMQP.NOT_FOUND))
                .hasMessageContaining("no exchange");
        bench.send(queue, "b");
    }

    @Test
    void a_full_window_pushes_back_and_loses_nothing() throws Exception {
        TcpProxy wire = bench.open(TcpProxy.to(broker.port()));
        Toolbox toolbox = through(wire, Duration.ofSeconds(20), 3);
        wire.stallToClient();

        List<CompletableFuture<PublishOutcome>> inTheWindow = IntStream.range(0, 3)
                .mapToObj(i -> toolbox.publish(message("m" + i)))
                .toList();
        assertThat(toolbox.tryPublish(message("too many"))).isEmpty();
        CompletableFuture<PublishOutcome> waits =
                CompletableFuture.runAsync(() -> {}).thenComposeAsync(unused -> toolbox.publish(message("waits")));
        assertThat(inTheWindow).noneMatch(CompletableFuture::isDone);
        wire.heal();

        assertThat(waits.get(60, SECONDS)).isEqualTo(new Confirmed());
        assertThat(inTheWindow).allMatch(CompletableFuture::isDone);
        assertThat(bench.ready(queue)).isEqualTo(5);
    }

    @Test
    void an_answer_that_does_not_come_is_unknown() throws Exception {
        TcpProxy wire = bench.open(TcpProxy.to(broker.port()));
        Toolbox toolbox = through(wire, Duration.ofMillis(500), 1);
        wire.stallToClient();

        CompletableFuture<PublishOutcome> seen = toolbox.publish(message("arrives, unseen"));

        assertThat(fate(seen)).isEqualTo(Fate.UNKNOWN);
        bench.untilReady(queue, 2);
        wire.heal(); // the late answer does no harm
        Waiting.until(() -> confirmed(toolbox, message("next")));
    }

    @Test
    void a_full_window_is_an_error_in_the_end_and_nothing_was_sent() throws Exception {
        TcpProxy wire = bench.open(TcpProxy.to(broker.port()));
        Toolbox toolbox = through(wire, Duration.ofSeconds(1), 1);
        wire.refuse();
        wire.cut();

        CompletableFuture<PublishOutcome> first = toolbox.publish(message("waits for the broker"));
        CompletableFuture<PublishOutcome> second = toolbox.publish(message("waits for the window"));

        assertThat(fate(first)).isIn(Fate.NOT_SENT, Fate.UNKNOWN);
        assertThat(fate(second)).isEqualTo(Fate.NOT_SENT);
        assertThat(bench.ready(queue)).isLessThanOrEqualTo(2);
    }

    @Test
    void what_was_given_up_does_not_wait_for_the_writer_any_more() throws Exception {
        TcpProxy wire = bench.open(TcpProxy.to(broker.port()));
        wire.refuse();
        ToolboxOptions options = ToolboxOptions.uri(wire.through(broker.uri()))
                .publishWindow(100)
                .publishTimeout(Duration.ofMillis(50));
        ChannelPool pool = bench.open(ChannelPool.open(options, "publishing"));
        Publishing publishing = bench.open(new Publishing(pool, options));
        int most = 0;

        for (int round = 0; round < 10; round++) {
            List<CompletableFuture<PublishOutcome>> publishes = IntStream.range(0, 100)
                    .mapToObj(i -> publishing.publish(message("m" + i)))
                    .toList();
            most = Math.max(most, publishing.queued());
            for (CompletableFuture<PublishOutcome> each : publishes) {
                assertThat(fate(each)).isEqualTo(Fate.NOT_SENT);
            }
        }

        assertThat(most).isBetween(1, 100);
    }

    @Test
    void a_write_that_hangs_costs_its_connection_and_publishing_goes_on() throws Exception {
        bench.declared(queue);
        TcpProxy wire = bench.open(TcpProxy.to(broker.port()));
        Toolbox toolbox = bench.open(Toolbox.open(ToolboxOptions.uri(wire.through(broker.uri()))
                .heartbeat(Duration.ofMinutes(10)) // which does not notice it in time
                .publishWindow(40)
                .publishTimeout(Duration.ofSeconds(1))));
        assertThat(toolbox.publish(message("first")).get(60, SECONDS)).isEqualTo(new Confirmed());
        wire.strand();
        byte[] large = new byte[1 << 20];

        List<CompletableFuture<PublishOutcome>> publishes = IntStream.range(0, 40)
                .mapToObj(i -> toolbox.publish(OutgoingMessage.toQueue(queue.name(), large)))
                .toList();

        List<Fate> fates = new ArrayList<>();
        for (CompletableFuture<PublishOutcome> each : publishes) {
            if (!confirmed(each)) { // a late one may have found the next connection in time
                fates.add(fate(each));
            }
        }
        assertThat(fates).contains(Fate.UNKNOWN, Fate.NOT_SENT); // so a write hung
        Waiting.until(() -> confirmed(toolbox, message("next")));
    }

    private static boolean confirmed(Toolbox toolbox, OutgoingMessage message) throws Exception {
        return confirmed(toolbox.publish(message));
    }

    private static boolean confirmed(CompletableFuture<PublishOutcome> publish) throws Exception {
        try {
            return publish.get(60, SECONDS).confirmed();
        } catch (ExecutionException notYet) {
            return false;
        }
    }

    @Test
    void what_was_called_not_sent_is_never_written() {
        Parcel parcel = new Parcel(message("late"));
        Parcel written = new Parcel(message("written"));

        assertThat(parcel.endWaiting()).isTrue();
        assertThat(parcel.beginWriting()).isFalse();
        assertThat(written.beginWriting()).isTrue();
        assertThat(written.endWaiting()).isFalse(); // its fate is unknown by now, never "not sent"
        assertThat(written.end()).isTrue();
        written.notWritten();
        assertThat(written.beginWriting()).isFalse();
    }

    @Test
    void a_cut_connection_leaves_no_publish_without_an_end() throws Exception {
        TcpProxy wire = bench.open(TcpProxy.to(broker.port()));
        Toolbox toolbox = through(wire, Duration.ofSeconds(20), 100);
        List<CompletableFuture<PublishOutcome>> publishes = new ArrayList<>();

        for (int i = 0; i < 1_000; i++) {
            if (i % 300 == 200) {
                wire.cut();
            }
            publishes.add(toolbox.publish(message("m" + i)));
        }

        int confirmed = 1;
        int unknown = 0;
        for (CompletableFuture<PublishOutcome> each : publishes) {
            if (each.handle((outcome, failure) -> failure == null).get(60, SECONDS)) {
                confirmed++;
            } else {
                assertThat(fate(each)).isEqualTo(Fate.UNKNOWN);
                unknown++;
            }
        }
        assertThat(bench.ready(queue)).isBetween((long) confirmed, (long) confirmed + unknown);
        assertThat(confirmed).isGreaterThan(500);
    }

    @Test
    void closing_ends_every_publish() throws Exception {
        TcpProxy wire = bench.open(TcpProxy.to(broker.port()));
        Toolbox toolbox = through(wire, Duration.ofSeconds(20), 10);
        wire.stall();
        CompletableFuture<PublishOutcome> onItsWay = toolbox.publish(message("a"));
        long start = System.nanoTime();

        toolbox.close();
        toolbox.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        assertThat(fate(onItsWay)).isIn(Fate.UNKNOWN, Fate.NOT_SENT);
        assertThat(fate(toolbox.publish(message("b")))).isEqualTo(Fate.NOT_SENT);
        assertThatThrownBy(() -> toolbox.queue("q")).hasMessageContaining("closed");
    }
}
