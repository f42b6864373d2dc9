package dev.troth.engine.runtime;

import dev.troth.spi.Tracing;
import dev.troth.tx.TransactionOptions;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A tracing that hurts nobody: what it should run is run once, and what came of that is what came of it. */
public final class Traces {
    private static final Logger log = LoggerFactory.getLogger(Traces.class);
    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private final Tracing tracing;

    /** Guards it. */
    public Traces(Tracing tracing) {
        this.tracing = tracing;
    }

    /** The trace context of this thread, or "". */
    public String current() {
        if (tracing == Tracing.NONE) {
            return "";
        }
        try {
            String current = tracing.current();
            return TRACEPARENT.matcher(current).matches() ? current : "";
        } catch (Throwable e) { // whatever a tracing does, the transaction goes on
            failed("say what this thread is part of", e);
            return "";
        }
    }

    /** The options with the trace of this thread, unless they name one. */
    public TransactionOptions traced(TransactionOptions options) {
        if (tracing == Tracing.NONE || !options.traceparent().isEmpty()) {
            return options;
        }
        return options.traceparent(current());
    }

    /** Runs the call as a step of its trace; nobody makes the step where there are no traces. */
    public <T, X extends Exception> T within(Supplier<Tracing.Step> asked, Tracing.Call<T, X> call) throws X {
        if (tracing == Tracing.NONE) {
            return call.run();
        }
        Tracing.Step step = asked.get();
        Once<T, X> once = new Once<>(call);
        try {
            T unused = tracing.within(step, once);
        } catch (Throwable e) {
            if (e != once.failure) {
                failed("run " + step, e);
            }
        }
        return once.result();
    }

    private static void failed(String what, Throwable e) {
        log.warn("code=TROTH-0903 A tracing could not {}; it is done without a trace", what, e);
    }

    /** A call that was made, or is made when its result is asked for. */
    private static final class Once<T, X extends Exception> implements Tracing.Call<T, X> {
        private final Tracing.Call<T, X> call;
        private boolean made;
        private @Nullable Throwable failure;
        private @Nullable T value;

        Once(Tracing.Call<T, X> call) {
            this.call = call;
        }

        @Override
        public T run() throws X {
            if (!made) {
                made = true;
                try {
                    value = call.run();
                } catch (Throwable e) {
                    failure = e;
                }
            }
            return ended();
        }

        T result() throws X {
            return made ? ended() : run();
        }

        @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"
        }) // it threw X or something unchecked
        private T ended() throws X {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (failure != null) {
                throw (X) failure;
            }
            return value;
        }
    }
}
