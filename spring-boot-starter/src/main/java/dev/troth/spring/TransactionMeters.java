package dev.troth.spring;

import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.tx.TransactionEvent;
import dev.troth.tx.TransactionListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Counts and times what happens. A transaction is timed from its first enlist, or the start of {@code transact}, to its decision. Tags are
 * kinds, outcomes, participants and reasons, never an id; of kinds there are 100 at most, the rest is "other".
 */
final class TransactionMeters implements MeterBinder, TransactionListener {
    private static final int MOST_KINDS = 100;

    private final LongSupplier nanos;
    private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();
    private final Map<Gid, Running> running = new ConcurrentHashMap<>();
    private final FewNames kinds = new FewNames(MOST_KINDS);

    private record Running(String kind, long since) {}

    TransactionMeters(LongSupplier nanos) {
        this.nanos = nanos;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        registries.add(registry);
    }

    @Override
    public void on(TransactionEvent event) {
        if (event instanceof TransactionEvent.Begun begun) {
            running.put(begun.gid(), new Running(kinds.of(begun.kind()), nanos.getAsLong()));
        } else if (event instanceof TransactionEvent.Decided decided) {
            ended(decided.gid(), decided.outcome() == Outcome.COMMITTED ? "committed" : "rolled_back");
        } else if (event instanceof TransactionEvent.OutcomeUnknown unknown) {
            ended(unknown.gid(), "unknown");
        } else if (event instanceof TransactionEvent.VotedNo no) {
            String reason = no.refusal().reason().name().toLowerCase(Locale.ROOT);
            count(
                    "troth.refusals",
                    "Votes of no, as the initiator has them",
                    "participant",
                    no.participant(),
                    "reason",
                    reason);
        } else if (event instanceof TransactionEvent.Redriven) {
            count("troth.redriven", "Decisions that recovery has sent again");
        } else {
            participant(event);
        }
    }

    private void participant(TransactionEvent event) {
        if (event instanceof TransactionEvent.BranchPrepared prepared) {
            branch(prepared.participant(), "prepared");
        } else if (event instanceof TransactionEvent.BranchRefused refused) {
            branch(refused.participant(), "refused");
        } else if (event instanceof TransactionEvent.BranchFinished finished) {
            branch(finished.participant(), finished.outcome() == Outcome.COMMITTED ? "committed" : "rolled_back");
        } else if (event instanceof TransactionEvent.Inquired inquired) {
            count("troth.inquiries", "Times that a branch in doubt has asked", "participant", inquired.participant());
        } else if (event instanceof TransactionEvent.Heuristic heuristic) {
            count(
                    "troth.heuristics",
                    "Branches that somebody has finished by hand against the decision",
                    "participant",
                    heuristic.participant());
        }
    }

    private void ended(Gid gid, String outcome) {
        Running ended = running.remove(gid);
        if (ended == null) {
            return;
        }
        long took = nanos.getAsLong() - ended.since();
        registries.forEach(registry -> Timer.builder("troth.transactions")
                .tag("kind", ended.kind())
                .tag("outcome", outcome)
                .description("Transactions that were started here, until their decision")
                .register(registry)
                .record(took, TimeUnit.NANOSECONDS));
    }

    private void branch(String participant, String state) {
        count("troth.branches", "What branches have come to, here", "participant", participant, "state", state);
    }

    private void count(String name, String description, String... tags) {
        registries.forEach(registry -> Counter.builder(name)
                .tags(tags)
                .description(description)
                .register(registry)
                .increment());
    }
}
