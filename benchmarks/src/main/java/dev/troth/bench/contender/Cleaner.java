package dev.troth.bench.contender;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * For contenders that are written by hand: deletes the decisions of finished transactions, a tenth of a second of them at a time, without a
 * forced write.
 */
final class Cleaner {
    private static final int AT_ONCE = 5_000;
    private static final long GATHER_MILLIS = 100;

    private final BlockingQueue<String> finished = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean closing;

    Cleaner(String database) throws SQLException {
        Connection connection = DriverManager.getConnection(database);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit = off");
        }
        thread = new Thread(() -> clean(connection), "cleaner");
        thread.start();
    }

    void finished(String gid) {
        finished.add(gid);
    }

    private void clean(Connection connection) {
        try (connection;
                PreparedStatement delete = connection.prepareStatement("DELETE FROM decisions WHERE gid = ANY(?)")) {
            while (!closing || !finished.isEmpty()) {
                String first = finished.poll(GATHER_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    TimeUnit.MILLISECONDS.sleep(closing ? 0 : GATHER_MILLIS);
                    List<String> some = new ArrayList<>(List.of(first));
                    finished.drainTo(some, AT_ONCE);
                    delete.setArray(1, connection.createArrayOf("text", some.toArray()));
                    delete.executeUpdate();
                }
            }
        } catch (SQLException | InterruptedException e) {
            throw new IllegalStateException("The decisions of finished transactions cannot be deleted", e);
        }
    }

    void close() throws InterruptedException {
        closing = true;
        thread.join();
    }
}
