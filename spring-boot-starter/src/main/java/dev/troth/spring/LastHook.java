package dev.troth.spring;

import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.support.TransactionSynchronization;

/** A hook that has something to write when everybody else has done so, right before the commit. */
interface LastHook extends TransactionSynchronization {
    /** Writes it; what it throws makes the transaction roll back. */
    void lastBeforeCommit(TransactionExecution transaction);
}
