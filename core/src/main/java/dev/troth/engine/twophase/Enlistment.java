package dev.troth.engine.twophase;

import dev.troth.protocol.Payload;
import dev.troth.protocol.Vote;
import dev.troth.tx.RolledBackException;
import java.util.concurrent.CompletableFuture;

/**
 * A branch as the work of the transaction sees it.
 *
 * @param command what the participant is asked to do
 * @param answer what it returns with its yes
 */
record Enlistment(Payload command, CompletableFuture<Payload> answer) {

    void voted(Vote vote) {
        if (vote instanceof Vote.Yes yes) {
            answer.complete(yes.answer());
        } else if (vote instanceof Vote.ReadOnly readOnly) {
            answer.complete(readOnly.answer());
        }
    }

    void rolledBack(RolledBackException why) {
        answer.completeExceptionally(why);
    }
}
