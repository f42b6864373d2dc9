package dev.troth.spring;

import dev.troth.tx.TransactionEvent;
import dev.troth.tx.TransactionListener;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** What this instance has seen, since its start, that somebody finished by hand against a decision. Safe for use by several threads. */
final class HeuristicCount implements TransactionListener {
    private final AtomicReference<Seen> seen = new AtomicReference<>(new Seen(0, Optional.empty()));

    /** How often, and the last of them. */
    record Seen(long count, Optional<TransactionEvent.Heuristic> last) {}

    @Override
    public void on(TransactionEvent event) {
        if (event instanceof TransactionEvent.Heuristic heuristic) {
            Seen unused = seen.updateAndGet(before -> new Seen(before.count() + 1, Optional.of(heuristic)));
        }
    }

    Seen seen() {
        return Objects.requireNonNull(seen.get());
    }
}
