package dev.troth.cli.harness;

import java.time.Duration;

/**
 * Something that breaks, and how it is mended.
 *
 * @param kind what happens
 * @param target to whom
 * @param hold how long it lasts
 * @param inject breaks it
 * @param heal mends it, and returns when that is done
 */
public record Fault(String kind, String target, Duration hold, Runnable inject, Runnable heal) {}
