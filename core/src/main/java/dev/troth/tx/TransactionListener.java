package dev.troth.tx;

/** Hears every change of state. Called on engine threads: it must return quickly; what it throws is logged and ignored. */
@FunctionalInterface
public interface TransactionListener {
    /** Hears one event. */
    void on(TransactionEvent event);
}
