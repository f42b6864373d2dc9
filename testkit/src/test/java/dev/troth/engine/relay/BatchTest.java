package dev.troth.engine.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.engine.relay.Batch.Fate;
import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.EventTransport;
import dev.troth.spi.Feed;
import dev.troth.spi.OutboxStore.Outgoing;
import dev.troth.spi.OutboxStore.Waiting;
import dev.troth.spi.Transport.Sent;
import dev.troth.spi.TransportException;
import dev.troth.spi.TransportFullException;
import dev.troth.spi.UnfitMessageException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class BatchTest {
    private final Wires wires = new Wires();
    private final List<Waiting> messages = new ArrayList<>();
    private Instant now = Instant.EPOCH;

    private Waiting message(String key) {
        int number = messages.size() + 1;
        Envelope envelope = new Envelope(
                "EVENT", "m" + number, "c", "application/json", Duration.ZERO, true, Map.of(), new byte[0]);
        Waiting message = new Waiting(number, 0, new Outgoing(new Address.Topic("topic"), key, "kind", envelope));
        messages.add(message);
        return message;
    }

    private Batch batch() {
        return new Batch(() -> now, wires, messages);
    }

    @Test
    void messages_of_different_keys_are_on_their_way_together() {
        message("a");
        message("b");

        batch();

        assertThat(wires.sends.keySet()).containsExactly("m1", "m2");
    }

    @Test
    void of_one_key_each_is_sent_when_the_one_before_was_accepted() {
        Waiting first = message("a");
        Waiting second = message("a");
        Batch batch = batch();
        assertThat(wires.sends.keySet()).containsExactly("m1");

        wires.answer("m1", Sent.ACCEPTED);

        assertThat(wires.sends.keySet()).containsExactly("m1", "m2");
        wires.answer("m2", Sent.ACCEPTED);
        assertThat(batch.all()).isDone();
        assertThat(fates(batch)).containsExactly(Map.entry(first, Fate.SENT), Map.entry(second, Fate.SENT));
    }

    @Test
    void what_follows_a_message_that_nobody_takes_is_not_tried() {
        message("a");
        message("a");
        message("a");
        message("b");
        Batch batch = batch();

        wires.answer("m1", Sent.UNROUTABLE);
        wires.answer("m4", Sent.ACCEPTED);

        assertThat(wires.sends.keySet()).containsExactly("m1", "m4");
        assertThat(fates(batch).values()).containsExactly(Fate.REFUSED, Fate.BEHIND, Fate.BEHIND, Fate.SENT);
        assertThat(batch.all()).isDone();
    }

    @Test
    void what_can_never_be_sent_is_refused_and_what_failed_is_unknown() {
        message("a");
        message("b");
        message("c");
        Batch batch = batch();

        wires.fail("m1", new UnfitMessageException("too large", null));
        wires.fail("m2", new TransportException("not confirmed", null));
        wires.answer("m3", Sent.REFUSED);

        assertThat(fates(batch).values()).containsExactly(Fate.REFUSED, Fate.UNKNOWN, Fate.REFUSED);
        assertThat(batch.anySent()).isFalse();
    }

    @Test
    void a_transport_that_throws_leaves_it_unknown() {
        message("a");
        wires.closed = true;

        assertThat(fates(batch()).values()).containsExactly(Fate.UNKNOWN);
    }

    @Test
    void a_message_has_time_from_when_it_was_sent_and_not_from_when_the_batch_was() {
        message("a");
        message("a");
        Batch batch = batch();
        now = now.plusSeconds(9);
        wires.answer("m1", Sent.ACCEPTED);
        now = now.plusSeconds(9);

        assertThat(batch.nothingSince(now.minusSeconds(10))).isFalse();
        now = now.plusSeconds(2);
        assertThat(batch.nothingSince(now.minusSeconds(10))).isTrue();
        assertThat(fates(batch).values()).containsExactly(Fate.SENT, Fate.UNKNOWN);
    }

    @Test
    void an_abandoned_batch_begins_nothing_more() {
        message("a");
        message("a");
        Batch batch = batch();

        batch.abandon();
        wires.answer("m1", Sent.ACCEPTED);

        assertThat(wires.sends.keySet()).containsExactly("m1");
        assertThat(fates(batch).values()).containsExactly(Fate.SENT, Fate.BEHIND);
    }

    @Test
    void what_the_transport_has_no_room_for_comes_with_another_batch() {
        message("a");
        Batch batch = batch();

        wires.fail("m1", new TransportFullException("100 wait already"));

        assertThat(fates(batch).values()).containsExactly(Fate.BEHIND);
    }

    private static Map<Waiting, Fate> fates(Batch batch) {
        Map<Waiting, Fate> fates = new LinkedHashMap<>();
        batch.results((message, result) -> fates.put(message, result.fate()));
        return fates;
    }

    /** A transport whose answers the test gives. */
    private static final class Wires implements EventTransport {
        final Map<String, CompletableFuture<Sent>> sends = new LinkedHashMap<>();
        boolean closed;

        void answer(String id, Sent sent) {
            Objects.requireNonNull(sends.get(id)).complete(sent);
        }

        void fail(String id, TransportException failure) {
            Objects.requireNonNull(sends.get(id)).completeExceptionally(failure);
        }

        @Override
        public CompletionStage<Sent> send(Address to, Envelope envelope) {
            if (closed) {
                throw new IllegalStateException("closed");
            }
            return sends.computeIfAbsent(envelope.messageId(), id -> new CompletableFuture<>());
        }

        @Override
        public CompletionStage<Sent> sendLater(Address.Subscriber to, Envelope envelope, Duration delay) {
            throw new UnsupportedOperationException("a relay sends nothing for later");
        }

        @Override
        public Subscription subscribe(Feed feed, int window, Receiver receiver) {
            throw new UnsupportedOperationException("a relay takes nothing");
        }

        @Override
        public Subscription listen(Address address, int window, Receiver receiver) {
            throw new UnsupportedOperationException("a relay takes nothing");
        }

        @Override
        public boolean sendsEvents() {
            return !closed;
        }

        @Override
        public boolean connected() {
            return !closed;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
