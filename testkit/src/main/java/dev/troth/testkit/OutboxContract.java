package dev.troth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.OutboxStore;
import dev.troth.spi.OutboxStore.Backlog;
import dev.troth.spi.OutboxStore.Outgoing;
import dev.troth.spi.OutboxStore.Waiting;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link OutboxStore} must keep. A subclass says how to open one, and how to begin and end a transaction of the database in
 * which it lies; every test needs an empty one.
 */
public abstract class OutboxContract extends SharedOutboxContract {
    // --- adding

    @Test
    void a_message_is_there_when_its_transaction_has_committed_and_not_before() throws SQLException {
        Connection connection = begin();
        outbox.add(connection, message("k", "m1"));

        assertThat(next()).isEmpty();
        assertThat(outbox.waiting()).isFalse();
        commit(connection);

        assertThat(next()).containsExactly("m1");
        assertThat(outbox.waiting()).isTrue();
    }

    @Test
    void a_message_whose_transaction_rolls_back_was_never_there() throws SQLException {
        Connection connection = begin();
        outbox.add(connection, message("k", "m1"));
        rollback(connection);

        assertThat(next()).isEmpty();
        assertThat(outbox.backlog().messages()).isZero();
    }

    @Test
    void a_message_comes_back_exactly_as_it_was() {
        Map<String, String> headers =
                Map.of("traceparent", "00-ab=cd=-01", "empty", "", "\u00fc", "\u4f60\u597d \ud83d\ude00", "s", " x ");
        byte[] large = new byte[1 << 20];
        new Random(1).nextBytes(large);
        String longest = "k".repeat(200);
        List<Outgoing> all = List.of(
                new Outgoing(TOPIC, "k", "kind", envelope("m1", headers, "")),
                new Outgoing(new Address.Subscriber("mailer"), "k ", "K\u00efnd", envelope("m2", Map.of(), "{}")),
                new Outgoing(TOPIC, longest, longest, envelope(longest, Map.of("x", "y".repeat(5_000)), "'; --")),
                new Outgoing(TOPIC, "\ud83d\ude00", "", full(Duration.ofDays(400), large)),
                new Outgoing(TOPIC, "K", "", full(Duration.ofSeconds(1, 1), new byte[] {0, -1})));

        all.forEach(this::add);

        assertThat(outbox.next(ALL, 100).stream().map(Waiting::message)).containsExactlyElementsOf(all);
        assertThat(outbox.next(ALL, 100)).allMatch(message -> message.attempts() == 0);
    }

    private static Envelope full(Duration timeToLive, byte[] body) {
        return new Envelope("COMMAND", "m3", "", "", timeToLive, true, Map.of(), body);
    }

    @Test
    void a_message_that_is_added_again_in_another_transaction_is_another_message() {
        add(message("k", "m1"));
        add(message("k", "m1"));

        assertThat(next()).containsExactly("m1", "m1");
    }

    @Test
    void nothing_waits_for_a_transaction_that_adds_nor_that_for_others() throws SQLException {
        Outgoing[] all = new Outgoing[50];
        Arrays.setAll(all, i -> message("k" + i, "m" + i));
        add(all);
        Connection open = begin();
        outbox.add(open, message("k", "open"));

        outbox.failed(find("m49"), LONG, "no");
        outbox.sent(outbox.next(ALL, 49).stream().map(Waiting::number).toList());
        assertThat(outbox.lease("a", ALL, LONG)).isEqualTo(ALL);
        assertThat(outbox.waiting()).isFalse();
        assertThat(outbox.backlog().messages()).isEqualTo(1);
        outbox.add(open, message("k", "more"));
        commit(open);

        assertThat(next()).containsExactly("open", "more");
    }

    // --- order

    @Test
    void messages_of_a_lane_come_in_the_order_in_which_they_were_added() {
        List<String> added = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            add(message(key(i % 2, i % 3), "m" + i));
            added.add("m" + i);
        }

        assertThat(ids(outbox.next(Set.of(0), 100))).isEqualTo(every(2, 0, added));
        assertThat(ids(outbox.next(Set.of(1), 100))).isEqualTo(every(2, 1, added));
        assertThat(outbox.next(ALL, 100))
                .hasSize(60)
                .isSortedAccordingTo((a, b) -> Long.compare(a.number(), b.number()));
    }

    private static List<String> every(int step, int first, List<String> all) {
        return IntStream.range(0, all.size())
                .filter(i -> i % step == first)
                .mapToObj(all::get)
                .toList();
    }

    @Test
    void a_message_that_was_added_before_others_and_committed_after_them_is_not_left_out() throws SQLException {
        Connection slow = begin();
        outbox.add(slow, message("k", "slow"));
        add(message("k", "quick"));
        assertThat(next()).containsExactly("quick");
        sent("quick");
        add(message("k", "next"));

        commit(slow);

        assertThat(next()).containsExactly("slow", "next");
    }

    @Test
    void only_messages_of_the_lanes_that_are_asked_for_come_and_no_more_than_the_limit() {
        for (int lane = 0; lane < OutboxStore.LANES; lane++) {
            add(message(key(lane, 0), "m" + lane), message(key(lane, 1), "n" + lane));
        }

        assertThat(ids(outbox.next(Set.of(3), 10))).containsExactly("m3", "n3");
        assertThat(ids(outbox.next(Set.of(3, 5), 10))).containsExactlyInAnyOrder("m3", "n3", "m5", "n5");
        assertThat(ids(outbox.next(Set.of(3), 1))).containsExactly("m3");
        assertThat(outbox.next(ALL, 7)).hasSize(7);
        assertThat(outbox.next(Set.of(), 7)).isEmpty();
        assertThat(outbox.next(ALL, 0)).isEmpty();
    }

    // --- sent

    @Test
    void what_was_sent_exists_no_more_and_the_rest_stays() {
        List<Outgoing> all = new ArrayList<>();
        for (int i = 0; i < 1_201; i++) {
            all.add(message("k" + i, "m" + i));
        }
        add(all.toArray(Outgoing[]::new));
        List<Long> numbers = outbox.next(ALL, 1_201).stream()
                .filter(message -> !id(message).equals("m7"))
                .map(Waiting::number)
                .toList();

        outbox.sent(numbers);
        outbox.sent(numbers);
        outbox.sent(List.of());

        assertThat(next()).containsExactly("m7");
        assertThat(outbox.backlog().messages()).isEqualTo(1);
    }

    @Test
    void several_may_delete_the_same_at_once() throws Exception {
        Outgoing[] all = new Outgoing[600];
        Arrays.setAll(all, i -> message("k" + i, "m" + i));
        add(all);
        List<Long> numbers = outbox.next(ALL, 600).stream().map(Waiting::number).toList();

        List<Future<?>> deletions = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            deletions.add(threads.submit(() -> outbox.sent(numbers)));
        }
        for (Future<?> deletion : deletions) {
            deletion.get(60, TimeUnit.SECONDS);
        }

        assertThat(outbox.backlog().messages()).isZero();
    }

    // --- failed

    @Test
    void a_message_that_failed_holds_up_its_own_key_and_no_other() {
        add(message(key(0, 0), "bad"), message(key(0, 0), "behind"), message(key(0, 1), "other"));

        outbox.failed(find("bad"), LONG, "no such queue");

        assertThat(next()).containsExactly("other");
        add(message(key(0, 0), "later"), message(key(0, 1), "more"));
        assertThat(next()).containsExactly("other", "more");
    }

    @Test
    void what_is_behind_a_message_that_failed_does_not_fill_the_limit() {
        Outgoing[] all = new Outgoing[60];
        Arrays.setAll(all, i -> message(key(0, 0), "m" + i));
        add(all);
        add(message(key(0, 1), "other"));

        outbox.failed(find("m0"), LONG, "no");

        assertThat(ids(outbox.next(Set.of(0), 1))).containsExactly("other");
        assertThat(outbox.waiting()).isTrue();
    }

    @Test
    void a_message_that_failed_is_tried_again_before_what_follows_it() {
        add(message("k", "bad"), message("k", "behind"));

        outbox.failed(find("bad"), Duration.ZERO, "no");
        outbox.failed(find("bad"), Duration.ZERO, "x".repeat(5_000));

        assertThat(next()).containsExactly("bad");
        assertThat(find("bad").attempts()).isEqualTo(2);
        sent("bad");
        assertThat(next()).containsExactly("behind");
        assertThat(find("behind").attempts()).isZero();
    }

    @Test
    void a_message_that_failed_comes_back_exactly_as_it_was_when_its_time_has_come() {
        Outgoing bad = message("k", "bad");
        add(bad);
        outbox.failed(find("bad"), Duration.ofMillis(100), "no");

        List<Waiting> found = outbox.next(ALL, 10);
        while (found.isEmpty()) {
            found = outbox.next(ALL, 10);
        }

        assertThat(found).extracting(Waiting::message).containsExactly(bad);
        assertThat(found).extracting(Waiting::attempts).containsExactly(1);
        assertThat(outbox.next(Set.of((OutboxStore.lane("k") + 1) % OutboxStore.LANES), 10))
                .isEmpty();
    }

    @Test
    void messages_that_fail_again_and_again_leave_room_for_others() {
        List<Outgoing> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(message("bad" + i, "bad" + i));
        }
        all.add(message("good", "good"));
        add(all.toArray(Outgoing[]::new));
        for (Waiting message : outbox.next(ALL, 20)) {
            outbox.failed(message, Duration.ZERO, "no");
        }

        assertThat(ids(outbox.next(ALL, 4))).hasSize(4).contains("good");
        assertThat(ids(outbox.next(ALL, 1))).hasSize(1);
        assertThat(next()).hasSize(21).contains("good");
    }

    @Test
    void a_message_that_failed_and_was_then_sent_leaves_nothing_behind() {
        add(message("k", "bad"), message("k", "behind"));
        Waiting bad = find("bad");
        outbox.failed(bad, LONG, "no");

        outbox.sent(List.of(bad.number()));
        outbox.failed(bad, LONG, "somebody else, too late");

        assertThat(next()).containsExactly("behind");
        assertThat(outbox.backlog())
                .extracting(Backlog::messages, Backlog::failing)
                .containsExactly(1L, 0L);
    }

    // --- looking

    @Test
    void nothing_waits_where_everything_is_behind_messages_whose_time_has_not_come() {
        assertThat(outbox.waiting()).isFalse();
        add(message("k", "bad"), message("k", "behind"), message("other", "other"));
        assertThat(outbox.waiting()).isTrue();
        outbox.failed(find("bad"), LONG, "no");
        assertThat(outbox.waiting()).isTrue();
        Waiting other = find("other");
        outbox.sent(List.of(other.number()));

        assertThat(outbox.waiting()).isFalse();
        add(message("other", "more"));
        outbox.failed(find("more"), Duration.ZERO, "no");
        assertThat(outbox.waiting()).isTrue();
    }

    @Test
    void the_backlog_tells_how_much_waits_and_for_how_long() {
        assertThat(outbox.backlog()).isEqualTo(new Backlog(0, Duration.ZERO, 0));
        add(message("k", "m1"), message("k", "m2"), message("other", "m3"));
        outbox.failed(find("m1"), LONG, "no");
        outbox.failed(find("m3"), Duration.ZERO, "no");

        Backlog seen = outbox.backlog();
        assertThat(seen).extracting(Backlog::messages, Backlog::failing).containsExactly(3L, 2L);
        while (outbox.backlog().oldest().toMillis() < 20) {
            assertThat(seen.oldest()).isLessThan(Duration.ofMinutes(1));
        }
    }

    // --- ends

    @Test
    void another_instance_sees_the_same() {
        add(message("k", "m1"));
        OutboxStore other = outbox();
        other.open();

        assertThat(ids(other.next(ALL, 10))).containsExactly("m1");
        other.sent(List.of(find("m1").number()));

        assertThat(next()).isEmpty();
        other.close();
    }

    @Test
    void closing_twice_is_no_error() {
        outbox.close();

        assertThatCode(outbox::close).doesNotThrowAnyException();
    }
}
