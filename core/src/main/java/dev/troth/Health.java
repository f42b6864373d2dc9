package dev.troth;

import java.util.Map;

/**
 * How an instance is at this moment.
 *
 * @param transportConnected whether messages can pass
 * @param transactionsInFlight how many transactions run or wait to run here
 * @param branchesWorking how many handlers run or wait to run, by participant
 * @param messagesSent how many protocol messages of each type were sent since the start
 */
public record Health(
        boolean transportConnected,
        int transactionsInFlight,
        Map<String, Integer> branchesWorking,
        Map<String, Long> messagesSent) {

    /** Copies the maps. */
    public Health {
        branchesWorking = Map.copyOf(branchesWorking);
        messagesSent = Map.copyOf(messagesSent);
    }
}
