package dev.troth.rabbitmq.toolbox;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A publish on its way. */
final class Parcel {
    final OutgoingMessage message;
    final CompletableFuture<PublishOutcome> future = new CompletableFuture<>();
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final long start = System.nanoTime();
    private volatile PublishOutcome.@Nullable Returned returned;

    private enum State {
        /** Not a byte of it was sent. */
        WAITING,
        /** Some of it may have been sent. */
        WRITTEN,
        /** Its sender has been told. */
        OVER
    }

    Parcel(OutgoingMessage message) {
        this.message = message;
    }

    boolean olderThan(Duration time) {
        return System.nanoTime() - start > time.toNanos();
    }

    /**
     * Takes it to be written; false if it is over. From here on nobody may say that it was not sent, until {@link #notWritten}.
     */
    boolean beginWriting() {
        return state.compareAndSet(State.WAITING, State.WRITTEN);
    }

    /** It was not written after all, and waits again, unless it was ended meanwhile. */
    void notWritten() {
        state.compareAndSet(State.WRITTEN, State.WAITING);
    }

    boolean isOver() {
        return state.get() == State.OVER;
    }

    /** True for the one who may tell that it was not sent. */
    boolean endWaiting() {
        return state.compareAndSet(State.WAITING, State.OVER);
    }

    /** True for the first caller, who tells the outcome. */
    boolean end() {
        return state.getAndSet(State.OVER) != State.OVER;
    }

    /** No queue took it; the broker's confirmation follows. */
    void returned(PublishOutcome.Returned how) {
        returned = how;
    }

    /** The broker's ack: of a message that came back before it, it says only that it was handled. */
    PublishOutcome confirmed() {
        PublishOutcome.Returned how = returned;
        return how == null ? new PublishOutcome.Confirmed() : how;
    }
}
