package dev.troth.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.troth.Troth;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.spi.BranchStore;
import dev.troth.spi.CrashPoint;
import dev.troth.testkit.InMemoryBranchStore;
import dev.troth.tx.CommittedWithoutAnswerException;
import dev.troth.tx.OutcomeUnknownException;
import dev.troth.tx.RefusedException;
import dev.troth.tx.RolledBackException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls of one participant as the whole transaction. */
@Timeout(300)
class ExecuteTest {
    private final Stage stage = new Stage();

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void execute_is_one_message_there_and_one_back() {
        stage.handling = (note, branch) -> {
            branch.connection();
            return "done " + note.text();
        };
        Troth review = stage.review();
        Troth blog = stage.blog();

        String answer = blog.execute("review", new Note("a"), String.class);

        assertThat(answer).isEqualTo("done a");
        assertThat(stage.reviews.applied()).hasSize(1);
        assertThat(blog.health().messagesSent()).containsOnlyKeys("PREPARE");
        assertThat(review.health().messagesSent()).containsOnlyKeys("VOTE");
    }

    @Test
    void execute_tells_a_refusal_and_an_unknown_participant() {
        stage.handling = (note, branch) -> {
            throw new RefusedException("no");
        };
        stage.review();
        Troth blog = stage.blog();

        assertThatThrownBy(() -> blog.execute("review", new Note("a"), Void.class))
                .isInstanceOf(RolledBackException.class)
                .hasMessageContaining("REFUSED: no");
        assertThatThrownBy(() -> blog.execute("nobody", new Note("a"), Void.class))
                .isInstanceOf(RolledBackException.class)
                .hasMessageContaining("UNKNOWN_PARTICIPANT");
    }

    @Test
    void execute_whose_answer_cannot_be_read_says_that_it_has_committed() {
        stage.handling = (note, branch) -> {
            branch.connection();
            return "done";
        };
        stage.review();
        Troth blog = stage.blog();

        assertThatThrownBy(() -> blog.execute("review", new Note("a"), Integer.class))
                .isInstanceOfSatisfying(CommittedWithoutAnswerException.class, e -> {
                    assertThat(stage.reviews.applied()).containsExactly(new BranchId(e.gid(), 0));
                    assertThat(e).hasMessageContaining("has committed at participant 'review'");
                });
    }

    @Test
    void execute_whose_answer_was_lost_is_told_by_the_branch_row_after_the_deadline() {
        InMemoryBranchStore store = stage.reviews.anotherInstance();
        var port = stage.bus.join();
        stage.started(stage.reviewBuilder(store).transport(port));
        Troth blog =
                stage.started(stage.blogBuilder().timeout(Duration.ofSeconds(2)).patience(Duration.ofSeconds(3)));
        stage.points.onceAt(CrashPoint.AFTER_BRANCH_COMMITTED, port::close);

        CompletableFuture<Void> answer = blog.executeAsync("review", new Note("a"), Void.class);
        stage.points.await(CrashPoint.AFTER_BRANCH_COMMITTED);
        while (blog.health().messagesSent().get("PREPARE") < 2) {
            Thread.onSpinWait(); // the deadline has passed when it is sent again
        }
        stage.review();

        assertThat(answer).succeedsWithin(Duration.ofSeconds(60));
        assertThat(stage.reviews.applied()).hasSize(1);
    }

    @Test
    void execute_whose_handler_is_abandoned_is_refused_for_good_though_the_databases_clock_is_behind() {
        InstantSource behind = () -> stage.clock.instant().minusSeconds(60);
        InMemoryBranchStore store = new InMemoryBranchStore(behind);
        AtomicInteger runs = new AtomicInteger();
        stage.handling = (note, branch) -> {
            branch.connection();
            if (runs.getAndIncrement() == 0) {
                new CountDownLatch(1).await();
            }
            return "second";
        };
        stage.started(stage.reviewBuilder(store));
        Troth blog = stage.started(stage.blogBuilder().timeout(Duration.ofSeconds(2)));

        CompletableFuture<String> answer = blog.executeAsync("review", new Note("a"), String.class);

        assertThat(answer)
                .failsWithin(Duration.ofSeconds(60))
                .withThrowableThat()
                .withCauseInstanceOf(RolledBackException.class);
        assertThat(store.applied()).isEmpty();
        assertThat(runs).hasValue(1);
    }

    @Test
    void execute_whose_participant_stays_away_is_unknown_and_the_log_is_not_asked() {
        var port = stage.bus.join();
        stage.started(stage.reviewBuilder(stage.reviews.anotherInstance()).transport(port));
        Troth blog = stage.started(stage.blogBuilder().timeout(Duration.ofSeconds(2)));
        stage.points.onceAt(CrashPoint.AFTER_BRANCH_COMMITTED, port::close);

        CompletableFuture<Void> answer = blog.executeAsync("review", new Note("a"), Void.class);

        assertThatThrownBy(answer::join)
                .cause()
                .isInstanceOfSatisfying(
                        OutcomeUnknownException.class,
                        unknown -> assertThatThrownBy(() -> blog.outcome(unknown.gid()))
                                .hasMessageContaining("no decision log knows of it"));
    }

    @Test
    void a_call_refused_at_its_deadline_is_never_started_by_a_database_whose_clock_is_behind() {
        InMemoryBranchStore behind =
                new InMemoryBranchStore(() -> stage.clock.instant().minusSeconds(60));
        stage.handling = (note, branch) -> {
            new CountDownLatch(1).await();
            return "never";
        };
        stage.started(stage.reviewBuilder(behind));
        Troth blog = stage.started(
                stage.blogBuilder().timeout(Duration.ofSeconds(2)).patience(Duration.ofSeconds(10))); // it asks once

        RolledBackException e = catchThrowableOfType(
                RolledBackException.class, () -> blog.execute("review", new Note("a"), Void.class));

        assertThat(e.reason()).isEqualTo(Reason.TIMED_OUT);
        assertThat(behind.begin(new BranchId(e.gid(), 0)))
                .isEqualTo(new BranchStore.Begun.NotStarted(BranchStore.Seen.ROLLED_BACK));
    }
}
