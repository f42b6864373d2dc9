package dev.troth.spring;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a database said when it was last asked. Written by one thread, read by any. */
final class Sample<T> {
    private static final Logger log = LoggerFactory.getLogger(Sample.class);

    private final String what;
    private final Supplier<T> source;
    private final LongSupplier nanos;
    private final Duration validity;
    private volatile @Nullable Taken<T> latest;

    private record Taken<T>(T value, long at) {}

    /**
     * Creates it; nothing is asked yet.
     *
     * @param validity what is older is not known any more: whoever asks for it hangs
     */
    Sample(String what, Supplier<T> source, LongSupplier nanos, Duration validity) {
        this.what = what;
        this.source = source;
        this.nanos = nanos;
        this.validity = validity;
    }

    /** Asks. May block. Never throws. */
    void take() {
        long asked = nanos.getAsLong();
        try {
            latest = new Taken<>(source.get(), asked);
        } catch (RuntimeException | Error e) { // also an Error: the next time may do better
            log.debug("what={} could not be counted; it is asked again", what, e);
            latest = null;
        }
    }

    /** What was said; empty if it was never asked, could not be said, or is too old. */
    Optional<T> latest() {
        Taken<T> taken = latest;
        return taken == null || nanos.getAsLong() - taken.at > validity.toNanos()
                ? Optional.empty()
                : Optional.of(taken.value);
    }
}
