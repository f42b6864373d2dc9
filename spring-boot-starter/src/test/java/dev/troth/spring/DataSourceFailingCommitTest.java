package dev.troth.spring;

import dev.troth.testkit.servers.PostgresServer;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** DataSourceTransactionManager tells of every failed commit as unknown. */
class DataSourceFailingCommitTest extends FailingCommitContract {
    @Configuration(proxyBeanMethods = false)
    @Import(SpringStage.Blog.class)
    static class ManagedByDataSource {
        @Bean
        DataSourceTransactionManager transactionManager(DataSource dataSource) {
            return new DataSourceTransactionManager(dataSource);
        }
    }

    @Override
    SpringStage open(String url) {
        return new SpringStage(
                PostgresServer.shared(), url, ManagedByDataSource.class, SpringStage.WITHOUT_JPA, "--troth.timeout=3s");
    }
}
