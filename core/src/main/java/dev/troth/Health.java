package dev.troth;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How an instance is at this moment.
 *
 * @param transportConnected whether messages can pass
 * @param transactionsInFlight how many transactions run or wait to run here
 * @param branchesWorking how many handlers run or wait to run, by participant
 * @param slots how many of its database's slots for prepared branches are used, by participant
 * @param messagesSent how many protocol messages of each type were sent since the start
 * @param subscribers how each subscriber is
 */
public record Health(
        boolean transportConnected,
        int transactionsInFlight,
        Map<String, Integer> branchesWorking,
        Map<String, Slots> slots,
        Map<String, Long> messagesSent,
        Map<String, OfSubscriber> subscribers) {

    /**
     * How a subscriber is.
     *
     * @param running whether it takes messages; if not, it was paused
     * @param working how many messages it has that are not settled
     * @param counts since the start: applied, duplicates, failures, deadLetters
     */
    public record OfSubscriber(boolean running, int working, Map<String, Long> counts) {
        /** Copies the map. */
        public OfSubscriber {
            counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts)); // in their order
        }
    }

    /**
     * The slots of a participant: each branch of this instance that works or is prepared holds one.
     *
     * @param taken how many are held here
     * @param wanted how many branches wait for one
     * @param available how many there are in all, as the database said at the start
     */
    public record Slots(int taken, int wanted, int available) {
        /** Whether a branch has to wait because none is free. */
        public boolean exhausted() {
            return wanted > 0 && taken >= available;
        }
    }

    /** Copies the maps. */
    public Health {
        branchesWorking = Map.copyOf(branchesWorking);
        slots = Map.copyOf(slots);
        messagesSent = Map.copyOf(messagesSent);
        subscribers = Map.copyOf(subscribers);
    }
}
