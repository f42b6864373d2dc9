package dev.troth.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.spi.CrashPoint;
import dev.troth.testkit.CrashPoints;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import dev.troth.tx.RolledBackException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two databases commit or roll back together in every layout of queues, and no queue of a transaction stays behind. */
@Timeout(180)
class QueueLayoutTest {
    private static final int MANY = 200;

    /** Servers need not be quick here. */
    private static final Duration PATIENT = Duration.ofSeconds(60);

    @RegisterExtension
    static final PostgresServer blogServer = PostgresServer.local();

    @RegisterExtension
    static final PostgresServer reviewServer = PostgresServer.local();

    @RegisterExtension
    static final RabbitServer rabbit = RabbitServer.shared();

    private final CrashPoints points = new CrashPoints();
    private Site site;
    private HikariDataSource blogs;
    private HikariDataSource reviews;

    private void start(Layout layout) {
        site = new Site(() -> layout.connect(rabbit.uri()), points);
        reviews = site.pool(reviewServer.freshDatabase(), "reviews");
        blogs = site.pool(blogServer.freshDatabase(), "blogs", 70);
        site.startReview("review", reviews);
        site.blog = site.builder("blog")
                .timeout(PATIENT)
                .decisions(JdbcDecisionLog.on(blogs))
                .start();
    }

    @AfterEach
    void stop() {
        points.releaseAll();
        site.close();
    }

    private static long rows(HikariDataSource pool, String table) {
        return Pools.count(pool, "SELECT count(*) FROM " + table);
    }

    private CompletableFuture<Long> submit(long id) {
        return site.submit(id, List.of("review"));
    }

    private static void until(String what, BooleanSupplier so) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!so.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private void awaitCommitted(long count) {
        until("the reviews are there", () -> rows(reviews, "reviews") == count);
        until(
                "nothing is prepared",
                () -> Pools.count(reviews, "SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database()")
                        == 0);
        assertThat(rows(blogs, "blogs")).isEqualTo(count);
    }

    private static void awaitNoQueues() {
        until(
                "queues of transactions are gone",
                () -> !rabbit.control("list_queues", "--silent", "name").contains(".txn_"));
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void two_databases_commit_or_roll_back_together(Layout layout) {
        start(layout);
        Pools.execute(reviews, "INSERT INTO reviews (id, body) VALUES (2, 'is in the way')");

        assertThat(submit(1).join()).isEqualTo(1);
        assertThatThrownBy(() -> submit(2).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(RolledBackException.class);

        Pools.execute(reviews, "DELETE FROM reviews WHERE id = 2");
        awaitCommitted(1);
        awaitNoQueues();
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void two_hundred_transactions_at_once_all_commit(Layout layout) {
        start(layout);

        List<CompletableFuture<Long>> all = new ArrayList<>();
        for (long id = 0; id < MANY; id++) {
            all.add(submit(id));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();

        awaitCommitted(MANY);
        awaitNoQueues();
        long channels =
                rabbit.control("list_channels", "--silent", "pid").lines().count();
        assertThat(channels).as("channels of both services").isLessThan(40);
    }

    @ParameterizedTest
    @EnumSource(value = Layout.class, mode = EnumSource.Mode.EXCLUDE, names = "PER_PARTICIPANT")
    void a_participant_that_dies_after_its_vote_commits_after_its_restart(Layout layout) {
        start(layout);
        points.hold(CrashPoint.AFTER_DECISION_LOGGED);
        CompletableFuture<Long> result = submit(1);
        points.await(CrashPoint.AFTER_DECISION_LOGGED);

        site.reviews.remove(0).stop(Duration.ZERO);
        points.release(CrashPoint.AFTER_DECISION_LOGGED);
        assertThat(result.join()).isEqualTo(1);
        assertThat(rows(reviews, "reviews")).isZero();
        site.startReview("review", reviews);

        awaitCommitted(1);
        awaitNoQueues();
    }

    @ParameterizedTest
    @EnumSource(value = Layout.class, mode = EnumSource.Mode.EXCLUDE, names = "PER_PARTICIPANT")
    void a_coordinator_that_dies_after_its_decision_is_finished_by_the_next(Layout layout) {
        start(layout);
        points.hold(CrashPoint.AFTER_DECISION_LOGGED);
        CompletableFuture<Long> unheard = submit(1);
        points.await(CrashPoint.AFTER_DECISION_LOGGED);

        site.blog.stop(Duration.ZERO);
        site.startBlog(blogs);

        awaitCommitted(1);
        awaitNoQueues();
        points.release(CrashPoint.AFTER_DECISION_LOGGED);
        assertThat(unheard).succeedsWithin(PATIENT);
    }
}
