package dev.troth.testkit;

import dev.troth.spi.StoreException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a store in memory gives instead of a connection: asking for it counts as writing, using it is an error. Other stores in memory may
 * write with its transaction: what they leave here is done when that commits.
 */
final class NoConnection implements InvocationHandler {
    private final List<Runnable> writes = new ArrayList<>(); // guarded by this
    private boolean ended; // guarded by this
    private final Connection connection = (Connection)
            Proxy.newProxyInstance(NoConnection.class.getClassLoader(), new Class<?>[] {Connection.class}, this);

    /** The transaction to which a connection belongs. */
    static NoConnection of(Connection connection) {
        if (Proxy.isProxyClass(connection.getClass())
                && Proxy.getInvocationHandler(connection) instanceof NoConnection transaction) {
            return transaction;
        }
        throw new IllegalArgumentException("This is the connection of a database: " + connection
                + ". A store in memory works with those that stores in memory give.");
    }

    /** What users get. */
    Connection connection() {
        return connection;
    }

    /** Does that when the transaction commits, after what was left here before. */
    synchronized void atCommit(Runnable write) {
        if (ended) {
            throw new StoreException("The transaction of this connection has ended. Nothing was written.", null);
        }
        writes.add(write);
    }

    /** From now on nothing can be left here. */
    synchronized void end() {
        ended = true;
    }

    /** Does what was left here. */
    void commit() {
        List<Runnable> all;
        synchronized (this) {
            ended = true;
            all = List.copyOf(writes);
            writes.clear();
        }
        all.forEach(Runnable::run);
    }

    /** Forgets what was left here. */
    synchronized void rollback() {
        ended = true;
        writes.clear();
    }

    @Override
    public Object invoke(Object proxy, Method method, Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "toString" -> "no connection: a store in memory";
            case "hashCode" -> System.identityHashCode(proxy);
            case "equals" -> arguments != null && proxy == arguments[0];
            default ->
                throw new UnsupportedOperationException("A store in memory has no connection, so "
                        + method.getName() + "() cannot be called on it. Use a store"
                        + " of a database, such as PostgresBranches, for a handler that needs one.");
        };
    }
}
