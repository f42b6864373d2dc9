package dev.troth.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.Health;
import dev.troth.Troth;
import dev.troth.spi.CrashPoint;
import dev.troth.spi.DecisionLog.Owing;
import dev.troth.tx.TrothException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class UnfinishedTest {
    private final Stage stage = new Stage();

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void a_branch_in_doubt_and_the_commit_that_it_is_owed_are_counted_until_both_are_through() {
        Troth review = stage.review();
        Troth blog = stage.blog();
        stage.points.hold(CrashPoint.DECISION_RECEIVED);

        var unused = blog.transact("submit", tx -> {
            tx.connection();
            return tx.enlist("review", new Note("a"));
        });
        stage.points.await(CrashPoint.DECISION_RECEIVED);

        assertThat(review.unfinished().prepared("review").branches()).isEqualTo(1);
        assertThat(blog.unfinished().decisions()).map(Owing::decisions).contains(1L);
        assertThat(review.health().slots().get("review"))
                .extracting(Health.Slots::taken)
                .isEqualTo(1);
        stage.points.release(CrashPoint.DECISION_RECEIVED);
        stage.points.await(CrashPoint.AFTER_DONE_LOGGED);
        assertThat(review.unfinished().prepared("review").branches()).isZero();
        assertThat(blog.unfinished().decisions()).contains(new Owing(0, Duration.ZERO));
        assertThat(review.unfinished().decisions()).isEmpty();
        assertThat(blog.unfinished().outbox()).isEmpty();
    }

    @Test
    void a_participant_that_is_not_here_is_named_with_those_that_are() {
        Troth review = stage.review();

        assertThatThrownBy(() -> review.unfinished().prepared("revue"))
                .isInstanceOf(TrothException.class)
                .hasMessageContaining("'revue'")
                .hasMessageContaining("[review]");
    }

    @Test
    void slots_are_exhausted_when_somebody_waits_for_one() {
        assertThat(new Health.Slots(2, 0, 2).exhausted()).isFalse();
        assertThat(new Health.Slots(2, 1, 2).exhausted()).isTrue();
    }
}
