package dev.troth.protocol.check;

import java.util.List;

/** What is not a branch: whoever started the transaction, and the log if there is one. */
interface Centre {
    /** Whether the branches may change names: not while some do not have theirs yet. */
    boolean canRename(int branches);

    /** The same with branch i called {@code names.get(i)}. */
    Centre renamed(List<Integer> names);

    /** Whether the branch is still owed a decision here. */
    boolean owes(int branch);

    /** Whether nothing is left to do here. */
    boolean isSettled();

    /** How it is, for the end of a chart. */
    String summary();
}
