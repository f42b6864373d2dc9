package dev.troth.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.Participant;
import dev.troth.Troth;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.PostgresBranches;
import dev.troth.message.Envelope;
import dev.troth.message.Kind;
import dev.troth.protocol.Address;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.spi.CrashPoint;
import dev.troth.spi.Transport;
import dev.troth.testkit.CrashPoints;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import dev.troth.tx.Branch;
import dev.troth.tx.RolledBackException;
import dev.troth.tx.TrothException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What people, bugs and strangers send: nothing is lost, nothing hangs, and the error is clear. On real servers. */
@Timeout(300)
class BadInputTest {
    @RegisterExtension
    static final PostgresServer postgres = PostgresServer.shared();

    @RegisterExtension
    static final RabbitServer rabbit = RabbitServer.shared();

    @Kind("unheard-of")
    record UnheardOf(String text) {}

    @FunctionalInterface
    interface Deed {
        void in(Branch branch) throws Exception;
    }

    private final CrashPoints points = new CrashPoints();
    private final List<Echo> echoes = new ArrayList<>();
    private final Site site = new Site(this::echo, points);
    private final Random random = new Random(7);
    private final InstantSource clock = InstantSource.system();
    private Transport stranger;
    private HikariDataSource blogs;
    private HikariDataSource reviews;

    private Transport echo() {
        Echo echo = new Echo(RabbitTransport.connect(rabbit.uri()));
        echoes.add(echo);
        return echo;
    }

    @BeforeEach
    void start() {
        stranger = RabbitTransport.connect(rabbit.uri());
        reviews = site.pool(postgres.freshDatabase(), "reviews");
        blogs = site.pool(postgres.freshDatabase(), "blogs");
        site.startReview("review", reviews);
        site.startBlog(blogs);
    }

    @AfterEach
    void stop() {
        points.releaseAll();
        site.close();
        stranger.close();
    }

    private void awaitRows(long expected) {
        points.await(CrashPoint.AFTER_DONE_LOGGED);
        assertThat(Pools.becomes(expected, reviews, "SELECT count(*) FROM reviews"))
                .as("reviews become %d", expected)
                .isTrue();
        assertThat(Pools.becomes(
                        0, reviews, "SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database()"))
                .as("nothing is prepared")
                .isTrue();
    }

    private RolledBackException rolledBack(Troth blog, Object command) {
        RolledBackException e = catchThrowableOfType(
                RolledBackException.class,
                () -> blog.transact("bad", tx -> {
                    tx.connection();
                    return tx.enlist("review", command);
                }));
        assertThat(e).isNotNull();
        return e;
    }

    @Test
    void every_message_delivered_twice_and_all_of_them_again_later_apply_once() {
        for (long id = 0; id < 20; id++) {
            assertThat(site.submit(id, List.of("review"))).succeedsWithin(Duration.ofSeconds(60));
        }
        awaitRows(20);

        echoes.forEach(Echo::sendEverythingAgain);
        assertThat(site.submit(20, List.of("review"))).succeedsWithin(Duration.ofSeconds(60));

        awaitRows(21);
        assertThat(Pools.count(blogs, "SELECT count(*) FROM blogs")).isEqualTo(21);
        assertThat(Pools.count(reviews, "SELECT count(*) FROM troth_heuristics"))
                .isZero();
    }

    @Test
    void an_unknown_kind_is_refused_with_the_kinds_that_there_are() {
        RolledBackException e = rolledBack(site.blog, new UnheardOf("?"));

        assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_KIND);
        assertThat(e).hasMessageContaining("unheard-of").hasMessageContaining("[review]");
    }

    @Test
    void a_payload_that_the_receiver_finds_too_large_is_refused() {
        Troth generous = site.builder("generous")
                .decisions(JdbcDecisionLog.on(blogs))
                .payloadLimit(1 << 21)
                .start();

        RolledBackException e = rolledBack(generous, new Review(1, "x".repeat((1 << 20) + 1)));

        generous.stop(Duration.ofSeconds(1));
        assertThat(e.reason()).isIn(Reason.BAD_PAYLOAD, Reason.UNAVAILABLE);
        assertThat(site.submit(1, List.of("review"))).succeedsWithin(Duration.ofSeconds(60));
    }

    @Test
    void a_participant_that_is_not_there_is_an_abort_at_once() {
        Instant before = clock.instant();

        RolledBackException e = catchThrowableOfType(
                RolledBackException.class,
                () -> site.blog.transact("bad", tx -> tx.enlist("nobody", new Review(1, "x"))));

        assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_PARTICIPANT);
        assertThat(Duration.between(before, clock.instant())).isLessThan(Site.TIMEOUT);
    }

    @Test
    void garbage_on_every_queue_hurts_nobody() {
        List<Address> addresses = List.of(
                new Address.Participant("review"),
                new Address.Log("blog"),
                new Address.Instance("blog", site.blog.instance()),
                new Address.Instance("review", site.reviews.get(0).instance()));
        for (Address address : addresses) {
            for (String type : List.of("PREPARE", "VOTE", "COMMIT", "ROLLBACK", "DONE", "INQUIRE", "ANSWER", "?")) {
                for (int i = 0; i < 5; i++) {
                    assertThat(stranger.send(address, garbage(type))).succeedsWithin(Duration.ofSeconds(60));
                }
            }
        }

        assertThat(site.submit(1, List.of("review"))).succeedsWithin(Duration.ofSeconds(60));
        awaitRows(1);
    }

    private Envelope garbage(String type) {
        Map<String, String> headers = new HashMap<>();
        for (String name : List.of(
                "troth-version",
                "troth-from",
                "troth-branch",
                "troth-participant",
                "troth-vote",
                "troth-store",
                "troth-kind",
                "troth-reason",
                "troth-standing",
                "troth-one-phase")) {
            headers.put(
                    name,
                    pick(
                            "1",
                            "review",
                            "instance.blog.aaaaaaaa",
                            "YES",
                            "NO",
                            "-1",
                            "no such value",
                            "999",
                            "store1",
                            ""));
        }
        headers.put("troth-version", pick("1", "1", "1", "2", ""));
        byte[] body = new byte[random.nextInt(200)];
        random.nextBytes(body);
        String gid =
                pick("y", "x", "blog.k3f9q2.x7w2m4pq.mubbs7ln.2a", "blog.k3f9q2.x7w2m4pq.zzzzzzzzz.2a", "../../etc");
        return new Envelope(
                type, "id" + random.nextInt(), gid, "application/json", Duration.ofSeconds(30), false, headers, body);
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    @Test
    void an_inquiry_with_a_forged_id_writes_nothing_into_the_log() {
        String logId = site.blog.transact("look", tx -> tx.gid().log());
        Instant farAway = clock.instant().plus(Duration.ofDays(1000)).truncatedTo(ChronoUnit.MILLIS);
        for (Gid forged : List.of(
                new Gid("blog", logId, "aaaaaaaa", farAway, 1),
                new Gid("blog", "zzzzzz", "aaaaaaaa", clock.instant().truncatedTo(ChronoUnit.MILLIS), 1))) {
            Envelope inquiry = new Envelope(
                    "INQUIRE",
                    "forged",
                    forged.toString(),
                    "text/plain",
                    Duration.ofSeconds(30),
                    false,
                    Map.of(
                            "troth-version", "1",
                            "troth-from", "instance.review.aaaaaaaa",
                            "troth-branch", "0",
                            "troth-participant", "review"),
                    new byte[0]);
            assertThat(stranger.send(new Address.Log("blog"), inquiry)).succeedsWithin(Duration.ofSeconds(60));
        }

        assertThat(site.submit(1, List.of("review"))).succeedsWithin(Duration.ofSeconds(60));
        awaitRows(1);
        assertThat(Pools.count(blogs, "SELECT count(*) FROM troth_decisions WHERE outcome = 'ABORTED'"))
                .isZero();
    }

    @Test
    void what_a_handler_may_not_do_is_a_no_with_the_reason_and_the_branch_leaves_nothing() {
        Map<String, Deed> deeds = Map.of(
                "swallows a failed statement",
                        branch -> {
                            insert(branch, 1);
                            try {
                                insert(branch, 1);
                            } catch (SQLException expected) {
                                assertThat(expected.getSQLState()).isEqualTo("23505");
                            }
                        },
                "commits", branch -> branch.connection().commit(),
                "closes its connection", branch -> branch.connection().close(),
                "rolls back", branch -> branch.connection().rollback(),
                "commits by SQL",
                        branch -> {
                            try (Statement statement = branch.connection().createStatement()) {
                                statement.execute("COMMIT");
                            }
                        });
        deeds.forEach((name, deed) -> {
            Troth naughty = site.builder("naughty")
                    .participant(Participant.named("naughty")
                            .on(PostgresBranches.of(reviews))
                            .handle(Review.class, (review, branch) -> deed.in(branch)))
                    .start();

            RolledBackException e = catchThrowableOfType(
                    RolledBackException.class,
                    () -> site.blog.transact("bad", tx -> tx.enlist("naughty", new Review(1, "x"))));

            naughty.stop(Duration.ofSeconds(1));
            assertThat(e).as(name).isNotNull();
            assertThat(e.reason()).as(name + ": " + e).isEqualTo(Reason.MISUSE);
        });
        assertThat(Pools.count(reviews, "SELECT count(*) FROM reviews")).isZero();
        while (reviews.getHikariPoolMXBean().getActiveConnections() > 0) {
            Thread.onSpinWait(); // the service looks for branches in doubt now and then
        }
    }

    private static void insert(Branch branch, long id) throws SQLException {
        try (PreparedStatement insert =
                branch.connection().prepareStatement("INSERT INTO reviews (id, body) VALUES (?, 'x')")) {
            insert.setLong(1, id);
            insert.executeUpdate();
        }
    }

    @Test
    void a_full_pool_is_unavailable_and_not_an_error_of_nobody() throws SQLException {
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            all.add(reviews.getConnection());
        }

        RolledBackException e = rolledBack(site.blog, new Review(1, "x"));

        for (Connection connection : all) {
            connection.close();
        }
        assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(e.retryable()).isTrue();
        assertThat(site.submit(1, List.of("review"))).succeedsWithin(Duration.ofSeconds(60));
    }

    @Test
    void two_services_of_one_name_with_different_logs_never_decide_for_each_other() {
        HikariDataSource otherLog = site.pool(postgres.freshDatabase(), "blogs");
        Troth namesake =
                site.builder("blog").decisions(JdbcDecisionLog.on(otherLog)).start();
        Transport dyingTransport = RabbitTransport.connect(rabbit.uri());
        Troth dying = site.builder("blog")
                .transport(dyingTransport)
                .decisions(JdbcDecisionLog.on(blogs))
                .timeout(Duration.ofSeconds(60))
                .start();
        points.hold(CrashPoint.AFTER_DECISION_LOGGED);
        CompletableFuture<Gid> never = dying.transactAsync("dies", tx -> {
            CompletableFuture<Void> unused = tx.enlist("review", new Review(1, "x"));
            return tx.gid();
        });
        Gid gid = points.await(CrashPoint.AFTER_DECISION_LOGGED);
        dyingTransport.close();

        awaitRows(1);

        assertThat(never).isNotDone();
        assertThat(site.blog.outcome(gid)).contains(Outcome.COMMITTED);
        assertThat(Pools.count(otherLog, "SELECT count(*) FROM troth_decisions"))
                .isZero();
        assertThat(catchThrowableOfType(TrothException.class, () -> namesake.outcome(gid)))
                .hasMessageContaining("decision log");
        namesake.stop(Duration.ofSeconds(1));
    }
}
