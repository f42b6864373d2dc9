package dev.troth.protocol.participant;

import static dev.troth.protocol.Outcome.ABORTED;
import static dev.troth.protocol.Outcome.COMMITTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.protocol.Address;
import dev.troth.protocol.Payload;
import dev.troth.protocol.Refusal;
import dev.troth.protocol.Standing;
import dev.troth.protocol.Step;
import dev.troth.protocol.participant.ParticipantAction.AskCoordinator;
import dev.troth.protocol.participant.ParticipantAction.AskLater;
import dev.troth.protocol.participant.ParticipantAction.AskLog;
import dev.troth.protocol.participant.ParticipantAction.Finish;
import dev.troth.protocol.participant.ParticipantAction.Forget;
import dev.troth.protocol.participant.ParticipantAction.Interrupt;
import dev.troth.protocol.participant.ParticipantAction.NoteHeuristic;
import dev.troth.protocol.participant.ParticipantAction.RaiseCommitted;
import dev.troth.protocol.participant.ParticipantAction.Report;
import dev.troth.protocol.participant.ParticipantAction.RetryLater;
import dev.troth.protocol.participant.ParticipantAction.VoteNo;
import dev.troth.protocol.participant.ParticipantAction.VoteReadOnly;
import dev.troth.protocol.participant.ParticipantAction.VoteYes;
import dev.troth.protocol.participant.ParticipantAction.Work;
import dev.troth.protocol.participant.ParticipantEvent.Answered;
import dev.troth.protocol.participant.ParticipantEvent.CommitAtOnceUnknown;
import dev.troth.protocol.participant.ParticipantEvent.CommittedAtOnce;
import dev.troth.protocol.participant.ParticipantEvent.CoordinatorGone;
import dev.troth.protocol.participant.ParticipantEvent.Decided;
import dev.troth.protocol.participant.ParticipantEvent.Finished;
import dev.troth.protocol.participant.ParticipantEvent.FoundBusy;
import dev.troth.protocol.participant.ParticipantEvent.FoundCommitted;
import dev.troth.protocol.participant.ParticipantEvent.FoundPrepared;
import dev.troth.protocol.participant.ParticipantEvent.HeuristicNoted;
import dev.troth.protocol.participant.ParticipantEvent.InquiryDue;
import dev.troth.protocol.participant.ParticipantEvent.NotFinished;
import dev.troth.protocol.participant.ParticipantEvent.NotFound;
import dev.troth.protocol.participant.ParticipantEvent.PrepareArrived;
import dev.troth.protocol.participant.ParticipantEvent.PrepareUnknown;
import dev.troth.protocol.participant.ParticipantEvent.Prepared;
import dev.troth.protocol.participant.ParticipantEvent.Refused;
import dev.troth.protocol.participant.ParticipantEvent.RetryDue;
import dev.troth.protocol.participant.ParticipantEvent.Swept;
import dev.troth.protocol.participant.ParticipantEvent.WasReadOnly;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ParticipantRulesTest {
    private static final Payload ANSWER = new Payload("answer", "application/json", new byte[] {1});
    private static final Refusal REFUSAL = new Refusal(Refusal.Reason.CONSTRAINT, "duplicate key");
    private static final Address.Instance BLOG = new Address.Instance("blog", "aaaaaaaa");
    private static final Address.Instance OTHER = new Address.Instance("blog", "bbbbbbbb");

    private ParticipantState state = new ParticipantState.Unknown();

    private List<ParticipantAction> after(ParticipantEvent event) {
        Step<ParticipantState, ParticipantAction> step = ParticipantRules.step(state, event);
        state = step.state();
        return step.actions();
    }

    private void prepared() {
        after(new PrepareArrived(false));
        after(new Prepared(ANSWER));
    }

    private void missing() {
        after(new Decided(COMMITTED, BLOG));
        after(new NotFound());
    }

    @Test
    void a_prepared_branch_votes_yes_commits_and_reports() {
        assertThat(after(new PrepareArrived(false))).containsExactly(new Work(false));
        assertThat(after(new Prepared(ANSWER))).containsExactly(new VoteYes(ANSWER), new AskLater(1));
        assertThat(after(new Decided(COMMITTED, BLOG))).containsExactly(new Finish(COMMITTED));
        assertThat(after(new Finished())).containsExactly(new Report(Set.of(BLOG), false), new Forget());
    }

    @Test
    void a_rollback_is_not_reported_presumed_abort() {
        prepared();

        assertThat(after(new Decided(ABORTED, BLOG))).containsExactly(new Finish(ABORTED));
        assertThat(after(new Finished())).containsExactly(new Forget());
    }

    @Test
    void a_duplicate_prepare_while_working_changes_nothing_and_while_prepared_votes_the_same_again() {
        after(new PrepareArrived(false));
        assertThat(after(new PrepareArrived(false))).isEmpty();

        after(new Prepared(ANSWER));
        assertThat(after(new PrepareArrived(false))).containsExactly(new VoteYes(ANSWER));
    }

    @Test
    void a_refusal_is_a_no_and_the_branch_is_over() {
        after(new PrepareArrived(false));

        assertThat(after(new Refused(REFUSAL))).containsExactly(new VoteNo(REFUSAL), new Forget());
        assertThat(after(new Decided(COMMITTED, BLOG))).isEmpty();
    }

    @Test
    void a_branch_that_wrote_nothing_is_over_with_its_vote() {
        after(new PrepareArrived(false));

        assertThat(after(new WasReadOnly(ANSWER))).containsExactly(new VoteReadOnly(ANSWER), new Forget());
    }

    @Test
    void a_prepare_of_unknown_fate_votes_no_but_asks_because_another_instance_may_have_voted_yes() {
        after(new PrepareArrived(false));

        assertThat(after(new PrepareUnknown(REFUSAL))).containsExactly(new VoteNo(REFUSAL), new AskLater(1));
        assertThat(after(new PrepareArrived(false))).isEmpty();
        assertThat(after(new InquiryDue(false))).containsExactly(new AskCoordinator(1), new AskLater(1));
        assertThat(after(new Answered(Standing.ABORTED, BLOG))).containsExactly(new Finish(ABORTED));
        assertThat(after(new NotFinished())).containsExactly(new RetryLater(1));
        assertThat(after(new RetryDue())).containsExactly(new Finish(ABORTED));
        assertThat(after(new Finished())).containsExactly(new Forget());
    }

    @Test
    void a_rollback_that_overtakes_the_work_interrupts_it_and_no_yes_is_ever_sent() {
        after(new PrepareArrived(false));

        assertThat(after(new Decided(ABORTED, BLOG))).containsExactly(new Interrupt());
        assertThat(after(new Prepared(ANSWER))).containsExactly(new Finish(ABORTED));
    }

    @Test
    void a_rollback_that_overtakes_its_prepare_leaves_a_mark_in_the_store() {
        assertThat(after(new Decided(ABORTED, BLOG))).containsExactly(new Finish(ABORTED));
        assertThat(after(new Finished())).containsExactly(new Forget());
    }

    @Test
    void a_commit_that_arrives_while_a_prepared_branch_is_looked_up_is_obeyed() {
        after(new PrepareArrived(false));

        assertThat(after(new Decided(COMMITTED, BLOG))).isEmpty();
        assertThat(after(new FoundPrepared())).containsExactly(new Finish(COMMITTED));
    }

    @Test
    void duplicates_found_in_the_store_are_answered_by_what_is_found() {
        after(new PrepareArrived(false));
        assertThat(after(new FoundPrepared())).containsExactly(new VoteYes(Payload.LOST), new AskLater(1));

        state = new ParticipantState.Unknown();
        after(new PrepareArrived(false));
        assertThat(after(new FoundCommitted())).containsExactly(new Forget());

        state = new ParticipantState.Unknown();
        after(new PrepareArrived(false));
        assertThat(after(new FoundBusy())).containsExactly(new Forget());
    }

    @Test
    void an_in_doubt_branch_asks_its_coordinator_and_after_the_deadline_the_log() {
        prepared();

        assertThat(after(new InquiryDue(false))).containsExactly(new AskCoordinator(1), new AskLater(1));
        assertThat(after(new InquiryDue(true))).containsExactly(new AskLog(2), new AskLater(2));
    }

    @Test
    void an_in_doubt_branch_asks_the_log_when_its_coordinator_is_gone() {
        prepared();

        assertThat(after(new CoordinatorGone())).containsExactly(new AskLog(1));
        assertThat(after(new CoordinatorGone())).isEmpty();
        assertThat(after(new InquiryDue(false))).containsExactly(new AskLog(1), new AskLater(1));
    }

    @Test
    void no_yes_voter_decides_alone() {
        prepared();

        for (ParticipantEvent event : List.of(
                new InquiryDue(true),
                new CoordinatorGone(),
                new Swept(),
                new Answered(Standing.UNDECIDED, BLOG),
                new NotFinished(),
                new NotFound(),
                new Finished(),
                new Refused(REFUSAL))) {
            assertThat(after(event)).as(event.toString()).noneMatch(action -> action instanceof Finish);
            assertThat(state).as(event.toString()).isInstanceOf(ParticipantState.InDoubt.class);
        }
    }

    @Test
    void an_answer_is_obeyed_like_a_decision() {
        prepared();
        assertThat(after(new Answered(Standing.COMMITTED_OWED, OTHER))).containsExactly(new Finish(COMMITTED));
        assertThat(after(new Finished())).containsExactly(new Report(Set.of(OTHER), false), new Forget());

        state = new ParticipantState.Unknown();
        prepared();
        assertThat(after(new Answered(Standing.ABORTED, OTHER))).containsExactly(new Finish(ABORTED));
    }

    @Test
    void a_swept_branch_asks_at_once() {
        assertThat(after(new Swept())).containsExactly(new AskCoordinator(1), new AskLater(1));
    }

    @Test
    void a_failure_in_phase_two_is_tried_again_and_never_final() {
        prepared();
        after(new Decided(COMMITTED, BLOG));

        assertThat(after(new NotFinished())).containsExactly(new RetryLater(1));
        assertThat(after(new Decided(COMMITTED, OTHER))).isEmpty();
        assertThat(after(new RetryDue())).containsExactly(new Finish(COMMITTED));
        assertThat(after(new NotFinished())).containsExactly(new RetryLater(2));
        after(new RetryDue());
        assertThat(after(new Finished())).containsExactly(new Report(Set.of(BLOG, OTHER), false), new Forget());
    }

    @Test
    void a_commit_without_a_trace_asks_the_log_and_is_heuristic_only_if_still_owed() {
        missing();
        assertThat(after(new Answered(Standing.COMMITTED_OWED, OTHER))).containsExactly(new NoteHeuristic(COMMITTED));
        assertThat(after(new NotFinished())).containsExactly(new RetryLater(1));
        assertThat(after(new RetryDue())).containsExactly(new NoteHeuristic(COMMITTED));
        assertThat(after(new HeuristicNoted())).containsExactly(new Report(Set.of(BLOG, OTHER), true), new Forget());

        for (Standing stale : List.of(Standing.COMMITTED_DONE, Standing.ABORTED)) {
            state = new ParticipantState.Unknown();
            missing();
            assertThat(after(new Answered(stale, OTHER))).containsExactly(new Forget());
        }
    }

    @Test
    void a_branch_that_was_committed_by_hand_against_a_rollback_is_heuristic() {
        prepared();
        after(new Decided(ABORTED, BLOG));

        assertThat(after(new NotFound())).containsExactly(new NoteHeuristic(ABORTED));
        assertThat(after(new NotFinished())).containsExactly(new RetryLater(1));
        assertThat(after(new RetryDue())).containsExactly(new NoteHeuristic(ABORTED));
        assertThat(after(new HeuristicNoted())).containsExactly(new Forget());
    }

    @Test
    void a_committed_branch_is_not_heuristic_by_an_answer_that_may_be_older_than_the_history_of_its_commit() {
        prepared();
        after(new Answered(Standing.ABORTED, OTHER));

        assertThat(after(new NotFound())).containsExactly(new RaiseCommitted(), new Forget());
    }

    @Test
    void a_commit_without_a_trace_hears_no_rollback_and_reports_to_whoever_sends_it_again() {
        missing();

        assertThat(after(new Decided(ABORTED, BLOG))).isEmpty();
        assertThat(state).isEqualTo(new ParticipantState.Missing(1, Set.of(BLOG)));
        assertThat(after(new Decided(COMMITTED, OTHER))).isEmpty();
        assertThat(state).isEqualTo(new ParticipantState.Missing(1, Set.of(BLOG, OTHER)));
    }

    @Test
    void what_concerns_no_branch_here_changes_nothing() {
        assertThat(after(new Answered(Standing.COMMITTED_OWED, BLOG))).isEmpty();
        assertThat(state).isEqualTo(new ParticipantState.Unknown());
    }

    @Test
    void who_asks_while_votes_are_collected_votes_again_for_the_vote_may_be_lost() {
        prepared();
        assertThat(after(new Answered(Standing.UNDECIDED, BLOG))).containsExactly(new VoteYes(ANSWER));

        state = new ParticipantState.Unknown();
        after(new Swept());
        assertThat(after(new Answered(Standing.UNDECIDED, BLOG))).containsExactly(new VoteYes(Payload.LOST));
    }

    @Test
    void a_commit_without_a_trace_asks_until_the_log_answers() {
        after(new Decided(COMMITTED, BLOG));

        assertThat(after(new NotFound())).containsExactly(new AskLog(1), new AskLater(1));
        assertThat(after(new Answered(Standing.UNDECIDED, BLOG))).isEmpty();
        assertThat(after(new InquiryDue(true))).containsExactly(new AskLog(2), new AskLater(2));
    }

    @Test
    void a_one_phase_branch_commits_at_once_and_votes_what_its_row_says() {
        assertThat(after(new PrepareArrived(true))).containsExactly(new Work(true));
        assertThat(after(new CommittedAtOnce(ANSWER))).containsExactly(new VoteReadOnly(ANSWER), new Forget());

        state = new ParticipantState.Unknown();
        after(new PrepareArrived(true));
        assertThat(after(new CommitAtOnceUnknown())).containsExactly(new Forget());

        state = new ParticipantState.Unknown();
        after(new PrepareArrived(true));
        assertThat(after(new FoundCommitted())).containsExactly(new VoteReadOnly(Payload.LOST), new Forget());
    }
}
