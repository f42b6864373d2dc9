package dev.troth.jdbc;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Recognises, by the first words of each statement in a text, what would end the transaction it is in. It catches honest mistakes at once and
 * by name; what it cannot see (what a procedure does) the database itself is asked about.
 *
 * @param ending words with which statements begin that end the transaction
 * @param mariaDb whether a backslash in a text in quotes escapes the next character, and comments begin as they do in MariaDB
 */
record SqlWords(Set<String> ending, boolean mariaDb) {
    /** Transaction control. */
    private static final Set<String> ENDING = Set.of(
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
    private static final Set<String> ENDING_IN_MARIADB = together(
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
    private static final Set<String> ENDING_IN_H2 = together(
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

    /** With which a statement begins that may hold others, which do not end where it ends. */
    private static final Set<String> COMPOUND =
            Set.of("CREATE", "BEGIN", "IF", "CASE", "LOOP", "WHILE", "REPEAT", "FOR");

    private static final Set<String> PLAIN = Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "VALUES");

    private static Set<String> together(Set<String> one, Set<String> two, Set<String> three) {
        return Stream.of(one, two, three).flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
    }

    /** Those of PostgreSQL and Derby. */
    static final SqlWords STANDARD = new SqlWords(ENDING, false);

    /** Those of MariaDB and MySQL. */
    static final SqlWords MARIADB = new SqlWords(ENDING_IN_MARIADB, true);

    /** Those of H2. */
    static final SqlWords H2 = new SqlWords(ENDING_IN_H2, false);

    /** The words with which one of the statements in the text ends its transaction, or "" if none seems to. */
    String ending(String sql) {
        int start = skip(sql, 0);
        while (true) {
            String words = endingAt(sql, start);
            int semicolon = sql.indexOf(';', start);
            if (!words.isEmpty() || semicolon < 0 || isCompound(sql, start)) {
                return words;
            }
            start = skip(sql, endOfStatement(sql, start));
        }
    }

    /** Whether the text is one statement that reads or changes rows, and surely nothing else. */
    boolean plain(String sql) {
        int semicolon = sql.indexOf(';');
        int start = skip(sql, 0);
        return (semicolon < 0 || skip(sql, semicolon) == sql.length())
                && PLAIN.contains(sql.substring(start, wordEnd(sql, start)).toUpperCase(Locale.ROOT));
    }

    private String endingAt(String sql, int start) {
        int end = wordEnd(sql, start);
        String first = sql.substring(start, end).toUpperCase(Locale.ROOT);
        if (!mayEnd(first)) {
            return "";
        }
        int secondStart = skip(sql, end);
        String second = sql.substring(secondStart, wordEnd(sql, secondStart)).toUpperCase(Locale.ROOT);
        String both = first + ' ' + second;
        if (ending.contains(both)) {
            return both;
        }
        return ending.contains(first) && !harmless(first, second) ? first : "";
    }

    private static boolean isCompound(String sql, int start) {
        return COMPOUND.contains(sql.substring(start, wordEnd(sql, start)).toUpperCase(Locale.ROOT));
    }

    /** The place behind the semicolon that ends the statement; the end of the text if there is none. */
    private int endOfStatement(String sql, int from) {
        int at = from;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (c == ';') {
                return at + 1;
            }
            if (c == '\'' || c == '"' || c == '`') {
                at = endOfQuote(sql, at, c);
            } else if (c == '$') {
                at = endOfDollarQuote(sql, at);
            } else {
                int code = skipComment(sql, at);
                at = code == at ? at + 1 : code;
            }
        }
        return at;
    }

    /** A doubled quote is one of the text. */
    private int endOfQuote(String sql, int open, char quote) {
        boolean marked = open > 0 && "eE".indexOf(sql.charAt(open - 1)) >= 0 && !inName(sql, open - 1); // E'…'
        boolean escapes = marked || (mariaDb && quote != '`');
        for (int at = open + 1; at < sql.length(); at++) {
            if (sql.charAt(at) == quote) {
                if (at + 1 == sql.length() || sql.charAt(at + 1) != quote) {
                    return at + 1;
                }
                at++;
            } else if (escapes && sql.charAt(at) == '\\') {
                at++;
            }
        }
        return sql.length();
    }

    /** Whether a name or a number goes on here. */
    private static boolean inName(String sql, int at) {
        return at > 0 && Character.isJavaIdentifierPart(sql.charAt(at - 1));
    }

    /** Behind PostgreSQL's $tag$ … $tag$, or behind a dollar that begins nothing. */
    private static int endOfDollarQuote(String sql, int open) {
        int tag = open + 1;
        while (tag < sql.length() && (Character.isLetterOrDigit(sql.charAt(tag)) || sql.charAt(tag) == '_')) {
            tag++;
        }
        if (tag == sql.length() || sql.charAt(tag) != '$' || inName(sql, open)) {
            return open + 1;
        }
        String quote = sql.substring(open, tag + 1);
        int close = sql.indexOf(quote, tag + 1);
        return close < 0 ? sql.length() : close + quote.length();
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

    /** Skips blanks and comments, and statements that are empty. */
    private int skip(String sql, int from) {
        int at = from;
        while (at < sql.length()) {
            int code = skipComment(sql, at);
            if (code > at) {
                at = code;
            } else if (Character.isWhitespace(sql.charAt(at)) || sql.charAt(at) == '(' || sql.charAt(at) == ';') {
                at++;
            } else {
                return at;
            }
        }
        return at;
    }

    private int skipComment(String sql, int at) {
        if (lineComment(sql, at)) {
            int line = sql.indexOf('\n', at);
            return line < 0 ? sql.length() : line + 1;
        }
        return sql.startsWith("/*", at) ? endOfComment(sql, at) : at;
    }

    /** In MariaDB two minus signs begin one only with a blank behind them; a hash begins one. */
    private boolean lineComment(String sql, int at) {
        if (mariaDb && sql.charAt(at) == '#') {
            return true;
        }
        return sql.startsWith("--", at) && (!mariaDb || at + 2 == sql.length() || sql.charAt(at + 2) <= ' ');
    }

    /** In MariaDB they do not nest. */
    private int endOfComment(String sql, int open) {
        int depth = 1;
        for (int at = open + 2; at < sql.length() - 1; at++) {
            if (sql.startsWith("*/", at)) {
                depth = mariaDb ? 0 : depth - 1;
                at++;
            } else if (sql.startsWith("/*", at)) {
                depth++;
                at++;
            }
            if (depth == 0) {
                return at + 1;
            }
        }
        return sql.length();
    }

    private static int wordEnd(String sql, int from) {
        int at = from;
        while (at < sql.length() && (Character.isLetter(sql.charAt(at)) || sql.charAt(at) == '_')) {
            at++;
        }
        return at;
    }
}
