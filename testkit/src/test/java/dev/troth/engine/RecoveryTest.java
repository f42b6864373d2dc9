package dev.troth.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.Troth;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.spi.CrashPoint;
import dev.troth.spi.DecisionLog;
import dev.troth.spi.StoreException;
import dev.troth.testkit.InMemoryBranchStore;
import dev.troth.testkit.InMemoryDecisionLog;
import dev.troth.tx.OutcomeForgottenException;
import dev.troth.tx.RolledBackException;
import dev.troth.tx.TransactionEvent;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Crashes of one side: it is held at a point and taken off the bus, another instance takes over. */
@Timeout(300)
class RecoveryTest {
    private final Stage stage = new Stage();

    @AfterEach
    void close() {
        stage.close();
    }

    private static CompletableFuture<Gid> submit(Troth blog) {
        return blog.transactAsync("submit", tx -> {
            tx.connection();
            CompletableFuture<Void> unused = tx.enlist("review", new Note("a"));
            return tx.gid();
        });
    }

    @Test
    void a_coordinator_that_dies_before_its_decision_leaves_a_branch_that_asks_and_rolls_back() {
        Troth review = stage.review();
        var port = stage.bus.join();
        Troth dying = stage.started(stage.blogBuilder().transport(port).timeout(Duration.ofMinutes(1)));
        stage.points.hold(CrashPoint.AFTER_VOTES_COLLECTED);
        CompletableFuture<Gid> unused = submit(dying);
        Gid gid = stage.points.await(CrashPoint.AFTER_VOTES_COLLECTED);

        port.close();
        Troth second = stage.blog();

        stage.points.await(CrashPoint.AFTER_BRANCH_ROLLED_BACK);
        assertThat(stage.reviews.inDoubt()).isEmpty();
        assertThat(stage.reviews.applied()).isEmpty();
        assertThat(second.outcome(gid)).contains(Outcome.ABORTED);
        assertThat(review.health().transactionsInFlight()).isZero();
    }

    @Test
    void a_coordinator_that_was_only_paused_loses_the_race_and_rolls_back() {
        stage.review();
        var port = stage.bus.join();
        Troth paused = stage.started(stage.blogBuilder().transport(port).timeout(Duration.ofMinutes(1)));
        stage.points.hold(CrashPoint.AFTER_VOTES_COLLECTED);
        CompletableFuture<Gid> result = submit(paused);
        stage.points.await(CrashPoint.AFTER_VOTES_COLLECTED);
        port.close();
        stage.blog();
        stage.points.await(CrashPoint.AFTER_BRANCH_ROLLED_BACK);

        stage.points.release(CrashPoint.AFTER_VOTES_COLLECTED);

        assertThatThrownBy(result::join).hasMessageContaining("recovery had already resolved");
        assertThat(stage.reviews.applied()).isEmpty();
    }

    @Test
    void a_coordinator_that_dies_after_its_decision_is_finished_by_another_instance() {
        stage.review();
        var port = stage.bus.join();
        Troth dying = stage.started(stage.blogBuilder().transport(port));
        stage.points.hold(CrashPoint.AFTER_DECISION_LOGGED);
        CompletableFuture<Gid> unused = submit(dying);
        Gid gid = stage.points.await(CrashPoint.AFTER_DECISION_LOGGED);

        port.close();
        stage.blog();

        stage.points.await(CrashPoint.AFTER_DONE_LOGGED);
        assertThat(stage.reviews.applied()).containsExactly(new BranchId(gid, 0));
        assertThat(stage.reviews.inDoubt()).isEmpty();
    }

    @Test
    void a_participant_that_dies_after_its_vote_commits_after_its_restart() {
        InMemoryBranchStore store = stage.reviews.anotherInstance();
        var port = stage.bus.join();
        stage.started(stage.reviewBuilder(store).transport(port));
        Troth blog = stage.blog();
        stage.points.onceAt(CrashPoint.AFTER_VOTES_COLLECTED, () -> {
            port.close();
            store.crash();
        });

        Gid gid = submit(blog).join();
        assertThat(stage.reviews.inDoubt()).hasSize(1);
        stage.review();

        stage.points.await(CrashPoint.AFTER_DONE_LOGGED);
        assertThat(stage.reviews.applied()).containsExactly(new BranchId(gid, 0));
    }

    @Test
    void an_answer_that_is_lost_with_its_instance_rolls_back_and_may_be_tried_again() {
        stage.handling = (note, branch) -> {
            branch.connection();
            return "reviewed";
        };
        var port = stage.bus.join();
        stage.started(stage.reviewBuilder(stage.reviews.anotherInstance()).transport(port));
        Troth blog = stage.started(stage.blogBuilder().timeout(Duration.ofSeconds(20)));
        stage.points.hold(CrashPoint.AFTER_PREPARED);
        CompletableFuture<Void> result = blog.transactAsync("submit", tx -> {
            tx.connection();
            CompletableFuture<String> unused = tx.enlist("review", new Note("a"), String.class);
            return null;
        });
        stage.points.await(CrashPoint.AFTER_PREPARED);

        stage.review();
        port.close();

        assertThat(result)
                .failsWithin(Duration.ofSeconds(60))
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        RolledBackException.class,
                        e -> assertThat(e.retryable()).isTrue())
                .withMessageContaining("lost in a crash");
        stage.points.release(CrashPoint.AFTER_PREPARED);
        assertThat(stage.reviews.applied()).isEmpty();
    }

    @Test
    void a_participant_that_dies_while_it_works_comes_to_nothing_and_its_message_to_the_next_instance() {
        InMemoryBranchStore store = stage.reviews.anotherInstance();
        var port = stage.bus.join();
        stage.started(stage.reviewBuilder(store).transport(port));
        Troth blog = stage.started(stage.blogBuilder().timeout(Duration.ofSeconds(20)));
        stage.points.hold(CrashPoint.BRANCH_STARTED);
        CompletableFuture<Gid> result = submit(blog);
        stage.points.await(CrashPoint.BRANCH_STARTED);
        store.crash();
        stage.points.release(CrashPoint.BRANCH_STARTED);

        stage.review();
        port.close();

        int committed = result.handle((gid, failure) -> failure == null ? 1 : 0).join();
        stage.points.await(committed == 1 ? CrashPoint.AFTER_DONE_LOGGED : CrashPoint.BRANCH_STARTED);
        assertThat(stage.reviews.applied()).hasSize(committed);
    }

    @Test
    void a_call_that_committed_is_not_refused_by_an_instance_that_does_not_know_its_kind() {
        stage.handling = (note, branch) -> branch.connection();
        var port = stage.bus.join();
        stage.started(stage.reviewBuilder(stage.reviews.anotherInstance()).transport(port));
        Troth blog = stage.blog();
        stage.points.hold(CrashPoint.AFTER_BRANCH_COMMITTED);
        CompletableFuture<Void> called = blog.executeAsync("review", new Note("a"), Void.class);
        stage.points.await(CrashPoint.AFTER_BRANCH_COMMITTED);
        stage.started(stage.olderReviewBuilder());

        port.close();
        stage.points.release(CrashPoint.AFTER_BRANCH_COMMITTED);

        assertThat(called).succeedsWithin(Duration.ofSeconds(60));
        assertThat(stage.reviews.applied()).hasSize(1);
    }

    @Test
    void a_branch_finished_by_hand_is_recorded_as_heuristic_and_raised() {
        stage.review();
        Troth blog = stage.blog();
        stage.points.onceAt(
                CrashPoint.AFTER_DECISION_LOGGED,
                () -> stage.reviews.inDoubt().forEach(found -> stage.reviews.rollBackByHand(found.branch())));

        Gid gid = submit(blog).join();

        stage.points.await(CrashPoint.AFTER_DONE_LOGGED);
        assertThat(stage.reviews.heuristics()).containsKey(new BranchId(gid, 0));
        assertThat(stage.events).anyMatch(event -> event instanceof TransactionEvent.Heuristic);
    }

    @Test
    void a_branch_committed_by_hand_against_a_rollback_is_recorded_as_heuristic_and_raised() {
        stage.review();
        Troth blog = stage.blog();
        stage.points.onceAt(
                CrashPoint.BEFORE_ROLLBACK_SENT,
                () -> stage.reviews.inDoubt().forEach(found -> stage.reviews.commitByHand(found.branch())));
        AtomicReference<Gid> gid = new AtomicReference<>();

        assertThatThrownBy(() -> blog.transact("submit", tx -> {
                    gid.set(tx.gid());
                    tx.enlist("review", new Note("a")).join();
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");

        BranchId branch = new BranchId(gid.get(), 0);
        while (stage.events.stream().noneMatch(event -> event instanceof TransactionEvent.Heuristic)) {
            Thread.onSpinWait();
        }
        assertThat(stage.events).contains(new TransactionEvent.Heuristic(branch, "review", Outcome.ABORTED));
        assertThat(stage.reviews.heuristics().get(branch)).contains("ABORTED", "its branch row says COMMITTED");
    }

    @Test
    void a_heuristic_outcome_counts_as_reported_only_when_the_log_has_marked_it() {
        stage.review();
        InMemoryDecisionLog log = stage.log.anotherInstance();
        AtomicInteger marks = new AtomicInteger();
        DecisionLog failing = (DecisionLog) Proxy.newProxyInstance(
                DecisionLog.class.getClassLoader(), new Class<?>[] {DecisionLog.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("heuristic") && marks.getAndIncrement() == 0) {
                        throw new StoreException("The log is away", null);
                    }
                    return method.invoke(log, arguments);
                });
        Troth blog = stage.started(stage.blogBuilder().decisions(failing));
        stage.points.onceAt(
                CrashPoint.AFTER_DECISION_LOGGED,
                () -> stage.reviews.inDoubt().forEach(found -> stage.reviews.rollBackByHand(found.branch())));

        Gid gid = submit(blog).join();

        stage.points.await(CrashPoint.AFTER_DONE_LOGGED);
        assertThat(stage.log.read(gid))
                .hasValueSatisfying(row -> assertThat(row.heuristic()).isTrue());
    }

    @Test
    void a_branch_that_reported_is_asked_nothing_when_another_is_back_after_its_row_was_deleted() {
        stage.review();
        InMemoryBranchStore store = new InMemoryBranchStore(stage.clock);
        var itsPort = stage.bus.join();
        stage.started(stage.searchBuilder(store.anotherInstance()).transport(itsPort));
        var port = stage.bus.join();
        Troth blog = stage.started(stage.blogBuilder().transport(port).timeout(Duration.ofSeconds(3)));
        stage.points.onceAt(CrashPoint.AFTER_VOTES_COLLECTED, itsPort::close);
        Gid gid = blog.transact("submit", tx -> {
            CompletableFuture<Void> review = tx.enlist("review", new Note("a"));
            CompletableFuture<Void> search = tx.enlist("search", new Note("a"));
            CompletableFuture.allOf(review, search).join();
            return tx.gid();
        });
        while (!stage.log.read(gid).orElseThrow().owed().equals(Set.of(1))) {
            Thread.onSpinWait();
        }
        port.close();
        while (stage.reviews.withRetention(Duration.ZERO).purge(10) == 0) {
            Thread.onSpinWait();
        }

        stage.blog();
        stage.started(stage.searchBuilder(store.anotherInstance()));

        stage.points.await(CrashPoint.AFTER_DONE_LOGGED);
        assertThat(store.applied()).containsExactly(new BranchId(gid, 1));
        assertThat(stage.reviews.heuristics()).isEmpty();
        assertThat(stage.events).noneMatch(event -> event instanceof TransactionEvent.Heuristic);
    }

    @Test
    void an_outcome_that_the_log_may_have_deleted_is_not_guessed() {
        stage.review();
        Troth blog = stage.started(stage.blogBuilder()
                .decisions(stage.log.withKeeping(Duration.ZERO, Duration.ofHours(1)))
                .timeout(Duration.ofSeconds(3)));
        Gid committed = submit(blog).join();
        stage.points.await(CrashPoint.AFTER_DONE_LOGGED);
        Gid earlier = new Gid("blog", committed.log(), "abcdefgh", committed.deadline(), 1);
        Gid later = new Gid(
                "blog", committed.log(), "abcdefgh", committed.deadline().plusMillis(1), 1);
        assertThat(blog.outcome(committed)).contains(Outcome.COMMITTED);
        while (stage.log.withKeeping(Duration.ZERO, Duration.ZERO).purge(10) == 0) {
            Thread.onSpinWait();
        }

        Troth keepingLonger = stage.blog();

        for (Troth asked : List.of(blog, keepingLonger)) {
            for (Gid gid : List.of(committed, earlier)) {
                assertThatThrownBy(() -> asked.outcome(gid))
                        .isInstanceOf(OutcomeForgottenException.class)
                        .hasMessageContaining(gid.toString());
            }
        }
        assertThat(blog.outcome(later)).contains(Outcome.ABORTED);
    }
}
