package dev.troth.jdbc;

import dev.troth.jdbc.Database.Task;
import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.log.LogRules.Recorded;
import dev.troth.spi.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Writes decisions that have no local work, many with one forced write, without a thread of its own: the caller that finds
 * nobody writing writes everything that has queued up meanwhile, and each caller gets its own answer.
 *
 * <pre>
 *   A ── writes [A] ───────────────▶ A
 *   B ──── queues ┐  B leads ── writes [B C D] ───▶ B C D
 *   C ───── queues┤
 *   D ────── queues┘
 * </pre>
 *
 * <p>The queue is bounded by the number of callers. A follower waits until it has its answer or may lead; a missed wake-up
 * costs it no more than {@link #LOOK_AGAIN}.
 */
final class DecisionWriter {
    private static final int BATCH = 200;
    private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(100);

    private final Database database;
    private final DecisionTable table;
    private final Queue<Request> queue = new ConcurrentLinkedQueue<>();
    private final Semaphore leading = new Semaphore(1);

    DecisionWriter(Database database, DecisionTable table) {
        this.database = database;
        this.table = table;
    }

    Recorded write(CommitRecord commit) {
        Request mine = new Request(commit, Thread.currentThread());
        queue.add(mine);
        boolean interrupted = false;
        while (!mine.answered) {
            if (leading.tryAcquire()) {
                lead(mine);
            } else {
                LockSupport.parkNanos(this, LOOK_AGAIN);
                interrupted |= Thread.interrupted();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return mine.result();
    }

    private void lead(Request mine) {
        try {
            if (!mine.answered) {
                writeQueued();
            }
        } finally {
            leading.release();
            Request next = queue.peek();
            if (next != null) {
                LockSupport.unpark(next.waiter);
            }
        }
    }

    private void writeQueued() {
        List<Request> batch = new ArrayList<>();
        Request next = queue.poll();
        while (next != null) {
            batch.add(next);
            next = batch.size() < BATCH ? queue.poll() : null;
        }
        try {
            List<Recorded> answers = write(batch);
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).answer(answers.get(i));
            }
        } catch (StoreException failure) {
            batch.forEach(request -> request.fail(failure));
        } catch (RuntimeException | Error failure) {
            StoreException unknown = new StoreException(
                    "Writing decisions failed unexpectedly (" + failure + "). Whether they were recorded is not known;"
                            + " whoever needs an outcome resolves it.",
                    failure);
            batch.forEach(request -> request.fail(unknown));
            throw failure;
        }
    }

    private List<Recorded> write(List<Request> batch) {
        Task task = new Task(
                "record "
                        + (batch.size() == 1
                                ? "the decision of " + batch.get(0).commit.gid()
                                : batch.size() + " decisions"),
                "Whether they were recorded is not known; whoever needs an outcome resolves it.");
        List<CommitRecord> commits =
                batch.stream().map(request -> request.commit).toList();
        return database.together(task, connection -> table.recordAll(connection, commits));
    }

    /** A caller and what it waits for. Written by the leader, read by the caller once {@code answered} is seen. */
    private static final class Request {
        private final CommitRecord commit;
        private final Thread waiter;
        private @Nullable Recorded recorded;
        private @Nullable StoreException failure;
        private volatile boolean answered;

        Request(CommitRecord commit, Thread waiter) {
            this.commit = commit;
            this.waiter = waiter;
        }

        void answer(Recorded result) {
            recorded = result;
            answered = true;
            LockSupport.unpark(waiter);
        }

        void fail(StoreException cause) {
            if (!answered) {
                failure = cause;
                answered = true;
                LockSupport.unpark(waiter);
            }
        }

        Recorded result() {
            if (recorded == null) {
                String message = failure == null ? "no answer" : failure.getMessage();
                throw new StoreException(message == null ? "no answer" : message, failure);
            }
            return recorded;
        }
    }
}
