package dev.troth.spring;

import dev.troth.Health;
import dev.troth.Troth;
import dev.troth.Unfinished.Prepared;
import dev.troth.spi.DecisionLog.Owing;
import dev.troth.spi.OutboxStore.Backlog;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What is to be said of the health of a service's transactions. Waits for nothing. */
final class TrothFindings {
    private static final String NOT_KNOWN =
            "The database has not said it lately: it is away, or slow. It is asked again by itself.";

    private final Troth troth;
    private final TrothWatch watch;
    private final HeuristicCount heuristics;
    private final TrothProperties.Health limits;

    TrothFindings(Troth troth, TrothWatch watch, HeuristicCount heuristics, TrothProperties.Health limits) {
        this.troth = troth;
        this.watch = watch;
        this.heuristics = heuristics;
        this.limits = limits;
    }

    /** Each by its name, worked out when it is asked for. */
    Map<String, Supplier<Finding>> all() {
        Map<String, Supplier<Finding>> all = new LinkedHashMap<>();
        all.put("broker", () -> broker(troth.health()));
        all.put("inDoubt", () -> inDoubt(watch.prepared(), limits.inDoubtAfter()));
        all.put("owed", () -> owed(watch.owed(), limits.inDoubtAfter()));
        all.put("slots", () -> slots(troth.health()));
        all.put("outbox", () -> outbox(watch.outbox(), limits.outboxAfter()));
        all.put("heuristics", () -> heuristics(heuristics.seen()));
        return all;
    }

    static Finding broker(Health health) {
        return health.transportConnected()
                ? Finding.up()
                : Finding.of(
                        Finding.DOWN,
                        "Messages cannot pass: the broker is away, blocks publishers, or a consumer is being mended.",
                        "Start the broker, or look why it blocks (rabbitmqctl list_alarms); this service connects again by itself. What"
                                + " is started meanwhile rolls back at its time-out; what is decided is sent when it is back.");
    }

    static Finding inDoubt(Map<String, Optional<Prepared>> prepared, Duration after) {
        if (prepared.values().stream().anyMatch(Optional::isEmpty)) {
            return Finding.of(Finding.UNKNOWN, NOT_KNOWN, "See the health of the data source.");
        }
        Map<String, Object> old = new LinkedHashMap<>();
        prepared.forEach((name, known) -> known.filter(p -> p.oldest().compareTo(after) > 0)
                .ifPresent(p -> old.put(
                        name,
                        p.branches() + " prepared, the oldest for " + p.oldest().toSeconds() + "s")));
        if (old.isEmpty()) {
            return Finding.up();
        }
        return Finding.of(
                        Finding.ATTENTION,
                        "Branches have been prepared for more than " + after.toSeconds()
                                + "s without hearing what was decided; they hold their locks.",
                        "Start the service that began them (its name is the first part of the gid) and its database: it answers, and they"
                                + " end by themselves. Do not finish them by hand (docs/operations.md).")
                .with("participants", old);
    }

    static Finding owed(Optional<Optional<Owing>> owed, Duration after) {
        if (owed.isEmpty()) {
            return Finding.of(Finding.UNKNOWN, NOT_KNOWN, "See the health of the data source.");
        }
        Optional<Owing> old = owed.get().filter(o -> o.oldest().compareTo(after) > 0);
        if (old.isEmpty()) {
            return Finding.up();
        }
        return Finding.of(
                        Finding.ATTENTION,
                        "Commits that were decided more than " + after.toSeconds()
                                + "s ago have not been carried out everywhere.",
                        "Start the participants' services and databases: the decision is sent again until they report"
                                + " (docs/operations.md).")
                .with("decisions", old.get().decisions())
                .with("oldest", old.get().oldest());
    }

    static Finding slots(Health health) {
        Map<String, Object> exhausted = health.slots().entrySet().stream()
                .filter(slots -> slots.getValue().exhausted())
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        slots -> slots.getValue().taken() + " of "
                                + slots.getValue().available() + " used, "
                                + slots.getValue().wanted() + " wait"));
        if (exhausted.isEmpty()) {
            return Finding.up();
        }
        return Finding.of(
                        Finding.ATTENTION,
                        "The database can prepare no more branches at once; further ones wait until one has ended, or roll back at their"
                                + " deadline.",
                        "If inDoubt says something, mend that first. Else raise max_prepared_transactions (PostgreSQL, needs a restart), or"
                                + " BranchOptions.withMaxInFlight together with the pool (MariaDB).")
                .with("participants", exhausted);
    }

    static Finding outbox(Optional<Optional<Backlog>> outbox, Duration after) {
        if (outbox.isEmpty()) {
            return Finding.of(Finding.UNKNOWN, NOT_KNOWN, "See the health of the data source.");
        }
        Optional<Backlog> old = outbox.get().filter(b -> b.oldest().compareTo(after) > 0);
        if (old.isEmpty()) {
            return Finding.up();
        }
        return Finding.of(
                        Finding.ATTENTION,
                        "Messages have waited in the outbox for more than " + after.toSeconds() + "s.",
                        "If broker is down, start it. Else nobody has ever subscribed to them, or a queue is full: the log says which"
                                + " (docs/events.md).")
                .with("messages", old.get().messages())
                .with("oldest", old.get().oldest())
                .with("failingKeys", old.get().failing());
    }

    static Finding heuristics(HeuristicCount.Seen seen) {
        if (seen.last().isEmpty()) {
            return Finding.up();
        }
        return Finding.of(
                        Finding.ATTENTION,
                        "Since its start this instance has seen branches that somebody had finished by hand against the decision: the"
                                + " databases disagree.",
                        "Compare the databases and repair them; the rows in troth_heuristics, and those of troth_decisions that are marked"
                                + " heuristic, say which (docs/operations.md).")
                .with("count", seen.count())
                .with(
                        "last",
                        seen.last().get().branch() + " of " + seen.last().get().participant() + ", decided "
                                + seen.last().get().decided());
    }
}
