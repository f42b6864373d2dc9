package dev.troth.spi;

import dev.troth.protocol.Refusal;
import java.sql.Connection;

/**
 * Notes the ids of messages in the transactions that apply them, so that each consumer applies a message once however often it is
 * delivered. {@code InboxContract} in the tests of troth-jdbc proves its implementation. Safe for use by several threads.
 */
public interface InboxStore extends AutoCloseable {
    /**
     * Checks that the store can be used.
     *
     * @throws StoreException if something is missing, with what to do about it
     */
    void open();

    /** The same store for the consumer of that name. */
    InboxStore named(String consumer);

    /**
     * Applies a message unless that has been done. When this returns, the effect is durable.
     *
     * @param messageId the same for every delivery of a message, and of no other message of this consumer
     * @return whether it was applied now; if not, it had been applied before
     * @throws X what the effect throws; nothing was applied
     * @throws BranchFailedException if the database certainly rolled back, with the reason; nothing was applied
     * @throws StoreException if the database failed and it is not known whether the message was applied; its next delivery tells
     */
    <X extends Exception> boolean once(String messageId, Effect<X> effect) throws X;

    /** Says what a failure of an effect or of this store means, by SQLSTATE and vendor code, never by message text. */
    Refusal explain(Throwable failure);

    /**
     * Keeps a message that could not be applied, durably, for somebody to look at; once per message, the last one counts, and what was
     * there before goes to its history.
     *
     * @throws StoreException if it is not known whether it is kept
     */
    void keep(DeadLetter letter);

    /** What it has kept of this consumer's messages. */
    DeadLetterStore deadLetters();

    /** Lets go of what the store holds itself. Does nothing the second time. */
    @Override
    void close();

    /** What a message does. */
    @FunctionalInterface
    interface Effect<X extends Exception> {
        /**
         * Does it, on a connection that it cannot commit, roll back or close.
         *
         * @throws X if it cannot be done; everything is rolled back then
         */
        void apply(Connection connection) throws X;
    }
}
