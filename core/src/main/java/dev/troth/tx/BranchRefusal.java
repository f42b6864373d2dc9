package dev.troth.tx;

import dev.troth.protocol.Refusal;

/**
 * A refusal and who gave it.
 *
 * @param party the participant's name, or the service's own for its coordinator
 * @param refusal why
 */
public record BranchRefusal(String party, Refusal refusal) {
    @Override
    public String toString() {
        return party + " refused (" + refusal + ")";
    }
}
