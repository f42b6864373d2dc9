package dev.troth.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.cli.process.ServiceProcess;
import dev.troth.cli.process.ServiceSpec;
import dev.troth.spi.CrashPoint;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * kill -9 of the blog service and of the review service, as real processes, at every named point of a transaction. Five seconds
 * after the victim is back both tables agree, nothing is prepared, nothing locked, and what the caller was told is true.
 */
@Timeout(300)
class ServiceKillTest {
    private static final Duration ALLOWED = Duration.ofSeconds(5);
    private static final Duration REACHED = Duration.ofSeconds(60);

    @RegisterExtension
    static final PostgresServer postgres = PostgresServer.shared();

    @RegisterExtension
    static final RabbitServer rabbit = RabbitServer.shared();

    private static final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static int cases;
    private static String blogDatabase = "";
    private static String reviewDatabase = "";
    private static ServiceSpec blogSpec = ServiceSpec.blog("", "");
    private static ServiceSpec reviewSpec = ServiceSpec.review("", "");

    @SuppressWarnings("NullAway.Init") // started before all, as the other
    private static ServiceProcess blog;

    @SuppressWarnings("NullAway.Init")
    private static ServiceProcess review;

    @BeforeAll
    static void start() {
        blogDatabase = postgres.freshDatabase();
        reviewDatabase = postgres.freshDatabase();
        blogSpec = ServiceSpec.blog(blogDatabase, rabbit.uri()).with("--prefix", "crash");
        reviewSpec = ServiceSpec.review(reviewDatabase, rabbit.uri()).with("--prefix", "crash");
        blog = blogSpec.start();
        review = reviewSpec.start();
    }

    @AfterAll
    static void stop() {
        blog.close();
        review.close();
    }

    static Stream<Arguments> everyPointAndVictim() {
        List<Arguments> all = new ArrayList<>();
        for (CrashPoint point : CrashPoint.values()) {
            all.add(Arguments.of("blog", point));
            all.add(Arguments.of("review", point));
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0} killed at {1}")
    @MethodSource("everyPointAndVictim")
    void both_tables_agree_after(String victim, CrashPoint point) {
        boolean blogDies = victim.equals("blog");
        boolean atReview = point.isAtParticipant();
        ServiceProcess passing = atReview ? review : blog;
        boolean itself = blogDies != atReview;
        setTheStage(point);
        if (itself) {
            passing.crashAt(point);
        } else {
            passing.pauseAt(point);
        }

        String title = "case " + ++cases;
        CompletableFuture<Integer> status = submit(title);
        kill(blogDies, itself, passing, point);

        check(title, status.join());
    }

    /** Rolling back takes more than a request: somebody has to be too late, or gone. */
    private static void setTheStage(CrashPoint point) {
        if (point == CrashPoint.BEFORE_ROLLBACK_SENT) {
            review.pauseAt(CrashPoint.AFTER_PREPARED);
        } else if (point == CrashPoint.AFTER_BRANCH_ROLLED_BACK) {
            blog.pauseAt(CrashPoint.AFTER_VOTES_COLLECTED);
        }
    }

    private static void kill(boolean blogDies, boolean itself, ServiceProcess passing, CrashPoint point) {
        if (point == CrashPoint.AFTER_BRANCH_ROLLED_BACK) {
            blog.awaitPaused(CrashPoint.AFTER_VOTES_COLLECTED, REACHED);
            blog.kill9();
            blog = blogSpec.start();
        }
        if (itself) {
            assertThat(passing.awaitExit(REACHED)).isEqualTo(137);
        } else {
            passing.awaitPaused(point, REACHED);
            (blogDies ? blog : review).kill9();
            passing.resume();
        }
        if (point == CrashPoint.BEFORE_ROLLBACK_SENT && blogDies) {
            review.resume();
        }
        if (blogDies) {
            blog = blogSpec.start();
        } else {
            review = reviewSpec.start();
        }
    }

    /** The status, or 0 if the connection broke. */
    private static CompletableFuture<Integer> submit(String title) {
        URI uri = blog.uri().resolve("/submit_blog");
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"title\":\"" + title + "\",\"content\":\"" + "x".repeat(500) + "\"}"))
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .thenApply(HttpResponse::statusCode)
                .exceptionally(broken -> 0);
    }

    private static void check(String title, int status) {
        long until = System.nanoTime() + ALLOWED.toNanos();
        String last;
        do {
            last = unclean(title, status);
        } while (!last.isEmpty() && System.nanoTime() < until);
        assertThat(last).as("status " + status + ", after " + ALLOWED).isEmpty();
    }

    private static String unclean(String title, int status) {
        String blogs = ask(blogDatabase, "SELECT count(*) || ' ' || coalesce(sum(id), 0) FROM blogs");
        String reviews = ask(reviewDatabase, "SELECT count(*) || ' ' || coalesce(sum(blog_id), 0) FROM reviews");
        String prepared =
                ask(reviewDatabase, "SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database()");
        String locks = ask(
                reviewDatabase,
                "SELECT count(*) FROM pg_locks WHERE locktype = 'relation' AND relation = 'reviews'::regclass");
        boolean there = !ask(blogDatabase, "SELECT count(*) FROM blogs WHERE title = '" + title + "'")
                .equals("0");
        boolean truthful = status == 201 ? there : status == 0 || !there;
        return blogs.equals(reviews) && prepared.equals("0") && locks.equals("0") && truthful
                ? ""
                : "blogs: " + blogs + ", reviews: " + reviews + ", prepared: " + prepared + ", locks: " + locks
                        + ", this blog is " + (there ? "there" : "not there");
    }

    private static String ask(String url, String query) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(query, e);
        }
    }
}
