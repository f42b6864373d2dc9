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
 * @param messagesSent how many protocol messages of each type were sent since the start
 * @param subscribers how each subscriber is
 */
public record Health(
        boolean transportConnected,
        int transactionsInFlight,
        Map<String, Integer> branchesWorking,
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

    /** Copies the maps. */
    public Health {
        branchesWorking = Map.copyOf(branchesWorking);
        messagesSent = Map.copyOf(messagesSent);
        subscribers = Map.copyOf(subscribers);
    }
}
