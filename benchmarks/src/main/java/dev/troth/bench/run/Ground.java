package dev.troth.bench.run;

import dev.troth.bench.fixture.Database;
import dev.troth.bench.fixture.Load;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The tables of a run, what was written to disk for it, and whether they agree in the end. */
final class Ground implements AutoCloseable {
    private static final long FIRST = 1_000_000;
    private static final String BLOGS =
            "(SELECT substring(title FROM '[0-9]+$')::bigint - " + FIRST + " AS id FROM blogs) AS ids";
    private static final String REVIEWS = "(SELECT blog_id AS id FROM reviews) AS ids";
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final List<Connection> connections = new ArrayList<>();

    Ground(List<String> urls) throws SQLException {
        for (String url : urls) {
            Connection connection = DriverManager.getConnection(url);
            try (Statement statement = connection.createStatement()) {
                statement.execute(
                        connections.isEmpty()
                                ? "CREATE TABLE blogs (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text, content text)"
                                : "CREATE TABLE reviews (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, blog_id bigint,"
                                        + " review_content text)");
                statement.execute("CREATE TABLE decisions (gid text PRIMARY KEY)");
                statement.execute("CHECKPOINT");
            }
            connections.add(connection);
        }
    }

    /**
     * What the servers have written since they were started.
     *
     * @param forced how often a write-ahead log was forced to disk
     * @param bytes of the write-ahead logs
     */
    record Written(long forced, long bytes) {
        Map<String, Object> since(Written before, long transactions) {
            Map<String, Object> figures = new LinkedHashMap<>();
            double each = Math.max(1, transactions);
            figures.put("forced_per_tx", Load.rounded((forced - before.forced) / each));
            figures.put("wal_bytes_per_tx", Math.round((bytes - before.bytes) / each));
            return figures;
        }
    }

    /** What was written until now, in all servers. */
    Written written() throws SQLException {
        long forced = 0;
        long bytes = 0;
        for (Connection connection : connections) {
            forced += number(connection, "SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'");
            bytes += number(connection, "SELECT wal_bytes::bigint FROM pg_stat_wal");
        }
        return new Written(forced, bytes);
    }

    /** That of the blog with this id, so that it can be told which one a row is. */
    static String title(long id) {
        return "A title of about forty characters " + (FIRST + id);
    }

    /** Waits until all databases agree, at most a minute, and says what they hold. */
    Agreement agree(Answered answered) throws SQLException, InterruptedException {
        long limit = System.nanoTime() + LIMIT_NANOS;
        Agreement now = look(answered);
        while (!now.right() && System.nanoTime() < limit) {
            TimeUnit.MILLISECONDS.sleep(50);
            now = look(answered);
        }
        return now;
    }

    Agreement look(Answered answered) throws SQLException {
        List<Long> rows = new ArrayList<>();
        long prepared = 0;
        for (Connection connection : connections) {
            rows.add(number(connection, "SELECT count(*) FROM " + (rows.isEmpty() ? "blogs" : "reviews")));
            prepared += number(connection, Database.PREPARED);
        }
        boolean same = rows.stream().distinct().count() == 1;
        boolean right = same && prepared == 0 && answered.explains(rows.get(0)) && sameIds(answered, rows.get(0));
        return new Agreement(rows, prepared, right);
    }

    /** Whether each row has an id of its own, and they are the same everywhere. */
    private boolean sameIds(Answered answered, long rows) throws SQLException {
        Set<Long> sums = new HashSet<>();
        boolean once = true;
        for (Connection connection : connections) {
            String ids = sums.isEmpty() ? BLOGS : REVIEWS;
            once &= number(connection, "SELECT count(DISTINCT id) FROM " + ids) == rows;
            sums.add(number(connection, "SELECT sum(id)::bigint FROM " + ids));
        }
        return once && sums.size() == 1 && (answered.errors() > 0 || sums.contains(answered.ids()));
    }

    private static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Override
    public void close() throws SQLException {
        for (Connection connection : connections) {
            connection.close();
        }
    }
}
