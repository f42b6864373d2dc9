package dev.troth.engine.inprocess;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Empties mailboxes on the thread that filled them: a message costs no change of threads. What a receiver sends is delivered by the same
 * thread after the receiver has returned, so no delivery is inside another one.
 */
final class Round {
    private static final ThreadLocal<@Nullable Queue<Mailbox>> DUE = new ThreadLocal<>();

    private Round() {}

    /** Empties the mailbox now, or when the delivery that this thread is at is over. */
    static void empty(Mailbox mailbox) {
        Queue<Mailbox> due = DUE.get();
        if (due != null) {
            due.add(mailbox);
            return;
        }
        due = new ArrayDeque<>();
        DUE.set(due);
        try {
            for (Mailbox next = mailbox; next != null; next = due.poll()) {
                next.turn();
            }
        } finally {
            DUE.remove();
        }
    }
}
