package dev.troth.cli.matrix;

import dev.troth.spi.CrashPoint;
import java.util.Locale;

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

    /** Which of the two services passes a point. */
    static Party passing(CrashPoint point) {
        return point.isAtParticipant() ? REVIEW : BLOG;
    }

    boolean isWire() {
        return compareTo(REVIEW_DATABASE) > 0;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
