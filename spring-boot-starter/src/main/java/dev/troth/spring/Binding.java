package dev.troth.spring;

import dev.troth.tx.JoinedTransaction;
import java.sql.Connection;
import java.util.IdentityHashMap;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.springframework.core.Ordered;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionStatus;

/**
 * One transaction of Spring's and the one of Troth's that has joined it: tells the latter what becomes of the former. Comes first among
 * synchronizations, so that branches do not wait for what others do after the commit.
 */
final class Binding implements LastHook {
    private final LocalTransactions owner;
    private final DataSource dataSource;
    private final JoinedTransaction joined;
    private final IdentityHashMap<Object, Integer> savepoints = new IdentityHashMap<>();
    private int enlisted;

    Binding(LocalTransactions owner, DataSource dataSource, JoinedTransaction joined) {
        this.owner = owner;
        this.dataSource = dataSource;
        this.joined = joined;
    }

    boolean belongsTo(LocalTransactions transactions) {
        return owner == transactions;
    }

    JoinedTransaction joined() {
        return joined;
    }

    void enlisted() {
        enlisted++;
    }

    /** Does something on the connection of Spring's transaction. */
    void write(Consumer<Connection> work) {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            work.accept(connection);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    /** The last thing before the commit. What it throws makes Spring roll back. */
    void collectVotes(TransactionExecution transaction) {
        if (joined.hasBranches() && transaction instanceof TransactionStatus status) {
            status.flush(); // what JPA would refuse at the commit, it refuses here, before anybody waits
        }
        write(joined::beforeCommit);
    }

    @Override
    public void lastBeforeCommit(TransactionExecution transaction) {
        collectVotes(transaction);
    }

    @Override
    public void savepoint(Object savepoint) {
        savepoints.put(savepoint, enlisted);
    }

    /** A branch cannot be taken back alone. One that was enlisted before the savepoint stays. */
    @Override
    public void savepointRollback(Object savepoint) {
        if (enlisted > savepoints.getOrDefault(savepoint, 0)) {
            joined.rollBackOnly(
                    "a nested transaction in which a participant was enlisted has rolled back to its savepoint; enlist"
                            + " outside of it, or use Propagation.REQUIRES_NEW for it");
        }
    }

    @Override
    public void afterCommit() {
        joined.committed();
    }

    /** Spring also says "rolled back" when a commit has failed and there was nothing left to roll back; so only its "committed" counts. */
    @Override
    public void afterCompletion(int status) {
        if (status == STATUS_COMMITTED) {
            joined.committed();
        } else {
            joined.rolledBackOrUnknown();
        }
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }
}
