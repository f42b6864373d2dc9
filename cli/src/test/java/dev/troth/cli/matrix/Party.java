package dev.troth.cli.matrix;

import dev.troth.spi.CrashPoint;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Whom a fault may hit: a process, or the wire between two. */
enum Party {
    BLOG,
    REVIEW,
    BROKER,
    BLOG_DATABASE,
    REVIEW_DATABASE,
    BLOG_TO_DATABASE,
    BLOG_TO_BROKER,
    REVIEW_TO_DATABASE,
    REVIEW_TO_BROKER;

    private static final Set<CrashPoint> AT_THE_PARTICIPANT = EnumSet.of(
            CrashPoint.PREPARE_RECEIVED,
            CrashPoint.BRANCH_STARTED,
            CrashPoint.HANDLER_RETURNED,
            CrashPoint.AFTER_PREPARED,
            CrashPoint.AFTER_VOTE_SENT,
            CrashPoint.DECISION_RECEIVED,
            CrashPoint.AFTER_BRANCH_COMMITTED,
            CrashPoint.AFTER_BRANCH_ROLLED_BACK);

    /** Which of the two services passes a point. */
    static Party passing(CrashPoint point) {
        return AT_THE_PARTICIPANT.contains(point) ? REVIEW : BLOG;
    }

    boolean isWire() {
        return compareTo(REVIEW_DATABASE) > 0;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
