package dev.troth.spring;

import java.sql.Connection;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.ResourceHolder;

/** A way in which code of the service reaches a database: plain JDBC, or an entity manager. */
interface Workplace {
    /** By which Spring finds on a thread what belongs to it: the data source, or the factory of the entity managers. */
    Object key();

    /** Opens it on a connection whose transaction is somebody else's. */
    Desk on(Connection connection);

    /** What a failure means to Spring, if it is one of this kind of access; otherwise the failure itself. */
    default RuntimeException meaning(RuntimeException failure) {
        return failure;
    }

    /** One that is open. It belongs to one thread. */
    interface Desk {
        /** What is bound to the thread. */
        ResourceHolder holder();

        /** Whether somebody has said that the transaction is to roll back. */
        boolean rollbackOnly();

        /** Writes what is still to be written, when everything else has been done. */
        void complete();

        /** Lets go of what it holds; never of the connection. Never throws. */
        void close();
    }

    /** Plain JDBC: what asks Spring for a connection of the data source gets the given one. */
    record OfDataSource(Object key) implements Workplace {
        @Override
        public Desk on(Connection connection) {
            ConnectionHolder holder = new ConnectionHolder(connection, true);
            holder.setSynchronizedWithTransaction(true);
            return new Plain(holder);
        }
    }

    /** Has nothing to write or to close. */
    record Plain(ConnectionHolder holder) implements Desk {
        @Override
        public boolean rollbackOnly() {
            return holder.isRollbackOnly();
        }

        @Override
        public void complete() {}

        @Override
        public void close() {}
    }
}
