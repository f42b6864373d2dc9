package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.Participant;
import dev.troth.Subscriber;
import dev.troth.Troth;
import dev.troth.jdbc.Inbox;
import dev.troth.jdbc.MariaDbBranches;
import dev.troth.jdbc.PostgresBranches;
import dev.troth.jdbc.TrothTables;
import dev.troth.message.Kind;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.spi.BranchStore;
import dev.troth.spi.Transport;
import dev.troth.testkit.CrashPoints;
import dev.troth.testkit.InMemoryBroker;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.DatabaseServer;
import dev.troth.testkit.servers.MariaDbServer;
import dev.troth.tx.RefusedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A Spring Boot service "blog", and a plain service "review" that writes to another database of the same server. Commands that say
 * {@link #REFUSED} are refused, those that say {@link #SLOW} wait until the end.
 */
final class SpringStage implements AutoCloseable {
    static final String REFUSED = "refused";
    static final String SLOW = "slow";

    /** Hibernate is on the class path of every test; by its names in Spring Boot 3.5 and 4. */
    static final String WITHOUT_JPA = "--spring.autoconfigure.exclude="
            + "org.springframework.boot.autoconfigure.orm.jpa.HibernateJpaAutoConfiguration,"
            + "org.springframework.boot.autoconfigure.data.jpa.JpaRepositoriesAutoConfiguration,"
            + "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration,"
            + "org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration";

    final CrashPoints points = new CrashPoints();
    private final DatabaseServer server;
    private final HikariDataSource reviews = new HikariDataSource();
    private final HikariDataSource aside = new HikariDataSource();
    private final String blogUrl;
    private final InMemoryBroker broker = InMemoryBroker.inRealTime();
    private final CountDownLatch slow = new CountDownLatch(1);
    private final Troth review;
    private ConfigurableApplicationContext blog;

    @Kind("new-review")
    record NewReview(String text) {}

    @Kind("blog.written")
    record BlogWritten(String title) {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Blog {
        @Bean
        Propagations propagations() {
            return new Propagations();
        }
    }

    SpringStage(DatabaseServer server, Class<?> configuration, String... properties) {
        this(server, server.freshDatabase(), configuration, properties);
    }

    /** The service reaches its database by that URL. */
    SpringStage(DatabaseServer server, String blogUrl, Class<?> configuration, String... properties) {
        this.server = server;
        this.blogUrl = blogUrl;
        reviews.setJdbcUrl(server.freshDatabase());
        TrothTables.of(reviews).create();
        new JdbcTemplate(reviews).execute("CREATE TABLE reviews (text VARCHAR(50))");
        review = startReview();
        blog = start(configuration, properties);
        aside.setJdbcUrl(blogUrl);
        jdbc().execute("CREATE TABLE IF NOT EXISTS blogs (id INT PRIMARY KEY, title VARCHAR(50))");
    }

    private Troth startReview() {
        return Troth.builder("review")
                .transport(broker.connect())
                .patience(Duration.ofMillis(50))
                .participant(Participant.named("review").on(branches()).handle(NewReview.class, (command, branch) -> {
                    if (command.text().equals(SLOW)) {
                        slow.await();
                    }
                    if (command.text().equals(REFUSED)) {
                        throw new RefusedException("not this one");
                    }
                    insert(branch.connection(), command.text());
                }))
                .subscriber(Subscriber.named("review")
                        .on(Inbox.on(reviews))
                        .handle(BlogWritten.class, (event, in) -> insert(in.connection(), event.title())))
                .start();
    }

    private BranchStore branches() {
        return server instanceof MariaDbServer ? MariaDbBranches.of(reviews) : PostgresBranches.of(reviews);
    }

    private static void insert(Connection connection, String text) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO reviews VALUES (?)")) {
            insert.setString(1, text);
            insert.executeUpdate();
        }
    }

    private ConfigurableApplicationContext start(Class<?> configuration, String... more) {
        return new SpringApplicationBuilder(configuration)
                .web(WebApplicationType.NONE)
                .properties(
                        "spring.application.name=blog",
                        "spring.datasource.url=" + blogUrl,
                        "spring.datasource.hikari.maximum-pool-size=6",
                        "spring.datasource.hikari.minimum-idle=0",
                        "troth.tables=create",
                        "troth.patience=50ms")
                .initializers(context -> {
                    GenericApplicationContext beans = (GenericApplicationContext) context;
                    beans.registerBean(Transport.class, () -> broker.connect());
                    beans.registerBean(TrothBuilderCustomizer.class, () -> builder -> builder.probe(points));
                })
                .run(more);
    }

    <T> T bean(Class<T> type) {
        return blog.getBean(type);
    }

    TrothTemplate template() {
        return bean(TrothTemplate.class);
    }

    Propagations propagations() {
        return bean(Propagations.class);
    }

    /** On the service's own data source, so that it takes part in Spring's transactions. */
    JdbcTemplate jdbc() {
        return bean(JdbcTemplate.class);
    }

    void writeBlog(int id) {
        bean(JdbcClient.class)
                .sql("INSERT INTO blogs VALUES (?, 'x')")
                .params(id)
                .update();
    }

    int blogs() {
        return count(aside, "SELECT COUNT(*) FROM blogs");
    }

    int reviews() {
        return count(reviews, "SELECT COUNT(*) FROM reviews");
    }

    int decisions() {
        return count(aside, "SELECT COUNT(*) FROM troth_decisions WHERE outcome = 'COMMITTED'");
    }

    private static int count(HikariDataSource source, String query) {
        Integer count = new JdbcTemplate(source).queryForObject(query, Integer.class);
        return count == null ? 0 : count;
    }

    /** Asks the server by another way than the service goes. */
    List<Boolean> review(String question) {
        return new JdbcTemplate(reviews).queryForList(question, Boolean.class);
    }

    String blogDatabase() {
        return blogUrl.substring(blogUrl.lastIndexOf('/') + 1, blogUrl.indexOf('?'));
    }

    /** Beside Spring's transactions, on connections of its own. */
    JdbcTemplate beside() {
        return new JdbcTemplate(aside);
    }

    /** How many branches are prepared; on MariaDB those of the whole server, on which nothing else runs. */
    int prepared() {
        JdbcTemplate jdbc = new JdbcTemplate(reviews);
        return server instanceof MariaDbServer
                ? jdbc.queryForList("XA RECOVER").size()
                : count(reviews, "SELECT COUNT(*) FROM pg_prepared_xacts WHERE database = current_database()");
    }

    HikariDataSource pool() {
        return bean(HikariDataSource.class);
    }

    void assertBoth() throws Exception {
        Waiting.until(() -> reviews() == 1 && prepared() == 0);
        assertThat(blogs()).isEqualTo(1);
        assertThat(decisions()).isEqualTo(1);
        assertAllIsBack();
    }

    void assertNeither() throws Exception {
        Waiting.until(() -> prepared() == 0
                && review.health().branchesWorking().values().stream().allMatch(n -> n == 0));
        assertThat(blogs()).isZero();
        assertThat(reviews()).isZero();
        assertThat(decisions()).isZero();
        assertAllIsBack();
    }

    void assertOutcome(Gid gid, Outcome outcome) throws Exception {
        Waiting.until(() -> bean(Troth.class).outcome(gid).equals(Optional.of(outcome)));
    }

    /** Every connection is back in the pool, and nothing runs any more. */
    void assertAllIsBack() throws Exception {
        Waiting.until(() -> bean(Troth.class).health().transactionsInFlight() == 0);
        Waiting.until(() -> pool().getHikariPoolMXBean().getActiveConnections() == 0);
    }

    void finishSlowOnes() {
        slow.countDown();
    }

    @Override
    public void close() {
        slow.countDown();
        points.releaseAll();
        blog.close();
        review.stop(Duration.ofSeconds(5));
        aside.close();
        reviews.close();
    }
}
