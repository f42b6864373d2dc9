package dev.troth.tx;

/**
 * The work of a transaction. What it throws rolls everything back and reaches the caller unchanged.
 *
 * @param <T> what it returns
 * @param <X> what it may throw
 */
@FunctionalInterface
public interface Work<T, X extends Exception> {
    /** Does the work. */
    T run(Transaction tx) throws X;
}
