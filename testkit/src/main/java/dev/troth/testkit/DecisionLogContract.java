package dev.troth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.protocol.Address;
import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.CommitRecord.Owed;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Vote.Voter;
import dev.troth.protocol.log.DecisionRow;
import dev.troth.protocol.log.LogRules.Recorded;
import dev.troth.spi.DecisionLog;
import dev.troth.spi.DecisionLog.LocalTransaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link DecisionLog} must keep. A subclass says how to open one; every test needs an empty log. */
@Timeout(300)
@SuppressWarnings("NullAway.Init") // fields are set before each test
public abstract class DecisionLogContract {
    private static final Duration LONG = Duration.ofHours(1);
    private static final AtomicLong NUMBER = new AtomicLong();

    private DecisionLog log;
    private String store;
    private ExecutorService threads;

    /**
     * Returns one more instance of the log under test, not opened yet. All instances of one test share what is durable, and it is
     * empty when a test begins.
     */
    protected abstract DecisionLog log(Duration history, Duration margin);

    /** Opens the log of most tests. */
    @BeforeEach
    protected void openLog() {
        threads = Executors.newCachedThreadPool();
        log = log(LONG, LONG);
        store = log.open();
    }

    /** Closes it, if there is one: opening it may have failed, which is then the failure to be told. */
    @AfterEach
    protected void closeLog() {
        threads.shutdownNow();
        if (log != null) {
            log.close();
        }
    }

    /** The log of this test, opened. */
    protected final DecisionLog log() {
        return log;
    }

    /** A new transaction with a deadline so far ahead of the log's own clock. */
    protected final Gid gid(Duration ahead) {
        Instant deadline = Instant.ofEpochMilli(log.now().plus(ahead).toEpochMilli());
        return new Gid("blog", store, "abcd1234", deadline, NUMBER.incrementAndGet());
    }

    /** A new transaction with time enough. */
    protected final Gid gid() {
        return gid(Duration.ofMinutes(5));
    }

    /** A commit of that transaction with two branches. */
    protected final CommitRecord commit(Gid gid) {
        Voter voter = new Voter(new Address.Instance("review", "ab12cd34"), "store1");
        List<Owed> owed = List.of(new Owed(0, "review", voter), new Owed(1, "search", voter));
        return new CommitRecord(gid, "submit-blog", owed, "00-ab-cd-01");
    }

    /** Waits until the log's own clock has gone on. */
    protected final void awaitTick() {
        awaitClock(log.now().plusMillis(1));
    }

    /** Waits until that time has passed by the log's own clock. */
    protected final void awaitClock(Instant time) {
        while (!log.now().isAfter(time)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void every_instance_has_the_same_identity() {
        assertThat(log(LONG, LONG).open()).isEqualTo(store).matches("[a-z0-9]{6}");
    }

    @Test
    void a_recorded_commit_is_read_back() {
        Gid gid = gid();

        assertThat(log.read(gid)).isEmpty();
        assertThat(log.record(commit(gid))).isEqualTo(Recorded.RECORDED);

        assertThat(log.read(gid))
                .contains(new DecisionRow(gid, Outcome.COMMITTED, commit(gid).numbers(), Optional.empty(), false));
        assertThat(log.resolve(gid).outcome()).isEqualTo(Outcome.COMMITTED);
    }

    @Test
    void the_winner_wins_again_when_it_records_again() {
        Gid gid = gid();
        log.record(commit(gid));

        assertThat(log.record(commit(gid))).isEqualTo(Recorded.RECORDED);
        assertThat(inLocalTransaction(commit(gid))).isEqualTo(Recorded.RECORDED);
    }

    @Test
    void what_nobody_decided_is_resolved_as_aborted_for_ever() {
        Gid gid = gid();

        assertThat(log.resolve(gid)).isEqualTo(DecisionRow.aborted(gid));

        assertThat(log.record(commit(gid))).isEqualTo(Recorded.LOST);
        assertThat(inLocalTransaction(commit(gid))).isEqualTo(Recorded.LOST);
        assertThat(log.resolve(gid).outcome()).isEqualTo(Outcome.ABORTED);
        assertThat(log.read(gid)).map(DecisionRow::outcome).contains(Outcome.ABORTED);
    }

    @Test
    void a_commit_after_the_deadline_by_the_logs_own_clock_is_not_recorded() {
        Gid late = gid(Duration.ofMillis(-1));

        assertThat(log.record(commit(late))).isEqualTo(Recorded.EXPIRED);
        assertThat(inLocalTransaction(commit(late))).isEqualTo(Recorded.EXPIRED);

        assertThat(log.read(late)).isEmpty();
    }

    @Test
    void a_deadline_that_passes_while_local_work_is_open_is_seen_by_the_decision() {
        Gid gid = gid(Duration.ofMillis(100));
        try (LocalTransaction local = log.begin()) {
            touch(local);
            awaitClock(gid.deadline());

            assertThat(local.record(commit(gid))).isEqualTo(Recorded.EXPIRED);
        }
    }

    /** Makes the local transaction begin in the database, where there is one. */
    protected void touch(LocalTransaction local) {}

    @Test
    void the_first_writer_wins_whoever_it_is() throws Exception {
        DecisionLog other = log(LONG, LONG);
        other.open();
        for (int round = 0; round < 20; round++) {
            Gid gid = gid();
            CyclicBarrier start = new CyclicBarrier(4);

            Future<Recorded> commit = together(start, () -> log.record(commit(gid)));
            Future<Recorded> local = together(start, () -> inLocalTransaction(commit(gid)));
            Future<Outcome> resolve = together(start, () -> log.resolve(gid).outcome());
            Future<Outcome> elsewhere = together(start, () -> other.resolve(gid).outcome());

            Outcome outcome = log.resolve(gid).outcome();
            Recorded expected = outcome == Outcome.COMMITTED ? Recorded.RECORDED : Recorded.LOST;
            assertThat(List.of(commit.get(60, TimeUnit.SECONDS), local.get(60, TimeUnit.SECONDS)))
                    .containsOnly(expected);
            assertThat(List.of(resolve.get(60, TimeUnit.SECONDS), elsewhere.get(60, TimeUnit.SECONDS)))
                    .containsOnly(outcome);
        }
        other.close();
    }

    @Test
    void resolve_waits_for_a_decision_that_is_being_committed() throws Exception {
        Gid gid = gid();
        LocalTransaction local = log.begin();
        assertThat(local.record(commit(gid))).isEqualTo(Recorded.RECORDED);

        Future<Outcome> resolved = threads.submit(() -> log.resolve(gid).outcome());
        assertThatThrownBy(() -> resolved.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        local.commit();

        assertThat(resolved.get(60, TimeUnit.SECONDS)).isEqualTo(Outcome.COMMITTED);
        local.close();
    }

    @Test
    void resolve_waits_for_a_decision_that_is_rolled_back() throws Exception {
        Gid gid = gid();
        LocalTransaction local = log.begin();
        local.record(commit(gid));

        Future<Outcome> resolved = threads.submit(() -> log.resolve(gid).outcome());
        assertThatThrownBy(() -> resolved.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        local.rollback();

        assertThat(resolved.get(60, TimeUnit.SECONDS)).isEqualTo(Outcome.ABORTED);
        local.close();
    }

    @Test
    void a_decision_counts_only_if_its_local_transaction_commits() {
        Gid rolledBack = gid();
        Gid closed = gid();
        Gid committed = gid();

        try (LocalTransaction local = log.begin()) {
            local.record(commit(rolledBack));
            local.rollback();
        }
        try (LocalTransaction local = log.begin()) {
            local.record(commit(closed));
        }
        assertThat(inLocalTransaction(commit(committed))).isEqualTo(Recorded.RECORDED);

        assertThat(log.read(rolledBack)).isEmpty();
        assertThat(log.read(closed)).isEmpty();
        assertThat(log.read(committed)).map(DecisionRow::outcome).contains(Outcome.COMMITTED);
    }

    @Test
    void a_log_and_its_local_transactions_end_as_often_as_one_likes() {
        LocalTransaction local = log.begin();

        assertThat(local.used()).isFalse();
        local.rollback();
        local.rollback();
        local.close();
        local.close();
        log.close();
        log.close();
    }

    @Test
    void everybody_gets_their_own_answer_when_many_record_at_once() throws Exception {
        List<Gid> lost = new ArrayList<>();
        List<Gid> won = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Gid loser = gid();
            log.resolve(loser);
            lost.add(loser);
            won.add(gid());
            won.add(gid());
        }
        CyclicBarrier start = new CyclicBarrier(60);

        List<Future<Recorded>> losers = lost.stream()
                .map(gid -> together(start, () -> log.record(commit(gid))))
                .toList();
        List<Future<Recorded>> winners = won.stream()
                .map(gid -> together(start, () -> log.record(commit(gid))))
                .toList();

        for (Future<Recorded> loser : losers) {
            assertThat(loser.get(60, TimeUnit.SECONDS)).isEqualTo(Recorded.LOST);
        }
        for (Future<Recorded> winner : winners) {
            assertThat(winner.get(60, TimeUnit.SECONDS)).isEqualTo(Recorded.RECORDED);
        }
        assertThat(log.owed(Duration.ZERO, Duration.ZERO, 1000)).hasSize(40);
    }

    @Test
    void owed_decisions_come_oldest_first_with_all_that_was_recorded() {
        Gid first = gid();
        log.record(commit(first));
        awaitTick();
        Gid second = gid();
        inLocalTransaction(commit(second));
        log.resolve(gid());

        assertThat(log.owed(LONG, Duration.ZERO, 10)).isEmpty();
        assertThat(log.owed(Duration.ZERO, Duration.ZERO, 10)).containsExactly(commit(first), commit(second));
    }

    @Test
    void owed_decisions_that_nobody_has_had_come_before_those_that_somebody_has() {
        Gid old = gid();
        log.record(commit(old));
        awaitTick();
        Gid young = gid();
        log.record(commit(young));

        assertThat(log.owed(Duration.ZERO, Duration.ZERO, 1)).containsExactly(commit(old));
        awaitTick();
        assertThat(log.owed(Duration.ZERO, Duration.ZERO, 1)).containsExactly(commit(young));
        awaitTick();
        assertThat(log.owed(Duration.ZERO, Duration.ZERO, 1)).containsExactly(commit(old));
    }

    @Test
    void a_lease_keeps_others_from_the_same_decisions_until_it_ends() {
        Gid leased = gid();
        Gid ending = gid();
        log.record(commit(leased));
        DecisionLog other = log(LONG, LONG);
        other.open();

        assertThat(log.owed(Duration.ZERO, LONG, 10)).containsExactly(commit(leased));
        assertThat(other.owed(Duration.ZERO, LONG, 10)).isEmpty();
        log.record(commit(ending));
        assertThat(log.owed(Duration.ZERO, Duration.ofMillis(200), 10)).containsExactly(commit(ending));
        awaitClock(log.now().plusMillis(210));

        assertThat(other.owed(Duration.ZERO, LONG, 10)).containsExactly(commit(ending));
        other.close();
    }

    @Test
    void two_instances_share_the_owed_decisions_between_them() throws Exception {
        for (int i = 0; i < 30; i++) {
            log.record(commit(gid()));
        }
        DecisionLog other = log(LONG, LONG);
        other.open();
        CyclicBarrier start = new CyclicBarrier(2);

        Future<List<CommitRecord>> here = together(start, () -> log.owed(Duration.ZERO, LONG, 100));
        Future<List<CommitRecord>> there = together(start, () -> other.owed(Duration.ZERO, LONG, 100));

        List<CommitRecord> all = new ArrayList<>(here.get(60, TimeUnit.SECONDS));
        all.addAll(there.get(60, TimeUnit.SECONDS));
        all.addAll(log.owed(Duration.ZERO, LONG, 100));
        assertThat(all).hasSize(30).doesNotHaveDuplicates();
        other.close();
    }

    @Test
    void what_is_done_is_owed_no_more_and_stays_readable() {
        Gid done = gid();
        Gid owed = gid();
        Gid aborted = gid();
        log.record(commit(done));
        log.record(commit(owed));
        log.resolve(aborted);

        log.done(List.of(done, aborted, gid()));
        log.done(List.of(done));
        log.done(List.of());

        assertThat(log.owed(Duration.ZERO, Duration.ZERO, 10)).containsExactly(commit(owed));
        assertThat(log.read(done).flatMap(DecisionRow::doneAt)).isPresent();
        assertThat(log.resolve(done).outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(log.read(aborted).flatMap(DecisionRow::doneAt)).isEmpty();
    }

    @Test
    void what_nobody_is_owed_is_done_as_it_is_recorded() {
        CommitRecord note = new CommitRecord(gid(), "note", List.of(), "");

        assertThat(inLocalTransaction(note)).isEqualTo(Recorded.RECORDED);

        assertThat(log.read(note.gid()).flatMap(DecisionRow::doneAt)).isPresent();
        assertThat(log.owed(Duration.ZERO, Duration.ZERO, 10)).isEmpty();
    }

    @Test
    void a_decision_is_owed_no_more_to_branches_whose_reports_are_noted() {
        Gid gid = gid();
        log.record(commit(gid));
        CommitRecord logged = log.owed(Duration.ZERO, Duration.ZERO, 10).get(0);

        log.reported(logged, Set.of(0));

        assertThat(log.owed(Duration.ZERO, Duration.ZERO, 10)).containsExactly(logged.without(Set.of(0)));
        assertThat(log.read(gid)).map(DecisionRow::owed).contains(Set.of(1));
        assertThat(log.resolve(gid).owed()).containsExactly(1);
    }

    @Test
    void what_was_noted_is_never_owed_again() {
        Gid both = gid();
        Gid done = gid();
        log.record(commit(both));
        log.record(commit(done));
        log.done(List.of(done));

        log.reported(commit(both), Set.of(0));
        log.reported(commit(both), Set.of(1));
        log.reported(commit(done), Set.of(1));
        log.reported(commit(gid()), Set.of(1));

        assertThat(log.owed(Duration.ZERO, Duration.ZERO, 10))
                .containsExactly(commit(both).without(Set.of(0)));
        assertThat(log.read(done)).map(DecisionRow::owed).contains(Set.of(0, 1));
    }

    @Test
    void an_abort_is_purged_only_after_its_deadline_and_the_margin() {
        Gid past = gid(Duration.ofSeconds(-1));
        Gid future = gid();
        log.resolve(past);
        log.resolve(future);

        assertThat(log.purge(10)).isZero();
        DecisionLog strict = log(Duration.ZERO, Duration.ZERO);
        strict.open();
        assertThat(strict.purge(10)).isEqualTo(1);

        assertThat(log.forgottenUntil()).isEqualTo(Instant.EPOCH);
        assertThat(log.read(past)).isEmpty();
        assertThat(log.read(future)).isPresent();
        assertThat(log.record(commit(past))).isEqualTo(Recorded.EXPIRED);
        strict.close();
    }

    @Test
    void a_commit_is_purged_only_after_everybody_has_reported_and_its_history_is_over() {
        Gid young = gid();
        log.record(commit(young));
        Gid owed = gid(Duration.ofSeconds(3));
        assertThat(inLocalTransaction(commit(owed))).isEqualTo(Recorded.RECORDED);
        Gid done = gid(Duration.ofSeconds(3));
        assertThat(inLocalTransaction(commit(done))).isEqualTo(Recorded.RECORDED);
        log.done(List.of(young, done));
        DecisionLog strict = log(Duration.ZERO, Duration.ZERO);
        strict.open();

        awaitClock(done.deadline());
        assertThat(log.purge(10)).isZero();
        assertThat(log.forgottenUntil()).isBefore(done.deadline());
        assertThat(strict.purge(10)).isEqualTo(1);
        assertThat(strict.purge(10)).isZero();

        assertThat(log.read(done)).isEmpty();
        assertThat(log.forgottenUntil()).isEqualTo(done.deadline());
        assertThat(log.read(owed)).isPresent();
        strict.close();
    }

    @Test
    void a_row_with_a_heuristic_outcome_is_never_purged() {
        Gid aborted = gid(Duration.ofSeconds(-1));
        Gid committed = gid();
        log.resolve(aborted);
        log.record(commit(committed));
        log.done(List.of(committed));
        log.heuristic(aborted);
        log.heuristic(committed);
        log.heuristic(committed);
        awaitTick();
        DecisionLog strict = log(Duration.ZERO, Duration.ZERO);
        strict.open();

        assertThat(strict.purge(10)).isZero();

        assertThat(log.read(committed)).map(DecisionRow::heuristic).contains(true);
        assertThat(log.read(aborted)).map(DecisionRow::heuristic).contains(true);
        strict.close();
    }

    @Test
    void purge_deletes_no_more_than_it_was_asked_to() {
        for (int i = 0; i < 5; i++) {
            log.resolve(gid(Duration.ofSeconds(-1)));
        }
        DecisionLog strict = log(Duration.ZERO, Duration.ZERO);
        strict.open();

        assertThat(strict.purge(2)).isEqualTo(2);
        assertThat(strict.purge(2)).isEqualTo(2);
        assertThat(strict.purge(2)).isEqualTo(1);
        assertThat(strict.purge(2)).isZero();
        strict.close();
    }

    private Recorded inLocalTransaction(CommitRecord commit) {
        try (LocalTransaction local = log.begin()) {
            Recorded recorded = local.record(commit);
            if (recorded == Recorded.RECORDED) {
                local.commit();
            }
            return recorded;
        }
    }

    private <T> Future<T> together(CyclicBarrier start, Callable<T> work) {
        return threads.submit(() -> {
            start.await(30, TimeUnit.SECONDS);
            return work.call();
        });
    }
}
