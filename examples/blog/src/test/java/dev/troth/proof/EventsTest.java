package dev.troth.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.Subscriber;
import dev.troth.Troth;
import dev.troth.TrothBuilder;
import dev.troth.jdbc.Inbox;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.Outbox;
import dev.troth.jdbc.TrothTables;
import dev.troth.message.Incoming;
import dev.troth.message.Kind;
import dev.troth.message.Retry;
import dev.troth.rabbitmq.RabbitOptions;
import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.spi.OutboxStore.Backlog;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import dev.troth.tx.RefusedException;
import dev.troth.tx.TrothException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Events and commands from one PostgreSQL over RabbitMQ into another: after the commit, once, in order. */
@Timeout(300)
class EventsTest {
    @RegisterExtension
    static final PostgresServer server = PostgresServer.shared();

    @RegisterExtension
    static final RabbitServer rabbit = RabbitServer.shared();

    private static final AtomicInteger TESTS = new AtomicInteger();

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final String prefix = "events" + TESTS.incrementAndGet();
    private HikariDataSource blogs;
    private HikariDataSource notes;
    private Outbox outbox;
    private Troth blog;

    @Kind("blog.submitted")
    record BlogSubmitted(String author, int number) {}

    @Kind("write-note")
    record WriteNote(String author, int number) {}

    @BeforeEach
    void open() {
        blogs = pool();
        notes = pool();
        outbox = Outbox.on(blogs);
        blog = opened(Troth.builder("blog")
                .transport(transport())
                .decisions(JdbcDecisionLog.on(blogs))
                .outbox(outbox)
                .start());
    }

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        opened.add(resource);
        return resource;
    }

    private HikariDataSource pool() {
        HikariDataSource pool = opened(Pools.pool(server.freshDatabase(), 12));
        TrothTables.of(pool).create();
        Pools.execute(
                pool,
                "CREATE TABLE applied (at bigint GENERATED ALWAYS AS IDENTITY, author text, number int, attempt int)");
        return pool;
    }

    private RabbitTransport transport() {
        return RabbitTransport.connect(RabbitOptions.uri(rabbit.uri()).prefix(prefix));
    }

    private Troth notes(Subscriber subscriber) {
        return opened(Troth.builder("notes")
                .transport(transport())
                .subscriber(subscriber)
                .start());
    }

    private Subscriber subscriber() {
        return Subscriber.named("notes")
                .on(Inbox.on(notes))
                .retry(Retry.fixed(Duration.ofMillis(200), 3))
                .handle(BlogSubmitted.class, (event, in) -> apply(event.author(), event.number(), in));
    }

    private static void apply(String author, int number, Incoming in) throws SQLException {
        try (PreparedStatement insert =
                in.connection().prepareStatement("INSERT INTO applied (author, number, attempt) VALUES (?, ?, ?)")) {
            insert.setString(1, author);
            insert.setInt(2, number);
            insert.setInt(3, in.attempt());
            insert.executeUpdate();
        }
    }

    private static void insertBlog(Connection connection, String author, int number) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO applied (author, number, attempt) VALUES (?, ?, 0)")) {
            insert.setString(1, author);
            insert.setInt(2, number);
            insert.executeUpdate();
        }
    }

    private void submit(String author, int number) throws SQLException {
        blog.transact("submit", tx -> {
            insertBlog(tx.connection(), author, number);
            tx.publish(author, new BlogSubmitted(author, number));
            return number;
        });
    }

    private long applied() {
        return Pools.count(notes, "SELECT count(*) FROM applied");
    }

    private void awaitApplied(long count) throws Exception {
        Waiting.until(() -> applied() >= count);
    }

    @Test
    void an_event_is_applied_after_the_commit_and_never_without_it() throws Exception {
        notes(subscriber());

        submit("ann", 1);
        assertThatThrownBy(() -> blog.transact("submit", tx -> {
                    tx.publish("ann", new BlogSubmitted("ann", 2));
                    throw new RefusedException("no");
                }))
                .isInstanceOf(RefusedException.class);
        submit("ann", 3);

        awaitApplied(2);
        assertThat(Pools.count(notes, "SELECT count(*) FROM applied WHERE number IN (1, 3)"))
                .isEqualTo(2);
        assertThat(applied()).isEqualTo(2);
        Waiting.until(() -> outbox.backlog().equals(new Backlog(0, Duration.ZERO, 0)));
    }

    @Test
    void a_command_goes_to_one_subscriber() throws Exception {
        notes(Subscriber.named("notes")
                .on(Inbox.on(notes))
                .handle(WriteNote.class, (command, in) -> apply(command.author(), command.number(), in)));

        blog.transact("submit", tx -> {
            tx.send("notes", new WriteNote("ann", 1));
            tx.send("notes", "ann", new WriteNote("ann", 2));
            return 0;
        });

        awaitApplied(2);
    }

    @Test
    void a_transaction_that_is_not_troths_publishes_with_its_commit() throws Exception {
        notes(subscriber());
        try (Connection connection = blogs.getConnection()) {
            connection.setAutoCommit(false);
            insertBlog(connection, "bob", 1);
            blog.publish(connection, "bob", new BlogSubmitted("bob", 1));
            connection.commit();
        }
        awaitApplied(1);
    }

    @Test
    void events_of_one_key_are_applied_in_order_though_some_fail_at_first() throws Exception {
        Map<String, Integer> failures = new ConcurrentHashMap<>();
        Subscriber inOrder = Subscriber.named("notes")
                .on(Inbox.on(notes))
                .inOrder()
                .retry(Retry.immediately(5))
                .handle(BlogSubmitted.class, (event, in) -> {
                    apply(event.author(), event.number(), in);
                    if (event.number() % 7 == 3 && failures.merge(in.id(), 1, Integer::sum) < 3) {
                        throw new IllegalStateException("not yet");
                    }
                });
        notes(inOrder);
        notes(inOrder);
        for (int number = 0; number < 40; number++) {
            for (String author : List.of("ann", "bob", "cid")) {
                submit(author, number);
            }
        }

        awaitApplied(120);
        assertThat(Pools.count(
                        notes,
                        "SELECT count(*) FROM (SELECT number, row_number() OVER (PARTITION BY author ORDER BY at) - 1 AS n"
                                + " FROM applied) a WHERE number <> n"))
                .isZero();
        assertThat(applied()).isEqualTo(120);
    }

    @Test
    void what_fails_is_tried_again_and_then_kept_as_a_dead_letter() throws Exception {
        Troth service = notes(Subscriber.named("notes")
                .on(Inbox.on(notes))
                .retry(Retry.fixed(Duration.ofMillis(200), 3))
                .handle(BlogSubmitted.class, (event, in) -> {
                    if (event.number() == 1 || in.attempt() < 3) {
                        throw new IllegalStateException("attempt " + in.attempt() + " of " + event.number());
                    }
                    apply(event.author(), event.number(), in);
                }));

        submit("ann", 1);
        submit("ann", 2);

        awaitApplied(1);
        assertThat(Pools.count(notes, "SELECT attempt FROM applied WHERE number = 2"))
                .isEqualTo(3);
        Waiting.until(() -> Pools.count(
                        notes,
                        "SELECT count(*) FROM troth_dead_letters WHERE attempts = 3"
                                + " AND reason LIKE '%attempt 3 of 1%' AND failure LIKE '%EventsTest%'")
                == 1);
        Map<String, Long> counts = Map.of("failures", 5L, "deadLetters", 1L, "applied", 1L);
        Waiting.until(() -> service.health()
                .subscribers()
                .get("notes")
                .counts()
                .entrySet()
                .containsAll(counts.entrySet())); // they are counted after the commit
    }

    @Test
    void an_event_that_nobody_wants_waits_visibly_and_holds_up_no_other_key() throws Exception {
        blog.transact("submit", tx -> {
            tx.send("notes", "ann", new WriteNote("ann", 1));
            return 0;
        });
        Waiting.until(() -> outbox.backlog().failing() == 1);

        notes(subscriber().handle(WriteNote.class, (command, in) -> apply(command.author(), command.number(), in)));
        submit("bob", 2);

        awaitApplied(2);
        Waiting.until(() -> outbox.backlog().failing() == 0);
    }

    @Test
    void a_paused_subscriber_takes_nothing_until_it_is_resumed() throws Exception {
        Troth service = notes(subscriber());
        service.pause("notes");
        submit("ann", 1);
        Waiting.until(() -> outbox.backlog().messages() == 0);
        assertThat(service.health().subscribers().get("notes").running()).isFalse();
        assertThat(applied()).isZero();

        service.resume("notes");

        awaitApplied(1);
        assertThat(service.health().subscribers().get("notes").running()).isTrue();
    }

    @Test
    void an_outbox_in_another_database_than_the_log_is_refused() {
        TrothBuilder builder = Troth.builder("other")
                .transport(opened(transport()))
                .decisions(JdbcDecisionLog.on(blogs))
                .outbox(Outbox.on(notes));

        assertThatThrownBy(builder::start)
                .isInstanceOf(TrothException.class)
                .hasMessageContaining("another database")
                .hasMessageContaining("Nothing was started");
    }

    @Test
    void a_connection_that_commits_by_itself_is_refused() throws Exception {
        try (Connection connection = blogs.getConnection()) {
            assertThatThrownBy(() -> blog.publish(connection, new BlogSubmitted("ann", 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("setAutoCommit(false)");
        }
        assertThat(outbox.backlog().messages()).isZero();
    }

    @Test
    void a_subscriber_that_would_keep_a_message_unacknowledged_too_long_is_refused() {
        Subscriber waits = subscriber().inOrder();
        TrothBuilder builder = Troth.builder("notes").transport(opened(transport()));

        assertThatThrownBy(() -> builder.subscriber(waits.retry(Retry.fixed(Duration.ofHours(1), 22)))
                        .start())
                .isInstanceOf(TrothException.class)
                .hasMessageContaining("20 minutes");
    }

    @Kind("Not a topic")
    record Misnamed() {}

    @Test
    void a_kind_that_cannot_be_a_topic_is_refused_by_name() {
        assertThatThrownBy(() -> subscriber().handle(Misnamed.class, (event, in) -> {}))
                .isInstanceOf(TrothException.class)
                .hasMessageContaining("@Kind(\"Not a topic\")")
                .hasMessageContaining("Misnamed");
    }
}
