package dev.troth.example.guide;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.Participant;
import dev.troth.Subscriber;
import dev.troth.Troth;
import dev.troth.jdbc.Inbox;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.Outbox;
import dev.troth.jdbc.PostgresBranches;
import dev.troth.jdbc.TrothTables;
import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The lines of README.md, word for word between the marks, run on real servers. */
@Timeout(300)
class ReadmeTest {
    @RegisterExtension
    static final PostgresServer postgres = PostgresServer.local();

    @RegisterExtension
    static final RabbitServer rabbit = RabbitServer.shared();

    private final Blogs blogs = new Blogs();
    private final Reviews reviews = new Reviews();

    @Test
    void the_lines_of_the_readme_write_both() throws SQLException {
        String broker = rabbit.uri();
        try (HikariDataSource blogDatabase = database(Blogs.TABLE);
                HikariDataSource reviewDatabase = database(Reviews.TABLE);
                Troth review = reviewService(broker, reviewDatabase)) {
            assertThat(review.health().transportConnected()).isTrue();

            long id = blogService(broker, blogDatabase, "Hello", "World");

            assertThat(count(blogDatabase, "SELECT count(*) FROM blogs WHERE id = " + id))
                    .isOne();
            assertThat(awaitOne(reviewDatabase, "SELECT count(*) FROM reviews WHERE blog_id = " + id))
                    .isTrue();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the transaction waits for the vote by itself
    private long blogService(String broker, DataSource blogDatabase, String title, String content) throws SQLException {
        // snippet
        // blog service
        Troth troth = Troth.builder("blog")
                .transport(RabbitTransport.connect(broker)) // amqp://localhost
                .decisions(JdbcDecisionLog.on(blogDatabase))
                .start();

        long id = troth.transact("submit-blog", tx -> {
            long blogId = blogs.insert(tx.connection(), title, content); // the service's own database
            tx.enlist("review", new NewReview(blogId, "Initial review")); // another service, over the broker
            return blogId;
        }); // both, or neither and an exception
        // end
        troth.close();
        return id;
    }

    private Troth reviewService(String broker, DataSource reviewDatabase) {
        return
        // snippet
        // review service
        Troth.builder("review")
                .transport(RabbitTransport.connect(broker))
                .participant(Participant.named("review")
                        .on(PostgresBranches.of(reviewDatabase))
                        .handle(NewReview.class, (review, branch) -> reviews.insert(branch.connection(), review)))
                .start();
        // end
    }

    @Test
    void the_lines_of_the_readme_about_events_make_it_happen_once() throws SQLException {
        String broker = rabbit.uri();
        try (HikariDataSource blogDatabase = database(Blogs.TABLE);
                HikariDataSource reviewDatabase = database(Reviews.TABLE);
                Troth blog = Troth.builder("blog")
                        .transport(RabbitTransport.connect(broker))
                        .decisions(JdbcDecisionLog.on(blogDatabase))
                        .outbox(Outbox.on(blogDatabase))
                        .start();
                Troth review = eventually(blog, broker, reviewDatabase, "Hello", "World")) {

            assertThat(awaitOne(reviewDatabase, "SELECT count(*) FROM reviews")).isTrue();
            assertThat(review.health().subscribers()).containsKey("review");
        }
    }

    private Troth eventually(Troth troth, String broker, DataSource reviewDatabase, String title, String content)
            throws SQLException {
        // snippet
        // blog service; its builder has .outbox(Outbox.on(blogDatabase))
        troth.transact("submit-blog", tx -> {
            long blogId = blogs.insert(tx.connection(), title, content);
            tx.publish(new BlogSubmitted(blogId, title)); // a row of the same commit, sent after it
            return blogId;
        });

        // review service; it works as if every event came once
        Troth review = Troth.builder("review")
                .transport(RabbitTransport.connect(broker))
                .subscriber(Subscriber.named("review")
                        .on(Inbox.on(reviewDatabase))
                        .handle(BlogSubmitted.class, (blog, in) -> reviews.insert(in.connection(), first(blog))))
                .start();
        // end
        return review;
    }

    private static NewReview first(BlogSubmitted blog) {
        return new NewReview(blog.blogId(), "Initial review");
    }

    private static HikariDataSource database(String table) throws SQLException {
        HikariDataSource source = new HikariDataSource();
        source.setJdbcUrl(postgres.freshDatabase());
        TrothTables.of(source).create();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(table);
        }
        return source;
    }

    /** The branch commits a moment after the caller has its answer: atomic commitment is not atomic visibility. */
    private static boolean awaitOne(DataSource source, String query) throws SQLException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() - end < 0) {
            if (count(source, query) == 1) {
                return true;
            }
        }
        return false;
    }

    private static long count(DataSource source, String query) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
