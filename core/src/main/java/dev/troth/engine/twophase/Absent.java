package dev.troth.engine.twophase;

import dev.troth.engine.runtime.Environment;
import dev.troth.protocol.Address;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Instances that were not there to take a decision. For the time of the patience others that are owed to them go to the participant's shared
 * address at once: after a crash that spares each of many a message that comes back. Then they are tried again: an instance whose
 * connection was lost comes back.
 */
final class Absent {
    private final Environment environment;
    private final Map<Address.Instance, Instant> until = new ConcurrentHashMap<>();

    Absent(Environment environment) {
        this.environment = environment;
    }

    void add(Address.Instance instance) {
        Instant now = environment.scheduler().now();
        until.values().removeIf(now::isAfter);
        until.put(instance, now.plus(environment.settings().patience()));
    }

    boolean contains(Address.Instance instance) {
        Instant end = until.get(instance);
        return end != null && environment.scheduler().now().isBefore(end);
    }
}
