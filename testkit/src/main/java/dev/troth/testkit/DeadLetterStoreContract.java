package dev.troth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.admin.DeadLetterDetails;
import dev.troth.admin.DeadLetterEntry;
import dev.troth.admin.DeadLetterFilter;
import dev.troth.admin.DeadLetterGroup;
import dev.troth.admin.DeadLetterState;
import dev.troth.admin.DeadLetterSummary;
import dev.troth.admin.DeadLetterVerb;
import dev.troth.message.Envelope;
import dev.troth.spi.DeadLetter;
import dev.troth.spi.DeadLetterStore;
import dev.troth.spi.DeadLetterStore.Marked;
import dev.troth.spi.DeadLetterStore.Step;
import dev.troth.spi.InboxStore;
import dev.troth.spi.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link DeadLetterStore} must do with what its {@link InboxStore} has kept. */
@Timeout(120)
public abstract class DeadLetterStoreContract {
    private static final Duration AN_HOUR = Duration.ofHours(1);

    private ExecutorService threads;
    private String consumer;
    private InboxStore inbox;
    private DeadLetterStore store;

    /** For subclasses. */
    protected DeadLetterStoreContract() {}

    /** An inbox that has 4 connections at least. Every test takes the letters of a consumer of its own. */
    protected abstract InboxStore open();

    /** What consumer's letters this test is about. */
    protected final String consumer() {
        return consumer;
    }

    @BeforeEach
    void open_it() {
        threads = Executors.newCachedThreadPool();
        consumer = Samples.name("notes");
        inbox = open().named(consumer);
        store = inbox.deadLetters();
    }

    @AfterEach
    void stop_threads() {
        threads.shutdownNow();
    }

    private static Envelope envelope(String id, Map<String, String> headers, byte[] body) {
        return new Envelope("EVENT", id, "corr-1", "application/json", Duration.ZERO, true, headers, body);
    }

    private void keep(String id, String kind, String key, String type, String reason) {
        inbox.keep(new DeadLetter(
                kind,
                key,
                envelope(id, Map.of("traceparent", "00-1"), id.getBytes(StandardCharsets.UTF_8)),
                8,
                new DeadLetter.Failure(type, reason, "stack of " + id)));
    }

    private void keep(String id) {
        keep(id, "blog", "ann", "java.lang.IllegalStateException", "no");
    }

    private DeadLetterDetails find(String id) {
        return store.find(id).orElseThrow();
    }

    private DeadLetterState state(String id) {
        return find(id).letter().state();
    }

    private Step step(String id, String by, String note) {
        return new Step(id, find(id).version(), by, note);
    }

    /** Waits until the store's clock shows another time, so that what comes now is younger. */
    private Instant tick() {
        Instant before = store.now();
        while (!store.now().isAfter(before)) {
            Thread.onSpinWait();
        }
        return store.now();
    }

    private List<String> list(DeadLetterFilter filter) {
        return store.list(filter, 100).stream()
                .map(DeadLetterSummary::messageId)
                .toList();
    }

    private static final DeadLetterFilter KEPT = DeadLetterFilter.kept();

    // ---------------------------------------------------------------- keeping

    @Test
    void what_was_kept_is_found_as_it_came() {
        Map<String, String> headers =
                Map.of("a=b\\", "c=d\\u000a", "lines", "one\ntwo\r\u0000", "größe", "日本 \uD83D\uDE00", "", "");
        byte[] body = {0, -1, 127, -128, '\n'};
        Instant before = store.now();

        inbox.keep(new DeadLetter(
                "blog.submitted",
                "key of it",
                envelope("m1", headers, body),
                3,
                new DeadLetter.Failure("java.io.IOException", "it\nbroke", "stack\0with zero".repeat(1_000))));

        DeadLetterDetails found = find("m1");
        assertThat(found.headers()).isEqualTo(headers);
        assertThat(found.payload().body()).isEqualTo(body);
        assertThat(found.payload().kind()).isEqualTo("blog.submitted");
        assertThat(found.payload().contentType()).isEqualTo("application/json");
        assertThat(found.correlationId()).isEqualTo("corr-1");
        assertThat(found.stack()).startsWith("stack").hasSizeLessThanOrEqualTo(15_000);
        assertThat(found.history()).isEmpty();
        DeadLetterSummary letter = found.letter();
        assertThat(letter.failedAt()).isBetween(before, store.now());
        assertThat(letter)
                .isEqualTo(new DeadLetterSummary(
                        "m1",
                        "blog.submitted",
                        "key of it",
                        "java.io.IOException",
                        letter.reason(),
                        3,
                        0,
                        letter.failedAt(),
                        DeadLetterState.KEPT));
        assertThat(letter.reason()).startsWith("it").endsWith("broke");
        assertThat(store.find("m2")).isEmpty();
    }

    @Test
    void the_longest_texts_and_an_empty_body_are_kept() {
        String long200 = "n".repeat(200);
        inbox.keep(new DeadLetter(
                "k".repeat(100),
                long200,
                envelope(long200, Map.of(), new byte[0]),
                1_000_000,
                new DeadLetter.Failure("c".repeat(300), "r".repeat(5_000), "s".repeat(20_000))));

        DeadLetterDetails found = find(long200);
        assertThat(found.payload().body()).isEmpty();
        assertThat(found.letter().key()).isEqualTo(long200);
        assertThat(found.letter().failureClass()).startsWith("ccc");
        assertThat(list(KEPT.withKey(long200))).containsExactly(long200);
    }

    @Test
    void a_message_that_fails_again_is_kept_again_with_its_history() {
        keep("m1", "blog", "ann", "java.lang.IllegalStateException", "first");
        Instant first = find("m1").letter().failedAt();
        assertThat(store.replayed(step("m1", "ann", "once more"))).isEqualTo(Marked.DONE);
        assertThat(state("m1")).isEqualTo(DeadLetterState.REPLAYED);
        assertThat(store.groups()).isEmpty();
        tick();

        keep("m1", "blog", "ann", "java.io.IOException", "second");

        DeadLetterDetails found = find("m1");
        assertThat(found.letter().state()).isEqualTo(DeadLetterState.KEPT);
        assertThat(found.letter().reason()).isEqualTo("second");
        assertThat(found.letter().failureClass()).isEqualTo("java.io.IOException");
        assertThat(found.letter().replays()).isEqualTo(1);
        assertThat(found.letter().failedAt()).isAfter(first);
        assertThat(found.history())
                .extracting(DeadLetterEntry::verb)
                .containsExactlyInAnyOrder(DeadLetterVerb.FAILED, DeadLetterVerb.REPLAYED);
        assertThat(found.history()).extracting(DeadLetterEntry::note).containsExactlyInAnyOrder("first", "once more");
        assertThat(found.lastChange().orElseThrow().by()).isEqualTo("ann");
        assertThat(list(KEPT)).containsExactly("m1");
    }

    @Test
    void one_that_was_discarded_and_comes_and_fails_again_is_kept_again() {
        keep("m1");
        store.discarded(step("m1", "ann", "not needed"));

        keep("m1");

        assertThat(state("m1")).isEqualTo(DeadLetterState.KEPT);
        assertThat(store.purge(Duration.ZERO, 10)).isZero();
    }

    @Test
    void the_letters_of_consumers_are_apart() {
        keep("m1");
        DeadLetterStore others = inbox.named(Samples.name("others")).deadLetters();

        assertThat(others.find("m1")).isEmpty();
        assertThat(others.groups()).isEmpty();
        assertThat(others.list(KEPT, 10)).isEmpty();
        assertThat(others.discarded(step("m1", "ann", "not mine"))).isFalse();
        assertThat(state("m1")).isEqualTo(DeadLetterState.KEPT);
    }

    // ---------------------------------------------------------------- looking

    @Test
    void letters_are_grouped_by_kind_and_failure() {
        keep("m1", "blog", "ann", "A", "no");
        tick();
        keep("m2", "blog", "bob", "A", "no, too");
        keep("m3", "blog", "ann", "B", "no");
        keep("m4", "note", "ann", "A", "no");
        keep("m5", "note", "ann", "A", "no");
        store.discarded(step("m5", "ann", "not needed"));

        assertThat(store.groups())
                .containsExactlyInAnyOrder(
                        group("blog", "A", 2, "m1", "m2"),
                        group("blog", "B", 1, "m3", "m3"),
                        group("note", "A", 1, "m4", "m4"));
        assertThat(list(DeadLetterFilter.of(group("blog", "A", 2, "m1", "m2")))).containsExactly("m2", "m1");
    }

    private DeadLetterGroup group(String kind, String type, int count, String oldest, String newest) {
        return new DeadLetterGroup(
                kind,
                type,
                count,
                find(oldest).letter().failedAt(),
                find(newest).letter().failedAt());
    }

    @Test
    void the_list_is_the_newest_first_and_every_part_of_a_filter_counts() {
        keep("m1", "blog", "ann", "A", "Duplicate KEY 'x_1' in 100% of cases!");
        Instant second = tick();
        keep("m2", "blog", "bob", "B", "x.1");
        Instant third = tick();
        keep("m3", "note", "ann", "A", "1000 of cases");

        assertThat(list(KEPT)).containsExactly("m3", "m2", "m1");
        assertThat(store.list(KEPT, 2)).hasSize(2);
        assertThat(list(KEPT.withKind("blog"))).containsExactly("m2", "m1");
        assertThat(list(KEPT.withFailureClass("A"))).containsExactly("m3", "m1");
        assertThat(list(KEPT.withKey("ann").withKind("note"))).containsExactly("m3");
        assertThat(list(KEPT.withKey("Ann"))).isEmpty();
        assertThat(list(KEPT.since(second))).containsExactly("m3", "m2");
        assertThat(list(KEPT.since(second).before(third))).containsExactly("m2");
        assertThat(list(KEPT.withText("duplicate key"))).containsExactly("m1");
        assertThat(list(KEPT.withText("100%"))).containsExactly("m1");
        assertThat(list(KEPT.withText("x_1"))).containsExactly("m1");
        assertThat(list(KEPT.withText("cases!"))).containsExactly("m1");
        assertThat(list(KEPT.withText("nothing'; --"))).isEmpty();
        assertThat(list(DeadLetterFilter.in(DeadLetterState.DISCARDED))).isEmpty();
    }

    @Test
    void going_on_from_letter_to_letter_visits_each_once_the_oldest_first() {
        List<String> all = new ArrayList<>();
        for (int i = 10; i < 35; i++) {
            all.add("m" + i);
            keep("m" + i);
        }
        tick();

        List<DeadLetterSummary> visited = new ArrayList<>();
        List<DeadLetterSummary> batch = store.next(KEPT, Optional.empty(), 4);
        while (!batch.isEmpty()) {
            visited.addAll(batch);
            batch.forEach(letter -> store.discarded(step(letter.messageId(), "ann", "not needed")));
            batch = store.next(KEPT, Optional.of(batch.get(batch.size() - 1)), 4);
        }

        assertThat(visited).extracting(DeadLetterSummary::messageId).containsExactlyElementsOf(all);
        assertThat(list(KEPT)).isEmpty();
    }

    // ---------------------------------------------------------------- changing

    @Test
    void an_edit_keeps_what_was_before() {
        keep("m1");

        assertThat(store.edited(step("m1", "ann", "a comma"), new byte[] {1, 2}))
                .isTrue();
        assertThat(store.edited(step("m1", "bob", "another"), new byte[0])).isTrue();

        DeadLetterDetails found = find("m1");
        assertThat(found.payload().body()).isEmpty();
        assertThat(found.letter().state()).isEqualTo(DeadLetterState.KEPT);
        assertThat(found.history()).extracting(DeadLetterEntry::by).containsExactly("ann", "bob");
        assertThat(found.history().get(0).oldBody().orElseThrow()).isEqualTo(new byte[] {'m', '1'});
        assertThat(found.history().get(1).oldBody().orElseThrow()).isEqualTo(new byte[] {1, 2});
    }

    @Test
    void a_letter_that_has_changed_is_not_changed_by_those_who_did_not_see_it() {
        keep("m1");
        Step old = step("m1", "bob", "late");
        store.edited(step("m1", "ann", "first"), new byte[] {1});

        assertThat(store.edited(old, new byte[] {2})).isFalse();
        assertThat(store.discarded(old)).isFalse();

        DeadLetterDetails found = find("m1");
        assertThat(found.payload().body()).isEqualTo(new byte[] {1});
        assertThat(found.history()).hasSize(1);
    }

    @Test
    void one_that_failed_again_before_it_was_marked_as_replayed_stays_kept() {
        keep("m1");
        Step sent = step("m1", "ann", "");
        keep("m1", "blog", "ann", "B", "again");

        assertThat(store.replayed(sent)).isEqualTo(Marked.STILL_KEPT);

        DeadLetterDetails found = find("m1");
        assertThat(found.letter().state()).isEqualTo(DeadLetterState.KEPT);
        assertThat(found.letter().replays()).isEqualTo(1);
        assertThat(found.lastChange().orElseThrow().by()).isEqualTo("ann");
        assertThat(store.purge(Duration.ZERO, 10)).isZero();
    }

    @Test
    void what_is_settled_stays_as_it_is() {
        keep("m1");
        keep("m2");
        store.discarded(step("m1", "ann", "not needed"));
        store.replayed(step("m2", "ann", ""));

        for (String id : List.of("m1", "m2", "m3")) {
            Step late =
                    new Step(id, store.find(id).map(DeadLetterDetails::version).orElse(1), "bob", "late");
            assertThat(store.replayed(late)).isEqualTo(Marked.NOT_KEPT);
            assertThat(store.discarded(late)).isFalse();
            assertThat(store.edited(late, new byte[0])).isFalse();
        }

        assertThat(state("m1")).isEqualTo(DeadLetterState.DISCARDED);
        assertThat(state("m2")).isEqualTo(DeadLetterState.REPLAYED);
        assertThat(find("m2").history()).extracting(DeadLetterEntry::by).containsExactly("ann");
    }

    @Test
    void of_many_who_settle_at_once_one_wins() throws Exception {
        for (int round = 0; round < 5; round++) {
            String id = "m" + round;
            keep(id);
            Step step = step(id, "ann", "not needed");
            List<Boolean> won = atOnce(() -> store.discarded(step));

            assertThat(won).containsOnlyOnce(true);
            assertThat(find(id).history()).hasSize(1);
        }
    }

    @Test
    void a_message_that_is_kept_by_many_at_once_is_kept() throws Exception {
        for (int round = 0; round < 5; round++) {
            String id = "m" + round;
            atOnce(() -> keepAsItIsDelivered(id));

            assertThat(find(id).version()).isEqualTo(4);
            assertThat(find(id).history()).hasSize(3);
        }
    }

    /** A message that could not be kept is delivered again. */
    private boolean keepAsItIsDelivered(String id) {
        for (int delivery = 0; delivery < 10; delivery++) {
            try {
                keep(id);
                return true;
            } catch (StoreException deadlock) {
                assertThat(deadlock).hasMessageContaining("delivered again");
            }
        }
        return false;
    }

    private List<Boolean> atOnce(Supplier<Boolean> action) throws Exception {
        CyclicBarrier start = new CyclicBarrier(4);
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            start.await(30, TimeUnit.SECONDS);
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                        return action.get();
                    },
                    threads));
        }
        List<Boolean> results = new ArrayList<>();
        for (CompletableFuture<Boolean> each : all) {
            results.add(each.get(30, TimeUnit.SECONDS));
        }
        return results;
    }

    @Test
    void a_change_has_a_name_and_plain_texts() {
        assertThatThrownBy(() -> new Step("m1", 1, " ", "")).hasMessageContaining("name");
        assertThatThrownBy(() -> new Step("m1", 1, "a".repeat(101), "")).hasMessageContaining("100");
        assertThatThrownBy(() -> new Step("m1", 1, "ann\0", "")).hasMessageContaining("control");
        assertThatThrownBy(() -> new Step("m1", 1, "ann", "n".repeat(1_001))).hasMessageContaining("1001");
        keep("m1");

        assertThat(store.discarded(step("m1", "ü".repeat(100), "日".repeat(1_000))))
                .isTrue();
    }

    // ---------------------------------------------------------------- the end

    @Test
    void what_is_settled_is_deleted_with_its_history_after_its_time_and_what_is_kept_never() {
        keep("m1");
        keep("m2");
        keep("m3");
        store.discarded(step("m1", "ann", "not needed"));
        store.replayed(step("m2", "ann", ""));
        tick();
        tick();

        assertThat(store.purge(AN_HOUR, 10)).isZero();
        assertThat(store.purge(Duration.ZERO, 1)).isEqualTo(1);
        assertThat(store.purge(Duration.ZERO, 10)).isEqualTo(1);
        assertThat(store.purge(Duration.ZERO, 10)).isZero();

        assertThat(store.find("m1")).isEmpty();
        assertThat(state("m3")).isEqualTo(DeadLetterState.KEPT);
        keep("m1");
        assertThat(find("m1").history()).isEmpty();
    }
}
