package dev.troth.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.Subscriber;
import dev.troth.Troth;
import dev.troth.admin.DeadLetterFilter;
import dev.troth.message.Envelope;
import dev.troth.message.Kind;
import dev.troth.message.Retry;
import dev.troth.protocol.Address;
import dev.troth.protocol.Refusal;
import dev.troth.spi.DeadLetter;
import dev.troth.spi.DeadLetterStore;
import dev.troth.spi.EventTransport;
import dev.troth.spi.Feed;
import dev.troth.spi.InboxStore;
import dev.troth.spi.OutboxStore;
import dev.troth.spi.StoreException;
import dev.troth.spi.TransportException;
import dev.troth.testkit.InMemoryBroker;
import dev.troth.testkit.InMemoryDecisionLog;
import dev.troth.testkit.InMemoryInbox;
import dev.troth.testkit.InMemoryOutbox;
import dev.troth.testkit.Waiting;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SubscribersTest {
    private static final Address.Subscriber NOTES = new Address.Subscriber("notes");

    private final InMemoryBroker broker = InMemoryBroker.inRealTime();
    private final EventTransport sender = broker.connect();
    private EventTransport transport = broker.connect();
    private final List<Integer> applied = new CopyOnWriteArrayList<>();
    private @Nullable Troth started;

    @Kind("blog.submitted")
    record BlogSubmitted(int number) {}

    @AfterEach
    void close() {
        if (started != null) {
            started.stop(Duration.ofSeconds(2));
        }
        sender.close();
    }

    private static Subscriber subscriber() {
        return Subscriber.named("notes").on(new InMemoryInbox(InstantSource.system()));
    }

    private void start(Subscriber subscriber) {
        started = Troth.builder("notes")
                .transport(transport)
                .subscriber(subscriber)
                .start();
    }

    private Troth notes() {
        return Objects.requireNonNull(started);
    }

    private int working() {
        return Objects.requireNonNull(notes().health().subscribers().get("notes"))
                .working();
    }

    static Envelope event(int number, String key) {
        return new Envelope(
                "EVENT",
                "id" + number,
                "id" + number,
                "application/json",
                Duration.ZERO,
                true,
                Map.of("cloudEvents_type", "blog.submitted", "cloudEvents_subject", key),
                ("{\"number\":" + number + "}").getBytes(StandardCharsets.UTF_8));
    }

    private void send(int number, String key) {
        assertThat(sender.send(NOTES, event(number, key)).toCompletableFuture().join())
                .isEqualTo(EventTransport.Sent.ACCEPTED);
    }

    private long deadLetters() {
        return notes().deadLetters("notes").list(DeadLetterFilter.kept(), 10).size();
    }

    private void becomesADeadLetter(RuntimeException failure) throws Exception {
        start(subscriber()
                .retry(Retry.immediately(3).butNotOn(ArithmeticException.class))
                .handle(BlogSubmitted.class, (event, in) -> {
                    throw failure;
                }));

        send(1, "ann");

        Waiting.until(() -> deadLetters() == 1);
        Waiting.until(() -> working() == 0);
    }

    @Test
    void a_failure_that_is_its_own_cause_becomes_a_dead_letter() throws Exception {
        RuntimeException one = new IllegalStateException("one");
        RuntimeException two = new IllegalStateException("two", one);
        one.initCause(two);

        becomesADeadLetter(one);
    }

    @Test
    void a_failure_whose_message_fails_becomes_a_dead_letter() throws Exception {
        becomesADeadLetter(new Unspeakable());
    }

    private static final class Unspeakable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message");
        }
    }

    @Test
    void pausing_in_order_keeps_count_of_what_it_has() throws Exception {
        start(subscriber()
                .inOrder()
                .concurrency(8)
                .handle(BlogSubmitted.class, (event, in) -> applied.add(event.number())));
        for (int number = 1; number <= 2_000; number++) {
            send(number, "key" + number % 50);
        }

        for (int pauses = 0; pauses < 200; pauses++) {
            notes().pause("notes");
            assertThat(working()).isNotNegative();
            notes().resume("notes");
        }

        Waiting.until(() -> applied.size() == 2_000);
        Waiting.until(() -> working() == 0);
        assertThat(applied).doesNotHaveDuplicates();
    }

    @Test
    void what_is_delivered_again_while_it_waits_in_place_goes_on_where_it_was() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        AtomicInteger attempts = new AtomicInteger();
        start(subscriber()
                .inOrder()
                .retry(Retry.fixed(Duration.ofMillis(300), 3))
                .handle(BlogSubmitted.class, (event, in) -> {
                    if (event.number() == 1 && attempts.incrementAndGet() <= 3) {
                        first.countDown();
                        throw new IllegalStateException("attempt " + attempts);
                    }
                    applied.add(event.number());
                }));
        send(1, "ann");
        send(2, "ann");

        first.await();
        broker.crash();
        Waiting.until(() -> deadLetters() == 1);
        broker.crash();
        Waiting.until(() -> applied.size() == 1);
        Waiting.until(() -> working() == 0);
        send(3, "ann");
        Waiting.until(() -> applied.contains(3));

        assertThat(attempts).hasValue(3);
        assertThat(applied).containsExactly(2, 3);
        assertThat(deadLetters()).isEqualTo(1);
    }

    @Test
    void what_is_delivered_again_while_it_is_at_work_takes_no_place_of_others() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        start(subscriber().concurrency(2).handle(BlogSubmitted.class, (event, in) -> {
            if (event.number() == 1) {
                begun.countDown();
                goOn.await();
            }
            applied.add(event.number());
        }));
        send(1, "ann");
        begun.await();

        for (int crash = 0; crash < 3; crash++) {
            broker.crash();
        }
        send(2, "ben");
        Waiting.until(() -> applied.contains(2));
        goOn.countDown();

        Waiting.until(() -> working() == 0);
        assertThat(applied).containsExactly(2, 1);
    }

    @Test
    void a_failure_that_cannot_be_shown_is_told_apart_all_the_same() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        start(subscriber()
                .retry(Retry.immediately(3).butNotOn(Unspeakable.class))
                .handle(BlogSubmitted.class, (event, in) -> {
                    attempts.incrementAndGet();
                    throw new Unspeakable();
                }));

        send(1, "ann");

        Waiting.until(() -> deadLetters() == 1);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void what_was_lost_with_its_connection_is_left_to_whoever_gets_its_copy() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        start(subscriber().inOrder().handle(BlogSubmitted.class, (event, in) -> {
            begun.countDown();
            goOn.await();
            applied.add(event.number());
        }));
        send(1, "ann");
        send(2, "ann");
        Waiting.until(() -> working() == 2);
        begun.await();

        broker.stop();
        goOn.countDown();
        Waiting.until(() -> working() == 0);
        assertThat(applied).containsExactly(1);

        broker.start();
        Waiting.until(() -> applied.size() == 2);
        assertThat(applied).containsExactly(1, 2);
    }

    @Test
    void what_cannot_be_sent_for_later_waits_where_it_is() throws Exception {
        AtomicInteger refusals = new AtomicInteger();
        AtomicInteger attempts = new AtomicInteger();
        transport = new Wrapped(broker.connect()) {
            @Override
            public CompletionStage<Sent> sendLater(Address.Subscriber to, Envelope envelope, Duration delay) {
                refusals.incrementAndGet();
                return CompletableFuture.completedFuture(Sent.UNROUTABLE);
            }
        };
        start(subscriber().retry(Retry.fixed(Duration.ofMillis(1), 3)).handle(BlogSubmitted.class, (event, in) -> {
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("the first time");
            }
            applied.add(in.attempt());
        }));

        send(1, "ann");

        Waiting.until(() -> applied.size() == 1);
        assertThat(applied).containsExactly(2);
        assertThat(attempts).hasValue(2);
        assertThat(refusals).hasValue(1);
    }

    @Test
    void while_the_database_is_away_messages_stay_and_no_more_come_than_the_window() throws Exception {
        AtomicBoolean away = new AtomicBoolean(true);
        start(Subscriber.named("notes")
                .on(new AwayInbox(new InMemoryInbox(InstantSource.system()), away))
                .concurrency(2)
                .handle(BlogSubmitted.class, (event, in) -> applied.add(event.number())));
        for (int number = 1; number <= 50; number++) {
            send(number, "key" + number);
        }

        Waiting.until(() -> failures() > 20);
        assertThat(working()).isLessThanOrEqualTo(10);
        assertThat(broker.delayed()).isZero();
        away.set(false);

        Waiting.until(() -> applied.size() == 50);
        assertThat(applied).doesNotHaveDuplicates();
    }

    private long failures() {
        return Objects.requireNonNull(
                Objects.requireNonNull(notes().health().subscribers().get("notes"))
                        .counts()
                        .get("failures"));
    }

    @Test
    void messages_to_one_queue_that_does_not_answer_hold_up_no_others() throws Exception {
        InMemoryDecisionLog log = new InMemoryDecisionLog(InstantSource.system());
        InMemoryOutbox outbox = new InMemoryOutbox(InstantSource.system(), log);
        outbox.open();
        for (int number = 1; number <= 1_100; number++) {
            waits(outbox, new Address.Topic("silent"), number);
        }
        waits(outbox, NOTES, 7_000);
        transport = new Wrapped(broker.connect()) {
            @Override
            public CompletionStage<Sent> send(Address to, Envelope envelope) {
                return to instanceof Address.Topic
                        ? CompletableFuture.failedFuture(new TransportException("not confirmed in time", null))
                        : super.send(to, envelope);
            }
        };
        started = Troth.builder("notes")
                .transport(transport)
                .decisions(log)
                .outbox(outbox)
                .subscriber(subscriber().handle(BlogSubmitted.class, (event, in) -> applied.add(event.number())))
                .start();

        Waiting.until(() -> applied.contains(7_000));

        assertThat(outbox.backlog().failing()).isPositive();
    }

    private static void waits(InMemoryOutbox outbox, Address to, int number) {
        Connection connection = outbox.begin();
        outbox.add(connection, new OutboxStore.Outgoing(to, "key" + number, "blog.submitted", event(number, "key")));
        outbox.commit(connection);
    }

    /** An inbox whose database is away now and then. */
    private record AwayInbox(InboxStore inbox, AtomicBoolean away) implements InboxStore {
        @Override
        public void open() {
            inbox.open();
        }

        @Override
        public InboxStore named(String consumer) {
            return new AwayInbox(inbox.named(consumer), away);
        }

        @Override
        public <X extends Exception> boolean once(String messageId, Effect<X> effect) throws X {
            if (away.get()) {
                throw new StoreException("away", null);
            }
            return inbox.once(messageId, effect);
        }

        @Override
        public Refusal explain(Throwable failure) {
            return inbox.explain(failure);
        }

        @Override
        public void keep(DeadLetter letter) {
            inbox.keep(letter);
        }

        @Override
        public DeadLetterStore deadLetters() {
            return inbox.deadLetters();
        }

        @Override
        public void close() {
            inbox.close();
        }
    }

    /** A transport that tests change. */
    private static class Wrapped implements EventTransport {
        private final EventTransport real;

        Wrapped(EventTransport real) {
            this.real = real;
        }

        @Override
        public CompletionStage<Sent> send(Address to, Envelope envelope) {
            return real.send(to, envelope);
        }

        @Override
        public CompletionStage<Sent> sendLater(Address.Subscriber to, Envelope envelope, Duration delay) {
            return real.sendLater(to, envelope, delay);
        }

        @Override
        public Subscription subscribe(Feed feed, int window, Receiver receiver) {
            return real.subscribe(feed, window, receiver);
        }

        @Override
        public Subscription listen(Address address, int window, Receiver receiver) {
            return real.listen(address, window, receiver);
        }

        @Override
        public boolean sendsEvents() {
            return real.sendsEvents();
        }

        @Override
        public boolean connected() {
            return real.connected();
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
