package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.Participant;
import dev.troth.Subscriber;
import dev.troth.Troth;
import dev.troth.message.Kind;
import dev.troth.protocol.Outcome;
import dev.troth.spi.BranchStore;
import dev.troth.testkit.InMemoryBroker;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.DatabaseServer;
import dev.troth.tx.JoinedTransaction;
import dev.troth.tx.RefusedException;
import dev.troth.tx.TransactionOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;

/** Two services, and plain JDBC code that begins and commits the local transactions of one of them. */
abstract class JoinedStage {
    static final String REFUSED = "refused";
    static final String SLOW = "slow";

    final Pool blogs = new Pool(server().freshDatabase(), 6);
    final Pool reviews = new Pool(server().freshDatabase(), 6);
    private final InMemoryBroker broker = InMemoryBroker.inRealTime();
    final CountDownLatch slow = new CountDownLatch(1);
    Troth blog;
    Troth review;

    @Kind("new-review")
    record NewReview(String text) {}

    @Kind("blog.written")
    record BlogWritten(String title) {}

    abstract DatabaseServer server();

    abstract BranchStore branches(DataSource source);

    /** Ends the session of that connection as an administrator does. */
    abstract String killStatement(Connection connection) throws SQLException;

    /** How many branches are prepared in that database. */
    abstract int prepared(Pool pool);

    JoinedStage() {
        blogs.execute("CREATE TABLE blogs (title VARCHAR(50))");
        reviews.execute("CREATE TABLE reviews (text VARCHAR(50))");
        TrothTables.of(blogs.source()).create();
        TrothTables.of(reviews.source()).create();
        review = Troth.builder("review")
                .transport(broker.connect())
                .patience(Duration.ofMillis(50))
                .participant(Participant.named("review")
                        .on(branches(reviews.source()))
                        .handle(NewReview.class, (command, branch) -> {
                            if (command.text().equals(SLOW)) {
                                slow.await();
                            }
                            if (command.text().equals(REFUSED)) {
                                throw new RefusedException("not this one");
                            }
                            write(branch.connection(), "INSERT INTO reviews VALUES (?)", command.text());
                        }))
                .subscriber(Subscriber.named("review")
                        .on(Inbox.on(reviews.source()))
                        .handle(
                                BlogWritten.class,
                                (event, in) -> write(in.connection(), "INSERT INTO reviews VALUES (?)", event.title())))
                .start();
        blog = startBlog();
    }

    final Troth startBlog() {
        return Troth.builder("blog")
                .transport(broker.connect())
                .patience(Duration.ofMillis(50))
                .decisions(JdbcDecisionLog.on(blogs.source()))
                .outbox(Outbox.on(blogs.source()))
                .start();
    }

    /** Every connection is back, whatever happened to it, and nothing stays prepared. */
    @AfterEach
    void everythingIsBack() throws Exception {
        slow.countDown();
        Waiting.until(() -> blogs.lent() == 0 && reviews.lent() == 0);
        blog.stop(Duration.ofSeconds(5));
        review.stop(Duration.ofSeconds(5));
        blogs.close();
        reviews.close();
    }

    final JoinedTransaction join() {
        return blog.join(TransactionOptions.named("submit-blog"));
    }

    final Connection begin() throws SQLException {
        Connection connection = blogs.source().getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    static void write(Connection connection, String sql, String value) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setString(1, value);
            insert.executeUpdate();
        }
    }

    static void writeBlog(Connection connection, String title) throws SQLException {
        write(connection, "INSERT INTO blogs VALUES (?)", title);
    }

    final int blogs() {
        return blogs.number("SELECT COUNT(*) FROM blogs");
    }

    final int reviews() {
        return reviews.number("SELECT COUNT(*) FROM reviews");
    }

    final int decisions() {
        return blogs.number("SELECT COUNT(*) FROM troth_decisions");
    }

    /** What the log says, once it says anything, and as long as the branches need to obey. */
    final void assertEnds(JoinedTransaction joined, Outcome outcome) throws Exception {
        Waiting.until(() -> blog.outcome(joined.gid()).equals(Optional.of(outcome)));
        Waiting.until(() -> blog.health().transactionsInFlight() == 0);
        int expected = outcome == Outcome.COMMITTED ? 1 : 0;
        Waiting.until(
                () -> reviews.number("SELECT COUNT(*) FROM troth_branches WHERE state <> 'ROLLED_BACK'") == expected);
        assertThat(blogs()).isEqualTo(expected);
        Waiting.until(() -> reviews() == expected);
    }

    static String one(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
