package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.Troth;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.spi.CrashPoint;
import dev.troth.testkit.CrashPoints;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.tx.RefusedException;
import dev.troth.tx.RolledBackException;
import dev.troth.tx.TransactionEvent;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class MetersTest {
    /** No data source among the beans: there is one of Spring Boot's already. */
    record Branches(PGSimpleDataSource database) {}

    @Configuration(proxyBeanMethods = false)
    static class Notes {
        @Bean
        MeterRegistry registry() {
            return new SimpleMeterRegistry();
        }

        @Bean
        Branches branches() {
            return new Branches(Services.branches());
        }

        @Bean
        CrashPoints points() {
            return new CrashPoints();
        }

        @Bean
        TrothBuilderCustomizer notes(CrashPoints points, Branches branches) {
            return builder -> Services.notes(branches.database(), (note, branch) -> {
                        branch.connection()
                                .createStatement()
                                .execute("CREATE TABLE n" + branch.id().gid().number() + "(i int)");
                        if (note.text().isEmpty()) {
                            throw new RefusedException("a note needs a text");
                        }
                    })
                    .customize(builder.probe(points));
        }
    }

    private static ConfigurableApplicationContext service() {
        return Services.start(
                PostgresServer.shared().freshDatabase(),
                Notes.class,
                "spring.application.name=blog",
                "troth.transport=in-process",
                "troth.data-source=dataSource",
                "troth.metrics.interval=1h");
    }

    private static void note(Troth troth, String text) throws SQLException {
        int unused = troth.transact("write-note", tx -> {
            tx.connection().createStatement().execute("SELECT 1");
            var unusedAnswer = tx.enlist("notes", new Services.NewNote(text));
            return 1;
        });
    }

    @Test
    void transactions_branches_and_what_is_unfinished_are_measured() throws Exception {
        try (ConfigurableApplicationContext context = service()) {
            Troth troth = context.getBean(Troth.class);
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            CrashPoints points = context.getBean(CrashPoints.class);
            TrothWatch watch = context.getBean(TrothWatch.class);

            assertThatThrownBy(() -> note(troth, "")).isInstanceOf(RolledBackException.class);
            points.hold(CrashPoint.DECISION_RECEIVED);
            note(troth, "in doubt for now");
            points.await(CrashPoint.DECISION_RECEIVED);
            watch.look();

            assertThat(gauge(registry, "troth.indoubt")).isEqualTo(1);
            assertThat(gauge(registry, "troth.decisions.owed")).isEqualTo(1);
            assertThat(gauge(registry, "troth.indoubt.oldest.age")).isGreaterThanOrEqualTo(0);
            assertThat(gauge(registry, "troth.slots.used")).isEqualTo(1);
            assertThat(gauge(registry, "troth.slots.max")).isEqualTo(100);
            assertThat(gauge(registry, "troth.transport.connected")).isEqualTo(1);
            points.release(CrashPoint.DECISION_RECEIVED);
            points.await(CrashPoint.AFTER_DONE_LOGGED);
            watch.look();
            assertThat(gauge(registry, "troth.indoubt")).isZero();
            assertThat(gauge(registry, "troth.decisions.owed")).isZero();
            assertCounted(registry);
            assertBounded(registry);
        }
    }

    private static void assertCounted(MeterRegistry registry) {
        assertThat(timed(registry, "committed")).isEqualTo(1);
        assertThat(timed(registry, "rolled_back")).isEqualTo(1);
        assertThat(registry.get("troth.refusals")
                        .tags("participant", "notes", "reason", "refused")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("troth.branches")
                        .tag("state", "committed")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("troth.messages")
                        .tag("type", "prepare")
                        .functionCounter()
                        .count())
                .isEqualTo(2);
    }

    private static double gauge(MeterRegistry registry, String name) {
        return registry.get(name).gauge().value();
    }

    private static long timed(MeterRegistry registry, String outcome) {
        return registry.get("troth.transactions")
                .tags("kind", "write-note", "outcome", outcome)
                .timer()
                .count();
    }

    /** Every name and every tag is one of a few. */
    private static void assertBounded(MeterRegistry registry) {
        Set<String> tags = registry.getMeters().stream()
                .map(Meter::getId)
                .filter(id -> id.getName().startsWith("troth."))
                .flatMap(id -> id.getTags().stream())
                .map(Tag::getKey)
                .collect(Collectors.toSet());
        assertThat(tags).isSubsetOf("kind", "outcome", "participant", "reason", "state", "type", "error");
        assertThat(registry.getMeters())
                .allSatisfy(meter -> assertThat(meter.getId().getTags())
                        .noneSatisfy(tag -> assertThat(tag.getValue()).contains("blog.")));
    }

    @Test
    void what_a_database_does_not_say_is_not_a_number() throws Exception {
        try (ConfigurableApplicationContext context = service()) {
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            context.getBean(TrothWatch.class).look();
            assertThat(gauge(registry, "troth.indoubt")).isZero();

            PGSimpleDataSource branches = context.getBean(Branches.class).database();
            branches.setPortNumbers(new int[] {1});
            context.getBean(TrothWatch.class).look();

            assertThat(gauge(registry, "troth.indoubt")).isNaN();
            assertThat(gauge(registry, "troth.decisions.owed")).isZero();
        }
    }

    @Test
    void kinds_beyond_the_hundredth_are_counted_together() {
        AtomicLong nanos = new AtomicLong();
        TransactionMeters meters = new TransactionMeters(nanos::get);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        meters.bindTo(registry);

        for (int i = 0; i < 150; i++) {
            Gid gid = new Gid("blog", "abc123", "12345678", Instant.ofEpochMilli(1_000_000), i + 1L);
            meters.on(new TransactionEvent.Begun(gid, "kind-" + i));
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(2));
            meters.on(new TransactionEvent.Decided(gid, Outcome.COMMITTED));
        }

        assertThat(registry.find("troth.transactions").timers()).hasSize(101);
        assertThat(registry.get("troth.transactions")
                        .tag("kind", "other")
                        .timer()
                        .count())
                .isEqualTo(50);
        assertThat(registry.get("troth.transactions")
                        .tag("kind", "kind-0")
                        .timer()
                        .totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(2);
    }

    @Test
    void without_micrometer_a_service_works_and_nobody_asks_the_database() {
        Services.small()
                .withClassLoader(new FilteredClassLoader("io.micrometer.core", "io.micrometer.tracing", "brave"))
                .withPropertyValues("management.health.defaults.enabled=false")
                .run(context -> {
                    assertThat(Services.commits(context.getBean(Troth.class))).isTrue();
                    assertThat(context).doesNotHaveBean("trothMeters").doesNotHaveBean("trothHealthContributor");
                    assertThat(context.getBeanFactory().containsSingleton("trothWatch"))
                            .isFalse();
                });
    }
}
