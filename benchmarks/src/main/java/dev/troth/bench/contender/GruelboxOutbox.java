package dev.troth.bench.contender;

import com.gruelbox.transactionoutbox.Dialect;
import com.gruelbox.transactionoutbox.Instantiator;
import com.gruelbox.transactionoutbox.Persistor;
import com.gruelbox.transactionoutbox.Submitter;
import com.gruelbox.transactionoutbox.ThreadLocalContextTransactionManager;
import com.gruelbox.transactionoutbox.TransactionManager;
import com.gruelbox.transactionoutbox.TransactionOutbox;
import com.gruelbox.transactionoutbox.TransactionOutboxEntry;
import com.gruelbox.transactionoutbox.TransactionOutboxListener;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The transaction-outbox of gruelbox, without a broker: the blog row and an order for the review are one commit; the review is inserted later, by
 * a thread of the same process. Eventual, so what counts is how much is done in both databases; clients wait while too much is not.
 */
final class GruelboxOutbox implements Contender {
    private static final int BACKLOG = 256;
    private static final int WORKERS = 8;

    private final Duration patience;
    private final Semaphore room = new Semaphore(BACKLOG);
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
    private final HikariDataSource blogs;
    private final HikariDataSource reviews;
    private final ThreadLocalContextTransactionManager transactions;
    private final TransactionOutbox outbox;

    /** What the outbox calls. */
    @FunctionalInterface
    interface Reviews {
        void insert(long blog, String content) throws SQLException;
    }

    GruelboxOutbox(Setting setting) {
        patience = setting.patience();
        System.setProperty("org.jboss.logging.provider", "slf4j"); // of the validator that it uses
        blogs = Rows.pool(setting.blogs(), setting.clients() + WORKERS + 2);
        reviews = Rows.pool(setting.reviews(), WORKERS);
        transactions = TransactionManager.fromDataSource(blogs);
        Reviews handler = this::insert;
        outbox = TransactionOutbox.builder()
                .transactionManager(transactions)
                .persistor(Persistor.forDialect(Dialect.POSTGRESQL_9))
                .instantiator(Instantiator.using(any -> handler))
                .submitter(Submitter.withExecutor(workers))
                .listener(new Progress())
                .build();
    }

    private void insert(long blog, String content) throws SQLException {
        try (Connection connection = reviews.getConnection()) {
            Rows.review(connection, blog, content);
        }
    }

    private final class Progress implements TransactionOutboxListener {
        @Override
        public void success(TransactionOutboxEntry entry) {
            done.incrementAndGet();
            room.release();
        }

        @Override
        public void failure(TransactionOutboxEntry entry, Throwable cause) {
            if (failures.incrementAndGet() == 1) {
                cause.printStackTrace();
            }
        }
    }

    @Override
    public void write(int client, long id, String title, String content) throws SQLException, InterruptedException {
        if (!room.tryAcquire(patience.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    BACKLOG + " reviews wait, and none of them was inserted within " + patience);
        }
        transactions.inTransactionThrows(transaction -> {
            Rows.blog(transaction.connection(), title, content);
            outbox.schedule(Reviews.class).insert(id, content);
        });
    }

    @Override
    public OptionalLong done() {
        return OptionalLong.of(done.get());
    }

    @Override
    public void drain() throws InterruptedException {
        if (!room.tryAcquire(BACKLOG, patience.toSeconds(), TimeUnit.SECONDS)) {
            System.err.println("After " + patience + " not every review was inserted");
        }
    }

    @Override
    public Map<String, Object> remarks() {
        return Map.of("handler_failures", failures.get());
    }

    @Override
    public void close() {
        workers.shutdown();
        blogs.close();
        reviews.close();
    }
}
