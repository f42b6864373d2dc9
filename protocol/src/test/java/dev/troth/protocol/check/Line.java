package dev.troth.protocol.check;

/**
 * One line of a chart: a message that arrives, or something that happens in one place.
 *
 * @param from where it comes from
 * @param to where it happens
 * @param text what it is
 */
record Line(Lane from, Lane to, String text) {

    /** A vertical line of a chart. */
    enum Lane {
        COORDINATOR,
        LOG,
        /** The branch that moves, or that the message is of. */
        BRANCH,
        NETWORK
    }

    static Line at(Lane lane, String text) {
        return new Line(lane, lane, text);
    }

    static Line arrival(Lane from, Lane to, Sent message) {
        return new Line(from, to, message.toString());
    }
}
