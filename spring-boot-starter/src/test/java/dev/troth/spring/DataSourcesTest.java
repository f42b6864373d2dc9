package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.spring.SpringStage.NewReview;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.tx.TrothException;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A service with two data sources, of which one holds the decision log. */
@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // a transaction waits for its votes by itself
class DataSourcesTest {
    private final ConfigurableApplicationContext service = start("--troth.data-source=own");

    @Configuration(proxyBeanMethods = false)
    @Import(SpringStage.Blog.class)
    static class TwoDataSources {
        @Bean
        HikariDataSource own(Environment environment) {
            return pool(environment.getRequiredProperty("own"));
        }

        @Bean
        HikariDataSource other(Environment environment) {
            return pool(environment.getRequiredProperty("other"));
        }

        /** Without auto-commit: what is not committed is gone. */
        private static HikariDataSource pool(String url) {
            HikariDataSource pool = new HikariDataSource();
            pool.setJdbcUrl(url);
            pool.setAutoCommit(false);
            return pool;
        }

        @Bean
        PlatformTransactionManager ownManager(@Qualifier("own") DataSource own) {
            return new JdbcTransactionManager(own);
        }

        @Bean
        PlatformTransactionManager otherManager(@Qualifier("other") DataSource other) {
            return new JdbcTransactionManager(other);
        }
    }

    private static ConfigurableApplicationContext start(String... more) {
        Stream<String> all = Stream.of(
                "--spring.application.name=blog",
                "--own=" + PostgresServer.shared().freshDatabase(),
                "--other=" + PostgresServer.shared().freshDatabase(),
                "--troth.transport=in-process",
                "--troth.tables=create",
                SpringStage.WITHOUT_JPA);
        return new SpringApplicationBuilder(TwoDataSources.class)
                .web(WebApplicationType.NONE)
                .run(Stream.concat(all, Stream.of(more)).toArray(String[]::new));
    }

    @AfterEach
    void close() {
        service.close();
    }

    private TransactionTemplate in(String manager) {
        return new TransactionTemplate(service.getBean(manager, PlatformTransactionManager.class));
    }

    @Test
    void the_property_names_the_one_with_the_log() {
        TrothTemplate troth = service.getBean(TrothTemplate.class);

        assertThatThrownBy(() ->
                        in("ownManager").executeWithoutResult(status -> troth.enlist("nobody", new NewReview("x"))))
                .hasMessageContaining("nobody offers");
    }

    @Test
    void a_transaction_of_another_data_source_is_an_error_that_says_which_manager_to_name() {
        TrothTemplate troth = service.getBean(TrothTemplate.class);

        assertThatThrownBy(() ->
                        in("otherManager").executeWithoutResult(status -> troth.enlist("nobody", new NewReview("x"))))
                .isInstanceOf(TrothException.class)
                .hasMessageContaining("Name its manager");
    }

    /** Its connection is bound to the thread, beside the transaction: nobody would commit the decision. */
    @Test
    void a_connection_that_was_used_beside_a_transaction_of_another_data_source_does_not_count() {
        TrothTemplate troth = service.getBean(TrothTemplate.class);
        JdbcTemplate own = new JdbcTemplate(service.getBean("own", DataSource.class));

        assertThatThrownBy(() -> in("otherManager").executeWithoutResult(status -> {
                    assertThat(own.queryForObject("SELECT COUNT(*) FROM troth_decisions", Integer.class))
                            .isZero();
                    troth.enlist("nobody", new NewReview("x"));
                }))
                .isInstanceOf(TrothException.class)
                .hasMessageContaining("Name its manager");
    }

    @Test
    void of_several_without_a_primary_one_must_be_named() {
        assertThatThrownBy(DataSourcesTest::start).hasStackTraceContaining("Add troth.data-source=");
        assertThatThrownBy(() -> start("--troth.data-source=absent"))
                .hasStackTraceContaining("there is no such bean")
                .hasStackTraceContaining("[own, other]");
    }
}
