package dev.troth.spi;

import dev.troth.protocol.Address;
import java.util.Set;

/**
 * What an instance takes for a participant.
 *
 * @param participant the participant
 * @param kinds the kinds of commands that it handles; others are sent to it, too, and it refuses them
 * @param concurrency how many commands it works on at once, at least 1
 * @param window how many messages may be unsettled at once, at least 1: more than {@code concurrency}, so that decisions pass
 */
public record Offer(Address.Participant participant, Set<String> kinds, int concurrency, int window) {
    /** Copies the kinds and checks the numbers. */
    public Offer {
        kinds = Set.copyOf(kinds);
        if (concurrency < 1 || window < 1) {
            throw new IllegalArgumentException(
                    "A participant works on at least 1 command and takes at least 1 message at" + " once: concurrency "
                            + concurrency + ", window " + window);
        }
    }
}
