package dev.troth.protocol.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Standing;
import dev.troth.protocol.log.LogRules.Recorded;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LogRulesTest {
    private static final Instant DEADLINE = Instant.ofEpochMilli(10_000);
    private static final Gid GID = new Gid("blog", "k3f9q2", "x7w2m4pq", DEADLINE, 1);
    private static final Duration MARGIN = Duration.ofSeconds(60);
    private static final Duration HISTORY = Duration.ofDays(7);

    private static DecisionRow row(Outcome outcome, Optional<Instant> done, boolean heuristic) {
        return new DecisionRow(GID, outcome, Set.of(0, 2), done, heuristic);
    }

    @Test
    void the_first_writer_wins() {
        Instant before = DEADLINE.minusMillis(1);

        assertThat(LogRules.decide(Optional.empty(), GID, before)).isEqualTo(Recorded.RECORDED);
        assertThat(LogRules.decide(Optional.of(row(Outcome.ABORTED, Optional.empty(), false)), GID, before))
                .isEqualTo(Recorded.LOST);
        assertThat(LogRules.decide(Optional.of(row(Outcome.COMMITTED, Optional.empty(), false)), GID, before))
                .isEqualTo(Recorded.RECORDED);
    }

    @Test
    void nothing_is_recorded_at_or_after_the_deadline() {
        assertThat(LogRules.decide(Optional.empty(), GID, DEADLINE)).isEqualTo(Recorded.EXPIRED);
        assertThat(LogRules.decide(Optional.empty(), GID, DEADLINE.plusMillis(1)))
                .isEqualTo(Recorded.EXPIRED);
    }

    @Test
    void no_row_resolves_to_abort() {
        assertThat(LogRules.resolve(Optional.empty())).isEqualTo(Outcome.ABORTED);
        assertThat(LogRules.resolve(Optional.of(row(Outcome.COMMITTED, Optional.empty(), false))))
                .isEqualTo(Outcome.COMMITTED);
    }

    @Test
    void a_branch_is_told_whether_it_is_still_owed() {
        assertThat(LogRules.standing(row(Outcome.ABORTED, Optional.empty(), false), 0))
                .isEqualTo(Standing.ABORTED);
        assertThat(LogRules.standing(row(Outcome.COMMITTED, Optional.empty(), false), 2))
                .isEqualTo(Standing.COMMITTED_OWED);
        assertThat(LogRules.standing(row(Outcome.COMMITTED, Optional.of(DEADLINE), false), 0))
                .isEqualTo(Standing.COMMITTED_DONE);
    }

    @Test
    void a_branch_that_did_not_vote_yes_is_owed_nothing_while_others_are() {
        assertThat(LogRules.standing(row(Outcome.COMMITTED, Optional.empty(), false), 1))
                .isEqualTo(Standing.COMMITTED_DONE);
    }

    @Test
    void an_abort_is_purged_only_after_the_deadline_and_its_margin() {
        DecisionRow aborted = row(Outcome.ABORTED, Optional.empty(), false);

        assertThat(LogRules.mayPurge(aborted, DEADLINE.plus(MARGIN), MARGIN, HISTORY))
                .isFalse();
        assertThat(LogRules.mayPurge(aborted, DEADLINE.plus(MARGIN).plusMillis(1), MARGIN, HISTORY))
                .isTrue();
    }

    @Test
    void a_commit_is_purged_only_when_nobody_is_owed_it_and_its_history_is_over() {
        Instant muchLater = DEADLINE.plus(Duration.ofDays(365));
        Instant done = DEADLINE;

        assertThat(LogRules.mayPurge(row(Outcome.COMMITTED, Optional.empty(), false), muchLater, MARGIN, HISTORY))
                .isFalse();
        assertThat(LogRules.mayPurge(
                        row(Outcome.COMMITTED, Optional.of(done), false), done.plus(HISTORY), MARGIN, HISTORY))
                .isFalse();
        assertThat(LogRules.mayPurge(
                        row(Outcome.COMMITTED, Optional.of(done), false),
                        done.plus(HISTORY).plusMillis(1),
                        MARGIN,
                        HISTORY))
                .isTrue();
    }

    @Test
    void a_commit_that_was_done_long_before_its_deadline_is_kept_until_its_history_after_that_is_over() {
        DecisionRow early = row(Outcome.COMMITTED, Optional.of(DEADLINE.minus(HISTORY)), false);
        Instant atTheEnd = DEADLINE.plus(HISTORY);

        assertThat(LogRules.mayPurge(early, atTheEnd, MARGIN, HISTORY)).isFalse();
        assertThat(LogRules.mayPurge(early, atTheEnd.plusMillis(1), MARGIN, HISTORY))
                .isTrue();
    }

    @Test
    void a_commit_that_was_done_long_after_its_deadline_is_kept_until_its_history_after_that_is_over() {
        Instant done = DEADLINE.plus(HISTORY);
        DecisionRow late = row(Outcome.COMMITTED, Optional.of(done), false);

        assertThat(LogRules.mayPurge(late, done.plus(HISTORY), MARGIN, HISTORY)).isFalse();
        assertThat(LogRules.mayPurge(late, done.plus(HISTORY).plusMillis(1), MARGIN, HISTORY))
                .isTrue();
    }

    @Test
    void a_commit_is_forgotten_with_every_earlier_one_when_it_is_deleted() {
        Gid gid = row(Outcome.COMMITTED, Optional.empty(), false).gid();

        assertThat(LogRules.isForgotten(gid, DEADLINE.minusMillis(1))).isFalse();
        assertThat(LogRules.isForgotten(gid, DEADLINE)).isTrue();
    }

    @Test
    void a_heuristic_outcome_is_never_purged() {
        Instant muchLater = DEADLINE.plus(Duration.ofDays(3650));

        assertThat(LogRules.mayPurge(row(Outcome.COMMITTED, Optional.of(DEADLINE), true), muchLater, MARGIN, HISTORY))
                .isFalse();
    }
}
