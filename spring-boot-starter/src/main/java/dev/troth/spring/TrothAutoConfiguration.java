package dev.troth.spring;

import dev.troth.InProcessTransport;
import dev.troth.Troth;
import dev.troth.TrothBuilder;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.Outbox;
import dev.troth.jdbc.TrothTables;
import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.spi.Codec;
import dev.troth.spi.DecisionLog;
import dev.troth.spi.EventTransport;
import dev.troth.spi.OutboxStore;
import dev.troth.spi.Tracing;
import dev.troth.spi.Transport;
import dev.troth.spring.TrothProperties.Tables;
import dev.troth.tx.TransactionListener;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * A started {@link Troth} of the service's data source and broker, stopped with the service. Whatever the service makes a bean of itself is
 * used instead.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration",
            "org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.autoconfigure.orm.jpa.HibernateJpaAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration"
        })
@EnableConfigurationProperties(TrothProperties.class)
@ImportRuntimeHints(TrothRuntimeHints.class)
public class TrothAutoConfiguration {

    /** The service. Its tables may be made by Flyway, Liquibase or scripts, which come first. */
    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    @DependsOnDatabaseInitialization
    Troth troth(
            TrothProperties properties,
            Environment environment,
            Transport transport,
            Parts parts,
            ObjectProvider<TrothBuilderCustomizer> customizers) {
        TrothBuilder builder = Troth.builder(service(properties, environment))
                .transport(transport)
                .timeout(properties.timeout())
                .concurrency(properties.concurrency())
                .waiting(properties.waiting())
                .payloadLimit((int) properties.payloadLimit().toBytes())
                .patience(properties.patience())
                .virtualThreads(environment.getProperty("spring.threads.virtual.enabled", Boolean.class, false));
        parts.addTo(builder, transport);
        List<TrothBuilderCustomizer> asked = customizers.orderedStream().toList();
        asked.forEach(customizer -> customizer.customize(builder));
        if (parts.decisions.getIfAvailable() == null && asked.stream().allMatch(HandlerBeans::addsNothing)) {
            throw new SetupException(
                    "Service '" + service(properties, environment)
                            + "' has no data source, so it could neither keep decisions nor take part in a transaction.",
                    "Add spring-boot-starter-jdbc, a driver and spring.datasource.url=…, or a bean of type DecisionLog; a service"
                            + " without transactions of its own adds its participants in a bean of type TrothBuilderCustomizer.");
        }
        return builder.start();
    }

    /** What the service may have. */
    record Parts(
            ObjectProvider<DecisionLog> decisions,
            ObjectProvider<OutboxStore> outbox,
            ObjectProvider<Codec> codec,
            ObjectProvider<Tracing> tracing,
            ObjectProvider<TransactionListener> listeners) {
        void addTo(TrothBuilder builder, Transport transport) {
            decisions.ifAvailable(builder::decisions);
            if (transport instanceof EventTransport) {
                outbox.ifAvailable(builder::outbox);
            }
            codec.ifAvailable(builder::codec);
            tracing.ifAvailable(builder::tracing);
            listeners.orderedStream().forEach(builder::listener);
        }
    }

    @Bean
    Parts trothParts(
            ObjectProvider<DecisionLog> decisions,
            ObjectProvider<OutboxStore> outbox,
            ObjectProvider<Codec> codec,
            ObjectProvider<Tracing> tracing,
            ObjectProvider<TransactionListener> listeners) {
        return new Parts(decisions, outbox, codec, tracing, listeners);
    }

    private static String service(TrothProperties properties, Environment environment) {
        String name = properties.service() != null
                ? properties.service()
                : environment.getProperty("spring.application.name");
        if (name == null || name.isBlank()) {
            throw new SetupException(
                    "This service has no name, so nobody could answer it.",
                    "Add spring.application.name=… or troth.service=… to application.properties.");
        }
        return name;
    }

    @Bean
    @ConditionalOnMissingBean
    TrothShutdown trothShutdown(Troth troth, TrothProperties properties, Environment environment) {
        Duration phase = Binder.get(environment)
                .bind("spring.lifecycle.timeout-per-shutdown-phase", Duration.class)
                .orElse(Duration.ofSeconds(30));
        return new TrothShutdown(troth, properties.timeout(), phase);
    }

    /** Over RabbitMQ, where its transport is on the class path. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(WantedTransport.Rabbit.class)
    @ConditionalOnMissingBean({Transport.class, Troth.class})
    static class OverRabbit {
        @Bean
        RabbitTransport trothTransport(
                Environment environment,
                TrothProperties properties,
                ObjectProvider<BrokerDetails> details,
                ObjectProvider<SslBundles> bundles) {
            return RabbitTransport.connect(RabbitSettings.of(environment)
                    .options(
                            details.orderedStream().findFirst(),
                            name -> bundles.getObject().getBundle(name),
                            properties.rabbitmq()));
        }
    }

    /** RabbitMQ was asked for, and is not there. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(WantedTransport.RabbitInVain.class)
    @ConditionalOnMissingBean({Transport.class, Troth.class})
    static class OverRabbitInVain {
        @Bean
        Transport trothTransport() {
            throw new SetupException(
                    "troth.transport=rabbitmq, and the transport over RabbitMQ is not on the class path.",
                    "Add the dependency dev.troth:troth-rabbitmq, or remove its exclusion; or set troth.transport=in-process for"
                            + " several databases of this one JVM.");
        }
    }

    /** Inside this JVM, where there is nothing else or it is asked for. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(WantedTransport.InProcess.class)
    @ConditionalOnMissingBean({Transport.class, Troth.class})
    static class InThisJvm {
        @Bean
        InProcessTransport trothTransport() {
            return InProcessTransport.create();
        }
    }

    /** Log and outbox, where there is a data source. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBean(DataSource.class)
    static class InTheDatabase {
        @Bean
        @ConditionalOnMissingBean
        LogSource trothLogSource(
                TrothProperties properties, ListableBeanFactory beans, ObjectProvider<DataSource> dataSources) {
            if (properties.dataSource() != null) {
                return LogSource.named(beans, properties.dataSource());
            }
            DataSource only = dataSources.getIfUnique();
            if (only == null) {
                throw new SetupException(
                        "There are several data sources, and none is primary: which one holds the decision log?",
                        "Add troth.data-source=<name of the bean> to application.properties.");
            }
            return LogSource.of(only);
        }

        @Bean
        @ConditionalOnMissingBean
        TrothTemplate trothTemplate(
                Troth troth, LogSource source, ObjectProvider<PlatformTransactionManager> managers) {
            return new TrothTemplate(troth, source.dataSource(), source.managers(managers.orderedStream()));
        }

        @Bean
        @ConditionalOnMissingBean({DecisionLog.class, Troth.class})
        @DependsOnDatabaseInitialization
        JdbcDecisionLog trothDecisionLog(LogSource source, TrothProperties properties) {
            if (properties.tables() == Tables.CREATE) {
                TrothTables.of(source.dataSource()).create();
            }
            return JdbcDecisionLog.on(source.dataSource());
        }

        @Bean
        @ConditionalOnMissingBean({OutboxStore.class, Troth.class})
        Outbox trothOutbox(LogSource source) {
            return Outbox.on(source.dataSource());
        }
    }
}
