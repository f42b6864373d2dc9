package dev.troth.proof;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.Participant;
import dev.troth.Troth;
import dev.troth.TrothBuilder;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.PostgresBranches;
import dev.troth.jdbc.TrothTables;
import dev.troth.spi.Probe;
import dev.troth.spi.Transport;
import dev.troth.tx.Branch;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** A blog service with its database and one or more review services with theirs, each over its own transport and pool. */
final class Site implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(8);

    private final Supplier<Transport> transports;
    private final Probe probe;
    private final Duration patience;
    final List<HikariDataSource> pools = new ArrayList<>();
    final List<Troth> reviews = new ArrayList<>();
    Troth blog;

    Site(Supplier<Transport> transports, Probe probe) {
        this(transports, probe, Duration.ofMillis(500));
    }

    /** Both services wait so long before they send something again or ask. */
    Site(Supplier<Transport> transports, Probe probe, Duration patience) {
        this.transports = transports;
        this.probe = probe;
        this.patience = patience;
    }

    HikariDataSource pool(String url, String table) {
        return pool(url, table, 12);
    }

    HikariDataSource pool(String url, String table, int connections) {
        HikariDataSource pool = Pools.pool(url, connections);
        pools.add(pool);
        TrothTables.of(pool).create();
        Pools.execute(pool, "CREATE TABLE IF NOT EXISTS " + table + " (id BIGINT PRIMARY KEY, body VARCHAR(600))");
        return pool;
    }

    void startReview(String participant, DataSource database) {
        TrothBuilder builder = builder(participant)
                .participant(Participant.named(participant)
                        .on(PostgresBranches.of(database))
                        .handle(Review.class, Site::insert));
        reviews.add(builder.start());
    }

    void startBlog(DataSource database) {
        blog = builder("blog").decisions(JdbcDecisionLog.on(database)).start();
    }

    TrothBuilder builder(String service) {
        return Troth.builder(service)
                .transport(transports.get())
                .probe(probe)
                .timeout(TIMEOUT)
                .patience(patience);
    }

    private static void insert(Review review, Branch branch) throws SQLException {
        try (PreparedStatement insert =
                branch.connection().prepareStatement("INSERT INTO reviews (id, body) VALUES (?, ?)")) {
            insert.setLong(1, review.id());
            insert.setString(2, review.body());
            insert.executeUpdate();
        }
    }

    /** Writes a blog row here and a row at every named participant, or none. */
    CompletableFuture<Long> submit(long id, List<String> participants) {
        return blog.transactAsync("submit", tx -> {
            try (PreparedStatement insert =
                    tx.connection().prepareStatement("INSERT INTO blogs (id, body) VALUES (?, ?)")) {
                insert.setLong(1, id);
                insert.setString(2, "x".repeat(500));
                insert.executeUpdate();
            }
            for (String participant : participants) {
                CompletableFuture<Void> unused = tx.enlist(participant, new Review(id, "x".repeat(500)));
            }
            return id;
        });
    }

    @Override
    public void close() {
        blog.stop(Duration.ofSeconds(2));
        reviews.forEach(review -> review.stop(Duration.ofSeconds(2)));
        pools.forEach(HikariDataSource::close);
    }
}
