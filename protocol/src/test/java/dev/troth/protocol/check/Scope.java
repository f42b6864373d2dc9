package dev.troth.protocol.check;

import java.util.EnumSet;
import java.util.Set;

/**
 * What is walked: the size, and what may happen beside what always may (loss, delay, duplication and reordering of messages, crashes of
 * every process, failing statements, clocks that pass the deadline in any order, purges).
 *
 * @param name for the summary
 * @param branches how many branches at most
 * @param instances how many instances each participant has at once
 * @param features what else
 */
record Scope(String name, int branches, int instances, Set<Feature> features) {

    /** What a scope may have. */
    enum Feature {
        /** The work writes to the log's own database: the decision rides in its commit. */
        LOCAL_WORK,
        /** Participants do not crash, and their databases do not fail: only the network and the initiator do. */
        RELIABLE_PARTICIPANTS,
        /** What a participant asks of its database waits for its turn; otherwise it is done at once, as far as it is done. */
        SLOW_PARTICIPANTS,
        /** A database session may live on for a while when nobody works in it any more; otherwise it ends at once. */
        LINGERING_SESSIONS,
        /** One call of {@code execute}: no decision log. */
        ONE_PHASE,
        /** A branch may have written nothing. */
        READ_ONLY,
        /** A person may roll back prepared branches. */
        PERSON,
        /** Branch rows go at the deadline, instead of when nobody is owed the decision and no answer is on its way any more. */
        NO_RETENTION,
        /** The decision's statement may pause between reading the clock and inserting the row. */
        SLOW_STATEMENTS,
        /** A crash of a participant's database may take the mark of a rollback. */
        MARKS_GET_LOST,
        /** All messages that are on their way may be lost at once, so that everybody has to get on without them. */
        FORGETFUL_BROKER
    }

    Scope {
        features = Set.copyOf(features);
    }

    static Scope of(String name, int branches, int instances, Feature... features) {
        return new Scope(name, branches, instances, Set.of(features));
    }

    /** What holds here: that every heuristic outcome has a person behind it rests on branch rows that are kept long enough. */
    Set<Invariant> invariants() {
        Set<Invariant> invariants = EnumSet.allOf(Invariant.class);
        if (has(Feature.NO_RETENTION)) {
            invariants.remove(Invariant.HEURISTIC_ONLY_WHEN_A_PERSON_INTERFERED);
        }
        return invariants;
    }

    boolean has(Feature feature) {
        return features.contains(feature);
    }

    Scope with(Feature feature) {
        EnumSet<Feature> more = EnumSet.of(feature);
        more.addAll(features);
        return new Scope(name, branches, instances, more);
    }
}
