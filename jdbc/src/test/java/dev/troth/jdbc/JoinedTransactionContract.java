package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.protocol.Outcome;
import dev.troth.testkit.Waiting;
import dev.troth.tx.JoinedTransaction;
import dev.troth.tx.RolledBackException;
import dev.troth.tx.TransactionOptions;
import dev.troth.tx.TrothException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Local transactions that somebody else commits: here the tests themselves. */
@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // a transaction waits for its votes by itself
abstract class JoinedTransactionContract extends JoinedStage {
    @Test
    void work_and_branches_commit_with_the_local_transaction() throws Exception {
        JoinedTransaction joined = join();
        try (Connection connection = begin()) {
            writeBlog(connection, "both");
            joined.enlist("review", new NewReview("both")).join();
            joined.beforeCommit(connection);
            assertThat(reviews()).isZero();

            connection.commit();
        }
        joined.committed();
        joined.rolledBackOrUnknown(); // changes nothing any more

        assertEnds(joined, Outcome.COMMITTED);
        assertThat(decisions()).isEqualTo(1);
    }

    @Test
    void a_local_rollback_before_the_votes_rolls_back_the_branches() throws Exception {
        JoinedTransaction joined = join();
        try (Connection connection = begin()) {
            writeBlog(connection, "neither");
            joined.enlist("review", new NewReview("neither")).join();

            connection.rollback();
        }
        joined.rolledBackOrUnknown();

        Waiting.until(() -> prepared(reviews) == 0);
        assertThat(blogs()).isZero();
        assertThat(reviews()).isZero();
        assertThat(decisions()).isZero();
    }

    @Test
    void a_refusal_is_thrown_before_the_local_commit() throws Exception {
        JoinedTransaction joined = join();
        try (Connection connection = begin()) {
            writeBlog(connection, "neither");
            joined.enlist("review", new NewReview(REFUSED));

            assertThatThrownBy(() -> joined.beforeCommit(connection))
                    .isInstanceOf(RolledBackException.class)
                    .hasMessageContaining("not this one");
            connection.rollback();
        }
        joined.rolledBackOrUnknown();

        assertThat(blogs() + reviews() + decisions()).isZero();
    }

    @Test
    void a_rollback_after_the_decision_was_added_is_found_in_the_log() throws Exception {
        JoinedTransaction joined = join();
        try (Connection connection = begin()) {
            writeBlog(connection, "neither");
            joined.enlist("review", new NewReview("neither"));
            joined.beforeCommit(connection);

            connection.rollback();
        }
        joined.rolledBackOrUnknown();

        assertEnds(joined, Outcome.ABORTED);
    }

    /** As after a commit whose answer is lost: the owner does not know, the row does. */
    @Test
    void a_commit_of_which_its_owner_does_not_know_is_found_in_the_log() throws Exception {
        JoinedTransaction joined = join();
        try (Connection connection = begin()) {
            writeBlog(connection, "both");
            joined.enlist("review", new NewReview("both"));
            joined.beforeCommit(connection);

            connection.commit();
        }
        joined.rolledBackOrUnknown();

        assertEnds(joined, Outcome.COMMITTED);
    }

    /** The local transaction may still hold its row and its connection when its end is told. */
    @Test
    void the_log_is_asked_without_waiting_for_the_local_transaction_to_let_go() throws Exception {
        JoinedTransaction joined = join();
        try (Connection connection = begin()) {
            writeBlog(connection, "both");
            joined.enlist("review", new NewReview("both"));
            joined.beforeCommit(connection);

            joined.rolledBackOrUnknown();
            connection.commit();
        }

        assertEnds(joined, Outcome.COMMITTED);
    }

    @Test
    void a_connection_that_is_lost_between_the_votes_and_the_commit_rolls_back_everywhere() throws Exception {
        JoinedTransaction joined = join();
        Connection connection = begin();
        String kill = killStatement(connection);
        writeBlog(connection, "neither");
        joined.enlist("review", new NewReview("neither"));
        joined.beforeCommit(connection);
        blogs.execute(kill);

        assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
        joined.rolledBackOrUnknown();
        connection.close();

        assertEnds(joined, Outcome.ABORTED);
    }

    @Test
    void a_connection_that_is_lost_before_the_votes_decides_nothing() throws Exception {
        JoinedTransaction joined = join();
        Connection connection = begin();
        String kill = killStatement(connection);
        writeBlog(connection, "neither");
        joined.enlist("review", new NewReview("neither"));
        blogs.execute(kill);

        assertThatThrownBy(() -> joined.beforeCommit(connection)).isInstanceOf(RolledBackException.class);
        joined.rolledBackOrUnknown();
        connection.close();

        Waiting.until(() -> prepared(reviews) == 0);
        assertThat(blogs() + reviews() + decisions()).isZero();
    }

    /** Its thread is gone, or its process: whoever is in doubt finds the row. */
    @Test
    void a_commit_that_nobody_told_about_is_found_by_the_branches_themselves() throws Exception {
        JoinedTransaction joined = blog.join(TransactionOptions.named("lost").timeout(Duration.ofSeconds(3)));
        try (Connection connection = begin()) {
            writeBlog(connection, "both");
            joined.enlist("review", new NewReview("both"));
            joined.beforeCommit(connection);
            connection.commit();
        }

        Waiting.until(() -> reviews() == 1);
        joined.rolledBackOrUnknown(); // so that the end of the test need not wait for it
        assertThat(blog.outcome(joined.gid())).contains(Outcome.COMMITTED);
    }

    @Test
    void work_that_nobody_ended_rolls_back_its_branches_at_the_deadline() throws Exception {
        JoinedTransaction joined = blog.join(TransactionOptions.named("lost").timeout(Duration.ofSeconds(2)));
        joined.enlist("review", new NewReview("neither")).join();
        assertThat(prepared(reviews)).isEqualTo(1);

        Waiting.until(() -> prepared(reviews) == 0);
        Waiting.until(() -> blog.outcome(joined.gid()).equals(Optional.of(Outcome.ABORTED)));
        Waiting.until(() -> blog.health().transactionsInFlight() == 0);
        try (Connection connection = begin()) {
            assertThatThrownBy(() -> joined.beforeCommit(connection)).isInstanceOf(RolledBackException.class);
        }
        joined.rolledBackOrUnknown();
        assertThat(blogs()).isZero();
    }

    /** The instance that began it is gone after the commit; another one finds what is owed. */
    @Test
    void a_process_that_dies_between_the_commit_and_the_decisions_is_finished_by_another() throws Exception {
        JoinedTransaction joined = join();
        try (Connection connection = begin()) {
            writeBlog(connection, "both");
            joined.enlist("review", new NewReview("both"));
            joined.beforeCommit(connection);
            connection.commit();
        }
        blog.stop(Duration.ofMillis(1));

        blog = startBlog();

        assertEnds(joined, Outcome.COMMITTED);
    }

    @Test
    void a_process_that_dies_between_the_votes_and_the_commit_rolls_back() throws Exception {
        JoinedTransaction joined = join();
        Connection connection = begin();
        writeBlog(connection, "neither");
        joined.enlist("review", new NewReview("neither"));
        joined.beforeCommit(connection);
        blog.stop(Duration.ofMillis(1));

        connection.rollback(); // as the database does when the process is gone
        connection.close();
        blog = startBlog();

        Waiting.until(() -> prepared(reviews) == 0);
        assertThat(blogs() + reviews()).isZero();
        assertThat(blog.outcome(joined.gid())).isNotEqualTo(Optional.of(Outcome.COMMITTED));
    }

    @Test
    void a_connection_that_commits_every_statement_is_refused() throws Exception {
        JoinedTransaction joined = join();
        try (Connection connection = blogs.source().getConnection()) {
            joined.enlist("review", new NewReview("neither"));

            assertThatThrownBy(() -> joined.beforeCommit(connection))
                    .isInstanceOf(RolledBackException.class)
                    .hasMessageContaining("auto-commit");
        }
        joined.rolledBackOrUnknown();
        assertThat(decisions()).isZero();
    }

    @Test
    void a_connection_to_another_database_is_refused() throws Exception {
        JoinedTransaction joined = join();
        try (Connection connection = reviews.source().getConnection()) {
            connection.setAutoCommit(false);
            joined.enlist("review", new NewReview("neither"));

            assertThatThrownBy(() -> joined.beforeCommit(connection))
                    .isInstanceOf(RolledBackException.class)
                    .hasMessageContaining("another database");
            connection.rollback();
        }
        joined.rolledBackOrUnknown();
        assertThat(reviews()).isZero();
    }

    @Test
    void a_commit_without_the_votes_is_an_error_and_the_branches_roll_back() throws Exception {
        JoinedTransaction joined = join();
        try (Connection connection = begin()) {
            writeBlog(connection, "alone");
            joined.enlist("review", new NewReview("neither")).join();

            connection.commit();
        }

        assertThatThrownBy(joined::committed)
                .isInstanceOf(TrothException.class)
                .hasMessageContaining("without its decision");
        Waiting.until(() -> prepared(reviews) == 0);
        assertThat(decisions()).isZero();
    }

    @Test
    void what_was_marked_as_rolled_back_in_part_can_only_roll_back() throws Exception {
        JoinedTransaction joined = join();
        try (Connection connection = begin()) {
            writeBlog(connection, "neither");
            joined.enlist("review", new NewReview("neither")).join();

            joined.rollBackOnly("a savepoint took it back");

            assertThatThrownBy(() -> joined.enlist("review", new NewReview("late")))
                    .isInstanceOf(RolledBackException.class);
            assertThatThrownBy(() -> joined.beforeCommit(connection))
                    .isInstanceOf(RolledBackException.class)
                    .hasMessageContaining("a savepoint took it back");
            connection.rollback();
        }
        joined.rolledBackOrUnknown();

        Waiting.until(() -> prepared(reviews) == 0);
        assertThat(decisions()).isZero();
    }

    @Test
    void a_participant_is_not_asked_after_the_votes_were_collected() throws Exception {
        JoinedTransaction joined = join();
        try (Connection connection = begin()) {
            writeBlog(connection, "both");
            joined.enlist("review", new NewReview("both"));
            joined.beforeCommit(connection);

            assertThatThrownBy(() -> joined.enlist("review", new NewReview("late")))
                    .hasMessageContaining("collected already");
            connection.commit();
        }
        joined.committed();

        assertEnds(joined, Outcome.COMMITTED);
    }

    @Test
    void an_event_alone_is_sent_after_the_commit_and_needs_no_decision() throws Exception {
        JoinedTransaction joined = join();
        try (Connection connection = begin()) {
            writeBlog(connection, "both");
            joined.publish(connection, "key", new BlogWritten("both"));
            joined.beforeCommit(connection);
            connection.commit();
        }
        joined.committed();

        Waiting.until(() -> reviews() == 1);
        assertThat(joined.hasBranches()).isFalse();
        assertThat(decisions()).isZero();
    }

    @Test
    void an_event_beside_a_branch_is_sent_with_the_same_commit() throws Exception {
        JoinedTransaction joined = join();
        try (Connection connection = begin()) {
            writeBlog(connection, "both");
            joined.publish(connection, new BlogWritten("both"));
            joined.enlist("review", new NewReview("both"));
            joined.beforeCommit(connection);
            connection.commit();
        }
        joined.committed();

        Waiting.until(() -> reviews() == 2);
    }

    @Test
    void an_event_goes_with_a_rollback() throws Exception {
        JoinedTransaction joined = join();
        try (Connection connection = begin()) {
            joined.publish(connection, new BlogWritten("neither"));
            connection.rollback();
        }
        joined.rolledBackOrUnknown();

        assertThat(blogs.number("SELECT COUNT(*) FROM troth_outbox")).isZero();
        try (Connection connection = begin()) {
            assertThatThrownBy(() -> joined.publish(connection, new BlogWritten("late")))
                    .hasMessageContaining("had ended");
        }
    }

    @Test
    void a_vote_that_comes_too_late_rolls_back() throws Exception {
        JoinedTransaction joined = blog.join(TransactionOptions.named("late").timeout(Duration.ofMillis(500)));
        try (Connection connection = begin()) {
            writeBlog(connection, "neither");
            joined.enlist("review", new NewReview(SLOW));

            assertThatThrownBy(() -> joined.beforeCommit(connection))
                    .isInstanceOf(RolledBackException.class)
                    .hasMessageContaining("TIMED_OUT");
            connection.rollback();
        }
        joined.rolledBackOrUnknown();
        slow.countDown();

        Waiting.until(() -> review.health().branchesWorking().values().stream().allMatch(none -> none == 0)
                && prepared(reviews) == 0);
        assertThat(blogs() + reviews() + decisions()).isZero();
    }
}
