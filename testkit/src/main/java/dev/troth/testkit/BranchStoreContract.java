package dev.troth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.protocol.BranchId;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.spi.BranchFailedException;
import dev.troth.spi.BranchStore;
import dev.troth.spi.BranchStore.Begun;
import dev.troth.spi.BranchStore.BranchWork;
import dev.troth.spi.BranchStore.Finish;
import dev.troth.spi.BranchStore.InDoubt;
import dev.troth.spi.BranchStore.Prepared;
import dev.troth.spi.BranchStore.Seen;
import dev.troth.tx.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link BranchStore} must keep. A subclass says how to open one, how a handler writes something, and how to see
 * from outside that it was applied; every test needs an empty store.
 */
@Timeout(300)
@SuppressWarnings("NullAway.Init") // fields are set before each test
public abstract class BranchStoreContract {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofSeconds(3); // is waited for; time enough for what comes before
    private static final AtomicLong NUMBER = new AtomicLong();

    private BranchStore store;
    private final List<BranchStore> opened = new ArrayList<>();
    private ExecutorService threads;

    /**
     * What a store can do.
     *
     * @param anySessionFinishes a prepared branch can be finished by another instance while the one that prepared it lives
     * @param seesReadOnly a branch that has only read is recognised
     */
    public record Features(boolean anySessionFinishes, boolean seesReadOnly) {}

    /** What the store under test can do. */
    protected abstract Features features();

    /**
     * Returns one more instance of the store under test, not opened yet. All instances of one test share what is durable, and it
     * is empty when a test begins.
     */
    protected abstract BranchStore store(Duration retention);

    /** Writes something in a branch; done twice for the same branch, both are applied. */
    protected abstract void write(BranchWork work, BranchId branch) throws Exception;

    /** Reads something in a branch. */
    protected abstract void read(BranchWork work) throws Exception;

    /** How often something was written by that branch, as others see it. */
    protected abstract int applied(BranchId branch) throws Exception;

    /** Opens the store of most tests. */
    @BeforeEach
    protected void openStore() {
        store = anotherInstance(LONG);
        threads = Executors.newCachedThreadPool();
    }

    /** Closes every store, and rolls back what a test has left prepared. */
    @AfterEach
    protected void closeStores() {
        threads.shutdownNow();
        opened.forEach(BranchStore::close);
        BranchStore last = store(LONG);
        last.open();
        List<BranchId> left = new ArrayList<>(inDoubt(last));
        while (!left.isEmpty()) {
            left.removeIf(branch -> last.rollback(branch) != Finish.HELD);
        }
        last.close();
    }

    /** The store of this test, opened. */
    protected final BranchStore store() {
        return store;
    }

    /** One more instance, opened. It is closed after the test. */
    protected final BranchStore anotherInstance(Duration retention) {
        BranchStore another = store(retention);
        another.open();
        opened.add(another);
        return another;
    }

    /** A branch of a new transaction with a deadline so far ahead of the store's own clock. */
    protected final BranchId branch(Duration ahead) {
        Instant deadline = Instant.ofEpochMilli(store.now().plus(ahead).toEpochMilli());
        return new BranchId(new Gid("blog", "logabc", "abcd1234", deadline, NUMBER.incrementAndGet()), 0);
    }

    /** A branch of a new transaction with time enough. */
    protected final BranchId branch() {
        return branch(Duration.ofMinutes(5));
    }

    /** Begins a branch that can begin. */
    protected final BranchWork started(BranchId branch) {
        return ((Begun.Started) store.begin(branch)).work();
    }

    /** Begins, writes and prepares. */
    protected final void prepare(BranchId branch) throws Exception {
        BranchWork work = started(branch);
        write(work, branch);
        assertThat(work.prepare()).isEqualTo(Prepared.PREPARED);
    }

    /** Waits until the store's own clock has reached that time. */
    protected final void awaitClock(Instant time) {
        while (store.now().isBefore(time)) {
            Thread.onSpinWait();
        }
    }

    private Optional<Seen> seen(BranchStore where, BranchId branch) {
        Begun begun = where.begin(branch);
        if (begun instanceof Begun.Started started) {
            started.work().rollback();
            return Optional.empty();
        }
        return Optional.of(((Begun.NotStarted) begun).seen());
    }

    private List<BranchId> inDoubt(BranchStore where) {
        return where.inDoubt().stream().map(InDoubt::branch).toList();
    }

    @Test
    void every_instance_has_the_same_identity() {
        assertThat(store(LONG).open()).isEqualTo(store(LONG).open()).matches("[a-z0-9]{6}");
        assertThat(store.slots()).isPositive();
    }

    @Test
    void a_prepared_branch_is_seen_by_nobody_until_it_commits() throws Exception {
        BranchId branch = branch();

        prepare(branch);
        assertThat(applied(branch)).isZero();
        assertThat(inDoubt(store)).containsExactly(branch);
        assertThat(store.commit(branch)).isEqualTo(Finish.DONE);

        assertThat(applied(branch)).isEqualTo(1);
        assertThat(inDoubt(store)).isEmpty();
    }

    @Test
    void a_commit_told_twice_is_done_once() throws Exception {
        BranchId branch = branch();
        prepare(branch);
        store.commit(branch);

        assertThat(store.commit(branch)).isEqualTo(Finish.ALREADY);
        assertThat(anotherInstance(LONG).commit(branch)).isEqualTo(Finish.ALREADY);

        assertThat(applied(branch)).isEqualTo(1);
    }

    @Test
    void a_rollback_undoes_a_prepared_branch_however_often_it_is_told() throws Exception {
        BranchId branch = branch();
        prepare(branch);

        assertThat(store.rollback(branch)).isEqualTo(Finish.DONE);
        assertThat(store.rollback(branch)).isEqualTo(Finish.ALREADY);
        assertThat(store.rollback(branch)).isEqualTo(Finish.ALREADY);

        assertThat(applied(branch)).isZero();
        assertThat(inDoubt(store)).isEmpty();
    }

    @Test
    void a_commit_of_what_was_never_here_or_was_rolled_back_is_missing() throws Exception {
        BranchId branch = branch();
        assertThat(store.commit(branch)).isEqualTo(Finish.MISSING);
        prepare(branch);
        store.rollback(branch);
        assertThat(store.commit(branch)).isEqualTo(Finish.MISSING);
        store.rollback(branch);

        assertThat(store.commit(branch)).isEqualTo(Finish.MISSING);
    }

    @Test
    void a_rollback_of_what_has_committed_changes_nothing_and_is_missing() throws Exception {
        BranchId branch = branch();
        prepare(branch);
        store.commit(branch);

        assertThat(store.rollback(branch)).isEqualTo(Finish.MISSING);

        assertThat(applied(branch)).isEqualTo(1);
    }

    @Test
    void a_rollback_that_overtakes_its_prepare_leaves_a_mark() {
        BranchId branch = branch();

        assertThat(store.rollback(branch)).isEqualTo(Finish.ALREADY);

        assertThat(seen(store, branch)).contains(Seen.ROLLED_BACK);
        assertThat(seen(anotherInstance(LONG), branch)).contains(Seen.ROLLED_BACK);
    }

    @Test
    void a_duplicate_of_a_prepared_branch_is_told_at_once() throws Exception {
        BranchId branch = branch();
        prepare(branch);

        assertThat(seen(store, branch)).contains(Seen.PREPARED);
        assertThat(seen(anotherInstance(LONG), branch)).contains(Seen.PREPARED);

        assertThat(store.commit(branch)).isEqualTo(Finish.DONE);
        assertThat(applied(branch)).isEqualTo(1);
    }

    @Test
    void a_duplicate_of_a_committed_branch_does_not_start() throws Exception {
        BranchId branch = branch();
        prepare(branch);
        store.commit(branch);

        assertThat(seen(store, branch)).contains(Seen.COMMITTED);
        assertThat(seen(anotherInstance(LONG), branch)).contains(Seen.COMMITTED);
    }

    @Test
    void a_duplicate_of_a_branch_at_work_is_busy_and_may_not_be_rolled_back() throws Exception {
        BranchId branch = branch();
        BranchWork work = started(branch);
        write(work, branch);

        assertThat(seen(store, branch)).contains(Seen.BUSY);
        assertThat(seen(anotherInstance(LONG), branch)).contains(Seen.BUSY);
        assertThat(store.rollback(branch)).isEqualTo(Finish.HELD);

        assertThat(work.prepare()).isEqualTo(Prepared.PREPARED);
        assertThat(store.commit(branch)).isEqualTo(Finish.DONE);
    }

    @Test
    void of_many_duplicates_at_once_one_starts() throws Exception {
        BranchId branch = branch();
        CyclicBarrier start = new CyclicBarrier(6);
        Callable<Begun> begin = () -> {
            start.await(30, TimeUnit.SECONDS);
            return store.begin(branch);
        };

        List<Begun> begun = new ArrayList<>();
        for (Future<Begun> each : threads.invokeAll(List.of(begin, begin, begin, begin, begin, begin))) {
            begun.add(each.get(60, TimeUnit.SECONDS));
        }

        assertThat(begun).filteredOn(each -> each instanceof Begun.Started).hasSize(1);
        for (Begun each : begun) {
            if (each instanceof Begun.Started started) {
                started.work().rollback();
            } else {
                assertThat(((Begun.NotStarted) each).seen()).isEqualTo(Seen.BUSY);
            }
        }
    }

    @Test
    void of_many_commits_at_once_one_does_it() throws Exception {
        BranchId branch = branch();
        prepare(branch);
        CyclicBarrier start = new CyclicBarrier(4);
        Callable<Finish> commit = () -> {
            start.await(30, TimeUnit.SECONDS);
            return store.commit(branch);
        };

        List<Finish> finished = new ArrayList<>();
        for (Future<Finish> each : threads.invokeAll(List.of(commit, commit, commit, commit))) {
            finished.add(each.get(60, TimeUnit.SECONDS));
        }

        assertThat(finished).contains(Finish.DONE).doesNotContain(Finish.MISSING);
        assertThat(finished).filteredOn(each -> each == Finish.DONE).hasSize(1);
        assertThat(applied(branch)).isEqualTo(1);
    }

    @Test
    void no_branch_starts_after_its_deadline() {
        assertThat(seen(store, branch(Duration.ofMillis(-1)))).contains(Seen.EXPIRED);
    }

    @Test
    void a_branch_whose_deadline_passes_during_its_work_votes_no() throws Exception {
        BranchId branch = branch(SOON);
        BranchWork work = started(branch);
        write(work, branch);
        awaitClock(branch.gid().deadline());

        assertThatThrownBy(work::prepare)
                .isInstanceOfSatisfying(
                        BranchFailedException.class,
                        failure -> assertThat(failure.refusal().reason()).isEqualTo(Reason.TIMED_OUT));

        assertThat(inDoubt(store)).isEmpty();
        assertThat(seen(store, branch)).contains(Seen.EXPIRED);
        assertThat(applied(branch)).isZero();
    }

    @Test
    void what_is_prepared_survives_the_instance_that_prepared_it() throws Exception {
        BranchId committed = branch();
        BranchId rolledBack = branch();
        prepare(committed);
        prepare(rolledBack);

        store.close();
        BranchStore next = anotherInstance(LONG);

        assertThat(next.inDoubt()).extracting(InDoubt::branch).containsExactlyInAnyOrder(committed, rolledBack);
        assertThat(next.inDoubt()).allSatisfy(left -> assertThat(left.age()).isBetween(Duration.ZERO, LONG));
        assertThat(eventually(() -> next.commit(committed))).isEqualTo(Finish.DONE);
        assertThat(eventually(() -> next.rollback(rolledBack))).isEqualTo(Finish.DONE);
        assertThat(applied(committed)).isEqualTo(1);
        assertThat(applied(rolledBack)).isZero();
    }

    /** A session that was just closed may hold its branch for a moment yet. */
    private static Finish eventually(Callable<Finish> attempt) throws Exception {
        Finish finish = attempt.call();
        while (finish == Finish.HELD) {
            Thread.onSpinWait();
            finish = attempt.call();
        }
        return finish;
    }

    @Test
    void another_instance_finishes_a_branch_or_says_that_it_is_held() throws Exception {
        BranchId branch = branch();
        prepare(branch);
        BranchStore other = anotherInstance(LONG);

        Finish finish = other.commit(branch);

        assertThat(finish).isEqualTo(features().anySessionFinishes() ? Finish.DONE : Finish.HELD);
        assertThat(store.commit(branch)).isEqualTo(features().anySessionFinishes() ? Finish.ALREADY : Finish.DONE);
        assertThat(applied(branch)).isEqualTo(1);
    }

    @Test
    void a_branch_that_did_nothing_is_read_only() {
        BranchId branch = branch();

        assertThat(started(branch).prepare()).isEqualTo(Prepared.READ_ONLY);

        assertThat(inDoubt(store)).isEmpty();
        assertThat(store.rollback(branch)).isEqualTo(Finish.ALREADY);
    }

    @Test
    void a_branch_that_only_read_is_read_only_where_that_can_be_seen() throws Exception {
        BranchId branch = branch();
        BranchWork work = started(branch);
        read(work);

        assertThat(work.prepare()).isEqualTo(features().seesReadOnly() ? Prepared.READ_ONLY : Prepared.PREPARED);

        assertThat(inDoubt(store)).hasSize(features().seesReadOnly() ? 0 : 1);
    }

    @Test
    void a_branch_that_is_the_whole_transaction_commits_at_once() throws Exception {
        BranchId branch = branch();
        BranchWork work = started(branch);
        write(work, branch);

        work.commitOnePhase();

        assertThat(applied(branch)).isEqualTo(1);
        assertThat(inDoubt(store)).isEmpty();
        assertThat(seen(store, branch)).contains(Seen.COMMITTED);
        assertThat(store.rollback(branch)).isEqualTo(Finish.MISSING);
    }

    @Test
    void a_one_phase_commit_after_the_deadline_is_refused() throws Exception {
        BranchId branch = branch(SOON);
        BranchWork work = started(branch);
        write(work, branch);
        awaitClock(branch.gid().deadline());

        assertThatThrownBy(work::commitOnePhase).isInstanceOf(BranchFailedException.class);

        assertThat(applied(branch)).isZero();
    }

    @Test
    void work_that_rolls_back_leaves_nothing_and_may_start_again() throws Exception {
        BranchId branch = branch();
        BranchWork work = started(branch);
        write(work, branch);

        work.rollback();
        work.rollback();

        assertThat(applied(branch)).isZero();
        prepare(branch);
        store.commit(branch);
        assertThat(applied(branch)).isEqualTo(1);
    }

    @Test
    void work_that_is_abandoned_leaves_nothing() throws Exception {
        BranchId branch = branch();
        BranchWork work = started(branch);
        write(work, branch);

        threads.submit(work::abandon).get(30, TimeUnit.SECONDS);

        assertThatThrownBy(work::prepare).isInstanceOf(RuntimeException.class);
        while (seen(store, branch).isPresent()) {
            Thread.onSpinWait(); // the database may need a moment to notice
        }
        assertThat(inDoubt(store)).isEmpty();
        assertThat(applied(branch)).isZero();
    }

    @Test
    void branches_of_one_transaction_are_independent() throws Exception {
        BranchId first = branch();
        BranchId second = new BranchId(first.gid(), 1);
        prepare(first);
        prepare(second);

        assertThat(store.commit(first)).isEqualTo(Finish.DONE);
        assertThat(store.rollback(second)).isEqualTo(Finish.DONE);

        assertThat(applied(first)).isEqualTo(1);
        assertThat(applied(second)).isZero();
    }

    @Test
    void branch_rows_are_purged_only_after_their_deadline_and_the_retention() throws Exception {
        BranchStore strict = anotherInstance(Duration.ZERO);
        BranchId young = branch();
        prepare(young);
        store.commit(young);
        BranchId branch = branch(SOON);
        prepare(branch);
        store.commit(branch);
        awaitClock(branch.gid().deadline().plusMillis(2));

        assertThat(store.purge(10)).isZero();
        assertThat(strict.purge(10)).isEqualTo(1);
        assertThat(strict.purge(10)).isZero();
        assertThat(seen(store, branch)).contains(Seen.EXPIRED);
        assertThat(applied(branch)).isEqualTo(1);
    }

    @Test
    void a_heuristic_outcome_may_be_noted_again() {
        BranchId branch = branch();

        store.heuristic(branch, Outcome.COMMITTED, "rolled back by hand");

        assertThatCode(() -> store.heuristic(branch, Outcome.COMMITTED, "x".repeat(5000)))
                .doesNotThrowAnyException();
    }

    @Test
    void failures_are_explained_by_what_a_caller_can_do() {
        assertThat(store.explain(new RefusedException("too long")).reason()).isEqualTo(Reason.REFUSED);
        assertThat(store.explain(new IllegalStateException("what?")).reason()).isEqualTo(Reason.ERROR);
    }
}
