package dev.troth.testkit.sim;

import java.time.Duration;
import java.util.Locale;

/**
 * One thing that goes wrong. It names its place in the history, so that a history can be run again with some of its faults only.
 *
 * @param place where: a copy of a message, a call of a store, a named point, a moment
 * @param kind what happens there
 * @param length how long it lasts, or how late something is; zero where that has no meaning
 */
public record Fault(String place, Kind kind, Duration length) {

    /** What can go wrong. */
    public enum Kind {
        /** A message is forgotten by the broker. */
        LOSE,
        /** A message arrives twice, the second time late. */
        DUPLICATE,
        /** A message arrives late. */
        DELAY,
        /** A store fails before it has done what was asked. */
        FAIL_BEFORE,
        /** A store has done what was asked, and fails before it can say so. */
        FAIL_AFTER,
        /** A store begins late with what was asked. */
        SLOW,
        /** A store has done what was asked, and answers late. */
        ANSWER_LATE,
        /** The thread is held up, at a point or before it sends; the rest of its process goes on. */
        HOLD,
        /** The process is killed, with loss of its memory, and started again. */
        CRASH,
        /** The process stands still and then goes on. */
        FREEZE,
        /** The process is stopped in order, with patience, and started again. */
        STOP,
        /** The host's clock jumps forward, for good. */
        CLOCK_FORWARD,
        /** The host's clock jumps back, for good. */
        CLOCK_BACK,
        /** Host and broker do not hear each other. */
        CUT,
        /** The broker does not hear the host. */
        CUT_TO_BROKER,
        /** The host does not hear the broker. */
        CUT_FROM_BROKER,
        /** Host and databases do not hear each other. */
        CUT_DATABASES,
        /** The broker restarts and forgets what is transient. */
        BROKER_RESTART,
        /** A database is down; what was prepared and committed stays. */
        DATABASE_DOWN,
        /** A database's clock jumps forward, for good. */
        DATABASE_CLOCK_FORWARD,
        /** A database's clock jumps back, for good. */
        DATABASE_CLOCK_BACK,
        /** A person rolls a prepared branch back by hand. */
        INTERFERE;

        /** As it stands in traces and tables. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    @Override
    public String toString() {
        return kind.text() + (length.isZero() ? "" : " " + Journal.seconds(length.toNanos()) + " s") + " at " + place;
    }
}
