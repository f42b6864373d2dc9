package dev.troth.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.GetResponse;
import com.zaxxer.hikari.HikariDataSource;
import dev.troth.Participant;
import dev.troth.Subscriber;
import dev.troth.Troth;
import dev.troth.TrothBuilder;
import dev.troth.jdbc.Inbox;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.Outbox;
import dev.troth.jdbc.PostgresBranches;
import dev.troth.jdbc.TrothTables;
import dev.troth.message.Kind;
import dev.troth.rabbitmq.RabbitOptions;
import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.spi.CrashPoint;
import dev.troth.spi.InboxStore;
import dev.troth.testkit.CrashPoints;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The attempts of README.md, played on a real PostgreSQL and RabbitMQ: each naive way with a process that ends at the worst line, and what is
 * lost or doubled by that; after each, the same end of a process with Troth.
 */
@Timeout(120)
class NaiveWaysTest {
    @RegisterExtension
    static final PostgresServer server = PostgresServer.shared();

    @RegisterExtension
    static final RabbitServer rabbit = RabbitServer.shared();

    private static final AtomicInteger TESTS = new AtomicInteger();
    private static HikariDataSource blogs;
    private static HikariDataSource reviews;

    private final List<Troth> services = new ArrayList<>();
    private final String prefix = "naive" + TESTS.incrementAndGet();

    /** What a consumer does. */
    @FunctionalInterface
    private interface Effect {
        void apply(Connection connection, long blog) throws SQLException;
    }

    @Kind("blog.submitted")
    record BlogSubmitted(long blog) {}

    @BeforeAll
    static void make() {
        blogs = Pools.pool(server.freshDatabase(), 12);
        reviews = Pools.pool(server.freshDatabase(), 12);
        TrothTables.of(blogs).create();
        TrothTables.of(reviews).create();
        Pools.execute(blogs, "CREATE TABLE blogs (id bigint PRIMARY KEY)");
        Pools.execute(reviews, "CREATE TABLE reviews (blog bigint NOT NULL)");
    }

    @BeforeEach
    void empty() {
        Pools.execute(blogs, "TRUNCATE blogs", "DELETE FROM troth_outbox");
        Pools.execute(reviews, "TRUNCATE reviews");
    }

    @AfterEach
    void stop() {
        services.forEach(service -> service.stop(Duration.ofSeconds(2)));
    }

    @AfterAll
    static void close() {
        blogs.close();
        reviews.close();
    }

    // Attempt 1: two commits.

    @Test
    void two_commits_and_a_crash_between_leave_a_blog_without_a_review() {
        dies(() -> {
            insertBlog(blogs, 1);
            Crash.here();
            insertReview(reviews, 1);
        });

        assertThat(blogs()).isOne();
        assertThat(reviews()).isZero(); // and nobody knows that there should be one
    }

    @Test
    void one_transaction_and_a_crash_between_the_commits_leave_both() throws Exception {
        services.add(builder("review", transport())
                .participant(Participant.named("review")
                        .on(PostgresBranches.of(reviews))
                        .handle(BlogSubmitted.class, (blog, branch) -> insertReview(branch.connection(), blog.blog())))
                .start());
        RabbitTransport doomed = transport();
        CrashPoints points = new CrashPoints();
        points.onceAt(CrashPoint.AFTER_DECISION_LOGGED, doomed::close);
        Troth dying = builder("blog", doomed)
                .probe(points)
                .decisions(JdbcDecisionLog.on(blogs))
                .start();
        dying.transact("submit", tx -> {
            insertBlog(tx.connection(), 1);
            var unused = tx.enlist("review", new BlogSubmitted(1));
            return 1;
        });
        dying.stop(Duration.ZERO);
        assertThat(blogs()).isOne();
        assertThat(reviews()).isZero(); // but prepared, and decided

        startBlog(transport());

        Waiting.until(() -> reviews() == 1);
    }

    // Attempt 2: an event. First its producer.

    @Test
    void an_event_published_after_the_commit_is_lost_in_a_crash_between() throws Exception {
        PlainQueue queue = queue().declared();

        dies(() -> queue.process(channel -> {
            insertBlog(blogs, 1);
            Crash.here();
            queue.publish(channel, 1);
        }));

        assertThat(blogs()).isOne();
        assertThat(queue.waiting()).isZero();
    }

    @Test
    void an_event_of_the_outbox_is_sent_after_a_crash_by_whoever_comes_next() throws Exception {
        startReview(transport(), NaiveWaysTest::insertReview);
        RabbitTransport doomed = transport();
        Troth dying = startBlog(doomed);
        dying.transact("submit", tx -> {
            insertBlog(tx.connection(), 1);
            tx.publish(new BlogSubmitted(1));
            doomed.close(); // whatever comes after the commit does not leave this process
            return 1;
        });
        dying.stop(Duration.ZERO);
        assertThat(blogs()).isOne();
        assertThat(reviews()).isZero();

        startBlog(transport());

        Waiting.until(() -> reviews() == 1);
    }

    @Test
    void an_event_published_before_the_commit_tells_of_a_blog_that_never_was() throws Exception {
        PlainQueue queue = queue().declared();

        dies(() -> {
            try (Connection connection = blogs.getConnection()) {
                connection.setAutoCommit(false);
                insertBlog(connection, 1);
                queue.publishSafely(1);
                Crash.here();
                connection.commit();
            }
        });
        queue.process(channel -> insertReview(reviews, PlainQueue.blog(queue.take(channel, true))));

        assertThat(blogs()).isZero();
        assertThat(reviews()).isOne();
    }

    @Test
    void an_event_of_the_outbox_is_rolled_back_with_its_blog() throws Exception {
        startReview(transport(), NaiveWaysTest::insertReview);
        Troth blog = startBlog(transport());

        dies(() -> blog.transact("submit", tx -> {
            insertBlog(tx.connection(), 1);
            tx.publish("blogs", new BlogSubmitted(1));
            Crash.here();
            return 1;
        }));
        submit(blog, 2); // in order behind what was published before it

        Waiting.until(() -> reviews() == 1);
        assertThat(Pools.count(reviews, "SELECT blog FROM reviews")).isEqualTo(2);
        assertThat(blogs()).isOne();
    }

    @Test
    void an_event_published_unconfirmed_to_a_queue_that_is_not_there_is_gone_without_a_word() throws Exception {
        PlainQueue queue = queue();

        queue.process(channel -> {
            insertBlog(blogs, 1);
            queue.publish(channel, 1); // returns, as it always does
        });

        assertThat(blogs()).isOne();
        assertThat(queue.waiting()).isZero();
    }

    @Test
    void an_event_of_the_outbox_waits_for_the_queue_that_is_not_there() throws Exception {
        Outbox outbox = Outbox.on(blogs);
        Troth blog = startBlog(transport(), outbox);
        submit(blog, 1);
        Waiting.until(() -> outbox.backlog().failing() == 1);

        startReview(transport(), NaiveWaysTest::insertReview);

        Waiting.until(() -> reviews() == 1);
        Waiting.until(() -> outbox.backlog().messages() == 0);
    }

    // Then its consumer.

    @Test
    void an_event_acknowledged_before_its_effect_is_lost_in_a_crash_between() throws Exception {
        PlainQueue queue = queue().declared();
        queue.publishSafely(1);

        dies(() -> queue.process(channel -> {
            GetResponse event = queue.take(channel, true); // acknowledged as it is taken, as with autoAck
            Crash.here();
            insertReview(reviews, PlainQueue.blog(event));
        }));

        assertThat(reviews()).isZero();
        assertThat(queue.waiting()).isZero();
    }

    @Test
    void an_event_whose_subscriber_dies_before_its_effect_comes_again() throws Exception {
        RabbitTransport doomed = transport();
        CountDownLatch end = new CountDownLatch(1);
        Troth dying = startReview(doomed, (connection, blog) -> {
            doomed.close();
            end.countDown();
            Crash.here();
            insertReview(connection, blog);
        });
        submit(startBlog(transport()), 1);
        end.await();
        dying.stop(Duration.ZERO);
        assertThat(reviews()).isZero();

        startReview(transport(), NaiveWaysTest::insertReview);

        Waiting.until(() -> reviews() == 1);
    }

    @Test
    void an_event_acknowledged_after_its_effect_is_applied_twice_after_a_crash_between() throws Exception {
        PlainQueue queue = queue().declared();
        queue.publishSafely(1);

        dies(() -> queue.process(channel -> {
            GetResponse event = queue.take(channel, false);
            insertReview(reviews, PlainQueue.blog(event));
            Crash.here();
            channel.basicAck(event.getEnvelope().getDeliveryTag(), false);
        }));
        Waiting.until(() -> queue.waiting() == 1);
        queue.process(channel -> insertReview(reviews, PlainQueue.blog(queue.take(channel, true))));

        assertThat(reviews()).isEqualTo(2);
    }

    @Test
    void an_event_whose_subscriber_dies_after_its_effect_comes_again_and_is_applied_once() throws Exception {
        RabbitTransport doomed = transport();
        CountDownLatch end = new CountDownLatch(1);
        Troth dying = startReview(doomed, NaiveWaysTest::insertReview, new DyingInbox(Inbox.on(reviews), () -> {
            doomed.close();
            end.countDown();
        }));
        submit(startBlog(transport()), 1);
        end.await();
        dying.stop(Duration.ZERO);

        Troth next = startReview(transport(), NaiveWaysTest::insertReview);

        Waiting.until(() -> count(next, "duplicates") == 1);
        assertThat(count(next, "applied")).isZero();
        assertThat(reviews()).isOne();
    }

    private static void dies(ThrowingCallable process) {
        assertThatThrownBy(process).isInstanceOf(Crash.class);
    }

    private static void submit(Troth blog, long id) throws SQLException {
        blog.transact("submit", tx -> {
            insertBlog(tx.connection(), id);
            tx.publish("blogs", new BlogSubmitted(id));
            return id;
        });
    }

    private Troth startBlog(RabbitTransport transport) {
        return startBlog(transport, Outbox.on(blogs));
    }

    private Troth startBlog(RabbitTransport transport, Outbox outbox) {
        return started(builder("blog", transport)
                .decisions(JdbcDecisionLog.on(blogs))
                .outbox(outbox)
                .start());
    }

    private Troth startReview(RabbitTransport transport, Effect effect) {
        return startReview(transport, effect, Inbox.on(reviews));
    }

    private Troth startReview(RabbitTransport transport, Effect effect, InboxStore inbox) {
        return started(builder("review", transport)
                .subscriber(Subscriber.named("review")
                        .on(inbox)
                        .inOrder()
                        .handle(BlogSubmitted.class, (blog, in) -> effect.apply(in.connection(), blog.blog())))
                .start());
    }

    private static TrothBuilder builder(String service, RabbitTransport transport) {
        return Troth.builder(service).transport(transport).patience(Duration.ofMillis(500));
    }

    private Troth started(Troth service) {
        services.add(service);
        return service;
    }

    private RabbitTransport transport() {
        return RabbitTransport.connect(RabbitOptions.uri(rabbit.uri()).prefix(prefix));
    }

    private PlainQueue queue() throws Exception {
        return new PlainQueue(rabbit.uri(), prefix);
    }

    private static void insertBlog(HikariDataSource database, long id) throws SQLException {
        try (Connection connection = database.getConnection()) {
            insertBlog(connection, id);
        }
    }

    private static void insertReview(HikariDataSource database, long blog) throws SQLException {
        try (Connection connection = database.getConnection()) {
            insertReview(connection, blog);
        }
    }

    private static void insertBlog(Connection connection, long id) throws SQLException {
        insert(connection, "INSERT INTO blogs (id) VALUES (?)", id);
    }

    private static void insertReview(Connection connection, long blog) throws SQLException {
        insert(connection, "INSERT INTO reviews (blog) VALUES (?)", blog);
    }

    private static void insert(Connection connection, String sql, long value) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setLong(1, value);
            insert.executeUpdate();
        }
    }

    private static long count(Troth review, String what) {
        return review.health().subscribers().get("review").counts().get(what);
    }

    private static long blogs() {
        return Pools.count(blogs, "SELECT count(*) FROM blogs");
    }

    private static long reviews() {
        return Pools.count(reviews, "SELECT count(*) FROM reviews");
    }
}
