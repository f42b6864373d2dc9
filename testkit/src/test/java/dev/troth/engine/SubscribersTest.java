package dev.troth.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.Subscriber;
import dev.troth.Troth;
import dev.troth.admin.DeadLetterFilter;
import dev.troth.message.Envelope;
import dev.troth.message.Kind;
import dev.troth.message.Retry;
import dev.troth.protocol.Address;
import dev.troth.spi.EventTransport;
import dev.troth.testkit.InMemoryBroker;
import dev.troth.testkit.InMemoryInbox;
import dev.troth.testkit.Waiting;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SubscribersTest {
    private static final Address.Subscriber NOTES = new Address.Subscriber("notes");

    private final InMemoryBroker broker = InMemoryBroker.inRealTime();
    private final EventTransport sender = broker.connect();
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
                .transport(broker.connect())
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

    private void send(int number, String key) {
        Envelope event = new Envelope(
                "EVENT",
                "id" + number,
                "id" + number,
                "application/json",
                Duration.ZERO,
                true,
                Map.of("cloudEvents_type", "blog.submitted", "cloudEvents_subject", key),
                ("{\"number\":" + number + "}").getBytes(StandardCharsets.UTF_8));
        assertThat(sender.send(NOTES, event).toCompletableFuture().join()).isEqualTo(EventTransport.Sent.ACCEPTED);
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
}
