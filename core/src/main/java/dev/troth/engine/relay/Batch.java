package dev.troth.engine.relay;

import dev.troth.spi.EventTransport;
import dev.troth.spi.OutboxStore.Waiting;
import dev.troth.spi.Transport.Sent;
import dev.troth.spi.TransportFullException;
import dev.troth.spi.UnfitMessageException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Messages on their way: of each key one at a time, in order. */
final class Batch {
    private final Supplier<Instant> clock;
    private final EventTransport transport;
    private final List<Sending> sendings;
    private final CompletableFuture<Void> all;
    private volatile boolean abandoned;

    /** Sends them. */
    Batch(Supplier<Instant> clock, EventTransport transport, List<Waiting> messages) {
        this.clock = clock;
        this.transport = transport;
        this.sendings = new ArrayList<>(messages.size());
        Map<String, Sending> lastOfKey = new HashMap<>();
        for (Waiting message : messages) {
            Sending before = lastOfKey.get(message.message().key());
            Sending sending = new Sending(message);
            if (before == null) {
                sending.begin();
            } else {
                sending.after(before);
            }
            lastOfKey.put(message.message().key(), sending);
            sendings.add(sending);
        }
        all = CompletableFuture.allOf(sendings.stream().map(each -> each.result).toArray(CompletableFuture<?>[]::new));
    }

    /** What became of a message. */
    enum Fate {
        SENT,
        /** Nobody takes it; or never, or not now. */
        REFUSED,
        /** It was not tried, because the one before it did not go, or the transport has no room now. */
        BEHIND,
        /** The transport does not know. */
        UNKNOWN
    }

    /** What became of a message, and why. */
    record Result(Fate fate, String reason) {
        private static final Result SENT = new Result(Fate.SENT, "");
        private static final Result BEHIND = new Result(Fate.BEHIND, "");

        static Result of(@Nullable Sent sent, @Nullable Throwable failure) {
            if (failure instanceof UnfitMessageException) {
                return new Result(Fate.REFUSED, String.valueOf(failure.getMessage()));
            }
            if (failure instanceof TransportFullException) {
                return BEHIND;
            }
            if (failure != null || sent == null) {
                return new Result(Fate.UNKNOWN, String.valueOf(failure));
            }
            return switch (sent) {
                case ACCEPTED -> SENT;
                case UNROUTABLE, GONE -> new Result(Fate.REFUSED, "nobody has subscribed there");
                case REFUSED -> new Result(Fate.REFUSED, "the broker refuses it: a queue is full, perhaps");
            };
        }
    }

    /** One message on its way. */
    private final class Sending {
        private final Waiting message;
        private final CompletableFuture<Result> result = new CompletableFuture<>();
        private volatile @Nullable Instant begun;

        Sending(Waiting message) {
            this.message = message;
        }

        void begin() {
            begun = clock.get();
            try {
                transport
                        .send(message.message().to(), message.message().envelope())
                        .whenComplete((sent, failure) -> result.complete(Result.of(sent, failure)));
            } catch (RuntimeException e) {
                result.complete(Result.of(null, e));
            }
        }

        void after(Sending before) {
            CompletableFuture<Void> unused = before.result.thenAccept(last -> {
                if (last.fate() == Fate.SENT && !abandoned) {
                    begin();
                } else {
                    result.complete(Result.BEHIND);
                }
            });
        }

        Result now() {
            return result.getNow(
                    begun == null ? Result.BEHIND : new Result(Fate.UNKNOWN, "the broker has not confirmed it"));
        }

        boolean underWaySince(Instant time) {
            Instant since = begun;
            return !result.isDone() && since != null && since.isAfter(time);
        }
    }

    /** Completes when each has an answer. */
    CompletableFuture<Void> all() {
        return all;
    }

    /** Whether the transport has taken any. */
    boolean anySent() {
        return sendings.stream().anyMatch(each -> each.now().fate() == Fate.SENT);
    }

    /** Whether all that are under way have been so since before then. */
    boolean nothingSince(Instant time) {
        return sendings.stream().noneMatch(each -> each.underWaySince(time));
    }

    /** Begins nothing more. */
    void abandon() {
        abandoned = true;
    }

    /** Tells what has become of each by now. */
    void results(BiConsumer<Waiting, Result> told) {
        sendings.forEach(sending -> told.accept(sending.message, sending.now()));
    }
}
