package dev.troth.testkit;

import java.lang.reflect.Proxy;
import java.sql.Connection;

/** What a store in memory gives instead of a connection: asking for it counts as writing, using it is an error. */
final class NoConnection {
    private NoConnection() {}

    static Connection toAStoreInMemory() {
        return (Connection) Proxy.newProxyInstance(
                NoConnection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("toString")) {
                        return "no connection: a store in memory";
                    }
                    throw new UnsupportedOperationException("A store in memory has no connection, so "
                            + method.getName() + "() cannot be called on it. Use a store"
                            + " of a database, such as PostgresBranches, for a handler that needs one.");
                });
    }
}
