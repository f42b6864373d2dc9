package dev.troth.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.troth.Troth;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.spi.BranchStore;
import dev.troth.spi.CrashPoint;
import dev.troth.testkit.Waiting;
import dev.troth.tx.NotStartedException;
import dev.troth.tx.RefusedException;
import dev.troth.tx.RolledBackException;
import dev.troth.tx.TransactionOptions;
import dev.troth.tx.TrothException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class TransactTest {
    private final Stage stage = new Stage();

    @AfterEach
    void close() {
        stage.close();
    }

    private RolledBackException rolledBack(Troth blog) {
        RolledBackException e = catchThrowableOfType(
                RolledBackException.class, () -> blog.transact("submit", tx -> tx.enlist("review", new Note("a"))));
        assertThat(e).isNotNull();
        return e;
    }

    @Test
    void both_commit() {
        stage.review();
        Troth blog = stage.blog();

        Gid gid = blog.transact("submit", tx -> {
            tx.connection();
            CompletableFuture<Void> unused = tx.enlist("review", new Note("a"));
            return tx.gid();
        });

        stage.points.await(CrashPoint.AFTER_DONE_LOGGED);
        assertThat(stage.reviews.applied()).containsExactly(new BranchId(gid, 0));
        assertThat(blog.outcome(gid)).contains(Outcome.COMMITTED);
        assertThat(stage.reviews.inDoubt()).isEmpty();
    }

    @Test
    void a_transaction_of_two_databases_takes_three_messages_and_a_done() {
        Troth review = stage.started(
                stage.reviewBuilder(stage.reviews.anotherInstance()).patience(Duration.ofSeconds(30)));
        Troth blog = stage.started(stage.blogBuilder().patience(Duration.ofSeconds(30)));

        blog.transact("submit", tx -> {
            tx.connection();
            return tx.enlist("review", new Note("a"));
        });
        stage.points.await(CrashPoint.AFTER_DONE_LOGGED);

        assertThat(blog.health().messagesSent()).isEqualTo(Map.of("PREPARE", 1L, "COMMIT", 1L));
        assertThat(review.health().messagesSent()).isEqualTo(Map.of("VOTE", 1L, "DONE", 1L));
    }

    @Test
    void a_value_travels_with_the_yes_vote() {
        stage.handling = (note, branch) -> {
            branch.connection();
            return "reviewed " + note.text();
        };
        stage.review();
        Troth blog = stage.blog();

        String answer = blog.transact(
                "submit", tx -> tx.enlist("review", new Note("a"), String.class).join());

        assertThat(answer).isEqualTo("reviewed a");
    }

    @Test
    void an_answer_that_cannot_be_read_rolls_back() {
        stage.handling = (note, branch) -> {
            branch.connection();
            return "reviewed";
        };
        stage.review();
        Troth blog = stage.blog();

        assertThatThrownBy(() -> blog.transact("submit", tx -> tx.enlist("review", new Note("a"), Integer.class)))
                .isInstanceOfSatisfying(RolledBackException.class, e -> {
                    assertThat(e.reason()).isEqualTo(Reason.ERROR);
                    assertThat(e).hasMessageContaining("review").hasMessageContaining("answer cannot be used");
                });

        stage.points.await(CrashPoint.AFTER_BRANCH_ROLLED_BACK);
        assertThat(stage.reviews.applied()).isEmpty();
        assertThat(stage.reviews.inDoubt()).isEmpty();
    }

    @Test
    void a_handler_that_returns_nothing_where_a_value_is_wanted_rolls_back() {
        stage.review();
        Troth blog = stage.blog();

        assertThatThrownBy(() -> blog.transact("submit", tx -> tx.enlist("review", new Note("a"), String.class)))
                .isInstanceOf(RolledBackException.class)
                .hasMessageContaining("returned nothing, but a String was expected");
    }

    @Test
    void one_participant_may_have_several_branches() {
        stage.review();
        Troth blog = stage.blog();

        blog.transact("submit", tx -> List.of(tx.enlist("review", new Note("a")), tx.enlist("review", new Note("b"))));

        stage.points.await(CrashPoint.AFTER_DONE_LOGGED);
        assertThat(stage.reviews.applied()).extracting(BranchId::number).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void a_branch_that_wrote_nothing_is_not_told() {
        stage.handling = (note, branch) -> "read";
        stage.review();
        Troth blog = stage.blog();

        blog.transact("submit", tx -> tx.enlist("review", new Note("a"), String.class));

        assertThat(blog.health().messagesSent()).doesNotContainKey("COMMIT");
    }

    @Test
    void a_refusal_of_the_business_reaches_the_caller_and_nothing_remains() {
        stage.handling = (note, branch) -> {
            branch.connection();
            throw new RefusedException("no reviews on Sundays");
        };
        stage.review();
        Troth blog = stage.blog();

        RolledBackException e = rolledBack(blog);

        assertThat(e.reason()).isEqualTo(Reason.REFUSED);
        assertThat(e).hasMessageContaining("review refused (REFUSED: no reviews on Sundays)");
        assertThat(e.retryable()).isFalse();
        assertThat(stage.reviews.applied()).isEmpty();
        assertThat(stage.reviews.inDoubt()).isEmpty();
    }

    @Test
    void an_unexpected_error_of_a_handler_is_told_apart() {
        stage.handling = (note, branch) -> {
            throw new IllegalStateException("bug");
        };
        stage.review();

        assertThat(rolledBack(stage.blog()).reason()).isEqualTo(Reason.ERROR);
    }

    @Test
    void an_unknown_participant_is_an_abort_at_once_and_not_a_time_out() {
        assertThat(rolledBack(stage.blog()).reason()).isEqualTo(Reason.UNKNOWN_PARTICIPANT);
    }

    @Test
    void a_handler_that_blocks_for_ever_is_abandoned_at_the_deadline() {
        CountDownLatch interrupted = new CountDownLatch(1);
        stage.handling = (note, branch) -> {
            try {
                new CountDownLatch(1).await();
            } finally {
                interrupted.countDown();
            }
            return "never";
        };
        stage.review();
        Troth blog = stage.started(stage.blogBuilder().timeout(Duration.ofSeconds(2)));

        assertThat(rolledBack(blog).reason()).isEqualTo(Reason.TIMED_OUT);
        assertThat(awaited(interrupted)).isTrue();
        assertThat(stage.reviews.inDoubt()).isEmpty();
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void work_that_throws_reaches_the_caller_unchanged_and_rolls_back_its_branches() {
        stage.review();
        Troth blog = stage.blog();

        assertThatThrownBy(() -> blog.transact("submit", tx -> {
                    tx.enlist("review", new Note("a")).join();
                    throw new IOException("disk");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("disk");
        stage.points.await(CrashPoint.AFTER_BRANCH_ROLLED_BACK);
        assertThat(stage.reviews.inDoubt()).isEmpty();
        assertThat(stage.reviews.applied()).isEmpty();
    }

    @Test
    void a_refusal_that_breaks_the_work_is_told_as_the_refusal() {
        stage.handling = (note, branch) -> {
            throw new RefusedException("no");
        };
        stage.review();
        Troth blog = stage.blog();

        assertThatThrownBy(() -> blog.transact(
                        "submit", tx -> tx.enlist("review", new Note("a")).join()))
                .isInstanceOf(RolledBackException.class)
                .hasMessageContaining("REFUSED: no");
    }

    @Test
    void one_refusal_rolls_back_the_other_branch() {
        stage.handling = (note, branch) -> {
            branch.connection();
            if (note.text().equals("bad")) {
                throw new RefusedException("bad");
            }
            return "good";
        };
        stage.review();
        Troth blog = stage.blog();

        assertThatThrownBy(() -> blog.transact("submit", tx -> {
                    tx.enlist("review", new Note("good")).join();
                    return tx.enlist("review", new Note("bad"));
                }))
                .isInstanceOf(RolledBackException.class);
        stage.points.await(CrashPoint.AFTER_BRANCH_ROLLED_BACK);
        assertThat(stage.reviews.inDoubt()).isEmpty();
        assertThat(stage.reviews.applied()).isEmpty();
    }

    @Test
    void a_transaction_inside_a_handler_is_a_clear_error() {
        AtomicReference<Troth> review = new AtomicReference<>();
        stage.handling = (note, branch) -> review.get().execute("review", new Note("inner"), Void.class);
        review.set(stage.review());

        RolledBackException e = rolledBack(stage.blog());

        assertThat(e.reason()).isEqualTo(Reason.MISUSE);
        assertThat(e).hasMessageContaining("cannot be started inside branch");
    }

    @Test
    void a_transaction_inside_a_transaction_is_a_clear_error() {
        Troth blog = stage.blog();

        assertThatThrownBy(() -> blog.transact("outer", tx -> blog.transact("inner", inner -> 1)))
                .isInstanceOf(TrothException.class)
                .hasMessageContaining("cannot be started inside transaction");
    }

    @Test
    void a_transaction_used_after_its_work_is_a_clear_error() {
        Troth blog = stage.blog();
        AtomicReference<dev.troth.tx.Transaction> kept = new AtomicReference<>();
        blog.transact("submit", tx -> {
            kept.set(tx);
            return 1;
        });

        assertThatThrownBy(() -> kept.get().enlist("review", new Note("late")))
                .isInstanceOf(TrothException.class)
                .hasMessageContaining("after its work had returned");
    }

    @Test
    void a_command_without_a_kind_names_the_line_to_add() {
        Troth blog = stage.blog();

        assertThatThrownBy(() -> blog.transact("submit", tx -> tx.enlist("review", "text")))
                .isInstanceOf(TrothException.class)
                .hasMessageContaining("Add @Kind(\"string\")");
    }

    @Test
    void a_payload_over_the_limit_is_not_sent() {
        Troth blog = stage.started(stage.blogBuilder().payloadLimit(100));

        assertThatThrownBy(() -> blog.transact("submit", tx -> tx.enlist("review", new Note("x".repeat(100)))))
                .isInstanceOf(TrothException.class)
                .hasMessageContaining("more than the limit of 100");
        assertThat(blog.health().messagesSent()).isEmpty();
    }

    @Test
    void transactions_that_wait_for_votes_hold_no_thread() {
        stage.points.hold(CrashPoint.HANDLER_RETURNED);
        stage.review();
        Troth blog = stage.started(stage.blogBuilder().concurrency(200).timeout(Duration.ofSeconds(60)));
        List<CompletableFuture<Gid>> results = new ArrayList<>();

        for (int i = 0; i < 200; i++) {
            results.add(blog.transactAsync("submit", tx -> {
                tx.connection();
                CompletableFuture<Void> unused = tx.enlist("review", new Note("a"));
                return tx.gid();
            }));
        }
        stage.points.await(CrashPoint.HANDLER_RETURNED);

        while (busyWorkers("blog") > 20) {
            Thread.onSpinWait(); // some are still being started
        }
        assertThat(results).noneMatch(CompletableFuture::isDone);
        stage.points.release(CrashPoint.HANDLER_RETURNED);
        assertThat(results).allSatisfy(result -> assertThat(result).succeedsWithin(Duration.ofSeconds(60)));
    }

    /** Platform threads of the service's workers that are not idle; virtual ones are not among the threads of a JVM's dump. */
    private static long busyWorkers(String service) {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey().getName().startsWith("troth-" + service + "-worker"))
                .filter(entry -> Arrays.stream(entry.getValue())
                        .anyMatch(frame -> frame.getClassName().startsWith("dev.troth.engine.twophase")))
                .count();
    }

    @Test
    void more_than_may_wait_are_refused_having_done_nothing() {
        Troth blog = stage.started(stage.blogBuilder().concurrency(1).waiting(1).timeout(Duration.ofSeconds(60)));
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<Boolean> running = blog.transactAsync("one", tx -> go.await(60, TimeUnit.SECONDS));
        CompletableFuture<Integer> waiting = blog.transactAsync("two", tx -> 2);

        assertThatThrownBy(() -> blog.transactAsync("three", tx -> 3).join())
                .hasCauseInstanceOf(NotStartedException.class)
                .hasMessageContaining("1 run (limit 1) and 1 wait (limit 1)");

        go.countDown();
        assertThat(running.join()).isTrue();
        assertThat(waiting.join()).isEqualTo(2);
    }

    @Test
    void the_time_out_of_one_transaction_is_its_own() {
        stage.handling = (note, branch) -> {
            new CountDownLatch(1).await();
            return "never";
        };
        stage.review();
        Troth blog = stage.blog();
        TransactionOptions quick = TransactionOptions.named("submit").timeout(Duration.ofMillis(100));

        assertThatThrownBy(() -> blog.transact(quick, tx -> tx.enlist("review", new Note("a"))))
                .isInstanceOf(RolledBackException.class)
                .hasMessageContaining("TIMED_OUT");
    }

    @Test
    void a_stopped_service_starts_nothing_and_stops_twice_without_harm() {
        Troth blog = stage.blog();
        blog.stop(Duration.ofSeconds(1));
        blog.stop(Duration.ofSeconds(1));

        assertThatThrownBy(() -> blog.transact("submit", tx -> 1)).isInstanceOf(NotStartedException.class);
    }

    @Test
    void what_is_decided_here_is_finished_before_the_store_is_let_go() throws Exception {
        AtomicInteger appliedAtClose = new AtomicInteger(-1);
        CountDownLatch closes = new CountDownLatch(1);
        Troth review = stage.started(stage.reviewBuilder(closing(stage.reviews.anotherInstance(), () -> {
            appliedAtClose.set(stage.reviews.applied().size());
            closes.countDown();
        })));
        Troth blog = stage.blog();
        stage.points.hold(CrashPoint.DECISION_RECEIVED);
        blog.transact("submit", tx -> tx.enlist("review", new Note("a")));
        stage.points.await(CrashPoint.DECISION_RECEIVED);

        Thread stopping = new Thread(() -> review.stop(Duration.ofSeconds(60)));
        stopping.start();
        Waiting.until(() -> stopping.getState() == Thread.State.TIMED_WAITING || closes.getCount() == 0);
        stage.points.release(CrashPoint.DECISION_RECEIVED);
        stopping.join();

        assertThat(appliedAtClose).hasValue(1);
    }

    private static BranchStore closing(BranchStore store, Runnable whenClosed) {
        return (BranchStore) Proxy.newProxyInstance(
                BranchStore.class.getClassLoader(), new Class<?>[] {BranchStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        whenClosed.run();
                    }
                    return method.invoke(store, arguments);
                });
    }

    @Test
    void a_service_without_a_log_says_the_line_to_add() {
        Troth review = stage.review();

        assertThatThrownBy(() -> review.transact("submit", tx -> 1))
                .isInstanceOf(TrothException.class)
                .hasMessageContaining("Add .decisions(JdbcDecisionLog.on(dataSource))");
    }
}
