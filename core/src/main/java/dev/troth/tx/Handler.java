package dev.troth.tx;

/**
 * Does a participant's part. Returning means yes; throwing means no: {@link RefusedException} for a rule of the business,
 * anything else for a failure, which is told apart by SQLSTATE.
 *
 * @param <C> the command
 * @param <R> what travels back with the yes vote
 */
@FunctionalInterface
public interface Handler<C, R> {
    /** Does the part of the transaction that the command asks for. */
    R handle(C command, Branch branch) throws Exception;

    /** A handler that returns nothing. */
    @FunctionalInterface
    interface OfVoid<C> {
        /** Does the part of the transaction that the command asks for. */
        void handle(C command, Branch branch) throws Exception;
    }
}
