package dev.troth.protocol.check;

import dev.troth.protocol.check.Store.Row;
import dev.troth.protocol.check.Store.Session;

/**
 * What a branch store promises: rules 2, 3, 6 and 9. No function of the protocol says it, the SQL of the stores does, and
 * {@code BranchStoreContract} holds them to it; this is the same, to be walked. A mutant overrides one method.
 */
class StoreRules {
    static final StoreRules PRODUCTION = new StoreRules();

    /** What {@code begin} finds. */
    enum Seen {
        STARTED,
        PREPARED,
        COMMITTED,
        ROLLED_BACK,
        BUSY,
        EXPIRED
    }

    /** What {@code commit} and {@code rollback} say. */
    enum Finish {
        DONE,
        ALREADY,
        MISSING,
        HELD
    }

    /** Rule 9: looks at the prepared set and the lock first and waits for nobody; rule 2: starts nothing after the deadline. */
    Seen begin(Store store) {
        if (store.prepared()) {
            return Seen.PREPARED;
        }
        if (store.session() != Session.NONE) {
            return Seen.BUSY;
        }
        if (store.row() != Row.NONE) {
            return store.row() == Row.COMMITTED ? Seen.COMMITTED : Seen.ROLLED_BACK;
        }
        return inTime(store) ? Seen.STARTED : Seen.EXPIRED;
    }

    /** Rule 2, by the database's own clock, when a branch begins and again when its row is inserted. */
    boolean inTime(Store store) {
        return !store.late();
    }

    /** Rule 6: nothing prepared is a success only if the row is there. */
    Finish commit(Store store) {
        if (store.prepared()) {
            return Finish.DONE;
        }
        return store.row() == Row.COMMITTED ? Finish.ALREADY : Finish.MISSING;
    }

    /** The answer to a rollback; {@link #mark} says what it leaves behind. */
    Finish rollback(Store store) {
        if (store.prepared()) {
            return Finish.DONE;
        }
        if (store.session() != Session.NONE) {
            return Finish.HELD;
        }
        return store.row() == Row.COMMITTED ? Finish.MISSING : Finish.ALREADY;
    }

    /** A rollback that finds nothing leaves a mark, while a late PREPARE could still start the branch. */
    Store mark(Store store) {
        return store.row() == Row.NONE && inTime(store) ? store.with(Row.ROLLED_BACK) : store;
    }

    /** Rule 3: rows go only after the deadline, by the same clock. */
    boolean mayPurge(Store store) {
        return store.late();
    }

    /** The branch row is part of the branch: it is there as soon as the branch has committed. */
    Row rowOfCommitted() {
        return Row.COMMITTED;
    }
}
