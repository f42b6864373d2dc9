package dev.troth.torture;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Everything that is in the tables of all banks at one moment.
 *
 * @param accounts every account
 * @param entries every line of every history
 */
record Books(List<Account> accounts, List<Entry> entries) {
    /** An account as its table has it. */
    record Account(String bank, int account, long balance, long version) {}

    /** Reads them. */
    static Books read(Map<String, String> databases) throws SQLException {
        List<Account> accounts = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<String, String> each : databases.entrySet()) {
            String bank = each.getKey();
            try (Connection connection = DriverManager.getConnection(each.getValue());
                    Statement statement = connection.createStatement()) {
                ResultSet rows = statement.executeQuery("SELECT account, balance, version FROM accounts");
                while (rows.next()) {
                    accounts.add(new Account(bank, rows.getInt(1), rows.getLong(2), rows.getLong(3)));
                }
                rows = statement.executeQuery("SELECT transfer, account, amount, version, balance FROM entries");
                while (rows.next()) {
                    entries.add(new Entry(
                            rows.getLong(1), bank, rows.getInt(2), rows.getLong(3), rows.getLong(4), rows.getLong(5)));
                }
            }
        }
        return new Books(accounts, entries);
    }
}
