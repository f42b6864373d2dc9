package dev.troth.spi;

/**
 * The traces that a service is part of. Every message carries the W3C trace context of its transaction, and the log keeps it with the
 * decision; a tracing says which context a transaction that begins belongs to, and continues the traces that arrive: on the first try and
 * when recovery drives a decision again.
 *
 * <p>Called on threads of the caller and of the engine, by several at once. What it throws itself is logged and changes nothing: an outcome
 * never depends on a tracing.
 */
public interface Tracing {
    /** Of no trace. */
    Tracing NONE = new Tracing() {
        @Override
        public String current() {
            return "";
        }

        @Override
        public <T, X extends Exception> T within(Step step, Call<T, X> call) throws X {
            return call.run();
        }
    };

    /** The trace context of what this thread does, as W3C Trace Context writes a {@code traceparent}, or "". Must not block. */
    String current();

    /** Runs the call, once, as part of the step's trace, and returns or throws what it does. */
    <T, X extends Exception> T within(Step step, Call<T, X> call) throws X;

    /** What is done because a message asked for it. */
    enum Part {
        /** A participant's handler. */
        PREPARE,
        /** The commit of a prepared branch. */
        COMMIT,
        /** The rollback of a branch. */
        ROLLBACK,
        /** A subscriber's handler. */
        EVENT
    }

    /**
     * One step of a trace.
     *
     * @param part what is done
     * @param name the participant or subscriber that does it
     * @param kind the kind of the command or event, "" where it is not known any more
     * @param id the branch or message: never the same twice, so nothing to count by
     * @param traceparent the trace context that the message carried, or ""
     */
    record Step(Part part, String name, String kind, String id, String traceparent) {}

    /** What is done in a step. */
    @FunctionalInterface
    interface Call<T, X extends Exception> {
        /**
         * Does it.
         *
         * @throws X if it cannot be done
         */
        T run() throws X;
    }
}
