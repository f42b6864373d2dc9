package dev.troth.spring;

import java.sql.Connection;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.SimpleTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionSynchronizationUtils;

/**
 * Lets code of the service work on a connection whose transaction is Troth's: to Spring it is the existing transaction of a data source,
 * which others have begun and will end. Safe for use by several threads; what it binds belongs to one thread and is gone from it afterwards,
 * whatever happens, and what was there before is back.
 */
final class BoundConnection {
    private final List<Workplace> workplaces;
    private final List<Object> keys;

    BoundConnection(List<Workplace> workplaces) {
        this.workplaces = List.copyOf(workplaces);
        this.keys = this.workplaces.stream().map(Workplace::key).toList();
    }

    /**
     * Does the work, then what is to be done before its commit.
     *
     * @param name of the work, as Spring names transactions
     * @param hooks get what is to be told when it has ended
     * @throws Exception what the work throws, or JPA, or a hook before the commit; or {@link UnexpectedRollbackException}. The
     *     transaction must not be committed then.
     */
    <T> T run(Connection connection, String name, Hooks hooks, Callable<T> work) throws Exception {
        Suspended before = Suspended.take(keys);
        try {
            return bound(connection, name, hooks, work);
        } finally {
            before.giveBack();
        }
    }

    /** What a failure means to Spring. */
    RuntimeException meaning(RuntimeException failure) {
        RuntimeException meaning = failure;
        for (Workplace workplace : workplaces) {
            meaning = workplace.meaning(meaning);
        }
        return meaning;
    }

    private <T> T bound(Connection connection, String name, Hooks hooks, Callable<T> work) throws Exception {
        Deque<Workplace.Desk> desks = new ArrayDeque<>();
        Deque<Object> bound = new ArrayDeque<>();
        try {
            for (Workplace workplace : workplaces) {
                Workplace.Desk desk = workplace.on(connection);
                desks.push(desk);
                TransactionSynchronizationManager.bindResource(workplace.key(), desk.holder());
                bound.push(workplace.key());
            }
            TransactionSynchronizationManager.initSynchronization();
            TransactionSynchronizationManager.setActualTransactionActive(true);
            TransactionSynchronizationManager.setCurrentTransactionName(name);
            T result = worked(work);
            refuseIfRollbackOnly(name, desks);
            desks.forEach(Workplace.Desk::complete);
            lastHooks();
            return result;
        } finally {
            hooks.takeOver();
            bound.forEach(TransactionSynchronizationManager::unbindResourceIfPossible);
            TransactionSynchronizationManager.clear();
            desks.forEach(Workplace.Desk::close);
        }
    }

    /** As Spring: all are asked before the commit, unless it has failed already, and then told that it is over. */
    private static <T> T worked(Callable<T> work) throws Exception {
        try {
            T result = work.call();
            TransactionSynchronizationUtils.triggerBeforeCommit(false);
            return result;
        } finally {
            TransactionSynchronizationUtils.triggerBeforeCompletion();
        }
    }

    private static void lastHooks() {
        TransactionExecution transaction = new SimpleTransactionStatus(true);
        for (TransactionSynchronization each : TransactionSynchronizationManager.getSynchronizations()) {
            if (each instanceof LastHook last) {
                last.lastBeforeCommit(transaction);
            }
        }
    }

    private static void refuseIfRollbackOnly(String name, Deque<Workplace.Desk> desks) {
        if (desks.stream().anyMatch(Workplace.Desk::rollbackOnly)) {
            throw new UnexpectedRollbackException("The transaction of " + name
                    + " was marked rollback-only: by setRollbackOnly(), or because a @Transactional method or JPA in it failed, even if that"
                    + " exception was caught. To say why, let the exception pass or throw a RefusedException.");
        }
    }
}
