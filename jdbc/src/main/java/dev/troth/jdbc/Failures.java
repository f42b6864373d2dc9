package dev.troth.jdbc;

import dev.troth.protocol.Refusal;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.spi.BranchFailedException;
import dev.troth.spi.StoreException;
import dev.troth.tx.RefusedException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Says what a failure means: for the code by its reason, for people in a sentence. */
final class Failures {
    private static final int DEPTH = 20;

    private Failures() {}

    /** The failure of a task, with its values, the state it leaves, and what to do. */
    static StoreException store(Database.Task task, String label, ErrorTable errors, SQLException failure) {
        return new StoreException(
                "Could not " + task.what() + " in " + label + " (" + brief(failure) + "). " + task.then()
                        + advice(errors, failure),
                failure);
    }

    private static String advice(ErrorTable errors, SQLException failure) {
        String state = ErrorTable.state(failure);
        if (state.equals("42501") || failure.getErrorCode() == 1142) {
            return " Grant the user SELECT, INSERT, UPDATE and DELETE on Troth's tables.";
        }
        return errors.connectionLost(failure)
                ? " Check that the database runs, and the address, user, password and size of the connection pool."
                : "";
    }

    /** The failure in a few words, with its codes. */
    static String brief(SQLException failure) {
        String state = ErrorTable.state(failure);
        return (state.isEmpty() ? failure.getClass().getSimpleName() : "SQLSTATE " + state)
                + (failure.getErrorCode() == 0 ? "" : ", code " + failure.getErrorCode())
                + ": "
                + failure.getMessage();
    }

    /** What a failure of a handler or a store means to the caller of the transaction. */
    static Refusal explain(Throwable failure, ErrorTable errors) {
        if (failure instanceof RefusedException) {
            return new Refusal(Reason.REFUSED, text(failure));
        }
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEPTH; depth++) {
            if (cause instanceof BranchFailedException refused) {
                return refused.refusal();
            }
            if (cause instanceof SQLException sql) {
                return new Refusal(reason(sql, errors), failure instanceof StoreException ? text(failure) : brief(sql));
            }
            if (cause instanceof InterruptedException) {
                return new Refusal(Reason.TIMED_OUT, "interrupted: " + text(failure));
            }
            cause = cause.getCause();
        }
        return new Refusal(Reason.ERROR, failure.getClass().getName() + ": " + text(failure));
    }

    /** The reason of a failure, looking through the wrappers of batches. */
    static Reason reason(SQLException failure, ErrorTable errors) {
        if (failure instanceof MisuseException) {
            return Reason.MISUSE;
        }
        SQLException next = failure;
        for (int depth = 0; next != null && depth < DEPTH; depth++) {
            Reason reason = errors.reason(next);
            if (reason != Reason.ERROR) {
                return reason;
            }
            next = next.getNextException();
        }
        return Reason.ERROR;
    }

    /** A branch that votes no. */
    static BranchFailedException refused(Reason reason, String message, @Nullable Throwable cause) {
        return new BranchFailedException(new Refusal(reason, message), cause);
    }

    private static String text(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
