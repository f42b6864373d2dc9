package dev.troth.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.Troth;
import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.spi.CrashPoint;
import dev.troth.testkit.CrashPoints;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a committed transaction costs, counted on real servers: protocol messages, and forced writes of the write-ahead log by
 * client sessions ({@code pg_stat_io}). One database is the initiator's own, so N databases cost 3(N-1) messages and 2N-1 forced
 * writes; DONEs and the marks of done decisions are batched and force nothing.
 */
@Timeout(300)
class PriceTest {
    private static final int FEW = 5;
    private static final int MANY = 45;

    /** So long that nothing is sent twice because a disk was slow. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final PostgresServer blogServer = undisturbed();

    @RegisterExtension
    static final PostgresServer reviewServer = undisturbed();

    /** A server of its own: two branches that prepare in one server at once may share a forced write. */
    @RegisterExtension
    static final PostgresServer searchServer = undisturbed();

    @RegisterExtension
    static final RabbitServer rabbit = RabbitServer.shared();

    /** Whoever else forces a write may force that of a session with it. */
    private static PostgresServer undisturbed() {
        return PostgresServer.local().setting("autovacuum", "off").setting("checkpoint_timeout", "1h");
    }

    private record Price(double forcedWrites, Map<String, Long> messages) {}

    @Test
    void two_databases_cost_three_messages_and_three_forced_writes() {
        Price price = price(List.of("review"));

        assertThat(price.forcedWrites()).isEqualTo(3.0);
        assertThat(price.messages())
                .containsEntry("PREPARE", 1L)
                .containsEntry("VOTE", 1L)
                .containsEntry("COMMIT", 1L);
        assertThat(price.messages()).containsOnlyKeys("PREPARE", "VOTE", "COMMIT", "DONE");
        assertThat(price.messages().get("DONE")).isLessThanOrEqualTo(1L);
    }

    @Test
    void three_databases_cost_six_messages_and_five_forced_writes() {
        Price price = price(List.of("review", "search"));

        assertThat(price.forcedWrites()).isEqualTo(5.0);
        assertThat(price.messages())
                .containsEntry("PREPARE", 2L)
                .containsEntry("VOTE", 2L)
                .containsEntry("COMMIT", 2L);
        assertThat(price.messages()).containsOnlyKeys("PREPARE", "VOTE", "COMMIT", "DONE");
        assertThat(price.messages().get("DONE")).isLessThanOrEqualTo(2L);
    }

    /** The difference of two runs that differ only in how many transactions they commit. */
    private static Price price(List<String> participants) {
        Price few = run(FEW, participants);
        Price many = run(MANY, participants);
        int more = MANY - FEW;
        Map<String, Long> messages = new TreeMap<>();
        many.messages()
                .forEach((type, count) -> messages.put(
                        type, Math.round((count - few.messages().getOrDefault(type, 0L)) / (double) more)));
        return new Price((many.forcedWrites() - few.forcedWrites()) / more, messages);
    }

    private static Price run(int transactions, List<String> participants) {
        CrashPoints points = new CrashPoints();
        Map<String, Long> messages = new TreeMap<>();
        String blogUrl = blogServer.freshDatabase();
        List<String> reviewUrls = new ArrayList<>();
        participants.forEach(participant ->
                reviewUrls.add((participant.equals("review") ? reviewServer : searchServer).freshDatabase()));
        servers().forEach(PriceTest::beginAWalFile);
        long before = forcedWrites();
        try (Site site = new Site(() -> RabbitTransport.connect(rabbit.uri()), points, PATIENCE)) {
            List<HikariDataSource> reviews = new ArrayList<>();
            for (int i = 0; i < participants.size(); i++) {
                reviews.add(site.pool(reviewUrls.get(i), "reviews"));
                site.startReview(participants.get(i), reviews.get(i));
            }
            HikariDataSource blogs = site.pool(blogUrl, "blogs");
            site.startBlog(blogs);
            for (long id = 0; id < transactions; id++) {
                site.submit(id, participants).join();
                reviews.forEach(PriceTest::awaitCommitted);
            }
            awaitAllDone(site, points, blogs, transactions);
            add(messages, site.blog);
            site.reviews.forEach(review -> add(messages, review));
        }
        return new Price(forcedWrites() - before, messages);
    }

    private static void awaitAllDone(Site site, CrashPoints points, HikariDataSource blogs, int transactions) {
        points.await(CrashPoint.AFTER_DONE_LOGGED);
        assertThat(Pools.becomes(transactions, blogs, "SELECT count(*) FROM troth_decisions WHERE done_at IS NOT NULL"))
                .as("%s", site.blog.health())
                .isTrue();
    }

    /** The next transaction prepares only then: otherwise a branch that commits and one that prepares may share a forced write. */
    private static void awaitCommitted(HikariDataSource reviews) {
        assertThat(Pools.becomes(0, reviews, "SELECT count(*) FROM pg_prepared_xacts"))
                .as("the branch commits")
                .isTrue();
    }

    private static void add(Map<String, Long> messages, Troth troth) {
        troth.health().messagesSent().forEach((type, count) -> messages.merge(type, count, Long::sum));
    }

    private static List<PostgresServer> servers() {
        return List.of(blogServer, reviewServer, searchServer);
    }

    /** Going on to the next file costs forced writes, too: a run must not do so, and a new database fills half of one. */
    private static void beginAWalFile(PostgresServer server) {
        try (HikariDataSource asking = Pools.pool(server.url(), 1)) {
            Pools.execute(asking, "SELECT pg_switch_wal()");
            Pools.execute(asking, "CREATE TABLE begins_a_file ()");
            Pools.execute(asking, "DROP TABLE begins_a_file");
        }
    }

    /** A session reports its statistics when it ends at the latest, and that is some time after its pool was closed. */
    private static void awaitNobodyElse(HikariDataSource asking) {
        assertThat(Pools.becomes(
                        0,
                        asking,
                        "SELECT count(*) FROM pg_stat_activity"
                                + " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"))
                .as("sessions of closed pools end")
                .isTrue();
    }

    private static long forcedWrites() {
        long sum = 0;
        for (PostgresServer server : servers()) {
            try (HikariDataSource asking = Pools.pool(server.url(), 1)) {
                awaitNobodyElse(asking);
                Pools.execute(asking, "SELECT pg_stat_force_next_flush()");
                sum += Pools.count(
                        asking,
                        "SELECT coalesce(sum(fsyncs), 0) FROM pg_stat_io"
                                + " WHERE object = 'wal' AND backend_type = 'client backend'");
            }
        }
        return sum;
    }
}
