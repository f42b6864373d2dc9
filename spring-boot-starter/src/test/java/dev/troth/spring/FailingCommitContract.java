package dev.troth.spring;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.spi.CrashPoint;
import dev.troth.spring.SpringStage.NewReview;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.TcpProxy;
import dev.troth.tx.RolledBackException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionDefinition;

/** Commits that fail, as each of Spring's managers tells of them: as rolled back, as unknown, with exceptions of different kinds. */
@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // a transaction waits for its votes by itself
abstract class FailingCommitContract {
    private final TcpProxy wire = TcpProxy.to(PostgresServer.shared().port());
    private final AtomicReference<Gid> gid = new AtomicReference<>();
    private SpringStage stage;

    /** With the manager in question. */
    abstract SpringStage open(String url);

    @BeforeEach
    void open() {
        stage = open(wire.through(PostgresServer.shared().freshDatabase()));
    }

    @AfterEach
    void close() {
        wire.heal();
        stage.close();
        wire.close();
    }

    private void submit() {
        stage.propagations().required(this::work);
    }

    private void work() {
        stage.writeBlog(1);
        gid.set(stage.template().gid());
        stage.template().enlist("review", new NewReview("x")).join();
    }

    @Test
    void a_commit_that_the_database_refuses_rolls_back_everywhere() throws Exception {
        stage.beside().execute("CREATE TABLE strict (id INT UNIQUE DEFERRABLE INITIALLY DEFERRED)");

        assertThatThrownBy(() -> stage.propagations().required(() -> {
                    work();
                    stage.jdbc().update("INSERT INTO strict VALUES (1), (1)");
                }))
                .isInstanceOf(RuntimeException.class);

        stage.assertNeither();
        stage.assertOutcome(requireNonNull(gid.get()), Outcome.ABORTED);
    }

    @Test
    void a_connection_that_dies_after_the_decision_was_inserted_rolls_back_everywhere() throws Exception {
        stage.points.onceAt(CrashPoint.AFTER_DECISION_INSERTED, this::killSessions);

        assertThatThrownBy(this::submit).isInstanceOf(RuntimeException.class);

        stage.assertNeither();
        stage.assertOutcome(requireNonNull(gid.get()), Outcome.ABORTED);
    }

    @Test
    void a_connection_that_dies_before_the_decision_is_inserted_rolls_back_everywhere() throws Exception {
        stage.points.onceAt(CrashPoint.AFTER_VOTES_COLLECTED, this::killSessions);

        assertThatThrownBy(this::submit).isInstanceOf(RuntimeException.class);

        stage.assertNeither();
    }

    /** The database has committed, and nobody here knows: Spring may even say that it has rolled back. */
    @Test
    void a_commit_whose_answer_is_lost_commits_everywhere() throws Exception {
        stage.points.onceAt(CrashPoint.AFTER_DECISION_INSERTED, wire::stallToClient);
        CompletableFuture<Throwable> caller =
                CompletableFuture.supplyAsync(() -> TransactionalContract.thrownBy(this::submit));
        stage.points.await(CrashPoint.AFTER_DECISION_INSERTED);
        Waiting.until(() -> PostgresSessions.hasCommitted(stage));

        wire.cut();
        wire.heal();

        stage.assertOutcome(requireNonNull(gid.get()), Outcome.COMMITTED);
        assertThat(caller.join()).isInstanceOf(RuntimeException.class);
        stage.assertBoth();
    }

    @Test
    void an_error_between_the_votes_and_the_commit_rolls_back_everywhere() throws Exception {
        stage.points.onceAt(CrashPoint.AFTER_DECISION_INSERTED, () -> {
            throw new StackOverflowError("between votes and commit");
        });

        assertThatThrownBy(this::submit).isInstanceOf(RolledBackException.class);

        stage.assertNeither();
    }

    /** As if the thread had died there: the row is found when the deadline has passed. */
    @Test
    void a_thread_that_dies_between_the_commit_and_the_decisions_has_committed_everywhere() throws Exception {
        stage.points.onceAt(CrashPoint.AFTER_DECISION_LOGGED, () -> {
            throw new StackOverflowError("between commit and decisions");
        });

        assertThatThrownBy(this::submit).isInstanceOf(StackOverflowError.class);

        stage.assertBoth();
        stage.assertOutcome(requireNonNull(gid.get()), Outcome.COMMITTED);
    }

    /** It takes its connection with it; the branches do not wait for that. */
    @Test
    void a_thread_that_dies_in_its_transaction_rolls_back_the_branches() throws Exception {
        Thread thread = new Thread(() -> {
            stage.bean(PlatformTransactionManager.class).getTransaction(new DefaultTransactionDefinition());
            work();
        });
        thread.start();
        thread.join();

        Waiting.until(() -> stage.prepared() == 0);
        stage.assertOutcome(requireNonNull(gid.get()), Outcome.ABORTED);
    }

    private void killSessions() {
        PostgresSessions.killIdleInTransaction(stage);
    }
}
