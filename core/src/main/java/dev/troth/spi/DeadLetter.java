package dev.troth.spi;

import dev.troth.message.Envelope;

/**
 * A message that a consumer could not apply, and why.
 *
 * @param kind the kind of its event or command
 * @param key its key
 * @param envelope the message, as it came the last time
 * @param attempts how often it was tried
 * @param failure why it is not tried any more
 */
public record DeadLetter(String kind, String key, Envelope envelope, int attempts, Failure failure) {
    /**
     * Why a message could not be applied.
     *
     * @param type the class of the failure: letters that have the same are looked at together
     * @param reason the failure in a line
     * @param stack the failure with its stack, or ""
     */
    public record Failure(String type, String reason, String stack) {}
}
