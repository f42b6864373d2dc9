package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.Health;
import dev.troth.Unfinished.Prepared;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.spi.DecisionLog.Owing;
import dev.troth.spi.OutboxStore.Backlog;
import dev.troth.tx.TransactionEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FindingsTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration OLD = Duration.ofSeconds(61);

    private static Health health(boolean connected, Health.Slots slots) {
        return new Health(connected, 0, Map.of(), Map.of("notes", slots), Map.of(), Map.of());
    }

    private static void says(Finding finding, String status, String... words) {
        assertThat(finding.status()).isEqualTo(status);
        assertThat(List.of(words))
                .allSatisfy(word -> assertThat(finding.details().toString()).contains(word));
        if (!status.equals(Finding.UP)) {
            assertThat(finding.details()).containsKeys("what", "do");
        }
    }

    @Test
    void a_broker_that_is_away_is_down() {
        Health.Slots free = new Health.Slots(1, 0, 2);

        says(TrothFindings.broker(health(true, free)), Finding.UP);
        says(TrothFindings.broker(health(false, free)), Finding.DOWN, "Start the broker");
    }

    @Test
    void a_branch_in_doubt_for_longer_than_the_limit_needs_attention() {
        says(TrothFindings.inDoubt(Map.of("notes", Optional.of(new Prepared(1, LIMIT))), LIMIT), Finding.UP);
        says(
                TrothFindings.inDoubt(Map.of("notes", Optional.of(new Prepared(3, OLD))), LIMIT),
                Finding.ATTENTION,
                "notes=3 prepared, the oldest for 61s",
                "Do not finish them by hand");
        says(TrothFindings.inDoubt(Map.of("notes", Optional.empty()), LIMIT), Finding.UNKNOWN);
    }

    @Test
    void a_decision_that_is_owed_for_longer_than_the_limit_needs_attention() {
        says(TrothFindings.owed(Optional.of(Optional.of(new Owing(1, LIMIT))), LIMIT), Finding.UP);
        says(TrothFindings.owed(Optional.of(Optional.empty()), LIMIT), Finding.UP);
        says(
                TrothFindings.owed(Optional.of(Optional.of(new Owing(7, OLD))), LIMIT),
                Finding.ATTENTION,
                "decisions=7",
                "oldest=61s");
        says(TrothFindings.owed(Optional.empty(), LIMIT), Finding.UNKNOWN);
    }

    @Test
    void slots_that_others_wait_for_need_attention() {
        says(TrothFindings.slots(health(true, new Health.Slots(2, 0, 2))), Finding.UP);
        says(
                TrothFindings.slots(health(true, new Health.Slots(2, 5, 2))),
                Finding.ATTENTION,
                "notes=2 of 2 used, 5 wait",
                "max_prepared_transactions");
    }

    @Test
    void an_outbox_that_does_not_empty_needs_attention() {
        says(TrothFindings.outbox(Optional.of(Optional.of(new Backlog(1, LIMIT, 0))), LIMIT), Finding.UP);
        says(
                TrothFindings.outbox(Optional.of(Optional.of(new Backlog(9, OLD, 2))), LIMIT),
                Finding.ATTENTION,
                "messages=9",
                "failingKeys=2");
    }

    @Test
    void a_heuristic_outcome_needs_attention_and_is_named() {
        HeuristicCount count = new HeuristicCount();
        says(TrothFindings.heuristics(count.seen()), Finding.UP);
        Gid gid = new Gid("blog", "abc123", "12345678", Instant.ofEpochMilli(1_000_000), 1);

        count.on(new TransactionEvent.Heuristic(new BranchId(gid, 0), "notes", Outcome.COMMITTED));

        says(
                TrothFindings.heuristics(count.seen()),
                Finding.ATTENTION,
                "count=1",
                gid + "/0 of notes",
                "troth_heuristics");
    }
}
