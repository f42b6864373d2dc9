package dev.troth.spi;

import dev.troth.protocol.BranchId;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Refusal;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A database that can prepare. It keeps a branch row with every branch, inside the branch's own transaction, so that a branch
 * is applied at most once whatever is delivered twice. {@code BranchStoreContract} in troth-testkit proves an
 * implementation. All methods may block, throw {@link StoreException} when the database fails (which in phase two means "unknown,
 * try again", never an outcome), and are safe for use by several threads; a {@link BranchWork} belongs to one thread at a time,
 * except {@link BranchWork#abandon()}.
 */
public interface BranchStore extends AutoCloseable {

    /**
     * Checks that the store can be used.
     *
     * @return the identity of this store: six lower-case letters or digits, drawn when its tables were created
     * @throws StoreException if something is missing or switched off, with the exact line that mends it
     */
    String open();

    /** How many branches may be working or prepared at once; at least 1. */
    int slots();

    /** Starts a branch, unless it was started before or its deadline has passed by the database's own clock. */
    Begun begin(BranchId branch);

    /** Commits a prepared branch. Safe to repeat. */
    Finish commit(BranchId branch);

    /**
     * Rolls a prepared branch back; where there is none, leaves a mark (a tombstone) by which a late PREPARE is refused. Safe to
     * repeat.
     */
    Finish rollback(BranchId branch);

    /** Every branch that is prepared in this store, whoever prepared it. */
    List<InDoubt> inDoubt();

    /** Notes, durably and for ever, that somebody finished this branch by hand. Safe to repeat. */
    void heuristic(BranchId branch, Outcome decided, String note);

    /** Says what a failure of a handler or of this store means, by SQLSTATE and vendor code, never by message text. */
    Refusal explain(Throwable failure);

    /** Deletes up to {@code limit} branch rows whose deadline and retention have passed, and returns how many. */
    int purge(int limit);

    /** The database's own clock. */
    Instant now();

    /** Gives back what the store holds; prepared branches stay prepared. Does nothing the second time. */
    @Override
    void close();

    /** What {@link #begin} found. */
    sealed interface Begun {
        /** The branch has started. */
        record Started(BranchWork work) implements Begun {}

        /** It has been here before, or may not start. */
        record NotStarted(Seen seen) implements Begun {}
    }

    /** Why a branch was not started. */
    enum Seen {
        /** It is prepared: a duplicate; vote yes again. */
        PREPARED,
        /** It has committed: a stale duplicate. */
        COMMITTED,
        /** It was rolled back, or its rollback overtook its PREPARE. */
        ROLLED_BACK,
        /** Somebody is working on it at this moment and will vote. */
        BUSY,
        /** Its deadline has passed by the database's clock: it never starts. */
        EXPIRED
    }

    /** What became of a commit or rollback. */
    enum Finish {
        /** Done now. */
        DONE,
        /** Was done before: the branch row, or its absence after a rollback, shows it. */
        ALREADY,
        /**
         * There is no such prepared branch. For a commit: no trace of it either, so ask the log. For a rollback: it has
         * committed, and stays so.
         */
        MISSING,
        /** Another session holds it, or somebody is working on it: try again later. */
        HELD
    }

    /** A prepared branch and for how long it has been prepared, by the database's clock. */
    record InDoubt(BranchId branch, Duration age) {}

    /** A branch that has started. Ends with exactly one of prepare, commitOnePhase, rollback or abandon. */
    interface BranchWork {
        /** The connection for the handler. It cannot be committed, rolled back or closed by its user. */
        Connection connection();

        /**
         * Makes the branch durable and undecided.
         *
         * @throws BranchFailedException if the branch cannot be prepared; it is rolled back
         * @throws StoreException if the database failed; whether it is prepared is not known: ask what was decided
         */
        Prepared prepare();

        /**
         * Commits at once: the branch is the whole transaction.
         *
         * @throws BranchFailedException if the branch cannot be committed; it is rolled back
         * @throws StoreException if it is not known whether it committed: {@link BranchStore#begin} tells
         */
        void commitOnePhase();

        /** Undoes the work. Never throws: a connection that cannot roll back is discarded. */
        void rollback();

        /** Tears the connection down from another thread, because the one that works on it does not return. Never throws. */
        void abandon();
    }

    /** How a branch was prepared. */
    enum Prepared {
        /** It waits for the decision. */
        PREPARED,
        /** It wrote nothing and has ended. */
        READ_ONLY
    }
}
