package dev.troth.bench.contender;

import com.atomikos.icatch.jta.UserTransactionManager;
import com.atomikos.jdbc.AtomikosDataSourceBean;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.transaction.SystemException;
import org.postgresql.xa.PGXADataSource;

/** Atomikos TransactionsEssentials with its own pools and its own log in files. */
final class Atomikos implements Contender {
    private static final int LIMIT_SECONDS = 20;
    private static final int MOST_AT_ONCE = 200;
    private static final Logger LOGGER = Logger.getLogger("com.atomikos");

    private final List<AtomikosDataSourceBean> databases = new ArrayList<>();
    private final UserTransactionManager transactions = new UserTransactionManager();

    Atomikos(Setting setting) throws SQLException, IOException, SystemException {
        LOGGER.setLevel(Level.WARNING);
        String option = "com.atomikos.icatch.";
        System.setProperty(
                option + "log_base_dir",
                Files.createDirectories(setting.folder().resolve("atomikos")).toString());
        System.setProperty(option + "max_actives", Integer.toString(MOST_AT_ONCE));
        System.setProperty(option + "tm_unique_name", "bench");
        System.setProperty(option + "serial_jta_transactions", "false"); // a transaction has one thread here
        transactions.init();
        for (String url : setting.databases()) {
            databases.add(pool(url, "database" + databases.size(), setting.clients()));
        }
    }

    private static AtomikosDataSourceBean pool(String url, String name, int clients) throws SQLException {
        PGXADataSource source = new PGXADataSource();
        source.setURL(url);
        AtomikosDataSourceBean pool = new AtomikosDataSourceBean();
        pool.setUniqueResourceName(name);
        pool.setXaDataSource(source);
        pool.setMinPoolSize(clients);
        pool.setMaxPoolSize(clients + 2);
        pool.setBorrowConnectionTimeout(LIMIT_SECONDS);
        pool.init();
        return pool;
    }

    @Override
    public void write(int client, long id, String title, String content) throws Exception {
        transactions.begin();
        try {
            Rows.everywhere(databases, id, title, content);
        } catch (SQLException e) {
            transactions.rollback();
            throw e;
        }
        transactions.commit();
    }

    @Override
    public void close() {
        databases.forEach(AtomikosDataSourceBean::close);
        transactions.close();
    }
}
