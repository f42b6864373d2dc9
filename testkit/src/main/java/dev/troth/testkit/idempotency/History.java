package dev.troth.testkit.idempotency;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What a broker delivers, and what goes wrong meanwhile.
 *
 * @param harm what goes wrong
 * @param target the index of the message to which it happens; -1 if it happens to none in particular
 * @param at its place: the n-th statement, commit or either, from 1; or which of several histories
 * @param order the indices of messages, in the order in which they are delivered
 * @param name by which it can be played again
 */
record History(Harm harm, int target, int at, List<Integer> order, String name) {
    History {
        order = List.copyOf(order);
    }

    /** Nothing goes wrong. */
    static History exactlyOnce(int messages) {
        return new History(Harm.REORDERED, -1, 0, inOrder(messages), "exactly-once");
    }

    static List<Integer> inOrder(int messages) {
        return IntStream.range(0, messages).boxed().toList();
    }

    /** Whether the delivery at that position, counted from 0, is the one that goes wrong. */
    boolean strikes(int position) {
        boolean orderIsAll =
                harm == Harm.TWICE || harm == Harm.LATE_DUPLICATE || harm == Harm.REORDERED || harm == Harm.BATCH_AGAIN;
        return !orderIsAll && order.get(position) == target;
    }
}
