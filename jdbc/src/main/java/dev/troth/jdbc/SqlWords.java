package dev.troth.jdbc;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    private static final Set<String> DEFINITIONS =
            Set.of("ALTER", "CREATE", "DROP", "RENAME", "TRUNCATE", "GRANT", "REVOKE");

    /** What commits implicitly in MariaDB and MySQL, by their manuals' lists; temporary tables do not. */
    static final Set<String> ENDING_IN_MARIADB = together(
            ENDING,
            DEFINITIONS,
            Set.of(
                    "LOCK TABLES",
                    "UNLOCK TABLES",
                    "ANALYZE TABLE",
                    "CHECK TABLE",
                    "OPTIMIZE TABLE",
                    "REPAIR TABLE",
                    "CACHE INDEX",
                    "LOAD INDEX",
                    "FLUSH",
                    "RESET",
                    "CHANGE MASTER",
                    "INSTALL",
                    "UNINSTALL",
                    "SET PASSWORD",
                    "SHUTDOWN"));

    /** What commits implicitly in H2: temporary tables do, too, and so does every SET. */
    static final Set<String> ENDING_IN_H2 = together(
            ENDING,
            DEFINITIONS,
            Set.of(
                    "CREATE TEMPORARY",
                    "DROP TEMPORARY",
                    "DECLARE",
                    "ANALYZE",
                    "COMMENT",
                    "SET",
                    "SCRIPT",
                    "RUNSCRIPT",
                    "BACKUP",
                    "CHECKPOINT",
                    "EXECUTE IMMEDIATE",
                    "SHUTDOWN"));

    private static Set<String> together(Set<String> one, Set<String> two, Set<String> three) {
        return Stream.of(one, two, three).flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
    }

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
        String both = first + ' ' + second;
        if (endingWords.contains(both)) {
            return both;
        }
        return endingWords.contains(first) && !harmless(first, second) ? first : "";
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
