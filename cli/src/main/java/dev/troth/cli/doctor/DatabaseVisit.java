package dev.troth.cli.doctor;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.MariaDbBranches;
import dev.troth.jdbc.Outbox;
import dev.troth.jdbc.PostgresBranches;
import dev.troth.spi.BranchStore;
import dev.troth.spi.OutboxStore.Backlog;
import dev.troth.spi.StoreException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Looks at a database of PostgreSQL or MariaDB. */
public final class DatabaseVisit {
    private static final Duration OLD = Duration.ofMinutes(1);
    private static final Duration NOTICEABLE = Duration.ofSeconds(1);
    private static final Duration DANGEROUS = Duration.ofSeconds(10);
    private static final int BORROW_MILLIS = 5_000;
    private static final int SHOWN = 10;
    private static final String OPERATIONS = "See \"A branch stays in doubt\" in docs/operations.md.";

    private final String url;
    private final Optional<String> user;
    private final Optional<String> password;
    private final InstantSource clock;

    /** A database at that URL; user and password may be part of it. */
    public DatabaseVisit(String url, Optional<String> user, Optional<String> password, InstantSource clock) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.clock = clock;
    }

    /** Tells everything that is found, in order; ends early where the rest depends on it. */
    public void run(Consumer<Finding> tell) {
        if (!isPostgres() && !url.startsWith("jdbc:mariadb:") && !url.startsWith("jdbc:mysql:")) {
            tell.accept(Finding.fail(
                    "database",
                    "'" + url.replaceFirst("[/?;].*", "") + "' is no JDBC URL of PostgreSQL or MariaDB",
                    "It looks as jdbc:postgresql://host/database or jdbc:mariadb://host/database."));
            return;
        }
        try (HikariDataSource source = new HikariDataSource(config())) {
            tell.accept(product(source));
            if (isPostgres()) {
                tell.accept(slots(source));
                tell.accept(durability(source, "SHOW fsync", "on", "ALTER SYSTEM SET fsync = on; and reload."));
            } else {
                tell.accept(durability(
                        source,
                        "SELECT @@innodb_flush_log_at_trx_commit",
                        "1",
                        "SET GLOBAL innodb_flush_log_at_trx_commit = 1; and in the server's configuration."));
            }
            if (tables(source, tell)) {
                tell.accept(heuristics(source));
                tell.accept(owed(source));
                tell.accept(outbox(source));
                tell.accept(deadLetters(source));
                inDoubt(source, tell);
            }
        } catch (PoolInitializationException e) {
            tell.accept(unusable(e.getCause() == null ? e : e.getCause()));
        } catch (SQLException | IllegalArgumentException e) {
            tell.accept(unusable(e));
        }
    }

    private Finding unusable(Throwable failure) {
        String state = failure instanceof SQLException refused ? String.valueOf(refused.getSQLState()) : "";
        String advice = switch (state) {
            case "28P01", "28000" -> "Check user and password.";
            case "3D000", "42000" -> "Create that database, or check its name in the URL.";
            default -> "Check that the server runs, and the address.";
        };
        return Finding.fail("database", address() + " cannot be used: " + failure.getMessage(), advice);
    }

    /** The URL without what may be secret. */
    private String address() {
        return url.replaceFirst("[?;].*", "");
    }

    private boolean isPostgres() {
        return url.startsWith("jdbc:postgresql:");
    }

    private HikariConfig config() {
        HikariConfig config = new HikariConfig();
        config.setPoolName("doctor");
        config.setJdbcUrl(url);
        user.ifPresent(config::setUsername);
        password.ifPresent(config::setPassword);
        config.setMaximumPoolSize(2);
        config.setConnectionTimeout(BORROW_MILLIS);
        config.setInitializationFailTimeout(BORROW_MILLIS);
        return config;
    }

    private Finding product(HikariDataSource source) throws SQLException {
        try (Connection connection = source.getConnection()) {
            DatabaseMetaData data = connection.getMetaData();
            return Finding.ok(
                    "database",
                    data.getDatabaseProductName() + " " + data.getDatabaseProductVersion() + " at " + address());
        }
    }

    /** A decision log checks the tables when it opens, and knows the clock. */
    private boolean tables(HikariDataSource source, Consumer<Finding> tell) {
        try (JdbcDecisionLog log = JdbcDecisionLog.on(source)) {
            tell.accept(Finding.ok("tables", "complete; the identity of this store is " + log.open()));
            Instant before = clock.instant();
            Instant there = log.now();
            Instant after = clock.instant();
            tell.accept(clock(before, there, after));
            return true;
        } catch (StoreException e) {
            tell.accept(Finding.fail(
                    "tables",
                    String.valueOf(e.getMessage()),
                    "The services of the example make their tables when they start."));
            return false;
        }
    }

    private static Finding clock(Instant before, Instant there, Instant after) {
        Duration skew = there.isBefore(before)
                ? Duration.between(before, there)
                : there.isAfter(after) ? Duration.between(after, there) : Duration.ZERO;
        String found = skew.isZero()
                ? "agrees with this machine's to the millisecond"
                : "is " + skew.abs().toMillis() + " ms " + (skew.isNegative() ? "behind" : "ahead of")
                        + " this machine's";
        String advice = "Deadlines are set by services and judged by databases: let both use NTP.";
        if (skew.abs().compareTo(DANGEROUS) >= 0) {
            return Finding.fail("clock", found, advice);
        }
        return skew.abs().compareTo(NOTICEABLE) >= 0
                ? Finding.warn("clock", found, advice)
                : Finding.ok("clock", found);
    }

    private static Finding heuristics(HikariDataSource source) throws SQLException {
        long branches = number(source, "SELECT COUNT(*) FROM troth_heuristics");
        long decisions = number(source, "SELECT COUNT(*) FROM troth_decisions WHERE heuristic = TRUE");
        if (branches + decisions == 0) {
            return Finding.ok("heuristics", "nobody has finished a branch by hand against its decision");
        }
        return Finding.fail(
                "heuristics",
                branches + " branches and " + decisions
                        + " decisions are marked: somebody has finished branches by hand",
                "Compare the databases: \"Heuristic outcomes\" in docs/operations.md.");
    }

    private Finding owed(HikariDataSource source) throws SQLException {
        long before = clock.instant().minus(OLD).toEpochMilli();
        long old = number(
                source,
                "SELECT COUNT(*) FROM troth_decisions WHERE outcome = 'COMMITTED' AND done_at IS NULL AND decided_at < "
                        + before);
        if (old == 0) {
            return Finding.ok("decisions", "none is owed to a participant for longer than a minute");
        }
        return Finding.warn(
                "decisions",
                old + " commits are owed to participants for longer than a minute",
                "Start the participants that column owed of troth_decisions names; recovery sends the decisions by itself.");
    }

    private static Finding outbox(HikariDataSource source) {
        try (Outbox outbox = Outbox.on(source)) {
            outbox.open();
            Backlog waiting = outbox.backlog();
            if (waiting.oldest().compareTo(OLD) <= 0) {
                return Finding.ok("outbox", "no message waits for longer than a minute");
            }
            return Finding.warn(
                    "outbox",
                    waiting.messages() + " messages wait to be sent, the oldest for "
                            + waiting.oldest().toSeconds() + " s; " + waiting.failing()
                            + " keys wait because one of their messages cannot be sent",
                    "Start the service that wrote them, which sends them; reason in troth_outbox_failing says why one cannot be"
                            + " sent, and 0801 in docs/errors.md what to do.");
        } catch (StoreException e) {
            return Finding.warn("outbox", String.valueOf(e.getMessage()), "");
        }
    }

    private static Finding deadLetters(HikariDataSource source) throws SQLException {
        List<String> subscribers = new ArrayList<>();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT consumer, COUNT(*) FROM troth_dead_letters"
                        + " WHERE state = 'KEPT' GROUP BY consumer ORDER BY 2 DESC, consumer")) {
            while (rows.next()) {
                subscribers.add(rows.getLong(2) + " of subscriber '" + rows.getString(1) + "'");
            }
        }
        if (subscribers.isEmpty()) {
            return Finding.ok("dead letters", "no message waits for somebody to look at it");
        }
        return Finding.warn(
                "dead letters",
                "messages that could not be applied: "
                        + String.join(", ", subscribers.subList(0, Math.min(SHOWN, subscribers.size())))
                        + (subscribers.size() > SHOWN ? ", ..." : ""),
                "Read, mend, replay or discard them: docs/dead-letters.md.");
    }

    private static Finding slots(HikariDataSource source) throws SQLException {
        long slots = number(source, "SELECT current_setting('max_prepared_transactions')");
        long used = number(source, "SELECT COUNT(*) FROM pg_prepared_xacts");
        if (slots == 0) {
            return Finding.warn(
                    "prepared",
                    "max_prepared_transactions is 0: no participant can work in this server",
                    "As a superuser: ALTER SYSTEM SET max_prepared_transactions = 100; and restart the server. A service that"
                            + " only starts transactions does not need it.");
        }
        String found = used + " of " + slots + " slots for prepared transactions are used";
        return used * 10 > slots * 8
                ? Finding.warn("prepared", found, "Raise max_prepared_transactions, or look at those below.")
                : Finding.ok("prepared", found);
    }

    private static Finding durability(HikariDataSource source, String query, String safe, String advice)
            throws SQLException {
        String found = text(source, query);
        return found.equals(safe)
                ? Finding.ok("durability", "what is committed is on disk")
                : Finding.warn(
                        "durability",
                        "'" + query + "' says " + found + ": a power failure can undo what was committed",
                        advice);
    }

    private void inDoubt(HikariDataSource source, Consumer<Finding> tell) {
        List<String> old = new ArrayList<>();
        try (BranchStore branches = isPostgres() ? PostgresBranches.of(source) : MariaDbBranches.of(source)) {
            branches.open();
            for (BranchStore.InDoubt branch : branches.inDoubt()) {
                if (branch.age().compareTo(OLD) > 0) {
                    old.add(branch.branch() + " (" + branch.age().toSeconds() + " s, waits for service '"
                            + branch.branch().gid().service() + "')");
                }
            }
        } catch (StoreException e) {
            tell.accept(Finding.warn("in doubt", String.valueOf(e.getMessage()), ""));
            return;
        }
        if (old.isEmpty()) {
            tell.accept(Finding.ok("in doubt", "no branch for longer than a minute"));
            return;
        }
        String shown = String.join(", ", old.subList(0, Math.min(SHOWN, old.size())));
        tell.accept(Finding.warn(
                "in doubt",
                old.size() + " branches hold their locks for longer than a minute: " + shown
                        + (old.size() > SHOWN ? ", ..." : ""),
                "Start an instance of the service that is named: it ends them by itself. " + OPERATIONS));
    }

    private static long number(HikariDataSource source, String query) throws SQLException {
        return Long.parseLong(text(source, query));
    }

    private static String text(HikariDataSource source, String query) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
