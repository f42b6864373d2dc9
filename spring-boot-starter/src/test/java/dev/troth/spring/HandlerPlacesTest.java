package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.Troth;
import dev.troth.jdbc.PostgresBranches;
import dev.troth.jdbc.TrothTables;
import dev.troth.message.Kind;
import dev.troth.spi.BranchStore;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.DatabaseServer;
import dev.troth.testkit.servers.MariaDbServer;
import dev.troth.testkit.servers.PostgresServer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;

/** Where handlers work: on which data source, in which store; and from when on. */
@Timeout(120)
class HandlerPlacesTest {
    @RegisterExtension
    static final MariaDbServer MARIADB = MariaDbServer.shared();

    private static final ApplicationContextRunner SERVICE = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PropertyPlaceholderAutoConfiguration.class,
                    TrothAutoConfiguration.class,
                    TrothHandlerAutoConfiguration.class))
            .withUserConfiguration(TwoDatabases.class)
            .withPropertyValues(
                    "spring.application.name=shop",
                    "troth.transport=in-process",
                    "troth.tables=create",
                    "troth.participants.bill.data-source=bills",
                    "troth.participants.bill.concurrency=2",
                    "bill.name=bill");

    @Kind("order")
    record Order(int id) {}

    @Kind("bill")
    record Bill(int id) {}

    @Kind("late")
    record Late(int id) {}

    @Configuration(proxyBeanMethods = false)
    static class TwoDatabases {
        @Bean
        @Primary
        HikariDataSource orders() {
            return pool(PostgresServer.shared());
        }

        @Bean
        HikariDataSource bills() {
            return pool(MARIADB);
        }

        private static HikariDataSource pool(DatabaseServer server) {
            HikariDataSource pool = new HikariDataSource();
            pool.setJdbcUrl(server.freshDatabase());
            new JdbcTemplate(pool).execute("CREATE TABLE notes (id INT PRIMARY KEY)");
            return pool;
        }

        @Bean
        Orders ordering(DataSource orders) {
            return new Orders(new JdbcTemplate(orders));
        }

        @Bean
        Bills billing(@Qualifier("bills") DataSource bills) {
            return new Bills(new JdbcTemplate(bills));
        }
    }

    record Orders(JdbcTemplate jdbc) {
        @TrothHandler("order")
        void order(Order order) {
            jdbc.update("INSERT INTO notes VALUES (?)", order.id());
        }
    }

    record Bills(JdbcTemplate jdbc) {
        @TrothHandler("${bill.name}")
        void bill(Bill bill) {
            jdbc.update("INSERT INTO notes VALUES (?)", bill.id());
        }
    }

    @Lazy
    static class LazyOne {
        static final AtomicInteger MADE = new AtomicInteger();

        LazyOne() {
            MADE.incrementAndGet();
        }

        @TrothHandler("late")
        String late(Late late) {
            return "made for " + late.id();
        }
    }

    /** Enlists a handler of the service before the service has made all its beans. */
    static class Early {
        final CompletableFuture<String> answered;

        Early(Troth troth, ObjectProvider<LazyOne> late) {
            answered = troth.executeAsync("late", new Late(2), String.class);
            assertThat(late.getIfAvailable()).isNotNull();
            assertThat(answered).isNotDone();
        }
    }

    private static int notes(ApplicationContext context, String source) {
        return notes(context.getBean(source, DataSource.class));
    }

    private static int notes(DataSource source) {
        Integer count = new JdbcTemplate(source).queryForObject("SELECT COUNT(*) FROM notes", Integer.class);
        return count == null ? 0 : count;
    }

    private static void order(ApplicationContext context, int order, int bill) {
        String unused = context.getBean(Troth.class).transact("test", tx -> {
            CompletableFuture<Void> ordered = tx.enlist("order", new Order(order));
            CompletableFuture<Void> billed = tx.enlist("bill", new Bill(bill));
            return "ordered " + ordered.isDone() + billed.isDone();
        });
    }

    @Test
    void each_participant_has_the_data_source_that_its_property_names() {
        SERVICE.run(context -> {
            order(context, 1, 1);
            Waiting.until(() -> notes(context, "orders") == 1 && notes(context, "bills") == 1);

            assertThatThrownBy(() -> order(context, 2, 1)).hasMessageContaining("bill refused (CONSTRAINT");
            assertThat(notes(context, "orders")).isEqualTo(1);
        });
    }

    @Test
    void a_branch_store_of_the_services_own_is_used_instead() {
        try (HikariDataSource elsewhere = TwoDatabases.pool(PostgresServer.shared())) {
            SERVICE.withBean("own", BranchStore.class, () -> PostgresBranches.of(withTables(elsewhere)))
                    .run(context -> {
                        Void unused = context.getBean(Troth.class).execute("order", new Order(1), Void.class);

                        assertThat(notes(elsewhere)).isEqualTo(1);
                        assertThat(notes(context, "orders")).isZero();
                    });
        }
    }

    private static DataSource withTables(DataSource source) {
        TrothTables.of(source).create();
        return source;
    }

    @Test
    void a_lazy_bean_is_made_for_its_first_message() {
        LazyOne.MADE.set(0);
        SERVICE.withBean(LazyOne.class).run(context -> {
            assertThat(LazyOne.MADE).hasValue(0);

            String answer = context.getBean(Troth.class).execute("late", new Late(1), String.class);

            assertThat(answer).isEqualTo("made for 1");
            assertThat(LazyOne.MADE).hasValue(1);
        });
    }

    @Test
    void a_message_that_comes_during_the_start_is_handled_after_it() {
        SERVICE.withBean(LazyOne.class)
                .withBean(Early.class)
                .run(context ->
                        assertThat(context.getBean(Early.class).answered.join()).isEqualTo("made for 2"));
    }

    @Test
    void nothing_begins_before_the_service_is_ready() throws Exception {
        Readiness ready = new Readiness();
        CompletableFuture<Boolean> passed = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            ready.await();
            passed.complete(true);
        });
        waiting.start();
        Waiting.until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
        assertThat(passed).isNotDone();

        ready.reached();

        assertThat(passed.join()).isTrue();
        waiting.join();
    }

    @Test
    void whoever_is_interrupted_while_the_service_starts_has_done_nothing() throws Exception {
        Readiness ready = new Readiness();
        Thread.currentThread().interrupt();

        assertThatThrownBy(ready::await).hasMessageContaining("Nothing was done");
        assertThat(Thread.interrupted()).isTrue();
    }
}
