package dev.troth.cli.harness;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.Optional;

/** The connections of a service that is a process of its own, and must notice when its database does not answer. */
public final class ServicePool {
    private static final int CONNECT_SECONDS = 3;
    private static final int SOCKET_SECONDS = 10; // longer than a transaction may wait for a lock

    private ServicePool() {}

    /** What the parent says in the environment, where no other user of the machine reads it. */
    public static String environment(String variable) {
        return Optional.ofNullable(System.getenv(variable))
                .orElseThrow(() -> new IllegalStateException(variable + " is not set"));
    }

    /** Connections to that database, as many as so at most. */
    public static HikariDataSource open(String name, String url, int size) {
        boolean postgres = url.startsWith("jdbc:postgresql:");
        int unit = postgres ? 1 : 1000; // PostgreSQL's driver counts seconds
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(2);
        config.setConnectionTimeout(CONNECT_SECONDS * 1000L);
        config.setValidationTimeout(1_000);
        // A server does not notice for hours that a network has forgotten a connection, and its transaction keeps its
        // locks.
        config.setConnectionInitSql(
                postgres
                        ? "SET idle_in_transaction_session_timeout = '" + SOCKET_SECONDS + "s'"
                        : "SET SESSION idle_transaction_timeout = " + SOCKET_SECONDS);
        config.addDataSourceProperty("connectTimeout", Integer.toString(CONNECT_SECONDS * unit));
        config.addDataSourceProperty("socketTimeout", Integer.toString(SOCKET_SECONDS * unit));
        return new HikariDataSource(config);
    }
}
