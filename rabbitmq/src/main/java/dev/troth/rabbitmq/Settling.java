package dev.troth.rabbitmq;

/** Where a delivery is settled: the channel that it came over, and no other. */
interface Settling {
    /** Done with it; does nothing when the channel is gone. */
    void ack(long tag);

    /** The broker shall deliver it again; it does so by itself when the channel is gone. */
    void nack(long tag);

    /** Whether settlements can still pass. */
    boolean alive();
}
