package dev.troth.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.Subscriber;
import dev.troth.Troth;
import dev.troth.admin.DeadLetterFilter;
import dev.troth.codec.JsonCodec;
import dev.troth.engine.consumer.SubscriberDesk;
import dev.troth.engine.consumer.SubscriberSpec;
import dev.troth.engine.runtime.Environment;
import dev.troth.engine.runtime.Events;
import dev.troth.engine.runtime.Settings;
import dev.troth.engine.runtime.SystemScheduler;
import dev.troth.engine.wire.Payloads;
import dev.troth.message.Delivery;
import dev.troth.message.Envelope;
import dev.troth.message.Kind;
import dev.troth.message.Retry;
import dev.troth.message.TopicPattern;
import dev.troth.protocol.Address;
import dev.troth.spi.EventTransport;
import dev.troth.spi.Feed;
import dev.troth.spi.Probe;
import dev.troth.spi.Scheduler;
import dev.troth.spi.UnfitMessageException;
import dev.troth.testkit.InMemoryInbox;
import dev.troth.testkit.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A transport moved by hand: what a broker may do, one step after the other. */
@Timeout(90)
class RedeliveryTest {
    private final List<Integer> applied = new CopyOnWriteArrayList<>();
    private final ByHand hand = new ByHand();
    private @Nullable Troth started;

    @Kind("blog.submitted")
    record BlogSubmitted(int number) {}

    @AfterEach
    void close() {
        if (started != null) {
            started.stop(Duration.ofSeconds(2));
        }
    }

    private static Subscriber subscriber() {
        return Subscriber.named("notes").on(new InMemoryInbox(InstantSource.system()));
    }

    private void start(Subscriber subscriber) {
        started = Troth.builder("notes").transport(hand).subscriber(subscriber).start();
    }

    private Troth notes() {
        return Objects.requireNonNull(started);
    }

    private long deadLetters() {
        return notes().deadLetters("notes").list(DeadLetterFilter.kept(), 10).size();
    }

    @Test
    void in_order_a_copy_does_not_pass_the_copy_of_the_one_before() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        CountDownLatch firstBegun = new CountDownLatch(1);
        CountDownLatch secondBegun = new CountDownLatch(1);
        start(subscriber().inOrder().concurrency(1).handle(BlogSubmitted.class, (event, in) -> {
            if (event.number() == 1) {
                firstBegun.countDown();
                first.await();
            } else if (event.number() == 2) {
                secondBegun.countDown();
                second.await();
            }
            applied.add(event.number());
        }));
        AtomicBoolean channel = new AtomicBoolean(true);
        hand.deliver(SubscribersTest.event(1, "ann"), channel, false);
        hand.deliver(SubscribersTest.event(2, "ann"), channel, false);
        hand.deliver(SubscribersTest.event(3, "ben"), channel, false);
        hand.deliver(SubscribersTest.event(4, "ben"), channel, false);

        firstBegun.await();
        channel.set(false); // the connection is lost, and made again
        AtomicBoolean next = new AtomicBoolean(true);
        hand.deliver(SubscribersTest.event(1, "ann"), next, true);
        hand.deliver(SubscribersTest.event(2, "ann"), next, true);
        first.countDown();
        secondBegun.await();
        hand.deliver(SubscribersTest.event(3, "ben"), next, true);
        hand.deliver(SubscribersTest.event(4, "ben"), next, true);
        second.countDown();

        Waiting.until(() -> applied.size() == 4);
        assertThat(applied).containsExactly(1, 2, 3, 4);
    }

    @Test
    void what_can_never_be_sent_for_later_becomes_a_dead_letter() throws Exception {
        hand.later = () -> CompletableFuture.failedFuture(new UnfitMessageException("65 headers", null));
        start(subscriber().retry(Retry.fixed(Duration.ofMillis(1), 3)).handle(BlogSubmitted.class, (event, in) -> {
            throw new IllegalStateException("always");
        }));
        Step step = hand.deliver(SubscribersTest.event(1, "ann"), new AtomicBoolean(true), false);

        Waiting.until(() -> deadLetters() == 1);
        Waiting.until(() -> !step.settled.isEmpty());
        assertThat(step.settled).containsExactly("ack");
    }

    @Test
    void a_transport_that_throws_as_it_is_asked_again_loses_nothing() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        hand.later = () -> switch (asked.incrementAndGet()) {
            case 1 -> CompletableFuture.completedFuture(EventTransport.Sent.UNROUTABLE);
            case 2 -> throw new IllegalStateException("out of memory, perhaps");
            default -> CompletableFuture.completedFuture(EventTransport.Sent.ACCEPTED);
        };
        start(subscriber().retry(Retry.fixed(Duration.ofMillis(1), 3)).handle(BlogSubmitted.class, (event, in) -> {
            throw new IllegalStateException("always");
        }));
        Step step = hand.deliver(SubscribersTest.event(1, "ann"), new AtomicBoolean(true), false);

        Waiting.until(() -> !step.settled.isEmpty());
        assertThat(step.settled).containsExactly("ack");
    }

    @Test
    void what_waits_to_be_sent_for_later_is_counted() throws Exception {
        hand.later = CompletableFuture::new;
        Retry retry = Retry.fixed(Duration.ofMillis(1), 3);
        start(subscriber().retry(retry).concurrency(1).handle(BlogSubmitted.class, (event, in) -> {
            throw new IllegalStateException("always");
        }));
        AtomicBoolean channel = new AtomicBoolean(true);
        Step first = hand.deliver(SubscribersTest.event(1, "ann"), channel, false);
        hand.deliver(SubscribersTest.event(2, "ben"), channel, false);
        Waiting.until(() -> hand.asked.get() == 2); // so the first is not at work any more

        assertThat(first.settled).isEmpty();
        assertThat(Objects.requireNonNull(notes().health().subscribers().get("notes"))
                        .working())
                .isEqualTo(2);
    }

    @Test
    void a_dead_letter_that_the_relay_repeats_is_not_applied_after_those_behind_it() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        start(subscriber().inOrder().retry(Retry.none()).handle(BlogSubmitted.class, (event, in) -> {
            if (event.number() == 1 && attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("once");
            }
            applied.add(event.number());
        }));
        AtomicBoolean channel = new AtomicBoolean(true);
        hand.deliver(SubscribersTest.event(1, "ann"), channel, false);
        hand.deliver(SubscribersTest.event(2, "ann"), channel, false);
        Waiting.until(() -> applied.contains(2));
        Step again = hand.deliver(
                SubscribersTest.event(1, "ann"), channel, false); // the relay had crashed between confirm and delete
        Step behind = hand.deliver(SubscribersTest.event(2, "ann"), channel, false);
        Waiting.until(() -> again.settled.size() + behind.settled.size() == 2);

        assertThat(deadLetters()).isEqualTo(1);
        assertThat(applied).containsExactly(2);
    }

    @Test
    void when_no_thread_is_to_be_had_nothing_is_stuck() throws Exception {
        AtomicBoolean none = new AtomicBoolean(true);
        try (SystemScheduler real = new SystemScheduler("redelivery")) {
            Environment environment = new Environment(
                    new Scarce(real, none), () -> 0.5, Settings.DEFAULT, new Events(List.of()), Probe.NONE);
            SubscriberDesk desk = new SubscriberDesk(environment, spec(), hand, new Payloads(new JsonCodec(), 1000));
            desk.resume();
            AtomicBoolean channel = new AtomicBoolean(true);
            Step first = hand.deliverAsListening(SubscribersTest.event(1, "ann"), channel, false);
            none.set(false);
            if (first.settled.contains("release")) {
                hand.deliverAsListening(SubscribersTest.event(1, "ann"), channel, true);
            }
            hand.deliverAsListening(SubscribersTest.event(2, "ben"), channel, false);

            Waiting.until(() -> applied.size() == 2);
            assertThat(applied).containsExactlyInAnyOrder(1, 2);
            Waiting.until(() -> desk.working() == 0);
        }
    }

    private SubscriberSpec spec() {
        return new SubscriberSpec(
                "notes",
                new InMemoryInbox(InstantSource.system()),
                List.of(new SubscriberSpec.Entry<>(
                        new TopicPattern("blog.submitted"),
                        BlogSubmitted.class,
                        (event, in) -> applied.add(event.number()))),
                1,
                false,
                Retry.DEFAULT,
                100);
    }

    /** A scheduler whose workers need threads that the system does not have now and then. */
    private record Scarce(Scheduler real, AtomicBoolean none) implements Scheduler {
        @Override
        public Instant now() {
            return real.now();
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            return real.after(delay, task);
        }

        @Override
        public Executor workers() {
            return task -> {
                if (none.get()) {
                    throw new OutOfMemoryError("unable to create native thread");
                }
                real.workers().execute(task);
            };
        }

        @Override
        public void close() {}
    }

    /** One delivery. */
    private static final class Step implements Delivery {
        private final Envelope envelope;
        private final AtomicBoolean channel;
        private final boolean redelivered;
        final List<String> settled = new CopyOnWriteArrayList<>();

        Step(Envelope envelope, AtomicBoolean channel, boolean redelivered) {
            this.envelope = envelope;
            this.channel = channel;
            this.redelivered = redelivered;
        }

        @Override
        public Envelope envelope() {
            return envelope;
        }

        @Override
        public boolean redelivered() {
            return redelivered;
        }

        @Override
        public <T> Optional<T> unwrap(Class<T> type) {
            return Optional.empty();
        }

        @Override
        public boolean lost() {
            return !channel.get();
        }

        @Override
        public void ack() {
            settled.add("ack");
        }

        @Override
        public void release() {
            settled.add("release");
        }

        @Override
        public void deadLetter(String reason) {
            settled.add("deadLetter");
        }
    }

    private static final class ByHand implements EventTransport {
        private volatile @Nullable Receiver receiver;
        final AtomicInteger asked = new AtomicInteger();
        volatile java.util.function.Supplier<CompletionStage<Sent>> later =
                () -> CompletableFuture.completedFuture(Sent.ACCEPTED);

        Step deliver(Envelope envelope, AtomicBoolean channel, boolean redelivered) {
            Step step = new Step(envelope, channel, redelivered);
            Objects.requireNonNull(receiver).receive(step);
            return step;
        }

        /** As Listening does over RabbitMQ. */
        Step deliverAsListening(Envelope envelope, AtomicBoolean channel, boolean redelivered) {
            Step step = new Step(envelope, channel, redelivered);
            try {
                Objects.requireNonNull(receiver).receive(step);
            } catch (Throwable e) {
                if (redelivered) {
                    step.deadLetter("its receiver threw");
                } else {
                    step.release();
                }
            }
            return step;
        }

        @Override
        public CompletionStage<Sent> send(Address to, Envelope envelope) {
            return CompletableFuture.completedFuture(Sent.ACCEPTED);
        }

        @Override
        public CompletionStage<Sent> sendLater(Address.Subscriber to, Envelope envelope, Duration delay) {
            asked.incrementAndGet();
            return later.get();
        }

        @Override
        public Subscription subscribe(Feed feed, int window, Receiver to) {
            receiver = to;
            return () -> {};
        }

        @Override
        public Subscription listen(Address address, int window, Receiver to) {
            return () -> {};
        }

        @Override
        public boolean sendsEvents() {
            return true;
        }

        @Override
        public boolean connected() {
            return true;
        }

        @Override
        public void close() {}
    }
}
