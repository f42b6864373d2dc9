package dev.troth.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.troth.Subscriber;
import dev.troth.Troth;
import dev.troth.admin.DeadLetterChangedException;
import dev.troth.admin.DeadLetterDetails;
import dev.troth.admin.DeadLetterFilter;
import dev.troth.admin.DeadLetterState;
import dev.troth.admin.DeadLetterSummary;
import dev.troth.admin.DeadLetterVerb;
import dev.troth.admin.DeadLetters;
import dev.troth.admin.NotReplayedException;
import dev.troth.admin.ReplayReport;
import dev.troth.message.Envelope;
import dev.troth.message.Incoming;
import dev.troth.message.Retry;
import dev.troth.message.TopicPattern;
import dev.troth.protocol.Address;
import dev.troth.spi.EventTransport;
import dev.troth.spi.Feed;
import dev.troth.spi.StoreException;
import dev.troth.testkit.Arrivals;
import dev.troth.testkit.InMemoryBroker;
import dev.troth.testkit.InMemoryInbox;
import dev.troth.testkit.Samples;
import dev.troth.tx.TrothException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an operator does with the messages that a subscriber could not apply. */
@Timeout(60)
class DeadLettersTest {
    private static final int LIMIT = 500;
    private static final Address.Subscriber NOTES = new Address.Subscriber("notes");
    private static final Address.Topic TOPIC = new Address.Topic("note.written");

    private final InMemoryBroker broker = InMemoryBroker.create();
    private final EventTransport sender = broker.connect();
    private final AtomicInteger deaths = new AtomicInteger();
    private final List<String> applied = new CopyOnWriteArrayList<>();
    private final List<Incoming> seen = new CopyOnWriteArrayList<>();
    private volatile boolean broken = true;
    private volatile Runnable beforeMark = () -> {};
    private Troth troth;
    private DeadLetters letters;

    @BeforeEach
    void start() {
        troth = Troth.builder("notes")
                .transport(broker.connect())
                .subscriber(Subscriber.named("notes")
                        .on(new FailingMark(new InMemoryInbox(InstantSource.system()), deaths, () -> beforeMark.run()))
                        .retry(Retry.immediately(2))
                        .limit(LIMIT)
                        .handle("note.#", Note.class, this::handle))
                .start();
        letters = troth.deadLetters("notes");
    }

    @AfterEach
    void stop() {
        troth.stop(Duration.ofSeconds(5));
        sender.close();
    }

    private void handle(Note note, Incoming incoming) {
        seen.add(incoming);
        if (broken) {
            throw new IllegalStateException("cannot apply " + note.text());
        }
        applied.add(note.text());
    }

    private static Envelope event(String id, String text) {
        return new Envelope(
                "EVENT",
                id,
                "corr",
                "application/json",
                Duration.ZERO,
                true,
                Map.of("cloudEvents_type", TOPIC.name(), "cloudEvents_subject", "ann", "traceparent", "00-7"),
                ("{\"text\":\"" + text + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    private void publish(String id, String text) throws Exception {
        Samples.send(sender, TOPIC, event(id, text));
        settled();
    }

    /** Everything that came is applied or kept. */
    private void settled() throws InterruptedException {
        broker.awaitSettled(NOTES);
    }

    private DeadLetterDetails show(String id) {
        return letters.show(id).orElseThrow();
    }

    private DeadLetterState state(String id) {
        return show(id).letter().state();
    }

    @Test
    void what_could_not_be_applied_is_shown_with_everything_that_helps() throws Exception {
        publish("m1", "a");
        publish("m2", "b");

        assertThat(letters.groups()).singleElement().satisfies(group -> {
            assertThat(group.kind()).isEqualTo("note.written");
            assertThat(group.failureClass()).isEqualTo("java.lang.IllegalStateException");
            assertThat(group.letters()).isEqualTo(2);
        });
        assertThat(letters.list(DeadLetterFilter.kept().withText("APPLY B"), 10))
                .extracting(DeadLetterSummary::messageId)
                .containsExactly("m2");
        DeadLetterDetails shown = show("m1");
        assertThat(shown.text()).contains("{\"text\":\"a\"}");
        assertThat(shown.headers()).containsEntry("traceparent", "00-7");
        assertThat(shown.correlationId()).isEqualTo("corr");
        assertThat(shown.stack()).contains("DeadLettersTest");
        assertThat(shown.letter().attempts()).isEqualTo(2);
        assertThat(letters.show("nothing")).isEmpty();
    }

    @Test
    void a_replay_is_applied_once_by_that_subscriber_only_with_the_same_id_and_headers() throws Exception {
        Arrivals others = new Arrivals();
        sender.subscribe(
                new Feed(new Address.Subscriber("others"), Set.of(new TopicPattern("note.#")), false, 10), 10, others);
        publish("m1", "a");
        others.take().ack();
        broken = false;
        seen.clear();

        letters.replay("m1", "ann");
        settled();

        assertThat(applied).containsExactly("a");
        assertThat(others.waiting()).isZero();
        assertThat(seen).singleElement().satisfies(incoming -> {
            assertThat(incoming.id()).isEqualTo("m1");
            assertThat(incoming.attempt()).isEqualTo(1);
            assertThat(incoming.header("traceparent")).isEqualTo("00-7");
            assertThat(incoming.key()).isEqualTo("ann");
        });
        assertThat(state("m1")).isEqualTo(DeadLetterState.REPLAYED);
        assertThat(show("m1").lastChange().orElseThrow().by()).isEqualTo("ann");
        assertThat(letters.groups()).isEmpty();
    }

    @Test
    void a_second_operator_is_told_who_was_first() throws Exception {
        publish("m1", "a");
        broken = false;
        letters.replay("m1", "ann");

        DeadLetterChangedException told =
                catchThrowableOfType(DeadLetterChangedException.class, () -> letters.replay("m1", "bob"));

        assertThat(told).hasMessageContaining("REPLAYED by ann at ").hasMessageContaining("Nothing was done");
        assertThat(told.state()).isEqualTo(DeadLetterState.REPLAYED);
        assertThat(told.change().orElseThrow().by()).isEqualTo("ann");
        assertThatThrownBy(() -> letters.discard("m1", "bob", "old")).isInstanceOf(DeadLetterChangedException.class);
        assertThatThrownBy(() -> letters.replay("m7", "bob"))
                .isExactlyInstanceOf(TrothException.class)
                .hasMessageContaining("'m7'");
    }

    @Test
    void one_that_was_discarded_while_another_sent_it_is_told_to_have_been_sent() throws Exception {
        publish("m1", "a");
        broken = false;
        beforeMark = () -> letters.discard("m1", "bob", "old");

        assertThatThrownBy(() -> letters.replay("m1", "ann"))
                .isInstanceOf(DeadLetterChangedException.class)
                .hasMessageContaining("DISCARDED by bob")
                .hasMessageContaining("It was sent now, too");
    }

    @Test
    void one_that_fails_again_is_kept_again_even_if_that_is_before_its_mark() throws Exception {
        publish("m1", "a");
        letters.replay("m1", "ann");
        settled();
        assertThat(state("m1")).isEqualTo(DeadLetterState.KEPT);
        beforeMark = () -> {
            try {
                settled();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };

        letters.replay("m1", "bob");

        assertThat(state("m1")).isEqualTo(DeadLetterState.KEPT);
        assertThat(show("m1").letter().replays()).isEqualTo(2);
        assertThat(show("m1").history())
                .filteredOn(entry -> entry.verb() == DeadLetterVerb.REPLAYED)
                .extracting(entry -> entry.by())
                .containsExactly("ann", "bob");
    }

    @Test
    void a_crash_between_the_send_and_its_mark_sends_twice_and_applies_once() throws Exception {
        publish("m1", "a");
        broken = false;
        deaths.set(1);

        assertThatThrownBy(() -> letters.replay("m1", "ann")).isInstanceOf(StoreException.class);
        settled();
        assertThat(state("m1")).isEqualTo(DeadLetterState.KEPT);
        letters.replay("m1", "ann");
        settled();

        assertThat(applied).containsExactly("a");
        assertThat(state("m1")).isEqualTo(DeadLetterState.REPLAYED);
    }

    @Test
    void a_broker_that_is_away_or_full_leaves_it_kept() throws Exception {
        publish("m1", "a");
        broker.stop();
        assertThatThrownBy(() -> letters.replay("m1", "ann"))
                .isInstanceOf(NotReplayedException.class)
                .hasMessageContaining("away")
                .hasMessageContaining("still KEPT");
        broker.start();
        troth.pause("notes");
        fill(LIMIT);

        assertThatThrownBy(() -> letters.replay("m1", "ann"))
                .isInstanceOf(NotReplayedException.class)
                .hasMessageContaining("full");
        assertThat(state("m1")).isEqualTo(DeadLetterState.KEPT);
        assertThat(show("m1").history()).isEmpty();
    }

    private void fill(int messages) throws Exception {
        for (int i = 0; i < messages; i++) {
            Samples.send(sender, NOTES, event("filler" + i, "filler"));
        }
    }

    @Test
    void an_edit_is_checked_kept_and_sent() throws Exception {
        publish("m1", "a");
        broken = false;

        letters.editAndReplay("m1", "{\"text\":\"b\"}".getBytes(StandardCharsets.UTF_8), "ann");
        settled();

        assertThat(applied).containsExactly("b");
        DeadLetterDetails shown = show("m1");
        assertThat(shown.letter().state()).isEqualTo(DeadLetterState.REPLAYED);
        assertThat(shown.text()).contains("{\"text\":\"b\"}");
        assertThat(shown.history())
                .extracting(entry -> entry.verb())
                .containsExactly(DeadLetterVerb.EDITED, DeadLetterVerb.REPLAYED);
        assertThat(shown.history().get(0).oldBody().orElseThrow()).asString().isEqualTo("{\"text\":\"a\"}");
    }

    @Test
    void an_edit_that_nobody_could_read_changes_nothing() throws Exception {
        publish("m1", "a");

        assertThatThrownBy(() -> letters.editAndReplay("m1", new byte[] {'{'}, "ann"))
                .isInstanceOf(TrothException.class)
                .hasMessageContaining("cannot be read as Note")
                .hasMessageContaining("Nothing was changed");
        assertThatThrownBy(() -> letters.editAndReplay("m1", new byte[(1 << 20) + 1], "ann"))
                .hasMessageContaining("more than the limit of 1048576");

        assertThat(show("m1").text()).contains("{\"text\":\"a\"}");
        assertThat(show("m1").history()).isEmpty();
    }

    @Test
    void what_is_discarded_stays_to_be_looked_at() throws Exception {
        publish("m1", "a");

        letters.discard("m1", "ann", "a test of hers");

        assertThat(letters.list(DeadLetterFilter.kept(), 10)).isEmpty();
        assertThat(letters.list(DeadLetterFilter.in(DeadLetterState.DISCARDED), 10))
                .hasSize(1);
        assertThat(show("m1").lastChange().orElseThrow().note()).isEqualTo("a test of hers");
        assertThatThrownBy(() -> letters.replay("m1", "bob")).hasMessageContaining("a test of hers");
    }

    @Test
    void every_verb_needs_a_name_and_a_discard_a_reason() throws Exception {
        publish("m1", "a");

        assertThatThrownBy(() -> letters.replay("m1", " ")).isInstanceOf(TrothException.class);
        assertThatThrownBy(() -> letters.editAndReplay("m1", "{\"text\":\"b\"}".getBytes(StandardCharsets.UTF_8), ""))
                .isInstanceOf(TrothException.class);
        assertThatThrownBy(() -> letters.discard("m1", "", "why")).isInstanceOf(TrothException.class);
        assertThatThrownBy(() -> letters.discard("m1", "ann", "")).hasMessageContaining("Say why");
        assertThatThrownBy(() -> letters.replayAll(DeadLetterFilter.kept(), 1, ""))
                .isInstanceOf(TrothException.class);
        assertThatThrownBy(() -> letters.replayAll(DeadLetterFilter.kept(), 0, "ann"))
                .hasMessageContaining("At least");
        assertThatThrownBy(() -> letters.replayAll(DeadLetterFilter.in(DeadLetterState.DISCARDED), 1, "ann"))
                .hasMessageContaining("KEPT");
        assertThatThrownBy(() -> letters.list(DeadLetterFilter.kept(), 0)).hasMessageContaining("1 to");
        assertThatThrownBy(() -> troth.deadLetters("nobody")).hasMessageContaining("nobody");

        assertThat(show("m1").history()).isEmpty();
    }

    @Test
    void many_are_replayed_the_oldest_first_and_what_fails_again_is_not_sent_again() throws Exception {
        List<String> texts = new ArrayList<>();
        for (int i = 100; i < 320; i++) {
            publish("m" + i, "t" + i);
            texts.add("t" + i);
        }
        publish("other", "o");
        letters.discard("other", "ann", "not needed");
        ReplayReport failing = letters.replayAll(DeadLetterFilter.kept(), 100_000, "ann");
        settled();
        assertThat(failing.replayed()).isEqualTo(220);
        assertThat(letters.groups().get(0).letters()).isEqualTo(220);
        broken = false;
        AtomicInteger told = new AtomicInteger();

        ReplayReport report = letters.replayAll(DeadLetterFilter.kept(), 100_000, "ann", soFar -> {
            assertThat(soFar.replayed()).isEqualTo(told.incrementAndGet());
            return true;
        });
        settled();

        assertThat(report).isEqualTo(new ReplayReport(220, 0, Optional.empty()));
        assertThat(applied).containsExactlyInAnyOrderElementsOf(texts);
        assertThat(letters.groups()).isEmpty();
    }

    @Test
    void many_are_replayed_no_faster_than_was_asked_for() throws Exception {
        for (int i = 0; i < 5; i++) {
            publish("m" + i, "t");
        }
        broken = false;
        long begin = System.nanoTime();

        letters.replayAll(DeadLetterFilter.kept(), 20, "ann");

        assertThat(System.nanoTime() - begin)
                .isGreaterThanOrEqualTo(Duration.ofMillis(190).toNanos());
    }

    @Test
    void a_replay_of_many_ends_when_somebody_says_so_and_tells_what_was_done() throws Exception {
        for (int i = 0; i < 5; i++) {
            publish("m" + i, "t");
        }

        ReplayReport report = letters.replayAll(DeadLetterFilter.kept(), 1_000, "ann", soFar -> soFar.replayed() < 2);
        Thread.currentThread().interrupt();
        ReplayReport interrupted = letters.replayAll(DeadLetterFilter.kept(), 1_000, "ann");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(report.replayed()).isEqualTo(2);
        assertThat(report.stopped()).isPresent();
        assertThat(interrupted.replayed()).isZero();
        assertThat(interrupted.stopped())
                .hasValueSatisfying(why -> assertThat(why).contains("interrupted"));
    }

    @Test
    void a_replay_of_many_ends_when_the_broker_takes_no_more() throws Exception {
        for (int i = 0; i < 10; i++) {
            publish("m" + i, "t");
        }
        troth.pause("notes");
        fill(LIMIT - 4);

        ReplayReport report = letters.replayAll(DeadLetterFilter.kept(), 100_000, "ann");

        assertThat(report.replayed()).isEqualTo(4);
        assertThat(report.stopped()).hasValueSatisfying(why -> assertThat(why).contains("full", "still KEPT"));
        assertThat(letters.groups().get(0).letters()).isEqualTo(6);
    }

    @Test
    void a_replay_of_many_leaves_out_those_at_which_somebody_else_was_first() throws Exception {
        for (int i = 0; i < 5; i++) {
            publish("m" + i, "t");
        }
        broken = false;

        ReplayReport report = letters.replayAll(DeadLetterFilter.kept(), 1_000, "ann", soFar -> {
            if (soFar.replayed() == 1 && soFar.skipped() == 0) {
                letters.discard("m3", "bob", "old");
            }
            return true;
        });

        assertThat(report.replayed()).isEqualTo(4);
        assertThat(report.skipped()).isEqualTo(1);
        assertThat(report.stopped()).isEmpty();
    }
}
