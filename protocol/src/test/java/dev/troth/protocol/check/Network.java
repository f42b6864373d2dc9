package dev.troth.protocol.check;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Everything that was ever sent to or by one branch. It only grows: what is in it may be delivered at any later time, any number of
 * times, in any order, or never. So loss, delay, duplication and reordering need no steps of their own.
 *
 * <p>Addresses are left out: a message may reach any instance that could ever be meant. That allows more histories than there are,
 * and none less.
 *
 * @param bits one for each {@link Sent}
 */
record Network(int bits) {
    static final Network EMPTY = new Network(0);

    static Network of(Sent... messages) {
        return Arrays.stream(messages).reduce(EMPTY, Network::with, Network::and);
    }

    @SuppressWarnings("EnumOrdinal") // a bit of a set that is never stored
    private static int bit(Sent message) {
        return 1 << message.ordinal();
    }

    boolean has(Sent message) {
        return (bits & bit(message)) != 0;
    }

    boolean hasAny(Network other) {
        return (bits & other.bits) != 0;
    }

    boolean hasAll(Network other) {
        return (bits & other.bits) == other.bits;
    }

    Network with(Sent message) {
        return new Network(bits | bit(message));
    }

    Network and(Network other) {
        return other.bits == 0 ? this : new Network(bits | other.bits);
    }

    Network without(Network other) {
        return new Network(bits & ~other.bits);
    }

    @Override
    public String toString() {
        return Arrays.stream(Sent.values()).filter(this::has).map(Sent::name).collect(Collectors.joining(" "));
    }
}
