package dev.troth.spring;

import dev.troth.Health;
import dev.troth.Troth;
import dev.troth.Unfinished.Prepared;
import dev.troth.spi.DecisionLog.Owing;
import dev.troth.spi.OutboxStore.Backlog;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;

/** What Troth shows of itself at this moment. Tags are names of participants, subscribers and message types, never an id. */
final class TrothMeters implements MeterBinder {
    private final ObjectProvider<Troth> troth;
    private final ObjectProvider<TrothWatch> watch;

    TrothMeters(ObjectProvider<Troth> troth, ObjectProvider<TrothWatch> watch) {
        this.troth = troth;
        this.watch = watch;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Troth of = troth.getIfAvailable();
        if (of != null) {
            Supplier<Health> health = of::health;
            instance(registry, health);
            health.get().slots().keySet().forEach(name -> participant(registry, health, name));
            health.get().subscribers().keySet().forEach(name -> subscriber(registry, health, name));
            unfinished(registry, watch.getObject());
        }
    }

    private static void instance(MeterRegistry registry, Supplier<Health> health) {
        Gauge.builder("troth.transport.connected", health, h -> h.get().transportConnected() ? 1 : 0)
                .description("1 if messages can pass, 0 if not")
                .register(registry);
        Gauge.builder("troth.transactions.active", health, h -> h.get().transactionsInFlight())
                .description("Transactions that run here or wait to run")
                .register(registry);
        for (String type : List.of("PREPARE", "VOTE", "COMMIT", "ROLLBACK", "DONE", "INQUIRE", "ANSWER")) {
            FunctionCounter.builder(
                            "troth.messages",
                            health,
                            h -> h.get().messagesSent().getOrDefault(type, 0L))
                    .tag("type", type.toLowerCase(Locale.ROOT))
                    .description("Protocol messages that were sent")
                    .register(registry);
        }
    }

    private static void participant(MeterRegistry registry, Supplier<Health> health, String name) {
        Map<String, Function<Health.Slots, Integer>> slots = Map.of(
                "troth.slots.used", Health.Slots::taken,
                "troth.slots.waiting", Health.Slots::wanted,
                "troth.slots.max", Health.Slots::available);
        slots.forEach((meter, of) -> Gauge.builder(
                        meter,
                        health,
                        h -> Optional.ofNullable(h.get().slots().get(name))
                                .map(of)
                                .orElse(0))
                .tag("participant", name)
                .description("Slots for branches that work or are prepared: what the database can prepare at once")
                .register(registry));
        Gauge.builder(
                        "troth.handlers.active",
                        health,
                        h -> h.get().branchesWorking().getOrDefault(name, 0))
                .tag("participant", name)
                .description("Handlers that run or wait to run")
                .register(registry);
    }

    private static void subscriber(MeterRegistry registry, Supplier<Health> health, String name) {
        Map<String, String> results = Map.of(
                "applied", "applied", "duplicates", "duplicate", "failures", "failed", "deadLetters", "dead_letter");
        results.forEach((count, result) -> FunctionCounter.builder(
                        "troth.subscriber.messages",
                        health,
                        h -> of(h.get(), name)
                                .map(subscriber -> subscriber.counts().getOrDefault(count, 0L))
                                .orElse(0L))
                .tag("subscriber", name)
                .tag("result", result)
                .description("What became of events and commands, attempt by attempt")
                .register(registry));
        Gauge.builder(
                        "troth.subscriber.active",
                        health,
                        h -> of(h.get(), name).map(Health.OfSubscriber::working).orElse(0))
                .tag("subscriber", name)
                .description("Events and commands that are here and not settled")
                .register(registry);
    }

    private static Optional<Health.OfSubscriber> of(Health health, String subscriber) {
        return Optional.ofNullable(health.subscribers().get(subscriber));
    }

    private static void unfinished(MeterRegistry registry, TrothWatch watch) {
        watch.prepared().keySet().forEach(name -> {
            Supplier<Optional<Prepared>> prepared = () -> watch.prepared().getOrDefault(name, Optional.empty());
            gauge("troth.indoubt", prepared, Prepared::branches)
                    .tag("participant", name)
                    .description("Branches that are prepared in the participant's database, by whichever instance")
                    .register(registry);
            age("troth.indoubt.oldest.age", prepared, Prepared::oldest)
                    .tag("participant", name)
                    .description("For how long the oldest of them has been prepared")
                    .register(registry);
        });
        Supplier<Optional<Owing>> owed = () -> watch.owed().flatMap(known -> known);
        gauge("troth.decisions.owed", owed, Owing::decisions)
                .description("Commits that a participant has not reported yet, of all instances")
                .register(registry);
        age("troth.decisions.owed.oldest.age", owed, Owing::oldest)
                .description("For how long the oldest of them has been decided")
                .register(registry);
        outbox(registry, () -> watch.outbox().flatMap(known -> known));
        watch.deadLetters()
                .keySet()
                .forEach(name -> gauge(
                                "troth.deadletters",
                                () -> watch.deadLetters().getOrDefault(name, Optional.empty()),
                                count -> count)
                        .tag("subscriber", name)
                        .description("Messages that the subscriber could not apply and nobody has settled")
                        .register(registry));
    }

    private static void outbox(MeterRegistry registry, Supplier<Optional<Backlog>> outbox) {
        gauge("troth.outbox.pending", outbox, Backlog::messages)
                .description("Messages that wait to be sent, of all instances")
                .register(registry);
        age("troth.outbox.oldest.age", outbox, Backlog::oldest)
                .description("For how long the oldest of them has waited")
                .register(registry);
        gauge("troth.outbox.failing", outbox, Backlog::failing)
                .description("Keys that wait because one of their messages was refused")
                .register(registry);
    }

    /** What is not known is not a number. */
    private static <T> Gauge.Builder<Supplier<Optional<T>>> gauge(
            String name, Supplier<Optional<T>> source, Function<T, Number> number) {
        return Gauge.builder(
                        name,
                        source,
                        of -> of.get().map(number).map(Number::doubleValue).orElse(Double.NaN))
                .strongReference(true);
    }

    private static <T> TimeGauge.Builder<Supplier<Optional<T>>> age(
            String name, Supplier<Optional<T>> source, Function<T, Duration> age) {
        return TimeGauge.builder(
                        name,
                        source,
                        TimeUnit.MILLISECONDS,
                        of -> of.get()
                                .map(age)
                                .map(Duration::toMillis)
                                .map(Long::doubleValue)
                                .orElse(Double.NaN))
                .strongReference(true);
    }
}
