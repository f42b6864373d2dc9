package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.InProcessTransport;
import dev.troth.Troth;
import dev.troth.codec.JsonCodec;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.Outbox;
import dev.troth.jdbc.TrothTables;
import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.spi.Codec;
import dev.troth.spi.DecisionLog;
import dev.troth.spi.OutboxStore;
import dev.troth.spi.Tracing;
import dev.troth.spi.Transport;
import dev.troth.testkit.InMemoryDecisionLog;
import dev.troth.testkit.InMemoryOutbox;
import dev.troth.tx.TransactionEvent;
import dev.troth.tx.TransactionListener;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Nothing is done where a bean of the service says otherwise. */
class BackOffTest {
    private final InProcessTransport bus = InProcessTransport.create();
    private final InMemoryDecisionLog log = new InMemoryDecisionLog(InstantSource.system());

    @Test
    void a_troth_of_the_services_own_is_the_only_one_and_nothing_connects_or_writes_for_another() {
        Services.bare()
                .withPropertyValues(
                        "spring.datasource.url=jdbc:h2:mem:own",
                        "spring.rabbitmq.host=nowhere.invalid",
                        "troth.tables=create")
                .withBean(
                        "mine",
                        Troth.class,
                        () -> Troth.builder("mine")
                                .transport(bus.join())
                                .decisions(log)
                                .start())
                .run(context -> {
                    assertThat(context).hasSingleBean(Troth.class);
                    assertThat(context)
                            .doesNotHaveBean(Transport.class)
                            .doesNotHaveBean(DecisionLog.class)
                            .doesNotHaveBean(OutboxStore.class)
                            .doesNotHaveBean(RabbitTransport.class);
                    assertThat(context.getBean(DataSource.class)
                                    .getConnection()
                                    .getMetaData()
                                    .getTables(null, null, "TROTH%", null)
                                    .next())
                            .isFalse();
                });
    }

    @Test
    void a_transport_of_the_services_own_is_used() {
        Services.small()
                .withPropertyValues("troth.transport=rabbitmq", "spring.rabbitmq.host=nowhere.invalid")
                .withBean("mine", Transport.class, bus::join)
                .run(context -> {
                    assertThat(context).hasSingleBean(Transport.class).hasBean("mine");
                    assertThat(context.getBean(Troth.class).health().transportConnected())
                            .isTrue();
                });
    }

    @Test
    void a_decision_log_of_the_services_own_is_used() {
        Services.small().withBean("mine", DecisionLog.class, () -> log).run(context -> {
            assertThat(context).hasSingleBean(DecisionLog.class).doesNotHaveBean(JdbcDecisionLog.class);
            int done = context.getBean(Troth.class).transact("nothing", tx -> 1);
            assertThat(done).isEqualTo(1);
        });
    }

    @Test
    void a_decision_log_of_the_services_own_needs_no_data_source() {
        Services.bare()
                .withPropertyValues("troth.transport=in-process", Services.NO_DATA_SOURCE)
                .withBean("mine", DecisionLog.class, () -> log)
                .run(context -> assertThat(context).hasSingleBean(Troth.class));
    }

    @Test
    void an_outbox_of_the_services_own_is_used() {
        Services.small()
                .withBean("mine", OutboxStore.class, () -> new InMemoryOutbox(InstantSource.system(), log))
                .run(context ->
                        assertThat(context).hasSingleBean(OutboxStore.class).doesNotHaveBean(Outbox.class));
    }

    @Test
    void codec_listeners_and_tracing_of_the_services_own_are_asked() {
        List<TransactionEvent> heard = new CopyOnWriteArrayList<>();
        Services.small()
                .withBean("codec", Codec.class, JsonCodec::new)
                .withBean("listener", TransactionListener.class, () -> heard::add)
                .withBean("tracing", Tracing.class, () -> Tracing.NONE)
                .run(context -> {
                    context.getBean(Troth.class).transact("heard", tx -> 1);

                    assertThat(heard).hasAtLeastOneElementOfType(TransactionEvent.Begun.class);
                    assertThat(context).doesNotHaveBean(MicrometerTracing.class);
                });
    }

    @Test
    void a_health_contributor_of_the_services_own_is_the_only_one() {
        actuator()
                .withBean("trothHealthContributor", Object.class, Object::new)
                .run(context -> assertThat(
                                context.getBean("trothHealthContributor").getClass())
                        .isEqualTo(Object.class));
    }

    @Test
    void health_that_is_switched_off_is_not_shown() {
        actuator()
                .withPropertyValues("management.health.troth.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean("trothHealthContributor"));
        actuator().run(context -> assertThat(context).hasBean("trothHealthContributor"));
    }

    private static ApplicationContextRunner actuator() {
        return Services.small();
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoDataSources {
        @Bean
        DataSource first() {
            return h2("first");
        }

        @Bean
        DataSource second() {
            return h2("second");
        }

        private static DataSource h2(String name) {
            org.h2.jdbcx.JdbcDataSource made = new org.h2.jdbcx.JdbcDataSource();
            made.setURL("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
            TrothTables.of(made).create();
            return made;
        }
    }

    @Test
    void of_several_data_sources_one_has_to_be_named() {
        ApplicationContextRunner two = Services.bare()
                .withPropertyValues("troth.transport=in-process")
                .withUserConfiguration(TwoDataSources.class);

        two.run(context -> assertThat(context.getStartupFailure())
                .hasStackTraceContaining("There are several data sources, and none is primary"));
        two.withPropertyValues("troth.data-source=second")
                .run(context -> assertThat(context.getBean(LogSource.class).dataSource())
                        .isSameAs(context.getBean("second")));
        two.withPropertyValues("troth.data-source=third")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("troth.data-source names 'third'")
                        .hasStackTraceContaining("[first, second]"));
    }
}
