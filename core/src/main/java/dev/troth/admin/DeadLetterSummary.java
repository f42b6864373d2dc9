package dev.troth.admin;

import java.time.Instant;

/**
 * A dead letter in a list.
 *
 * @param messageId the message's id
 * @param kind the kind of its event or command
 * @param key its key
 * @param failureClass the class of its last failure
 * @param reason its last failure in a line
 * @param attempts how often it was tried before it was kept the last time
 * @param replays how often it was sent once more
 * @param failedAt when it was kept the last time, by the clock of the subscriber's database
 * @param state what became of it
 */
public record DeadLetterSummary(
        String messageId,
        String kind,
        String key,
        String failureClass,
        String reason,
        int attempts,
        int replays,
        Instant failedAt,
        DeadLetterState state) {}
