package dev.troth.rabbitmq.toolbox;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.rabbitmq.client.ShutdownSignalException;
import dev.troth.rabbitmq.toolbox.Bench.Inbox;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.RabbitServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A broker that is killed, blocks, or is asked what it has: one of its own, as others would notice. */
@Timeout(300)
class ToolboxFailureTest {
    private static final int THREADS = 200;

    @RegisterExtension
    static final RabbitServer broker = RabbitServer.local().withManagement();

    @RegisterExtension
    final Bench bench = new Bench(broker);

    private final Queue queue = Queue.classic(bench.name());

    private static int channelsAtTheBroker() {
        return broker.control("-q", "list_channels", "pid")
                .lines()
                .filter(line -> line.startsWith("<"))
                .mapToInt(line -> 1)
                .sum();
    }

    /** Many threads that publish until they are told to stop, some of them on channels of their own. */
    private final class Crowd {
        final Set<String> confirmed = ConcurrentHashMap.newKeySet();
        final AtomicInteger failed = new AtomicInteger();
        final CountDownLatch stop = new CountDownLatch(1);
        final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        final List<Future<?>> all = new ArrayList<>();

        Crowd(Toolbox toolbox, ChannelPool pool) {
            for (int i = 0; i < THREADS; i++) {
                String name = "t" + i;
                all.add(threads.submit(i % 2 == 0 ? () -> publish(toolbox, name) : () -> borrow(pool)));
            }
        }

        private Void publish(Toolbox toolbox, String name) throws Exception {
            for (int n = 0; stop.getCount() > 0; n++) {
                String text = name + "-" + n;
                try {
                    if (toolbox.publish(OutgoingMessage.toQueue(queue.name(), text))
                            .get(60, SECONDS)
                            .confirmed()) {
                        confirmed.add(text);
                    }
                } catch (ExecutionException e) {
                    assertThat(e).hasCauseInstanceOf(PublishException.class);
                    failed.incrementAndGet();
                }
            }
            return null;
        }

        private Void borrow(ChannelPool pool) {
            while (stop.getCount() > 0) {
                try {
                    pool.with(channel -> channel.queueDeclarePassive(queue.name()));
                } catch (IOException | ShutdownSignalException | BorrowException e) {
                    failed.incrementAndGet(); // the broker is away
                }
            }
            return null;
        }

        void end() throws Exception {
            stop.countDown();
            for (Future<?> each : all) {
                each.get(90, SECONDS);
            }
            threads.shutdown();
        }
    }

    @Test
    void two_hundred_threads_lose_nothing_that_was_confirmed_when_the_broker_is_killed() throws Exception {
        bench.declared(queue);
        Toolbox toolbox = bench.toolbox();
        ChannelPool pool = bench.open(
                ChannelPool.open(bench.options().poolSize(2, 20).borrowTimeout(Duration.ofSeconds(2)), "stress"));
        Crowd crowd = new Crowd(toolbox, pool);

        Waiting.until(() -> crowd.confirmed.size() > 2_000);
        killed();
        int before = crowd.confirmed.size();
        Waiting.until(() -> crowd.confirmed.size() > before + 2_000);
        crowd.end();

        assertThat(crowd.failed).hasPositiveValue();
        Set<String> missing = new HashSet<>(crowd.confirmed);
        Inbox inbox = new Inbox();
        toolbox.consume(Consumption.of(queue).prefetch(1_000), inbox);
        while (!missing.isEmpty()) {
            missing.remove(inbox.text());
        }
        assertThat(pool.state().inUse()).isZero();
        assertThat(pool.state().waiting()).isZero();
        assertThat(pool.state().channels()).isEqualTo(pool.state().idle());
        Waiting.until(() -> channelsAtTheBroker()
                == pool.state().channels()
                        + toolbox.channels().state().channels()
                        + toolbox.publisherState().channels());
        pool.close();
        toolbox.close();
        Waiting.until(() -> channelsAtTheBroker() == 0);
    }

    @Test
    void a_consumer_comes_back_when_the_broker_is_killed() throws Exception {
        bench.declared(queue);
        Inbox inbox = new Inbox();
        bench.toolbox().consume(Consumption.of(queue), inbox);
        bench.send(queue, "a");
        IncomingMessage first = inbox.take();

        killed();

        assertThat(inbox.text()).isEqualTo("a");
        assertThat(first.ack()).isFalse();
        Waiting.until(() -> sent("b"));
        assertThat(inbox.text()).isEqualTo("b");
    }

    /** The client library forgets to tell a consumer of a lost connection if it is busy for more than two seconds after it. */
    @Test
    void a_consumer_that_was_busy_for_as_long_as_the_broker_was_away_comes_back() throws Exception {
        bench.declared(queue);
        CountDownLatch received = new CountDownLatch(1);
        CountDownLatch back = new CountDownLatch(1);
        AtomicInteger atOnce = new AtomicInteger();
        Inbox inbox = new Inbox();
        Subscription subscription = bench.toolbox().consume(Consumption.of(queue), message -> {
            assertThat(atOnce.incrementAndGet()).isEqualTo(1);
            received.countDown();
            back.await();
            inbox.receive(message);
            atOnce.decrementAndGet();
        });
        bench.send(queue, "a");
        received.await();

        killed();
        Waiting.until(subscription::active);
        back.countDown();

        IncomingMessage lost = inbox.take();
        assertThat(lost.ack()).isFalse();
        assertThat(inbox.text()).isEqualTo("a");
    }

    /** And back; it would forget a queue that was declared just before. */
    private static void killed() {
        broker.flush();
        broker.kill9();
        broker.start();
    }

    private boolean sent(String text) throws Exception {
        try {
            return bench.outcome(OutgoingMessage.toQueue(queue.name(), text)).confirmed();
        } catch (ExecutionException notYet) {
            return false;
        }
    }

    @Test
    void an_alarm_holds_publishes_back_and_consumers_go_on() throws Exception {
        bench.declared(queue);
        Inbox inbox = new Inbox();
        bench.toolbox().consume(Consumption.of(queue), inbox);
        bench.send(queue, "before");
        broker.control("set_vm_memory_high_watermark", "absolute", "1");
        CompletableFuture<PublishOutcome> blocks =
                bench.toolbox().publish(OutgoingMessage.toQueue(queue.name(), "blocks"));
        Waiting.until(() -> bench.toolbox().publisherState().blocked() == 1);

        CompletableFuture<PublishOutcome> held = bench.toolbox().publish(OutgoingMessage.toQueue(queue.name(), "held"));
        assertThat(inbox.text()).isEqualTo("before"); // settlements pass
        Waiting.until(() -> bench.toolbox().queue(queue.name()).isPresent()); // declarations, too
        assertThat(held.isDone()).isFalse();
        broker.control("set_vm_memory_high_watermark", "absolute", "512MB");

        assertThat(blocks.get(60, SECONDS).confirmed()).isTrue();
        assertThat(held.get(60, SECONDS).confirmed()).isTrue();
        assertThat(List.of(inbox.text(), inbox.text())).containsExactly("blocks", "held");
    }

    @Test
    void the_management_api_tells_every_difference() {
        Exchange dead = Exchange.fanout(bench.name());
        bench.declared(queue.maxLength(5, Overflow.DROP_HEAD).maxPriority(3));
        Queue asked = Queue.quorum(queue.name())
                .maxLength(6, Overflow.DROP_HEAD)
                .deliveryLimit(3)
                .deadLetterTo(dead);
        Toolbox informed = bench.open(Toolbox.open(bench.options().management(broker.managementUri())));

        DeclarationException error = catchThrowableOfType(DeclarationException.class, () -> informed.declare(asked));
        DeclarationException exchange = catchThrowableOfType(
                DeclarationException.class,
                () -> informed.declare(Declarations.none().with(dead).with(asked)));

        assertThat(exchange).isNotNull();
        assertThat(error.notCompared()).isEmpty();
        assertThat(error.differences())
                .containsExactlyInAnyOrder(
                        new Difference("x-queue-type", "quorum", "classic"),
                        new Difference("x-max-length", "6", "5"),
                        new Difference("x-max-priority", "none", "3"),
                        new Difference("x-delivery-limit", "3", "none"),
                        new Difference("x-dead-letter-exchange", dead.name(), "none"));
        assertThat(exchangeError(informed, dead).differences())
                .containsExactlyInAnyOrder(
                        new Difference("type", "topic", "fanout"), new Difference("internal", "true", "false"));
    }

    private static DeclarationException exchangeError(Toolbox toolbox, Exchange existing) {
        Exchange other = Exchange.topic(existing.name()).internalOnly();
        return catchThrowableOfType(
                DeclarationException.class,
                () -> toolbox.declare(Declarations.none().with(other)));
    }

    @Test
    void a_management_api_that_does_not_answer_is_said_and_the_broker_is_asked() {
        bench.declared(queue.maxPriority(3));
        String wrong = broker.managementUri().replace(broker.password(), "wrong");
        Toolbox informed = bench.open(Toolbox.open(bench.options().management(wrong)));

        DeclarationException error = catchThrowableOfType(DeclarationException.class, () -> informed.declare(queue));

        assertThat(error.differences()).containsExactly(new Difference("x-max-priority", "none", "3"));
        assertThat(error.notCompared()).contains("401").doesNotContain("wrong");
    }
}
