package dev.troth.spring;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionSynchronizationUtils;

/** What code of the service wants to be told of the end of the transaction in which it ran. */
final class Hooks {
    private static final Logger log = LoggerFactory.getLogger(Hooks.class);

    private final String work;
    private List<TransactionSynchronization> registered = List.of();

    /** The text appears in the log. */
    Hooks(String work) {
        this.work = work;
    }

    /** Takes those of the current thread, which then has none. */
    void takeOver() {
        if (TransactionSynchronizationManager.isSynchronizationActive()) {
            registered = TransactionSynchronizationManager.getSynchronizations();
            TransactionSynchronizationManager.clearSynchronization();
        }
    }

    /** Whatever they do, it has committed. */
    void committed() {
        for (TransactionSynchronization each : registered) {
            try {
                each.afterCommit();
            } catch (RuntimeException | Error failure) {
                log.error(
                        "code=TROTH-1001 work={} It has committed, and a hook after the commit failed", work, failure);
            }
        }
        ended(TransactionSynchronization.STATUS_COMMITTED);
    }

    /** It has ended in another way, or nobody here knows how. */
    void ended(int status) {
        TransactionSynchronizationUtils.invokeAfterCompletion(registered, status);
    }
}
