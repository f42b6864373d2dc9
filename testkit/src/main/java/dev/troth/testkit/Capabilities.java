package dev.troth.testkit;

/**
 * What a transport can do beyond what every transport does.
 *
 * @param persistent a persistent envelope that was accepted outlives a crash of the broker
 * @param durableAddresses a participant or log that has listened once keeps its address: what is sent while nobody listens waits
 * @param competingConsumers transports that listen at one address share what is sent there
 */
public record Capabilities(boolean persistent, boolean durableAddresses, boolean competingConsumers) {

    /** A broker with a disk: everything. */
    public static Capabilities broker() {
        return new Capabilities(true, true, true);
    }

    /** Memory only: competing consumers, nothing that lasts. */
    public static Capabilities memory() {
        return new Capabilities(false, false, true);
    }
}
