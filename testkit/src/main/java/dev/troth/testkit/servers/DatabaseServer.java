package dev.troth.testkit.servers;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A private database server. Its methods that run SQL need the database's JDBC driver on the class path. */
public abstract sealed class DatabaseServer extends Server permits PostgresServer, MariaDbServer {
    static final String USER = "troth";

    private final String password = Secrets.password();

    DatabaseServer(String name) {
        super(name);
    }

    /** What comes before the port in a JDBC URL. */
    abstract String scheme();

    /** The database that is there from the start. */
    abstract String firstDatabase();

    /** An identifier as this database quotes it. */
    abstract String quoted(String identifier);

    @Override
    public DatabaseServer environment(String variable, String value) {
        super.environment(variable, value);
        return this;
    }

    @Override
    public DatabaseServer start() {
        super.start();
        return this;
    }

    /** The JDBC URL of the database that is there from the start, with user and password. */
    public final String url() {
        return url(firstDatabase());
    }

    /** The JDBC URL of a database of this server, with user and password. */
    public final String url(String database) {
        return scheme() + "127.0.0.1:" + port() + "/" + database + "?user=" + USER + "&password=" + password;
    }

    /** The user, who may do everything. */
    public final String user() {
        return USER;
    }

    /** The user's password. */
    public final String password() {
        return password;
    }

    /** Makes an empty database and returns its JDBC URL. */
    public final String createDatabase(String name) {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + quoted(Secrets.plainName(name)));
            return url(name);
        } catch (SQLException e) {
            throw new ServerException("Database " + name + " could not be made. The log ends with:\n" + logTail(), e);
        }
    }

    /** Makes an empty database under a new name and returns its JDBC URL. */
    public final String freshDatabase() {
        return createDatabase("db_" + Secrets.token());
    }
}
