package dev.troth.rabbitmq.toolbox;

/**
 * The numbers of a {@link ChannelPool} at one moment.
 *
 * @param connections open connections
 * @param blocked how many of them the broker has blocked because of an alarm
 * @param channels open channels, in use or not
 * @param idle channels that nobody uses
 * @param inUse channels that are borrowed; those that broke meanwhile among them
 * @param waiting threads that wait for a channel
 * @param overdue channels that are borrowed for longer than {@link ToolboxOptions#leakAfter}
 * @param most how many channels there can be
 */
public record PoolState(
        int connections, int blocked, int channels, int idle, int inUse, int waiting, int overdue, int most) {
    @Override
    public String toString() {
        return channels + " of at most " + most + " channels open on " + connections + " connections (" + blocked
                + " blocked), " + inUse + " in use, " + idle + " idle, " + waiting + " waiting, " + overdue
                + " borrowed for too long";
    }
}
