package dev.troth.spring;

import dev.troth.testkit.servers.PostgresServer;

/** JdbcTransactionManager rolls back after a failed commit where it can translate the failure. */
class JdbcFailingCommitTest extends FailingCommitContract {
    @Override
    SpringStage open(String url) {
        return new SpringStage(
                PostgresServer.shared(), url, SpringStage.Blog.class, SpringStage.WITHOUT_JPA, "--troth.timeout=3s");
    }
}
