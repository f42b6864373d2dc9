package dev.troth.example.blog;

import java.util.Optional;

/**
 * Where a service's database is.
 *
 * @param url a JDBC URL of PostgreSQL or MariaDB
 * @param user if it is not part of the URL
 * @param password if it is not part of the URL
 * @param connections how many connections the service's pool has at most
 */
public record DatabaseSettings(String url, Optional<String> user, Optional<String> password, int connections) {
    private static final int DEFAULT_CONNECTIONS = 8;

    /** With 8 connections; user and password are part of the URL. */
    public static DatabaseSettings of(String url) {
        return new DatabaseSettings(url, Optional.empty(), Optional.empty(), DEFAULT_CONNECTIONS);
    }

    /** Whether it is PostgreSQL; otherwise it is MariaDB or MySQL. */
    boolean isPostgres() {
        return url.startsWith("jdbc:postgresql:");
    }

    /** Without what comes after the address, where a password may stand. */
    @Override
    public String toString() {
        return url.replaceFirst("[?;].*", "").replaceFirst("//[^/@]*@", "//");
    }
}
