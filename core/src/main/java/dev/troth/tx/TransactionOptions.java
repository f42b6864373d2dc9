package dev.troth.tx;

import java.time.Duration;
import java.util.Optional;

/**
 * How one transaction is run.
 *
 * @param kind the caller's name for this kind of transaction, for logs, metrics and the decision row; at most 100 characters
 * @param timeout from its start to its decision; empty means the service's default
 * @param traceparent the W3C trace context it belongs to, carried on every message and kept with the decision, or ""
 */
public record TransactionOptions(String kind, Optional<Duration> timeout, String traceparent) {
    /** Checks the values. */
    public TransactionOptions {
        if (kind.isBlank() || kind.length() > 100) {
            throw new IllegalArgumentException("A kind of transaction has 1 to 100 characters: '" + kind + "'");
        }
        if (timeout.filter(t -> t.isNegative() || t.isZero()).isPresent()) {
            throw new IllegalArgumentException("A time-out is positive: " + timeout.get());
        }
        if (!traceparent.isEmpty() && !traceparent.matches("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")) {
            throw new IllegalArgumentException(
                    "A traceparent is as W3C Trace Context writes it: '" + traceparent + "'");
        }
    }

    /** Options with nothing but a name. */
    public static TransactionOptions named(String kind) {
        return new TransactionOptions(kind, Optional.empty(), "");
    }

    /** The same with a time-out of its own. */
    public TransactionOptions timeout(Duration timeout) {
        return new TransactionOptions(kind, Optional.of(timeout), traceparent);
    }

    /** The same as part of a trace. */
    public TransactionOptions traceparent(String traceparent) {
        return new TransactionOptions(kind, timeout, traceparent);
    }
}
