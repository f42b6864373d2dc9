package dev.troth.spi;

import dev.troth.message.Envelope;

/**
 * A message that a consumer could not apply, and why.
 *
 * @param kind the kind of its event or command
 * @param key its key
 * @param envelope the message, as it came the last time
 * @param attempts how often it was tried
 * @param reason why it is not tried any more, in a line
 * @param failure the last failure with its stack, or ""
 */
public record DeadLetter(String kind, String key, Envelope envelope, int attempts, String reason, String failure) {}
