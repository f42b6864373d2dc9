package dev.troth.admin;

import java.time.Instant;

/**
 * Dead letters that are kept for the same cause, as far as a program can tell.
 *
 * @param kind their kind
 * @param failureClass the class of their last failure
 * @param letters how many
 * @param oldest when the first of them was kept
 * @param newest when the last of them was kept
 */
public record DeadLetterGroup(String kind, String failureClass, long letters, Instant oldest, Instant newest) {}
