package dev.troth.engine.twophase;

import dev.troth.engine.wire.Payloads;
import dev.troth.protocol.Payload;
import dev.troth.protocol.Refusal;
import dev.troth.protocol.Vote;
import dev.troth.tx.RolledBackException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A branch as the work of the transaction sees it.
 *
 * @param command what the participant is asked to do
 * @param reader what its answer is read with
 * @param answer what it returns with its yes
 */
record Enlistment<R>(Payload command, Function<Payload, R> reader, CompletableFuture<R> answer) {

    /**
     * Reads the answer that comes with the first yes; later ones are told the outcome.
     *
     * @return why it cannot be used; empty if it can, or if there is none
     */
    Optional<Refusal> voted(Vote vote) {
        if (answer.isDone()) {
            return Optional.empty();
        }
        if (vote instanceof Vote.Yes yes) {
            return read(yes.answer());
        }
        return vote instanceof Vote.ReadOnly readOnly ? read(readOnly.answer()) : Optional.empty();
    }

    private Optional<Refusal> read(Payload payload) {
        try {
            answer.complete(reader.apply(payload));
            return Optional.empty();
        } catch (Throwable e) { // the codec may be the user's, and the vote must count whatever it does
            Refusal.Reason reason = Payloads.isLost(payload) ? Refusal.Reason.UNAVAILABLE : Refusal.Reason.ERROR;
            return Optional.of(new Refusal(reason, "its answer cannot be used: " + e.getMessage()));
        }
    }

    void rolledBack(RolledBackException why) {
        answer.completeExceptionally(why);
    }
}
