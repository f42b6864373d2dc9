package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.Troth;
import dev.troth.admin.DeadLetterFilter;
import dev.troth.admin.DeadLetterSummary;
import dev.troth.spring.Reviewing.How;
import dev.troth.spring.Reviewing.Written;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.DatabaseServer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a listener that is a bean's method does commits with the note of the message's id, or not at all. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ListenerContract {
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
        stage.beside().update("DELETE FROM troth_dead_letters");
        stage.beside().update("DELETE FROM troth_inbox");
        stage.seen().told.clear();
    }

    @AfterAll
    void close() {
        stage.close();
    }

    private int noted() {
        return stage.beside().queryForList("SELECT message_id FROM troth_inbox").size();
    }

    private List<DeadLetterSummary> deadLetters() {
        return stage.bean(Troth.class).deadLetters("notes").list(DeadLetterFilter.kept(), 10);
    }

    @ParameterizedTest
    @EnumSource(names = {"JDBC", "JPA", "REPOSITORY", "MYBATIS_BATCH", "TRANSACTIONAL"})
    void what_a_listener_writes_commits_with_the_note_of_the_message(How how) throws Exception {
        stage.publish(new Written(how, "a"));

        Waiting.until(() -> stage.reviews().contains("a"));
        assertThat(noted()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            DUPLICATE_BY_JPA , 3 , duplicate
            CHECKED          , 3 , a file is missing
            ROLLBACK_ONLY    , 3 , rollback-only
            SWALLOWED        , 3 , rollback-only
            FAILING_HOOK     , 3 , a hook that fails
            REFUSED_INSIDE   , 1 , not this one
            ENLISTS_WHO_REFUSES , 3 , not this one
            """)
    void a_listener_that_fails_has_done_nothing_and_its_message_becomes_a_dead_letter(
            How how, int attempts, String reason) throws Exception {
        stage.publish(new Written(how, "a"));

        Waiting.until(() -> !deadLetters().isEmpty());
        assertThat(deadLetters().get(0).attempts()).isEqualTo(attempts);
        assertThat(deadLetters().get(0).reason()).containsIgnoringCase(reason);
        assertThat(stage.reviews()).containsExactly("there");
        assertThat(noted()).isZero();
    }

    @Test
    void whom_a_listener_enlists_commits_with_the_message() throws Exception {
        stage.publish(new Written(How.ENLISTS, "a"));

        Waiting.until(() -> stage.reviews().size() == 3);
        assertThat(stage.reviews()).containsExactly("a", "a-enlisted", "there");
        assertThat(noted()).isEqualTo(1);
    }

    @Test
    void what_a_listener_publishes_follows_its_message() throws Exception {
        stage.publish(new Written(How.PUBLISHES, "a"));

        Waiting.until(() -> stage.reviews().size() == 3);
        assertThat(stage.reviews()).containsExactly("a", "a-published", "there");
        Waiting.until(() -> noted() == 2);
    }

    @Test
    void hooks_after_the_commit_run_once_and_cannot_undo_it() throws Exception {
        stage.publish(new Written(How.HOOKS, "a"));

        Waiting.until(() -> stage.seen().told.contains("completed 0"));
        stage.assertAllIsBack();
        assertThat(stage.seen().told).containsExactly("attempt 1", "before commit", "after commit", "completed 0");
        assertThat(stage.reviews()).contains("a");
        assertThat(deadLetters()).isEmpty();
    }
}
