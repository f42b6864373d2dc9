package dev.troth.spring;

import dev.troth.Troth;
import dev.troth.tx.TransactionOptions;
import dev.troth.tx.TrothException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The transactions that Spring manages in the database of the decision log, and what of Troth's is bound to the current one.
 *
 * <p>It listens to their managers instead of being a synchronization before the commit: a listener is called after all of those, right before
 * the commit. So whatever they do is part of the transaction, and no statement of theirs can fail unseen between decision and commit.
 */
final class LocalTransactions implements TransactionExecutionListener {
    private static final TransactionDefinition EXISTING =
            new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_MANDATORY);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final int KIND_LENGTH = 100;

    /** Marks a transaction that nothing has joined and that commits: it is too late to join. */
    private static final TransactionSynchronization COMMITTING = new TransactionSynchronization() {};

    private final Troth troth;
    private final DataSource dataSource;
    private final List<PlatformTransactionManager> managers;

    LocalTransactions(Troth troth, DataSource dataSource, Collection<? extends PlatformTransactionManager> managers) {
        this.troth = troth;
        this.dataSource = dataSource;
        this.managers = List.copyOf(managers);
        this.managers.forEach(this::listenTo);
    }

    private void listenTo(PlatformTransactionManager manager) {
        if (!(manager instanceof ConfigurableTransactionManager configurable)) {
            throw new TrothException(
                    "The transaction manager " + manager
                            + " tells nobody when it commits, so the votes could not be collected before. Nothing was started. Use Spring's"
                            + " JdbcTransactionManager, JpaTransactionManager or another that extends AbstractPlatformTransactionManager.");
        }
        configurable.addListener(this);
    }

    /** What is bound to the current transaction, and is bound now if nothing was. */
    Binding current() {
        if (!TransactionSynchronizationManager.isActualTransactionActive()
                || !TransactionSynchronizationManager.isSynchronizationActive()) {
            throw new TrothException(
                    "There is no transaction of Spring's on this thread that this could be part of. Nothing was done. Add @Transactional"
                            + " to the method, and call it from another bean: a call inside the same object does not pass Spring's proxy. Or use"
                            + " TransactionTemplate.");
        }
        return bound().orElseGet(this::bind);
    }

    private Optional<Binding> bound() {
        for (TransactionSynchronization synchronization : TransactionSynchronizationManager.getSynchronizations()) {
            if (synchronization instanceof Binding binding && binding.belongsTo(this)) {
                return Optional.of(binding);
            }
        }
        return Optional.empty();
    }

    private Binding bind() {
        if (TransactionSynchronizationManager.getSynchronizations().contains(COMMITTING)) {
            throw new TrothException("The transaction '" + name()
                    + "' is committing or has committed, so nothing can be part of it any more. Nothing was done. Do it in the transaction,"
                    + " or in a new one: @Transactional(propagation = REQUIRES_NEW).");
        }
        if (TransactionSynchronizationManager.isCurrentTransactionReadOnly()) {
            throw new TrothException("The transaction '" + name()
                    + "' is read-only, and the decision or event would be a write. Nothing was done. Remove readOnly = true from"
                    + " @Transactional.");
        }
        if (managers.stream().noneMatch(LocalTransactions::hasTransaction)
                || !(TransactionSynchronizationManager.getResource(dataSource) instanceof ConnectionHolder holder)) {
            throw new TrothException(
                    "The transaction '" + name() + "' is not one of the data source with Troth's tables (" + dataSource
                            + "), so the decision could not be part of it. Nothing was done. Name its manager, @Transactional(\"…\"), or put"
                            + " troth.data-source=… into application.properties. Troth knows the managers " + managers
                            + " of that data source; a JTA manager cannot be used.");
        }
        Binding binding = new Binding(this, dataSource, troth.join(options(holder)));
        TransactionSynchronizationManager.registerSynchronization(binding);
        return binding;
    }

    /** Asks the manager; a bound connection does not tell, it may have been bound without a transaction beside one of another manager. */
    private static boolean hasTransaction(PlatformTransactionManager manager) {
        try {
            return !manager.getTransaction(EXISTING).isNewTransaction();
        } catch (IllegalTransactionStateException none) {
            return false;
        }
    }

    private static String name() {
        return Objects.requireNonNullElse(TransactionSynchronizationManager.getCurrentTransactionName(), "transaction");
    }

    /** Named as Spring's, by its last characters where those are too many: the method's. */
    private static TransactionOptions options(ConnectionHolder holder) {
        String name = name();
        TransactionOptions named = TransactionOptions.named(name.substring(Math.max(0, name.length() - KIND_LENGTH)));
        if (!holder.hasTimeout()) {
            return named;
        }
        Duration left = Duration.ofMillis(holder.getTimeToLiveInMillis());
        return named.timeout(left.compareTo(LONGEST) < 0 ? left : LONGEST);
    }

    /** Also called when a savepoint is released, which decides nothing. */
    @Override
    public void beforeCommit(TransactionExecution transaction) {
        if (!transaction.isNewTransaction() || !TransactionSynchronizationManager.isSynchronizationActive()) {
            return;
        }
        Optional<Binding> binding = bound();
        if (binding.isPresent()) {
            binding.get().collectVotes(transaction);
        } else {
            TransactionSynchronizationManager.registerSynchronization(COMMITTING);
        }
    }
}
