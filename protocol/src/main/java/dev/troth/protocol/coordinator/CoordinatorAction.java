package dev.troth.protocol.coordinator;

import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Standing;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/** What a coordinator has to do. */
public sealed interface CoordinatorAction {
    /** Ask the branch to prepare. */
    record SendPrepare(int branch) implements CoordinatorAction {}

    /** Tell the branch the outcome. */
    record SendDecision(int branch, Outcome outcome) implements CoordinatorAction {}

    /** Answer the branch's inquiry. */
    record Answer(int branch, Standing standing) implements CoordinatorAction {}

    /**
     * Answer the branch's inquiry with what the log says of a commit; done, if it says nothing any more. Memory may be behind: whoever has the
     * branch's report may be another instance, and the branch row that shows it may be gone since.
     */
    record AnswerFromLog(int branch) implements CoordinatorAction {}

    /** Record the commit in the log, together with the local work; also where no branch is owed it, so that the log can tell. */
    record RecordCommit() implements CoordinatorAction {}

    /** Roll the local work back. */
    record RollBackLocally() implements CoordinatorAction {}

    /** Ask the log for the outcome, which fixes it. */
    record Resolve() implements CoordinatorAction {}

    /** Ask the log again after a while. */
    record ResolveLater() implements CoordinatorAction {}

    /** Tell the caller: committed. */
    record TellCommitted() implements CoordinatorAction {}

    /** Tell the caller: rolled back, with the refusals in the state. */
    record TellRolledBack() implements CoordinatorAction {}

    /** Tell the caller: not known yet. */
    record TellUnknown() implements CoordinatorAction {}

    /** Some have reported and others are away: the log need not owe it to those any more. */
    record NoteReports(CommitRecord logged, Set<Integer> reported) implements CoordinatorAction {
        /** Copies the set, in an order that is the same in every process. */
        public NoteReports {
            reported = Collections.unmodifiableSet(new TreeSet<>(reported));
        }
    }

    /** Everybody has reported: the decision becomes history. */
    record MarkDone() implements CoordinatorAction {}

    /** Nothing is left to do: forget the transaction. */
    record Forget() implements CoordinatorAction {}
}
