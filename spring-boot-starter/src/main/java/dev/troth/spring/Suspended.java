package dev.troth.spring;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** What Spring had bound to the current thread, taken away for a while, as by {@code REQUIRES_NEW}. */
final class Suspended {
    private final Map<Object, Object> resources = new LinkedHashMap<>();
    private final boolean synchronizing = TransactionSynchronizationManager.isSynchronizationActive();
    private final List<TransactionSynchronization> synchronizations = new ArrayList<>();
    private final @Nullable String name = TransactionSynchronizationManager.getCurrentTransactionName();
    private final boolean readOnly = TransactionSynchronizationManager.isCurrentTransactionReadOnly();
    private final @Nullable Integer isolation = TransactionSynchronizationManager.getCurrentTransactionIsolationLevel();
    private final boolean active = TransactionSynchronizationManager.isActualTransactionActive();

    private Suspended() {}

    /** Takes everything that belongs to a transaction, and the resources of these keys. */
    static Suspended take(Collection<Object> keys) {
        Suspended taken = new Suspended();
        if (taken.synchronizing) {
            taken.synchronizations.addAll(TransactionSynchronizationManager.getSynchronizations());
            taken.synchronizations.forEach(TransactionSynchronization::suspend);
        }
        for (Object key : keys) {
            Object resource = TransactionSynchronizationManager.unbindResourceIfPossible(key);
            if (resource != null) {
                taken.resources.put(key, resource);
            }
        }
        TransactionSynchronizationManager.clear();
        return taken;
    }

    /** Gives it back; what was bound in between is gone already. */
    void giveBack() {
        resources.forEach(TransactionSynchronizationManager::bindResource);
        TransactionSynchronizationManager.setActualTransactionActive(active);
        TransactionSynchronizationManager.setCurrentTransactionIsolationLevel(isolation);
        TransactionSynchronizationManager.setCurrentTransactionReadOnly(readOnly);
        TransactionSynchronizationManager.setCurrentTransactionName(name);
        if (synchronizing) {
            TransactionSynchronizationManager.initSynchronization();
            for (TransactionSynchronization synchronization : synchronizations) {
                synchronization.resume();
                TransactionSynchronizationManager.registerSynchronization(synchronization);
            }
        }
    }
}
