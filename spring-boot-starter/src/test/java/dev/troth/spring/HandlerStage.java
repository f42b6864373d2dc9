package dev.troth.spring;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.troth.Troth;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.Outbox;
import dev.troth.jdbc.TrothTables;
import dev.troth.spi.Transport;
import dev.troth.spring.Reviewing.Seen;
import dev.troth.testkit.InMemoryBroker;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.DatabaseServer;
import dev.troth.testkit.servers.MariaDbServer;
import dev.troth.tx.TransactionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** A Spring service with handlers, and one without Spring that enlists them. */
final class HandlerStage implements AutoCloseable {
    private static final int IDLE = 3;

    private final DatabaseServer server;
    private final HikariDataSource blogs = new HikariDataSource();
    private final HikariDataSource aside = new HikariDataSource();
    private final Troth blog;
    private final ConfigurableApplicationContext review;

    HandlerStage(DatabaseServer server, Class<?> configuration, String... properties) {
        this(server, InMemoryBroker.inRealTime()::connect, configuration, properties);
    }

    HandlerStage(
            DatabaseServer server,
            Supplier<? extends Transport> transports,
            Class<?> configuration,
            String... properties) {
        this.server = server;
        blogs.setJdbcUrl(server.freshDatabase());
        TrothTables.of(blogs).create();
        String reviewUrl = server.freshDatabase();
        aside.setJdbcUrl(reviewUrl);
        beside().execute("CREATE TABLE reviews (id VARCHAR(50) PRIMARY KEY, text VARCHAR(50) NOT NULL, version INT)");
        beside().execute("INSERT INTO reviews VALUES ('there', 'x', 0)");
        review = start(reviewUrl, transports, configuration, properties);
        blog = Troth.builder("blog")
                .transport(transports.get())
                .decisions(JdbcDecisionLog.on(blogs))
                .outbox(Outbox.on(blogs))
                .patience(Duration.ofMillis(50))
                .start();
    }

    private static ConfigurableApplicationContext start(
            String url, Supplier<? extends Transport> transports, Class<?> configuration, String... more) {
        List<String> properties = new ArrayList<>(List.of(
                "--spring.application.name=review",
                "--spring.datasource.url=" + url,
                "--spring.datasource.hikari.maximum-pool-size=12",
                "--spring.datasource.hikari.minimum-idle=" + IDLE,
                "--troth.tables=create",
                "--troth.patience=50ms"));
        properties.addAll(List.of(more));
        return new SpringApplicationBuilder(configuration)
                .web(WebApplicationType.NONE)
                .initializers(context -> {
                    if (!context.getEnvironment().containsProperty("spring.rabbitmq.addresses")) {
                        ((GenericApplicationContext) context).registerBean(Transport.class, transports::get);
                    }
                })
                .run(properties.toArray(String[]::new));
    }

    /** The answer, when all has committed. */
    <R> R enlist(Object command, Class<R> answer) {
        return blog.transact("test", tx -> tx.enlist("review", command, answer)).join();
    }

    /** What the transaction throws is thrown; the branch waits for the time-out at most. */
    void enlist(Object command, Duration timeout) {
        CompletableFuture<Void> unused =
                blog.transact(TransactionOptions.named("test").timeout(timeout), tx -> tx.enlist("review", command));
    }

    /** As long as the branch has been prepared, and then the transaction fails. */
    void enlistAndFail(Object command) {
        String unused = blog.transact("test", tx -> {
            String answer = tx.enlist("review", command, String.class).join();
            throw new IllegalStateException("after " + answer);
        });
    }

    void publish(Object event) {
        String unused = blog.transact("test", tx -> {
            tx.publish(event);
            return "published";
        });
    }

    Seen seen() {
        return review.getBean(Seen.class);
    }

    <T> T bean(Class<T> type) {
        return review.getBean(type);
    }

    /** On connections of its own. */
    JdbcTemplate beside() {
        return new JdbcTemplate(aside);
    }

    List<String> reviews() {
        return beside().queryForList("SELECT id FROM reviews ORDER BY id", String.class);
    }

    int outbox() {
        return beside().queryForList("SELECT id FROM troth_outbox").size();
    }

    private int prepared() {
        return server instanceof MariaDbServer
                ? beside().queryForList("XA RECOVER").size()
                : beside().queryForList("SELECT gid FROM pg_prepared_xacts WHERE database = current_database()")
                        .size();
    }

    HikariDataSource pool() {
        return bean(HikariDataSource.class);
    }

    /** Nothing is prepared, nothing runs, and no connection is lent. */
    void assertAllIsBack() throws Exception {
        Waiting.until(() -> prepared() == 0
                && bean(Troth.class).health().branchesWorking().values().stream()
                        .allMatch(n -> n == 0)
                && allIdle(pool().getHikariPoolMXBean()));
    }

    /** A connection that was torn down has been replaced, too. */
    private static boolean allIdle(HikariPoolMXBean pool) {
        return pool.getActiveConnections() == 0
                && pool.getThreadsAwaitingConnection() == 0
                && pool.getTotalConnections() >= IDLE
                && pool.getIdleConnections() == pool.getTotalConnections();
    }

    @Override
    public void close() {
        review.getBeanProvider(Seen.class).ifAvailable(seen -> seen.end.countDown());
        blog.stop(Duration.ofSeconds(5));
        review.close();
        aside.close();
        blogs.close();
    }
}
