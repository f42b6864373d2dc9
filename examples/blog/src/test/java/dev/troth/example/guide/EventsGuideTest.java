package dev.troth.example.guide;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.Subscriber;
import dev.troth.Troth;
import dev.troth.jdbc.Inbox;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.Outbox;
import dev.troth.jdbc.TrothTables;
import dev.troth.message.Kind;
import dev.troth.message.Retry;
import dev.troth.rabbitmq.RabbitOptions;
import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.spi.EventTransport;
import dev.troth.spi.OutboxStore.Backlog;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import dev.troth.tx.RefusedException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The lines of docs/getting-started.md about events and commands, word for word between the marks, run on real servers. */
@Timeout(120)
class EventsGuideTest {
    @RegisterExtension
    static final PostgresServer postgres = PostgresServer.shared();

    @RegisterExtension
    static final RabbitServer rabbit = RabbitServer.shared();

    private final Blogs blogs = new Blogs();
    private final Reviews reviews = new Reviews();
    private HikariDataSource blogDatabase;
    private HikariDataSource reviewDatabase;
    private Outbox outbox;
    private Troth blog;
    private Troth review;

    @Kind("praise")
    record Praise(long blogId) {}

    @BeforeEach
    void start() throws SQLException {
        blogDatabase = database(Blogs.TABLE);
        reviewDatabase = database(Reviews.TABLE);
        startReview(transport());
        startBlog(transport());
    }

    private static EventTransport transport() {
        return RabbitTransport.connect(RabbitOptions.uri(rabbit.uri()).prefix("events-guide"));
    }

    @AfterEach
    void stop() {
        blog.close();
        review.close();
        blogDatabase.close();
        reviewDatabase.close();
    }

    private void startBlog(EventTransport transport) {
        // snippet
        outbox = Outbox.on(blogDatabase);
        blog = Troth.builder("blog")
                .transport(transport) // RabbitMQ
                .decisions(JdbcDecisionLog.on(blogDatabase))
                .outbox(outbox) // in the same database
                .start();
        // end
    }

    private void startReview(EventTransport transport) {
        // snippet
        Subscriber reviewing = Subscriber.named("review")
                .on(Inbox.on(reviewDatabase))
                .inOrder()
                .retry(Retry.exponential(Duration.ofSeconds(1), Duration.ofMinutes(1), 8)) // the default
                .handle(BlogSubmitted.class, (submitted, incoming) -> {
                    if (submitted.title().isBlank()) {
                        throw new RefusedException("a blog needs a title"); // never tried again: a dead letter at once
                    }
                    reviews.insert(incoming.connection(), new NewReview(submitted.blogId(), "Initial review"));
                })
                .handle(Praise.class, (praise, incoming) -> reviews.praise(incoming.connection(), praise.blogId()));
        review = Troth.builder("review")
                .transport(transport)
                .subscriber(reviewing)
                .start();
        // end
    }

    @Test
    void an_event_and_a_command_follow_the_commit() throws Exception {
        String title = "Hello";
        String content = "World";
        // snippet
        blog.transact("submit-blog", tx -> {
            long blogId = blogs.insert(tx.connection(), title, content);
            String key = "blog-" + blogId;
            tx.publish(key, new BlogSubmitted(blogId, title)); // to everybody who has subscribed to blog.submitted
            tx.send("review", key, new Praise(blogId)); // to one subscriber, after the event of the same key
            return blogId;
        });
        // end
        Waiting.until(() -> count(reviewDatabase, "SELECT count(*) FROM reviews WHERE body LIKE '%praise%'") == 1);
    }

    @Test
    void a_transaction_of_others_publishes_too() throws Exception {
        String title = "Hello";
        String content = "World";
        // snippet
        try (Connection connection = blogDatabase.getConnection()) {
            connection.setAutoCommit(false);
            long blogId = blogs.insert(connection, title, content);
            blog.publish(connection, new BlogSubmitted(blogId, title)); // where order does not matter there is no key
            connection.commit();
        }
        // end
        Waiting.until(() -> count(reviewDatabase, "SELECT count(*) FROM reviews") == 1);
        Waiting.until(() -> outbox.backlog().messages() == 0);
        // snippet
        Backlog waiting = outbox.backlog(); // messages, age of the oldest, keys that are held up
        // end
        assertThat(waiting).isEqualTo(new Backlog(0, Duration.ZERO, 0));
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

    private static long count(HikariDataSource source, String query) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
