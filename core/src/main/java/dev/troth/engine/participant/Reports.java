package dev.troth.engine.participant;

import dev.troth.engine.runtime.Environment;
import dev.troth.engine.wire.Sender;
import dev.troth.protocol.Address;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gathers the DONEs to one instance into one message: nobody waits for them. What gets lost here is asked for again, by a
 * COMMIT that finds the branch committed.
 */
final class Reports {
    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final int MOST = 100;

    private final Environment environment;
    private final Sender sender;
    private final Object lock = new Object();
    private final Map<Address.Instance, Gathered> waiting = new HashMap<>(); // guarded by lock
    private boolean scheduled; // guarded by lock

    Reports(Environment environment, Sender sender) {
        this.environment = environment;
        this.sender = sender;
    }

    void add(Address.Instance to, BranchId branch, boolean heuristic) {
        synchronized (lock) {
            Gathered gathered = waiting.computeIfAbsent(to, instance -> new Gathered());
            (heuristic ? gathered.heuristic : gathered.finished).add(branch);
            if (scheduled) {
                return;
            }
            scheduled = true;
        }
        environment.scheduler().after(PAUSE, this::flush);
    }

    /** Sends what has gathered. */
    void flush() {
        Map<Address.Instance, Gathered> batch;
        synchronized (lock) {
            scheduled = false;
            batch = new HashMap<>(waiting);
            waiting.clear();
        }
        batch.forEach((to, gathered) -> {
            send(to, gathered.finished, false);
            send(to, gathered.heuristic, true);
        });
    }

    private void send(Address.Instance to, List<BranchId> branches, boolean heuristic) {
        for (int from = 0; from < branches.size(); from += MOST) {
            List<BranchId> part = branches.subList(from, Math.min(branches.size(), from + MOST));
            Message done = heuristic ? new Message.Done(List.of(), part) : new Message.Done(part, List.of());
            sender.sendLossy(to, done, "", () -> {});
        }
    }

    private static final class Gathered {
        final List<BranchId> finished = new ArrayList<>();
        final List<BranchId> heuristic = new ArrayList<>();
    }
}
