package dev.troth.spring;

import dev.troth.testkit.servers.PostgresServer;

/** JpaTransactionManager may say that it has rolled back when it does not know. */
class JpaFailingCommitTest extends FailingCommitContract {
    @Override
    SpringStage open(String url) {
        return new SpringStage(PostgresServer.shared(), url, SpringStage.Blog.class, "--troth.timeout=3s");
    }
}
