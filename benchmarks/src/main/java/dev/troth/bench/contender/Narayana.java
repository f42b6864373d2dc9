package dev.troth.bench.contender;

import com.arjuna.ats.arjuna.common.CoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.CoreEnvironmentBeanException;
import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.internal.arjuna.objectstore.hornetq.HornetqJournalEnvironmentBean;
import com.arjuna.ats.internal.arjuna.objectstore.hornetq.HornetqObjectStoreAdaptor;
import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionManagerImple;
import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionSynchronizationRegistryImple;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.narayana.NarayanaTransactionIntegration;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.artemis.nativo.jlibaio.LibaioContext;
import org.postgresql.xa.PGXADataSource;

/**
 * Narayana's JTA with Agroal's pools, as Quarkus has them, and an XA data source for every database. Where it logs is the setting {@code
 * store}: {@code files} is what one gets who sets nothing; {@code journal} and {@code journal with AIO} are Artemis's journal, over NIO or over
 * libaio.
 */
final class Narayana implements Contender {
    private static final String FILES = "files";
    private static final String JOURNAL = "journal";
    private static final String JOURNAL_WITH_AIO = "journal with AIO";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final List<AgroalDataSource> databases = new ArrayList<>();
    private final TransactionManager transactions;

    Narayana(Setting setting) throws SQLException, IOException, CoreEnvironmentBeanException {
        System.setProperty("org.jboss.logging.provider", "slf4j");
        BeanPopulator.getDefaultInstance(CoreEnvironmentBean.class).setNodeIdentifier("bench");
        keepLogs(setting.word("store", FILES), setting.folder());
        transactions = new TransactionManagerImple();
        TransactionSynchronizationRegistry registry = new TransactionSynchronizationRegistryImple();
        for (String url : setting.databases()) {
            // one for each pool: it knows the connection that the transaction has, but not of which pool
            databases.add(pool(url, setting.clients(), new NarayanaTransactionIntegration(transactions, registry)));
        }
    }

    private static void keepLogs(String store, Path runFolder) throws IOException {
        Path folder = Files.createDirectories(runFolder.resolve("narayana"));
        ObjectStoreEnvironmentBean actions = BeanPopulator.getDefaultInstance(ObjectStoreEnvironmentBean.class);
        actions.setObjectStoreDir(folder.toString());
        for (String other : List.of("communicationStore", "stateStore")) {
            BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, other)
                    .setObjectStoreDir(folder.toString());
        }
        switch (store) {
            case FILES -> {} // what it is if nothing is set
            case JOURNAL, JOURNAL_WITH_AIO -> {
                actions.setObjectStoreType(HornetqObjectStoreAdaptor.class.getName());
                boolean aio = store.equals(JOURNAL_WITH_AIO);
                if (aio) {
                    provideLibrary(runFolder);
                }
                Path journal = Files.createDirectories(folder.resolve("journal"));
                HornetqJournalEnvironmentBean options =
                        BeanPopulator.getDefaultInstance(HornetqJournalEnvironmentBean.class);
                options.setStoreDir(journal.toString());
                options.setAsyncIO(aio);
            }
            default -> throw new IllegalArgumentException("Narayana has no store '" + store + "'");
        }
    }

    /** Takes the native library out of its jar, where the JVM does not look; without it the journal would silently use NIO. */
    private static void provideLibrary(Path runFolder) throws IOException {
        String name = System.mapLibraryName("artemis-native-64");
        Path library = runFolder.resolve(name);
        try (InputStream in = LibaioContext.class.getResourceAsStream("/lib/linux-x86_64/" + name)) {
            if (in != null) {
                Files.copy(in, library);
            }
        }
        if (!LibaioContext.isLoaded()) {
            throw new IllegalStateException("Narayana's journal cannot use AIO here: " + library + " "
                    + (Files.exists(library) ? "was not loaded" : "is not in Artemis's jar for this system")
                    + ". It is for Linux on x86-64, needs libaio (apt-get install libaio1), and java.library.path, which is "
                    + System.getProperty("java.library.path") + ", has to have its folder");
        }
    }

    private static AgroalDataSource pool(String url, int clients, NarayanaTransactionIntegration integration)
            throws SQLException {
        return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(pool -> pool.initialSize(clients)
                        .maxSize(clients + 2)
                        .acquisitionTimeout(LIMIT)
                        .transactionIntegration(integration)
                        .connectionFactoryConfiguration(factory -> factory.connectionProviderClass(PGXADataSource.class)
                                .jdbcUrl(url))));
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
        databases.forEach(AgroalDataSource::close);
    }
}
