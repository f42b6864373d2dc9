package dev.troth.example.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.InProcessTransport;
import dev.troth.Participant;
import dev.troth.Troth;
import dev.troth.jdbc.Inbox;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.PostgresBranches;
import dev.troth.jdbc.TrothTables;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.tx.NotStartedException;
import dev.troth.tx.OutcomeUnknownException;
import dev.troth.tx.RefusedException;
import dev.troth.tx.RolledBackException;
import dev.troth.tx.TransactionOptions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The lines of docs/getting-started.md and docs/errors.md, word for word between the marks, run on a real PostgreSQL. */
@Timeout(300)
@SuppressWarnings("FutureReturnValueIgnored") // a transaction waits for its votes by itself
class GettingStartedTest {
    @RegisterExtension
    static final PostgresServer postgres = PostgresServer.local();

    private final Blogs blogs = new Blogs();
    private final Reviews reviews = new Reviews();
    private HikariDataSource blogDatabase;
    private HikariDataSource reviewDatabase;
    private Troth blog;
    private Troth review;

    @BeforeEach
    void start() throws SQLException {
        blogDatabase = database(Blogs.TABLE);
        reviewDatabase = database(Reviews.TABLE);
        createTables(blogDatabase, reviewDatabase);
        startInOneJvm();
    }

    @AfterEach
    void stop() {
        blog.close();
        review.close();
        blogDatabase.close();
        reviewDatabase.close();
    }

    private static void createTables(DataSource blogDatabase, DataSource reviewDatabase) {
        // snippet
        TrothTables.of(blogDatabase).create();
        TrothTables.of(reviewDatabase).create();
        // end
    }

    private Participant participant() {
        // snippet
        Participant reviewing = Participant.named("review")
                .on(PostgresBranches.of(reviewDatabase))
                .handleAndAnswer(NewReview.class, (review, branch) -> {
                    if (review.text().isBlank()) {
                        throw new RefusedException("a review needs a text"); // a no, with its reason
                    }
                    reviews.insert(branch.connection(), review); // an exception here is a no, too
                    return "review of " + review.blogId(); // travels back with the yes
                });
        // end
        return reviewing;
    }

    private void startInOneJvm() {
        Participant reviewing = participant();
        // snippet
        InProcessTransport bus = InProcessTransport.create();
        review = Troth.builder("review").transport(bus).participant(reviewing).start();
        blog = Troth.builder("blog")
                .transport(bus.join())
                .decisions(JdbcDecisionLog.on(blogDatabase))
                .start();
        // end
    }

    @Test
    void a_transaction_writes_both() throws SQLException {
        String title = "Hello";
        String content = "World";
        // snippet
        long id = blog.transact("submit-blog", tx -> {
            long blogId = blogs.insert(tx.connection(), title, content);
            tx.enlist("review", new NewReview(blogId, "Initial review"));
            return blogId;
        });
        // end
        assertThat(count("SELECT count(*) FROM blogs WHERE id = " + id)).isOne();
    }

    @Test
    void an_answer_travels_with_the_vote() throws SQLException {
        // snippet
        String answer = blog.transact("submit-blog", tx -> {
            CompletableFuture<String> answered = tx.enlist("review", new NewReview(1, "Initial review"), String.class);
            long blogId = blogs.insert(tx.connection(), "Hello", "World"); // while the review is being written
            return "blog " + blogId + ", " + answered.join(); // waits for the vote
        });
        // end
        assertThat(answer).isEqualTo("blog 1, review of 1");
    }

    @Test
    void a_message_is_applied_once() throws SQLException {
        String id = "message-1";
        String title = "Hello";
        String content = "World";
        Inbox inbox = Inbox.on(blogDatabase);
        // snippet
        boolean applied = inbox.once(id, connection -> blogs.insert(connection, title, content));
        // acknowledge the message, whether it was applied now or had been before
        // end
        assertThat(applied).isTrue();
        assertThat(inbox.once(id, connection -> blogs.insert(connection, title, content)))
                .isFalse();
        assertThat(count("SELECT count(*) FROM blogs WHERE title = 'Hello'")).isOne();
    }

    @Test
    void a_future_holds_no_thread() {
        // snippet
        TransactionOptions quick = TransactionOptions.named("submit-blog").timeout(Duration.ofSeconds(5));
        CompletableFuture<Long> id = blog.transactAsync(quick, tx -> {
            long blogId = blogs.insert(tx.connection(), "Hello", "World");
            tx.enlist("review", new NewReview(blogId, "Initial review"));
            return blogId;
        });
        // end
        assertThat(id.join()).isOne();
    }

    @Test
    void one_participant_alone_needs_one_phase() {
        // snippet
        String answer = blog.execute("review", new NewReview(7, "On its own"), String.class);
        // end
        assertThat(answer).isEqualTo("review of 7");
    }

    @Test
    void what_the_caller_knows_is_in_the_type() throws SQLException {
        assertThatThrownBy(() -> submit(" ")).isInstanceOf(RolledBackException.class);
        assertThat(count("SELECT count(*) FROM blogs")).isZero();
        submit("A text");
        assertThat(count("SELECT count(*) FROM blogs")).isOne();
    }

    private void submit(String text) throws SQLException {
        // snippet
        try {
            blog.transact("submit-blog", tx -> {
                long blogId = blogs.insert(tx.connection(), "Hello", "World");
                tx.enlist("review", new NewReview(blogId, text));
                return blogId;
            });
        } catch (RolledBackException e) { // nothing of it remains anywhere
            if (e.reason() == Reason.REFUSED) {
                tellTheUser(e.refusals().get(0).refusal().message());
            } else if (e.retryable()) {
                tryAgainLater();
            }
            throw e;
        } catch (OutcomeUnknownException e) { // committed or not, the same everywhere; do not run it again
            askLater(e.gid());
        } catch (NotStartedException e) { // nothing was done
            tryAgainLater();
        }
        // end
    }

    private void askLater(Gid gid) {
        // snippet
        Optional<Outcome> outcome = blog.outcome(gid); // empty: not decided yet
        // end
        assertThat(outcome).isPresent();
    }

    private static void tellTheUser(String reason) {
        assertThat(reason).isEqualTo("a review needs a text");
    }

    private static void tryAgainLater() {
        throw new AssertionError("nothing here is to be tried again");
    }

    private static HikariDataSource database(String table) throws SQLException {
        HikariDataSource source = new HikariDataSource();
        source.setJdbcUrl(postgres.freshDatabase());
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(table);
        }
        return source;
    }

    private long count(String query) throws SQLException {
        try (Connection connection = blogDatabase.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
