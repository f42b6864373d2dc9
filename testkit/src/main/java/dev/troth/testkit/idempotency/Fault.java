package dev.troth.testkit.idempotency;

/**
 * A fault of one delivery.
 *
 * @param harm what happens
 * @param at at its n-th statement or commit, from 1
 */
record Fault(Harm harm, int at) {
    static final Fault NONE = new Fault(Harm.TWICE, 0);

    /** Whether it happens there, the n-th of its kind. */
    boolean strikes(Point point, int number) {
        return number == at && point.commit() == atCommit(harm);
    }

    static boolean atStatement(Harm harm) {
        return harm == Harm.CRASH || harm == Harm.STATEMENT_FAILS || harm == Harm.CONNECTION_CUT;
    }

    static boolean atCommit(Harm harm) {
        return harm == Harm.CUT_BEFORE_COMMIT || harm == Harm.COMMIT_UNSEEN;
    }
}
