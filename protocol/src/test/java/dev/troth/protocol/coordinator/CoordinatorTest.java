package dev.troth.protocol.coordinator;

import static dev.troth.protocol.Outcome.ABORTED;
import static dev.troth.protocol.Outcome.COMMITTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.protocol.Address;
import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Payload;
import dev.troth.protocol.Refusal;
import dev.troth.protocol.Standing;
import dev.troth.protocol.Step;
import dev.troth.protocol.Vote;
import dev.troth.protocol.coordinator.CoordinatorAction.Answer;
import dev.troth.protocol.coordinator.CoordinatorAction.AnswerFromLog;
import dev.troth.protocol.coordinator.CoordinatorAction.Forget;
import dev.troth.protocol.coordinator.CoordinatorAction.MarkDone;
import dev.troth.protocol.coordinator.CoordinatorAction.NoteReports;
import dev.troth.protocol.coordinator.CoordinatorAction.RecordCommit;
import dev.troth.protocol.coordinator.CoordinatorAction.Resolve;
import dev.troth.protocol.coordinator.CoordinatorAction.ResolveLater;
import dev.troth.protocol.coordinator.CoordinatorAction.RollBackLocally;
import dev.troth.protocol.coordinator.CoordinatorAction.SendDecision;
import dev.troth.protocol.coordinator.CoordinatorAction.SendPrepare;
import dev.troth.protocol.coordinator.CoordinatorAction.TellCommitted;
import dev.troth.protocol.coordinator.CoordinatorAction.TellRolledBack;
import dev.troth.protocol.coordinator.CoordinatorAction.TellUnknown;
import dev.troth.protocol.coordinator.CoordinatorEvent.AnswerUnusable;
import dev.troth.protocol.coordinator.CoordinatorEvent.BranchDone;
import dev.troth.protocol.coordinator.CoordinatorEvent.CommitAttempted;
import dev.troth.protocol.coordinator.CoordinatorEvent.CommitFailed;
import dev.troth.protocol.coordinator.CoordinatorEvent.CommitUnknown;
import dev.troth.protocol.coordinator.CoordinatorEvent.DeadlinePassed;
import dev.troth.protocol.coordinator.CoordinatorEvent.Enlisted;
import dev.troth.protocol.coordinator.CoordinatorEvent.GaveUp;
import dev.troth.protocol.coordinator.CoordinatorEvent.Inquired;
import dev.troth.protocol.coordinator.CoordinatorEvent.RedriveDue;
import dev.troth.protocol.coordinator.CoordinatorEvent.ResolveFailed;
import dev.troth.protocol.coordinator.CoordinatorEvent.Resolved;
import dev.troth.protocol.coordinator.CoordinatorEvent.Voted;
import dev.troth.protocol.coordinator.CoordinatorEvent.WorkFailed;
import dev.troth.protocol.coordinator.CoordinatorEvent.WorkReturned;
import dev.troth.protocol.coordinator.CoordinatorState.Phase;
import dev.troth.protocol.log.LogRules.Recorded;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CoordinatorTest {
    private static final Vote.Voter VOTER = new Vote.Voter(new Address.Instance("review", "abcdefgh"), "store1");
    private static final Vote YES = new Vote.Yes(Payload.NOTHING, VOTER);
    private static final Vote READ_ONLY = new Vote.ReadOnly(Payload.NOTHING);
    private static final Refusal REFUSAL = new Refusal(Refusal.Reason.REFUSED, "not this title");
    private static final Vote NO = new Vote.No(REFUSAL);

    private CoordinatorState state = CoordinatorState.BEGUN;

    private List<CoordinatorAction> after(CoordinatorEvent event) {
        Step<CoordinatorState, CoordinatorAction> step = Coordinator.step(state, event);
        state = step.state();
        return step.actions();
    }

    private void enlistTwo() {
        after(new Enlisted("review"));
        after(new Enlisted("search"));
    }

    private void decidingWithTwo() {
        enlistTwo();
        after(new WorkReturned(true));
        after(new Voted(0, YES));
        after(new Voted(1, YES));
    }

    @Test
    void prepares_leave_as_soon_as_they_are_enlisted() {
        assertThat(after(new Enlisted("review"))).containsExactly(new SendPrepare(0));
        assertThat(after(new Enlisted("review"))).containsExactly(new SendPrepare(1));
    }

    @Test
    void the_commit_is_recorded_when_the_work_has_returned_and_every_vote_is_yes() {
        enlistTwo();

        assertThat(after(new Voted(1, YES))).isEmpty();
        assertThat(after(new WorkReturned(true))).isEmpty();
        assertThat(after(new Voted(0, YES))).containsExactly(new RecordCommit());
        assertThat(after(new CommitAttempted(Recorded.RECORDED)))
                .containsExactly(new SendDecision(0, COMMITTED), new SendDecision(1, COMMITTED), new TellCommitted());
    }

    @Test
    void a_vote_delivered_twice_counts_once() {
        enlistTwo();
        after(new WorkReturned(true));

        assertThat(after(new Voted(0, YES))).isEmpty();
        assertThat(after(new Voted(0, YES))).isEmpty();
        assertThat(state.phase()).isEqualTo(Phase.VOTING);
    }

    @Test
    void a_vote_of_a_branch_that_was_never_asked_changes_nothing() {
        enlistTwo();
        after(new WorkReturned(true));

        assertThat(after(new Voted(2, NO))).isEmpty();
        assertThat(after(new Voted(-1, NO))).isEmpty();
        assertThat(state.phase()).isEqualTo(Phase.VOTING);
    }

    @Test
    void a_no_rolls_back_everybody_who_may_be_prepared_but_not_the_one_who_refused() {
        enlistTwo();
        after(new WorkReturned(true));

        assertThat(after(new Voted(0, NO)))
                .containsExactly(
                        new SendDecision(1, ABORTED), new RollBackLocally(), new TellRolledBack(), new Forget());
    }

    @Test
    void a_no_while_the_work_runs_goes_to_the_branches_at_once_and_to_the_local_work_when_it_returns() {
        enlistTwo();

        assertThat(after(new Voted(0, NO))).containsExactly(new SendDecision(1, ABORTED));
        assertThat(after(new WorkReturned(true)))
                .containsExactly(new RollBackLocally(), new TellRolledBack(), new Forget());
    }

    @Test
    void a_yes_after_the_transaction_is_doomed_is_answered_with_a_rollback() {
        enlistTwo();
        after(new Voted(0, NO));

        assertThat(after(new Voted(1, YES))).containsExactly(new SendDecision(1, ABORTED));

        after(new WorkReturned(false));
        assertThat(after(new Voted(1, YES))).containsExactly(new SendDecision(1, ABORTED));
    }

    @Test
    void work_that_fails_rolls_back_every_branch_and_the_local_work() {
        enlistTwo();
        after(new Voted(0, YES));

        assertThat(after(new WorkFailed(REFUSAL)))
                .containsExactly(
                        new SendDecision(0, ABORTED),
                        new SendDecision(1, ABORTED),
                        new RollBackLocally(),
                        new TellRolledBack(),
                        new Forget());
    }

    @Test
    void the_deadline_aborts_and_blames_who_has_not_voted() {
        enlistTwo();
        after(new WorkReturned(true));
        after(new Voted(0, YES));

        assertThat(after(new DeadlinePassed()))
                .containsExactly(
                        new SendDecision(0, ABORTED),
                        new SendDecision(1, ABORTED),
                        new RollBackLocally(),
                        new TellRolledBack(),
                        new Forget());
        assertThat(state.branches().get(0).refusal()).isEmpty();
        assertThat(state.branches().get(1).refusal())
                .hasValueSatisfying(r -> assertThat(r.reason()).isEqualTo(Refusal.Reason.TIMED_OUT));
    }

    @Test
    void the_deadline_blames_the_work_if_every_branch_has_voted() {
        enlistTwo();
        after(new Voted(0, YES));
        after(new Voted(1, YES));

        assertThat(after(new DeadlinePassed()))
                .containsExactly(new SendDecision(0, ABORTED), new SendDecision(1, ABORTED));
        assertThat(state.own()).isPresent();
    }

    @Test
    void the_deadline_means_nothing_once_the_commit_is_being_recorded() {
        decidingWithTwo();

        assertThat(after(new DeadlinePassed())).isEmpty();
        assertThat(state.phase()).isEqualTo(Phase.DECIDING);
    }

    @Test
    void a_lost_race_and_an_expired_deadline_of_the_log_abort() {
        for (Recorded recorded : List.of(Recorded.LOST, Recorded.EXPIRED)) {
            state = CoordinatorState.BEGUN;
            decidingWithTwo();

            assertThat(after(new CommitAttempted(recorded)))
                    .as(recorded.name())
                    .containsExactly(
                            new SendDecision(0, ABORTED),
                            new SendDecision(1, ABORTED),
                            new RollBackLocally(),
                            new TellRolledBack(),
                            new Forget());
        }
    }

    @Test
    void a_commit_that_certainly_failed_aborts() {
        decidingWithTwo();

        assertThat(after(new CommitFailed(REFUSAL))).contains(new RollBackLocally(), new TellRolledBack());
    }

    @Test
    void a_commit_of_unknown_fate_is_resolved_and_never_guessed() {
        decidingWithTwo();

        assertThat(after(new CommitUnknown())).containsExactly(new Resolve());
        assertThat(after(new ResolveFailed())).containsExactly(new TellUnknown(), new ResolveLater());
        assertThat(after(new Inquired(0))).containsExactly(new Answer(0, Standing.UNDECIDED));
        assertThat(after(new Resolved(COMMITTED)))
                .containsExactly(new SendDecision(0, COMMITTED), new SendDecision(1, COMMITTED), new TellCommitted());
    }

    @Test
    void a_commit_resolved_to_abort_rolls_back() {
        decidingWithTwo();
        after(new CommitUnknown());

        assertThat(after(new Resolved(ABORTED)))
                .contains(new SendDecision(0, ABORTED), new SendDecision(1, ABORTED), new TellRolledBack());
    }

    @Test
    void read_only_branches_are_not_told() {
        enlistTwo();
        after(new WorkReturned(true));
        after(new Voted(0, READ_ONLY));
        after(new Voted(1, YES));

        assertThat(state.owed()).extracting(CommitRecord.Owed::number).containsExactly(1);
        assertThat(after(new CommitAttempted(Recorded.RECORDED)))
                .containsExactly(new SendDecision(1, COMMITTED), new TellCommitted());
    }

    @Test
    void only_read_only_branches_need_no_decision() {
        enlistTwo();
        after(new Voted(0, READ_ONLY));
        after(new Voted(1, READ_ONLY));

        assertThat(after(new WorkReturned(false))).containsExactly(new TellCommitted(), new Forget());
    }

    @Test
    void local_work_alone_is_recorded_too_so_that_the_log_can_tell_its_outcome() {
        assertThat(after(new WorkReturned(true))).containsExactly(new RecordCommit());
        assertThat(after(new CommitAttempted(Recorded.RECORDED)))
                .containsExactly(new TellCommitted(), new MarkDone(), new Forget());
    }

    @Test
    void a_local_commit_of_unknown_fate_that_nobody_depends_on_is_resolved_too() {
        after(new WorkReturned(true));

        assertThat(after(new CommitUnknown())).containsExactly(new Resolve());
        assertThat(after(new Resolved(COMMITTED))).containsExactly(new TellCommitted(), new MarkDone(), new Forget());
    }

    @Test
    void a_recovered_decision_that_nobody_is_owed_becomes_history() {
        state = CoordinatorState.recovered(logged());

        assertThat(after(redriveDue())).containsExactly(new MarkDone(), new Forget());
    }

    @Test
    void the_decision_is_history_when_every_branch_has_reported() {
        decidingWithTwo();
        after(new CommitAttempted(Recorded.RECORDED));

        assertThat(after(new BranchDone(1))).isEmpty();
        assertThat(after(new BranchDone(1))).isEmpty();
        assertThat(after(redriveDue(0))).containsExactly(new SendDecision(0, COMMITTED));
        assertThat(after(new Inquired(1))).containsExactly(new Answer(1, Standing.COMMITTED_DONE));
        assertThat(after(new Inquired(0))).containsExactly(new AnswerFromLog(0));
        assertThat(after(new BranchDone(0))).containsExactly(new MarkDone(), new Forget());
        assertThat(after(new Inquired(0))).containsExactly(new Answer(0, Standing.COMMITTED_DONE));
    }

    @Test
    void a_yes_that_comes_again_after_the_commit_is_answered_with_it_until_the_branch_has_reported() {
        decidingWithTwo();
        after(new CommitAttempted(Recorded.RECORDED));

        assertThat(after(new Voted(0, YES))).containsExactly(new SendDecision(0, COMMITTED));
        after(new BranchDone(0));
        assertThat(after(new Voted(0, YES))).isEmpty();
    }

    @Test
    void an_inquiry_before_the_decision_is_told_to_wait_and_after_a_refusal_to_roll_back() {
        enlistTwo();

        assertThat(after(new Inquired(0))).containsExactly(new Answer(0, Standing.UNDECIDED));
        after(new Voted(1, NO));
        assertThat(after(new Inquired(0))).containsExactly(new Answer(0, Standing.ABORTED));
        after(new WorkReturned(false));
        assertThat(after(new Inquired(0))).containsExactly(new Answer(0, Standing.ABORTED));
    }

    @Test
    void a_branch_that_might_have_heard_is_rolled_back_when_it_is_given_up() {
        enlistTwo();
        after(new WorkReturned(false));

        assertThat(after(new GaveUp(0, REFUSAL)))
                .startsWith(new SendDecision(0, ABORTED), new SendDecision(1, ABORTED));
    }

    @Test
    void a_caller_that_no_longer_waits_for_the_votes_rolls_back() {
        enlistTwo();
        after(new WorkReturned(true));

        assertThat(after(new WorkFailed(REFUSAL)))
                .contains(new SendDecision(0, ABORTED), new RollBackLocally(), new TellRolledBack());
    }

    @Test
    void a_lost_race_and_a_passed_deadline_are_told_apart() {
        decidingWithTwo();
        after(new CommitAttempted(Recorded.LOST));
        assertThat(state.own())
                .hasValueSatisfying(why -> assertThat(why.message()).contains("already resolved"));

        state = CoordinatorState.BEGUN;
        decidingWithTwo();
        after(new CommitAttempted(Recorded.EXPIRED));
        assertThat(state.own())
                .hasValueSatisfying(why -> assertThat(why.message()).contains("deadline had passed"));
    }

    @Test
    void a_recovered_transaction_owes_what_the_log_says() {
        state = CoordinatorState.recovered(logged(1, 3));

        assertThat(after(redriveDue(1, 3)))
                .containsExactly(new SendDecision(1, COMMITTED), new SendDecision(3, COMMITTED));
        after(new BranchDone(1));
        assertThat(after(new BranchDone(3))).containsExactly(new MarkDone(), new Forget());
    }

    @Test
    void reports_are_noted_in_the_log_while_others_are_away() {
        decidingWithTwo();
        after(new CommitAttempted(Recorded.RECORDED));
        assertThat(after(redriveDue(0, 1)))
                .containsExactly(new SendDecision(0, COMMITTED), new SendDecision(1, COMMITTED));
        after(new BranchDone(0));

        assertThat(after(redriveDue(0, 1)))
                .containsExactly(new SendDecision(1, COMMITTED), new NoteReports(logged(0, 1), Set.of(0)));
        assertThat(after(redriveDue(1))).containsExactly(new SendDecision(1, COMMITTED));
    }

    @Test
    void who_is_owed_nothing_by_the_log_has_reported_to_somebody() {
        decidingWithTwo();
        after(new CommitAttempted(Recorded.RECORDED));

        assertThat(after(redriveDue(1))).containsExactly(new SendDecision(1, COMMITTED));
        assertThat(after(new Inquired(0))).containsExactly(new Answer(0, Standing.COMMITTED_DONE));
        assertThat(after(new BranchDone(1))).containsExactly(new MarkDone(), new Forget());
    }

    @Test
    void a_coordinator_whose_last_report_another_instance_has_is_done() {
        decidingWithTwo();
        after(new CommitAttempted(Recorded.RECORDED));
        after(new BranchDone(1));

        assertThat(after(redriveDue(1))).containsExactly(new MarkDone(), new Forget());
    }

    @Test
    void a_yes_whose_answer_cannot_be_used_is_a_no_and_is_told_to_roll_back() {
        after(new Enlisted("review"));
        after(new WorkReturned(true));
        Refusal lost = new Refusal(Refusal.Reason.UNAVAILABLE, "lost");

        assertThat(after(new AnswerUnusable(0, YES, lost)))
                .containsExactly(
                        new SendDecision(0, ABORTED), new RollBackLocally(), new TellRolledBack(), new Forget());
        assertThat(state.branches().get(0).refusal()).contains(lost);
        assertThat(after(new AnswerUnusable(0, YES, lost))).containsExactly(new SendDecision(0, ABORTED));
        assertThat(after(new AnswerUnusable(0, READ_ONLY, lost))).isEmpty();
    }

    private static RedriveDue redriveDue(Integer... owed) {
        return new RedriveDue(logged(owed));
    }

    private static CommitRecord logged(Integer... owed) {
        List<CommitRecord.Owed> branches = Stream.of(owed)
                .map(number -> new CommitRecord.Owed(number, number == 3 ? "search" : "review", VOTER))
                .toList();
        return new CommitRecord(new Gid("blog", "k3f9q2", "x7w2m4pq", Instant.EPOCH, 1), "k", branches, "");
    }
}
