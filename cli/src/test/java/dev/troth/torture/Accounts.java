package dev.troth.torture;

import dev.troth.tx.RefusedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The tables of a bank: every account with its balance, and its history, numbered without a gap. */
final class Accounts {
    /** What makes the tables, in PostgreSQL as in MariaDB. */
    static final List<String> TABLES = List.of("""
            CREATE TABLE accounts (
                account integer PRIMARY KEY,
                balance bigint NOT NULL CHECK (balance >= 0),
                version bigint NOT NULL
            )""", """
            CREATE TABLE entries (
                transfer bigint NOT NULL,
                account  integer NOT NULL,
                amount   bigint NOT NULL,
                version  bigint NOT NULL,
                balance  bigint NOT NULL,
                PRIMARY KEY (transfer, account),
                UNIQUE (account, version)
            )""");

    private final String bank;

    Accounts(String bank) {
        this.bank = bank;
    }

    /** Writes the postings, or throws: the one because it checks, the other because the database does. */
    Entries book(Connection connection, Book book) throws SQLException {
        List<Entry> lines = new ArrayList<>();
        for (Posting posting : book.postings()) {
            Entry entry = next(connection, book.transfer(), posting);
            if (entry.balance() < 0 && posting.account() % 2 == 0) {
                throw new RefusedException(
                        "account " + posting.account() + " of " + bank + " lacks " + -entry.balance());
            }
            update(connection, entry);
            insert(connection, entry);
            lines.add(entry);
        }
        return new Entries(lines);
    }

    private Entry next(Connection connection, long transfer, Posting posting) throws SQLException {
        String sql = "SELECT balance, version FROM accounts WHERE account = ? FOR UPDATE";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setInt(1, posting.account());
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    throw new RefusedException(bank + " has no account " + posting.account());
                }
                return new Entry(
                        transfer,
                        bank,
                        posting.account(),
                        posting.amount(),
                        row.getLong("version") + 1,
                        row.getLong("balance") + posting.amount());
            }
        }
    }

    private static void update(Connection connection, Entry entry) throws SQLException {
        String sql = "UPDATE accounts SET balance = ?, version = ? WHERE account = ?";
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setLong(1, entry.balance());
            update.setLong(2, entry.version());
            update.setInt(3, entry.account());
            update.executeUpdate();
        }
    }

    private static void insert(Connection connection, Entry entry) throws SQLException {
        String sql = "INSERT INTO entries (transfer, account, amount, version, balance) VALUES (?, ?, ?, ?, ?)";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setLong(1, entry.transfer());
            insert.setInt(2, entry.account());
            insert.setLong(3, entry.amount());
            insert.setLong(4, entry.version());
            insert.setLong(5, entry.balance());
            insert.executeUpdate();
        }
    }
}
