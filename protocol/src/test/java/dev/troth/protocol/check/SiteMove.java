package dev.troth.protocol.check;

/**
 * Something that can happen to one branch.
 *
 * @param line for the chart
 * @param next what the branch is afterwards
 * @param kind what may be expected of it
 */
record SiteMove(Line line, Site next, Kind kind) {

    /** Both in one. */
    SiteMove after(SiteMove first) {
        Line both = new Line(first.line.from(), first.line.to(), first.line.text() + ": " + line.text());
        return new SiteMove(both, next, first.kind == Kind.PROGRESS ? kind : first.kind);
    }

    /** What may be expected of a move. */
    enum Kind {
        /** Happens sooner or later if nothing else does. */
        PROGRESS,
        /** May happen, and need never happen: crashes, failures, lost answers, people. */
        FAULT,
        /** Happens sooner or later, but only when nobody is owed the decision any more. */
        WHEN_NOBODY_IS_OWED
    }
}
