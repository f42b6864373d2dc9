package dev.troth.engine.relay;

import dev.troth.engine.runtime.Environment;
import dev.troth.protocol.Address;
import dev.troth.spi.EventTransport;
import dev.troth.spi.OutboxStore;
import dev.troth.spi.OutboxStore.Waiting;
import dev.troth.spi.Transport.Sent;
import dev.troth.spi.UnfitMessageException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a batch and settles it. Messages of different keys are on their way together; of one key, each is sent when the one before it
 * was accepted, so that nothing overtakes a message that is refused.
 */
final class Batches {
    private static final Logger log = LoggerFactory.getLogger(Batches.class);

    /**
     * After this, with a broker that can be reached, those that have no answer are left behind, if others have one. Longer than a broker
     * takes to elect a leader.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** By then the transport has given up what was left behind. */
    private static final Duration LEFT_BEHIND = Duration.ofSeconds(90);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Environment environment;
    private final OutboxStore store;
    private final EventTransport transport;
    private final Runnable renewLease;

    Batches(Environment environment, OutboxStore store, EventTransport transport, Runnable renewLease) {
        this.environment = environment;
        this.store = store;
        this.transport = transport;
        this.renewLease = renewLease;
    }

    /** What became of a message. */
    private enum Fate {
        SENT,
        /** Nobody takes it; or never, or not now. */
        REFUSED,
        /** It was not tried, because the one before it did not go. */
        BEHIND,
        /** The transport does not know. */
        UNKNOWN
    }

    private record Result(Fate fate, String reason) {
        static final Result SENT = new Result(Fate.SENT, "");
        static final Result BEHIND = new Result(Fate.BEHIND, "");
    }

    /** Returns whether the transport works; if not, nothing is changed. */
    boolean send(List<Waiting> batch) {
        Map<Waiting, CompletableFuture<Result>> results = new LinkedHashMap<>();
        Map<String, CompletableFuture<Result>> lastOfKey = new HashMap<>();
        for (Waiting message : batch) {
            CompletableFuture<Result> before = lastOfKey.get(message.message().key());
            CompletableFuture<Result> result = before == null
                    ? send(message)
                    : before.thenCompose(last -> last.fate() == Fate.SENT
                            ? send(message)
                            : CompletableFuture.completedFuture(Result.BEHIND));
            lastOfKey.put(message.message().key(), result);
            results.put(message, result);
        }
        await(results);
        return settle(results);
    }

    private CompletableFuture<Result> send(Waiting message) {
        try {
            return transport
                    .send(message.message().to(), message.message().envelope())
                    .handle(Batches::result)
                    .toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(result(null, e));
        }
    }

    private static Result result(@Nullable Sent sent, @Nullable Throwable failure) {
        if (failure instanceof UnfitMessageException) {
            return new Result(Fate.REFUSED, String.valueOf(failure.getMessage()));
        }
        if (failure != null || sent == null) {
            return new Result(Fate.UNKNOWN, String.valueOf(failure));
        }
        return switch (sent) {
            case ACCEPTED -> Result.SENT;
            case UNROUTABLE, GONE -> new Result(Fate.REFUSED, "nobody has subscribed there");
            case REFUSED -> new Result(Fate.REFUSED, "the broker refuses it: a queue is full, perhaps");
        };
    }

    /** Until everything has an answer; or, when only some has for a while, until then. */
    private void await(Map<Waiting, CompletableFuture<Result>> results) {
        CompletableFuture<?> all = CompletableFuture.allOf(results.values().toArray(CompletableFuture<?>[]::new));
        Instant patient = environment.scheduler().now().plus(PATIENCE);
        try {
            while (!environment.scheduler().await(all, Relay.LEASE.dividedBy(3))) {
                renewLease.run();
                Instant now = environment.scheduler().now();
                if (!transport.connected()) {
                    patient = now.plus(PATIENCE);
                } else if (now.isAfter(patient) && results.values().stream().anyMatch(Batches::sent)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean sent(CompletableFuture<Result> result) {
        return result.isDone() && result.join().fate() == Fate.SENT;
    }

    private boolean settle(Map<Waiting, CompletableFuture<Result>> results) {
        List<Long> sent = new ArrayList<>();
        List<Failed> refused = new ArrayList<>();
        List<Failed> unknown = new ArrayList<>();
        results.forEach((message, future) -> {
            Result result = future.getNow(new Result(Fate.UNKNOWN, "not confirmed within " + PATIENCE));
            switch (result.fate()) {
                case SENT -> sent.add(message.number());
                case REFUSED -> refused.add(new Failed(message, pause(message), result.reason()));
                case UNKNOWN -> unknown.add(new Failed(message, LEFT_BEHIND, result.reason()));
                case BEHIND -> {}
            }
        });
        if (!sent.isEmpty()) {
            store.sent(sent);
        }
        note(refused);
        if (sent.isEmpty() && !unknown.isEmpty()) {
            log.debug("nothing was accepted: {}", unknown);
            return false;
        }
        note(unknown);
        return true;
    }

    private record Failed(Waiting message, Duration pause, String reason) {}

    private void note(List<Failed> failed) {
        failed.forEach(each -> store.failed(each.message(), each.pause(), each.reason()));
        failed.stream()
                .filter(each -> Integer.bitCount(each.message().attempts() + 1) == 1) // with every doubling
                .collect(Collectors.groupingBy(each -> each.message().message().to()))
                .forEach(Batches::complain);
    }

    private static void complain(Address to, List<Failed> failed) {
        Waiting first = failed.get(0).message();
        log.warn(
                "code=TROTH-0801 to={} messages={} first={} key={} attempts={} not sent: {}. Those of the same key wait"
                        + " with it; it is tried again, at least once a minute",
                to,
                failed.size(),
                first.message().envelope().messageId(),
                first.message().key(),
                first.attempts() + 1,
                failed.get(0).reason());
    }

    private Duration pause(Waiting message) {
        long doubled = 200L << Math.min(message.attempts(), 10);
        double jitter = 0.75 + environment.chance().getAsDouble() / 2;
        return Duration.ofMillis((long) (Math.min(doubled, LONGEST_PAUSE.toMillis()) * jitter));
    }
}
