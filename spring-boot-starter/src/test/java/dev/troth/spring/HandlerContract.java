package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.troth.protocol.Refusal.Reason;
import dev.troth.spring.Reviewing.How;
import dev.troth.spring.Reviewing.Write;
import dev.troth.spring.Reviewing.WriteProxied;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.DatabaseServer;
import dev.troth.tx.RolledBackException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What a handler that is a bean's method does is its branch's, and nothing of it stays on its thread or in the pool. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class HandlerContract {
    private HandlerStage stage;

    abstract DatabaseServer server();

    @BeforeAll
    void start() {
        stage = new HandlerStage(server(), Reviewing.Service.class);
    }

    @AfterEach
    void assertAllIsBackAndCleanUp() throws Exception {
        stage.assertAllIsBack();
        stage.beside().update("DELETE FROM reviews WHERE id <> 'there'");
        stage.seen().told.clear();
    }

    @AfterAll
    void close() {
        stage.close();
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.MATCH_ALL,
            names = "JDBC|CLIENT|JPA|REPOSITORY|MYBATIS|MYBATIS_BATCH|CONNECTION|TRANSACTIONAL")
    void what_a_handler_writes_commits_with_its_transaction(How how) throws Exception {
        String answer = stage.enlist(new Write(how, "a"), String.class);

        assertThat(answer).isEqualTo(how + " in blog");
        Waiting.until(() -> stage.reviews().contains("a"));
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.MATCH_ALL,
            names = "JDBC|CLIENT|JPA|REPOSITORY|MYBATIS|MYBATIS_BATCH|CONNECTION|TRANSACTIONAL")
    void what_a_handler_writes_rolls_back_with_its_transaction(How how) throws Exception {
        assertThatThrownBy(() -> stage.enlistAndFail(new Write(how, "a"))).isInstanceOf(IllegalStateException.class);

        stage.assertAllIsBack();
        assertThat(stage.reviews()).containsExactly("there");
    }

    @Test
    void a_handler_that_is_transactional_itself_takes_part() throws Exception {
        stage.enlist(new WriteProxied(How.JPA, "a"), Void.class);

        Waiting.until(() -> stage.reviews().contains("a"));
    }

    @Test
    void a_transaction_of_its_own_is_no_part_of_the_branch() throws Exception {
        assertThatThrownBy(() -> stage.enlistAndFail(new Write(How.AND_ALONE, "a")))
                .isInstanceOf(IllegalStateException.class);

        stage.assertAllIsBack();
        assertThat(stage.reviews()).containsExactly("a-alone", "there");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            REFUSED           , REFUSED
            REFUSED_INSIDE    , REFUSED
            CHECKED           , ERROR
            DUPLICATE_BY_JDBC , CONSTRAINT
            DUPLICATE_BY_JPA  , CONSTRAINT
            MISSING_BY_JPA    , CONSTRAINT
            STALE             , CONFLICT
            ROLLBACK_ONLY     , ERROR
            SWALLOWED         , ERROR
            COMMITS           , MISUSE
            ENLISTS           , MISUSE
            FAILING_HOOK      , ERROR
            """)
    void a_handler_that_fails_votes_no_for_its_reason(How how, Reason reason) throws Exception {
        for (Object command : new Object[] {new Write(how, "a"), new WriteProxied(how, "a")}) {
            RolledBackException refused =
                    catchThrowableOfType(RolledBackException.class, () -> stage.enlist(command, String.class));

            assertThat(refused.reason()).as(refused.getMessage()).isEqualTo(reason);
            stage.assertAllIsBack();
            assertThat(stage.reviews()).containsExactly("there");
        }
    }

    @Test
    void who_marks_the_transaction_rollback_only_is_told_how_to_say_why() {
        assertThatThrownBy(() -> stage.enlist(new Write(How.ROLLBACK_ONLY, "a"), String.class))
                .hasMessageContaining("Handlers.write was marked rollback-only")
                .hasMessageContaining("RefusedException");
    }

    @Test
    void a_handler_that_does_not_return_leaves_nothing_behind() throws Exception {
        assertThatThrownBy(() -> stage.enlist(new Write(How.SLOW, "a"), Duration.ofMillis(300)))
                .isInstanceOfSatisfying(
                        RolledBackException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TIMED_OUT));

        stage.assertAllIsBack();
        assertThat(stage.reviews()).containsExactly("there");
    }

    @Test
    void what_a_handler_publishes_is_sent_when_its_branch_has_committed() throws Exception {
        String unused = stage.enlist(new Write(How.PUBLISHES, "a"), String.class);

        Waiting.until(() -> stage.reviews().size() == 3 && stage.outbox() == 0);
        assertThat(stage.reviews()).containsExactly("a", "a-published", "there");
    }

    @Test
    void what_a_handler_publishes_is_not_sent_when_its_branch_rolls_back() throws Exception {
        assertThatThrownBy(() -> stage.enlistAndFail(new Write(How.PUBLISHES, "a")))
                .isInstanceOf(IllegalStateException.class);

        stage.assertAllIsBack();
        assertThat(stage.outbox()).isZero();
    }

    @Test
    void hooks_run_before_the_vote_and_never_hear_of_a_commit() throws Exception {
        String unused = stage.enlist(new Write(How.HOOKS, "a"), String.class);

        Waiting.until(() -> stage.reviews().contains("a"));
        assertThat(stage.seen().told).containsExactly("before commit", "completed 2");
    }
}
