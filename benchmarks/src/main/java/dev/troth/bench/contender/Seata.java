package dev.troth.bench.contender;

import com.alibaba.druid.pool.DruidDataSource;
import io.seata.core.exception.TransactionException;
import io.seata.rm.RMClient;
import io.seata.rm.datasource.DataSourceProxy;
import io.seata.rm.datasource.xa.DataSourceProxyXA;
import io.seata.tm.TMClient;
import io.seata.tm.api.GlobalTransaction;
import io.seata.tm.api.GlobalTransactionContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * Seata, whose coordinator is a server of its own ({@link SeataServer}; where that keeps its log is the setting {@code store}). In its AT mode
 * every database commits at once and keeps images of the rows, so that it can be undone; in its XA mode every database prepares.
 */
final class Seata implements Contender {
    private static final String GROUP = "bench_group";
    private static final Logger LOGGER = Logger.getLogger("com.alibaba.druid");
    private static final int LIMIT_MILLIS = 60_000;
    private static final int WAIT_MILLIS = 20_000;

    /** The table that Seata's AT mode wants in every database, as its script for PostgreSQL has it. */
    private static final String UNDO_LOG = """
            CREATE TABLE undo_log (
                id bigserial PRIMARY KEY, branch_id bigint NOT NULL, xid varchar(128) NOT NULL, context varchar(128) NOT NULL,
                rollback_info bytea NOT NULL, log_status int NOT NULL, log_created timestamp(0) NOT NULL,
                log_modified timestamp(0) NOT NULL, CONSTRAINT ux_undo_log UNIQUE (xid, branch_id));
            CREATE INDEX ix_log_created ON undo_log (log_created)""";

    private final List<DruidDataSource> pools = new ArrayList<>();
    private final List<DataSource> databases = new ArrayList<>();
    private final SeataServer server;
    private long images;

    private Seata(Setting setting, boolean xa) throws IOException, SQLException, InterruptedException {
        LOGGER.setLevel(Level.WARNING);
        // it says at warn which optional serializers are not there
        System.setProperty("org.slf4j.simpleLogger.log.io.seata.common.loader", "error");
        server = SeataServer.start(setting);
        findServer(Files.createDirectories(setting.folder().resolve("seata-client")), server.port());
        for (String url : setting.databases()) {
            DruidDataSource pool = pool(url, setting.clients());
            pools.add(pool);
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute(UNDO_LOG);
            }
        }
        TMClient.init("bench", GROUP);
        RMClient.init("bench", GROUP);
        pools.forEach(pool -> databases.add(xa ? new DataSourceProxyXA(pool) : new DataSourceProxy(pool)));
    }

    /** With its automatic transactions. */
    static Seata at(Setting setting) throws IOException, SQLException, InterruptedException {
        return new Seata(setting, false);
    }

    /** With prepared transactions. */
    static Seata xa(Setting setting) throws IOException, SQLException, InterruptedException {
        return new Seata(setting, true);
    }

    private static void findServer(Path folder, int port) throws IOException {
        Path options = folder.resolve("file.conf");
        Files.writeString(options, """
                service {
                  vgroupMapping.%s = "default"
                  default.grouplist = "127.0.0.1:%d"
                  disableGlobalTransaction = false
                }
                """.formatted(GROUP, port));
        Path registry = folder.resolve("registry.conf");
        Files.writeString(registry, """
                registry { type = "file"
                  file { name = "file:%1$s" } }
                config { type = "file"
                  file { name = "file:%1$s" } }
                """.formatted(options));
        System.setProperty("seata.config.name", "file:" + registry);
    }

    private static DruidDataSource pool(String url, int clients) throws SQLException {
        DruidDataSource pool = new DruidDataSource();
        pool.setUrl(url);
        pool.setInitialSize(clients);
        pool.setMinIdle(clients);
        pool.setMaxActive(2 * clients + 8); // the second phase takes connections from the same pool
        pool.setTestWhileIdle(false);
        pool.setMaxWait(WAIT_MILLIS);
        pool.init();
        return pool;
    }

    @Override
    public void write(int client, long id, String title, String content) throws SQLException, TransactionException {
        GlobalTransaction transaction = GlobalTransactionContext.getCurrentOrCreate();
        transaction.begin(LIMIT_MILLIS, "write-blog");
        try {
            Rows.everywhere(databases, id, title, content);
        } catch (SQLException e) {
            transaction.rollback();
            throw e;
        }
        transaction.commit();
    }

    /** Waits until no image of a row is left. */
    @Override
    public void drain() throws SQLException, InterruptedException {
        long limit = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS);
        images = images();
        while (images > 0 && System.nanoTime() < limit) {
            TimeUnit.MILLISECONDS.sleep(50);
            images = images();
        }
    }

    private long images() throws SQLException {
        long sum = 0;
        for (DataSource pool : pools) {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT count(*) FROM undo_log")) {
                rows.next();
                sum += rows.getLong(1);
            }
        }
        return sum;
    }

    @Override
    public Map<String, Object> remarks() {
        return Map.of("undo_logs_left", images);
    }

    @Override
    public Map<String, Long> processes() {
        return Map.of("server", server.pid());
    }

    @Override
    public void close() throws IOException {
        pools.forEach(DruidDataSource::close);
        server.close();
    }
}
