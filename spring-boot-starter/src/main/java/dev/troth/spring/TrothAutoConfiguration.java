package dev.troth.spring;

import dev.troth.InProcessTransport;
import dev.troth.Troth;
import dev.troth.TrothBuilder;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.Outbox;
import dev.troth.jdbc.TrothTables;
import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.spi.DecisionLog;
import dev.troth.spi.EventTransport;
import dev.troth.spi.OutboxStore;
import dev.troth.spi.Transport;
import dev.troth.spring.TrothProperties.Tables;
import dev.troth.tx.TrothException;
import javax.sql.DataSource;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
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
public class TrothAutoConfiguration {

    /** The service. Its tables may be made by Flyway, Liquibase or scripts, which come first. */
    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    @DependsOnDatabaseInitialization
    Troth troth(
            TrothProperties properties,
            Environment environment,
            Transport transport,
            ObjectProvider<DecisionLog> decisions,
            ObjectProvider<OutboxStore> outbox,
            ObjectProvider<TrothBuilderCustomizer> customizers) {
        TrothBuilder builder = Troth.builder(service(properties, environment))
                .transport(transport)
                .timeout(properties.timeout())
                .concurrency(properties.concurrency())
                .patience(properties.patience());
        decisions.ifAvailable(builder::decisions);
        if (transport instanceof EventTransport) {
            outbox.ifAvailable(builder::outbox);
        }
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        return builder.start();
    }

    private static String service(TrothProperties properties, Environment environment) {
        String name = properties.service() != null
                ? properties.service()
                : environment.getProperty("spring.application.name");
        if (name == null || name.isBlank()) {
            throw new TrothException("This service has no name, so nobody could answer it. Nothing was started. Add"
                    + " spring.application.name=… or troth.service=… to application.properties.");
        }
        return name;
    }

    @Bean
    @ConditionalOnMissingBean
    TrothShutdown trothShutdown(Troth troth, TrothProperties properties) {
        return new TrothShutdown(troth, properties.timeout());
    }

    /** Over RabbitMQ, where its transport is on the class path. */
    @Configuration(proxyBeanMethods = false)
    @Order(0) // before the other
    @ConditionalOnClass(RabbitTransport.class)
    @ConditionalOnProperty(name = "troth.transport", havingValue = "rabbitmq", matchIfMissing = true)
    static class OverRabbit {
        @Bean
        @ConditionalOnMissingBean(Transport.class)
        RabbitTransport trothTransport(Environment environment) {
            return RabbitTransport.connect(RabbitSettings.of(environment).options());
        }
    }

    /** Inside this JVM, where there is nothing else. */
    @Configuration(proxyBeanMethods = false)
    @Order(1)
    static class InThisJvm {
        @Bean
        @ConditionalOnMissingBean(Transport.class)
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
                throw new TrothException(
                        "There are several data sources, and none is primary: which one holds the decision log?"
                                + " Nothing was started. Add troth.data-source=<name of the bean> to application.properties.");
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
        @ConditionalOnMissingBean(DecisionLog.class)
        @DependsOnDatabaseInitialization
        JdbcDecisionLog trothDecisionLog(LogSource source, TrothProperties properties) {
            if (properties.tables() == Tables.CREATE) {
                TrothTables.of(source.dataSource()).create();
            }
            return JdbcDecisionLog.on(source.dataSource());
        }

        @Bean
        @ConditionalOnMissingBean(OutboxStore.class)
        Outbox trothOutbox(LogSource source) {
            return Outbox.on(source.dataSource());
        }
    }
}
