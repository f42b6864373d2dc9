package dev.troth.jdbc;

import java.util.Locale;
import java.util.Set;

/**
 * Recognises, by its first words, a statement that would end the transaction it is in. It catches honest mistakes at once
 * and by name; what it cannot see (a procedure, a second statement in the same text) the database itself is asked about.
 */
final class SqlWords {
    /** Transaction control. */
    static final Set<String> ENDING = Set.of(
            "COMMIT",
            "ROLLBACK",
            "ABORT",
            "END",
            "BEGIN",
            "START TRANSACTION",
            "XA",
            "PREPARE TRANSACTION",
            "SET AUTOCOMMIT");

    /** Transaction control, and the definitions that commit implicitly in MariaDB, MySQL and H2. */
    static final Set<String> ENDING_WITH_DDL = Set.of(
            "COMMIT",
            "ROLLBACK",
            "ABORT",
            "END",
            "BEGIN",
            "START TRANSACTION",
            "XA",
            "PREPARE TRANSACTION",
            "SET AUTOCOMMIT",
            "ALTER",
            "CREATE",
            "DROP",
            "RENAME",
            "TRUNCATE",
            "LOCK TABLES",
            "UNLOCK TABLES",
            "GRANT",
            "REVOKE");

    private SqlWords() {}

    /** The words with which the statement ends its transaction, or "" if it does not seem to. */
    static String ending(String sql, Set<String> endingWords) {
        int start = skip(sql, 0);
        int end = wordEnd(sql, start);
        String first = sql.substring(start, end).toUpperCase(Locale.ROOT);
        if (!mayEnd(first)) {
            return "";
        }
        int secondStart = skip(sql, end);
        String second = sql.substring(secondStart, wordEnd(sql, secondStart)).toUpperCase(Locale.ROOT);
        if (harmless(first, second)) {
            return "";
        }
        if (endingWords.contains(first)) {
            return first;
        }
        String both = first + ' ' + second;
        return endingWords.contains(both) ? both : "";
    }

    /** Spares nearly every statement the look at its second word. */
    private static boolean mayEnd(String first) {
        return switch (first) {
            case "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "CALL", "VALUES", "" -> false;
            default -> true;
        };
    }

    private static boolean harmless(String first, String second) {
        return switch (first) {
            case "ROLLBACK" -> second.equals("TO");
            case "BEGIN" -> second.equals("NOT"); // MariaDB's compound statement
            case "CREATE", "DROP" -> second.equals("TEMPORARY");
            default -> false;
        };
    }

    /** Skips blanks and comments. */
    private static int skip(String sql, int from) {
        int at = from;
        while (at < sql.length()) {
            if (Character.isWhitespace(sql.charAt(at)) || sql.charAt(at) == '(' || sql.charAt(at) == ';') {
                at++;
            } else if (sql.startsWith("--", at)) {
                int line = sql.indexOf('\n', at);
                at = line < 0 ? sql.length() : line + 1;
            } else if (sql.startsWith("/*", at)) {
                int close = sql.indexOf("*/", at + 2);
                at = close < 0 ? sql.length() : close + 2;
            } else {
                return at;
            }
        }
        return at;
    }

    private static int wordEnd(String sql, int from) {
        int at = from;
        while (at < sql.length() && (Character.isLetter(sql.charAt(at)) || sql.charAt(at) == '_')) {
            at++;
        }
        return at;
    }
}
