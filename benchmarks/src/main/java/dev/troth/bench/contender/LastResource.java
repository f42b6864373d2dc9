package dev.troth.bench.contender;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The logging last resource, written by hand: insert and PREPARE TRANSACTION where the reviews are; blog row and decision in one local commit;
 * COMMIT PREPARED by other threads after the answer. It is what Troth does in one JVM, without a branch row, deadlines, recovery or a pool.
 */
final class LastResource implements Contender {
    private static final int BACKLOG = 256;
    private static final int MOST_WORKERS = 8;

    private final List<Client> clients = new ArrayList<>();
    private final List<Thread> workers = new ArrayList<>();
    private final BlockingQueue<String> decided = new ArrayBlockingQueue<>(BACKLOG);
    private final AtomicLong open = new AtomicLong();
    private final String run = Long.toHexString(System.nanoTime());
    private final Cleaner cleaner;
    private final Duration patience;
    private volatile boolean closing;

    LastResource(Setting setting) throws SQLException {
        patience = setting.patience();
        cleaner = new Cleaner(setting.blogs());
        for (int i = 0; i < setting.clients(); i++) {
            clients.add(new Client(setting));
        }
        for (int i = 0; i < Math.min(MOST_WORKERS, Math.max(2, setting.clients())); i++) {
            Connection connection = DriverManager.getConnection(setting.reviews());
            Thread worker = new Thread(() -> finish(connection), "second-phase-" + i);
            workers.add(worker);
            worker.start();
        }
    }

    private static final class Client {
        private final Connection blogs;
        private final Connection reviews;
        private final PreparedStatement blog;
        private final PreparedStatement decision;
        private final PreparedStatement review;
        private final Statement prepare;

        Client(Setting setting) throws SQLException {
            blogs = DriverManager.getConnection(setting.blogs());
            blogs.setAutoCommit(false);
            blog = blogs.prepareStatement(Rows.BLOG);
            decision = blogs.prepareStatement("INSERT INTO decisions (gid) VALUES (?)");
            reviews = DriverManager.getConnection(setting.reviews());
            review = reviews.prepareStatement(Rows.REVIEW);
            prepare = reviews.createStatement();
        }
    }

    @Override
    public void write(int client, long id, String title, String content) throws SQLException, InterruptedException {
        Client self = clients.get(client);
        String gid = run + "-" + id;
        self.reviews.setAutoCommit(false);
        Rows.bindReview(self.review, id, content);
        self.review.executeUpdate();
        self.prepare.executeUpdate("PREPARE TRANSACTION '" + gid + "'");
        self.reviews.setAutoCommit(true);
        Rows.bindBlog(self.blog, title, content);
        self.blog.executeUpdate();
        self.decision.setString(1, gid);
        self.decision.executeUpdate();
        self.blogs.commit();
        open.incrementAndGet();
        if (!decided.offer(gid, patience.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    BACKLOG + " branches wait for their commit, and none came within " + patience);
        }
    }

    private void finish(Connection connection) {
        try (connection;
                Statement statement = connection.createStatement()) {
            while (!closing || !decided.isEmpty()) {
                String gid = decided.poll(50, TimeUnit.MILLISECONDS);
                if (gid != null) {
                    statement.executeUpdate("COMMIT PREPARED '" + gid + "'");
                    cleaner.finished(gid);
                    open.decrementAndGet();
                }
            }
        } catch (SQLException | InterruptedException e) {
            throw new IllegalStateException("The second phase has failed", e);
        }
    }

    @Override
    public void drain() throws InterruptedException {
        long limit = System.nanoTime() + patience.toNanos();
        while (open.get() > 0 && System.nanoTime() < limit) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    @Override
    public void close() throws SQLException, InterruptedException {
        closing = true;
        for (Thread worker : workers) {
            worker.join();
        }
        cleaner.close();
        for (Client client : clients) {
            client.blogs.close();
            client.reviews.close();
        }
    }
}
