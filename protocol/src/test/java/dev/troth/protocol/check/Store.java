package dev.troth.protocol.check;

/**
 * A participant's database as far as one branch is concerned: what survives a crash of the participant.
 *
 * @param late whether the deadline has passed by this database's clock
 * @param session who works on the branch
 * @param prepared whether the branch is prepared
 * @param row the branch row, as everybody can see it
 * @param applied how often the branch's writes have been committed; counted, not stored
 */
record Store(boolean late, Session session, boolean prepared, Row row, int applied) {
    static final Store EMPTY = new Store(false, Session.NONE, false, Row.NONE, 0);

    /** A database session that works on the branch, and keeps others from starting it. */
    enum Session {
        NONE,
        /** The handler runs in it. */
        WORKING,
        /** Whoever worked in it is gone or has given up, and its last statement may be under way: it ends by itself. */
        ORPHANED
    }

    /** What the branch row says. */
    enum Row {
        NONE,
        COMMITTED,
        /** A mark: a rollback was here before the branch. */
        ROLLED_BACK
    }

    Store with(Row other) {
        return new Store(late, session, prepared, other, applied);
    }

    Store with(Session other) {
        return new Store(late, other, prepared, row, applied);
    }

    Store afterDeadline() {
        return new Store(true, session, prepared, row, applied);
    }

    /** The session has prepared the branch and is free. */
    Store prepare() {
        return new Store(late, Session.NONE, true, row, applied);
    }

    /** The prepared branch is no more, as if it had never been. */
    Store rollBack() {
        return new Store(late, session, false, row, applied);
    }

    /** The prepared branch is committed; twice is enough to see that it was once too often. */
    Store commit(Row visible) {
        return new Store(late, session, false, visible, Math.min(2, applied + 1));
    }
}
