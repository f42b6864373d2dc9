package dev.troth.jdbc;

import dev.troth.protocol.BranchId;
import dev.troth.spi.BranchStore.InDoubt;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** How old prepared branches are, where the database does not tell: counted from when they were first seen here. */
final class Sightings {
    private final Map<BranchId, Long> firstSeen = new ConcurrentHashMap<>();

    /** The branches with their ages; {@code known} is when this instance has prepared one itself, by nanoTime. */
    List<InDoubt> of(Set<BranchId> prepared, Function<BranchId, Optional<Long>> known) {
        firstSeen.keySet().retainAll(prepared);
        long now = System.nanoTime();
        return prepared.stream()
                .map(branch -> {
                    long since = known.apply(branch).orElseGet(() -> firstSeen.computeIfAbsent(branch, unseen -> now));
                    return new InDoubt(branch, Duration.ofNanos(Math.max(0, now - since)));
                })
                .toList();
    }
}
