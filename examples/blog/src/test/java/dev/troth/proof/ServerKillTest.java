package dev.troth.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.spi.CrashPoint;
import dev.troth.spi.StoreException;
import dev.troth.testkit.CrashPoints;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import dev.troth.testkit.servers.Server;
import dev.troth.tx.NotStartedException;
import dev.troth.tx.OutcomeUnknownException;
import dev.troth.tx.RolledBackException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * kill -9 of RabbitMQ and of either PostgreSQL at every named point of a transaction, while both services live. Five seconds after
 * the server is back both tables agree, nothing is prepared, nothing locked, no connection lost, and what the caller was told is
 * true.
 */
@Timeout(300)
class ServerKillTest {
    private static final Duration ALLOWED = Duration.ofSeconds(5);
    private static final Duration RECOVERED = Duration.ofSeconds(60);
    private static final AtomicLong IDS = new AtomicLong();

    /** Points that a transaction passes only when it rolls back. */
    private static final Set<CrashPoint> ROLLING_BACK =
            EnumSet.of(CrashPoint.BEFORE_ROLLBACK_SENT, CrashPoint.AFTER_BRANCH_ROLLED_BACK);

    @RegisterExtension
    static final PostgresServer blogServer = PostgresServer.local();

    @RegisterExtension
    static final PostgresServer reviewServer = PostgresServer.local();

    @RegisterExtension
    static final RabbitServer rabbit = RabbitServer.local();

    private static boolean lost;
    private static CrashPoints points;
    private static Site site;
    private static HikariDataSource blogs;
    private static HikariDataSource reviews;

    @BeforeAll
    static void start() {
        points = new CrashPoints();
        site = new Site(() -> Layout.asked().connect(rabbit.uri()), points);
        reviews = site.pool(reviewServer.url(), "reviews");
        blogs = site.pool(blogServer.url(), "blogs");
        site.startReview("review", reviews);
        site.startBlog(blogs);
        rabbit.flush();
    }

    @AfterAll
    static void stop() {
        points.releaseAll();
        site.close();
    }

    static Stream<Arguments> everyPointAndServer() {
        List<Arguments> all = new ArrayList<>();
        for (CrashPoint point : CrashPoint.values()) {
            for (String victim : List.of("RabbitMQ", "the blog's PostgreSQL", "the review's PostgreSQL")) {
                all.add(Arguments.of(victim, point));
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0} killed at {1}")
    @MethodSource("everyPointAndServer")
    void both_tables_agree_after(String victim, CrashPoint point) throws Exception {
        Server server = server(victim);
        awaitHealthy();
        points.onceAt(point, server::kill9);

        CompletableFuture<Long> result = ROLLING_BACK.contains(point) ? submitAndFail() : submit();
        points.await(point);
        server.start();
        Instant back = now();

        Told told = told(result);
        awaitClean(told, back);
    }

    private record Told(long id, boolean mayBeThere, boolean mayBeAbsent) {}

    private static Told told(CompletableFuture<Long> result) throws Exception {
        long id = IDS.get();
        try {
            return new Told(answer(result), true, false);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof OutcomeUnknownException) {
                return new Told(id, true, true);
            }
            assertThat(e.getCause())
                    .isInstanceOfAny(
                            RolledBackException.class,
                            NotStartedException.class,
                            Failed.class,
                            StoreException.class, // the work met a dead database, and was undone
                            SQLException.class);
            return new Told(id, false, true);
        }
    }

    /** What the caller is told, which must come: twice the transaction's own time limit is more than it may take. */
    private static long answer(CompletableFuture<Long> result) throws Exception {
        return result.get(2 * Site.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    private static CompletableFuture<Long> submit() {
        return site.submit(IDS.incrementAndGet(), List.of("review"));
    }

    private static CompletableFuture<Long> submitAndFail() {
        long id = IDS.incrementAndGet();
        return site.blog.transactAsync("fail", tx -> {
            tx.enlist("review", new Review(id, "gone")).join();
            throw new Failed();
        });
    }

    private static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static Server server(String victim) {
        return switch (victim) {
            case "RabbitMQ" -> rabbit;
            case "the blog's PostgreSQL" -> blogServer;
            default -> reviewServer;
        };
    }

    /** A transaction goes through: everything from the case before has recovered. If it has not, no later case is tried. */
    private static void awaitHealthy() throws Exception {
        assertThat(lost).as("an earlier case left the site unable to commit").isFalse();
        lost = true;
        Instant end = now().plus(RECOVERED);
        Throwable last = null;
        while (now().isBefore(end)) {
            try {
                assertThat(answer(submit())).isPositive();
                lost = false;
                return;
            } catch (ExecutionException e) {
                last = e.getCause();
                assertThat(last)
                        .isInstanceOfAny(
                                RolledBackException.class,
                                NotStartedException.class,
                                OutcomeUnknownException.class,
                                StoreException.class,
                                SQLException.class);
            }
        }
        throw new AssertionError(
                "The site does not recover: " + site.blog.health() + "\nRabbitMQ's log ends with:\n" + rabbit.logTail(),
                last);
    }

    private static Instant now() {
        return Instant.ofEpochMilli(System.nanoTime() / 1_000_000);
    }

    private static void awaitClean(Told told, Instant back) {
        String last;
        do {
            last = unclean(told);
        } while (!last.isEmpty() && now().isBefore(back.plus(ALLOWED)));
        assertThat(last).as("after %s", ALLOWED).isEmpty();
    }

    /** What is not as it should be; a pooled connection that the kill has broken is found out by its first use. */
    private static String unclean(Told told) {
        try {
            return compare(told);
        } catch (AssertionError notAnswered) {
            return notAnswered.getMessage() + ": " + notAnswered.getCause();
        }
    }

    private static String compare(Told told) {
        long there = Pools.count(blogs, "SELECT count(*) FROM blogs WHERE id = " + told.id());
        long alsoThere = Pools.count(reviews, "SELECT count(*) FROM reviews WHERE id = " + told.id());
        long prepared = Pools.count(reviews, "SELECT count(*) FROM pg_prepared_xacts");
        long locks = Pools.count(
                reviews,
                "SELECT count(*) FROM pg_locks WHERE locktype = 'relation' AND relation = 'reviews'::regclass");
        boolean truthful = there == 1 ? told.mayBeThere() : told.mayBeAbsent();
        int borrowed = blogs.getHikariPoolMXBean().getActiveConnections()
                + reviews.getHikariPoolMXBean().getActiveConnections();
        return there == alsoThere && prepared == 0 && locks == 0 && truthful && borrowed == 0
                ? ""
                : "blogs=" + there + " reviews=" + alsoThere + " prepared=" + prepared + " locks=" + locks
                        + " borrowed=" + borrowed + " told=" + told;
    }
}
