package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariPoolMXBean;
import dev.troth.Troth;
import dev.troth.spring.SpringStage.BlogWritten;
import dev.troth.spring.SpringStage.NewReview;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.PostgresServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many transactions at once, of which a third fail in every way, and the pool afterwards. */
@Timeout(240)
@SuppressWarnings("FutureReturnValueIgnored") // a transaction waits for its votes by itself
class PoolTest {
    private static final int TRANSACTIONS = 300;
    private static final int WAYS = 15;

    @Test
    void a_pool_has_as_many_idle_connections_after_all_kinds_of_failures_as_before() throws Exception {
        try (SpringStage stage = new SpringStage(
                PostgresServer.shared(),
                SpringStage.Blog.class,
                SpringStage.WITHOUT_JPA,
                "--spring.datasource.hikari.minimum-idle=6")) {
            HikariPoolMXBean pool = stage.pool().getHikariPoolMXBean();
            Waiting.until(() -> pool.getIdleConnections() == 6);
            ExecutorService callers = Executors.newFixedThreadPool(4);
            List<Future<Boolean>> done = new ArrayList<>();
            for (int i = 0; i < TRANSACTIONS; i++) {
                int id = i;
                done.add(callers.submit(() -> commits(stage, id)));
            }

            int committed = 0;
            for (Future<Boolean> each : done) {
                committed += each.get(60, TimeUnit.SECONDS) ? 1 : 0;
            }
            callers.shutdown();

            Waiting.until(() -> stage.prepared() == 0
                    && stage.bean(Troth.class).health().transactionsInFlight() == 0
                    && pool.getActiveConnections() == 0
                    && pool.getIdleConnections() == 6);
            assertThat(committed).isEqualTo(TRANSACTIONS * 2 / 3);
            assertThat(stage.blogs()).isEqualTo(committed);
            assertThat(stage.decisions()).isEqualTo(committed);
            assertThat(stage.reviews()).isEqualTo(committed);
        }
    }

    private static boolean commits(SpringStage stage, int id) {
        try {
            stage.propagations().required(() -> work(stage, id));
            return true;
        } catch (RuntimeException failed) {
            return false;
        }
    }

    private static void work(SpringStage stage, int id) {
        stage.writeBlog(id);
        TrothTemplate troth = stage.template();
        int way = id % WAYS;
        troth.enlist("review", new NewReview(way == 0 ? SpringStage.REFUSED : "x"));
        switch (way) {
            case 1 -> throw new IllegalStateException("changed its mind");
            case 2 -> stage.writeBlog(id);
            case 3 -> troth.enlist("nobody", new BlogWritten("x"));
            case 4 -> stage.jdbc().execute("SELECT pg_terminate_backend(pg_backend_pid())");
            default -> {
                // commits
            }
        }
    }
}
