package dev.troth.testkit.idempotency;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * In what the effect of a history differs from that of delivery exactly once.
 *
 * @param question the question that shows it
 * @param kind what is wrong
 * @param text goes on after "Applying 'x' twice": "inserted 2 rows into payments where 1 was expected"
 */
record Difference(Question question, Kind kind, String text, List<String> expected, List<String> actual) {
    private static final int MOST = 120;

    enum Kind {
        MORE,
        LESS,
        OTHER
    }

    /** What all questions answer now. */
    static List<List<String>> ask(List<Question> questions) throws SQLException {
        List<List<String>> answers = new ArrayList<>();
        for (Question question : questions) {
            answers.add(question.ask().answer());
        }
        return answers;
    }

    /** The first difference, if there is one. */
    static Optional<Difference> first(
            List<Question> questions, List<List<String>> expected, List<List<String>> actual) {
        for (int i = 0; i < questions.size(); i++) {
            if (!expected.get(i).equals(actual.get(i))) {
                return Optional.of(of(questions.get(i), expected.get(i), actual.get(i)));
            }
        }
        return Optional.empty();
    }

    private static Difference of(Question question, List<String> expected, List<String> actual) {
        Differing rows = new Differing(question, expected, actual);
        Kind kind = rows.kind();
        String text = rows.single()
                ? rows.values()
                : switch (kind) {
                    case MORE -> rows.more();
                    case LESS -> rows.less();
                    case OTHER -> rows.other();
                };
        return new Difference(question, kind, text, expected, actual);
    }

    /** Puts two answers to a question beside each other. */
    private static final class Differing {
        private final String name;
        private final boolean table;
        private final List<String> expected;
        private final List<String> actual;
        private final List<String> extra;
        private final List<String> missing;

        Differing(Question question, List<String> expected, List<String> actual) {
            this.name = question.name();
            this.table = question.rows();
            this.expected = expected;
            this.actual = actual;
            this.extra = without(actual, expected);
            this.missing = without(expected, actual);
        }

        boolean single() {
            return !table && expected.size() == 1 && actual.size() == 1;
        }

        Kind kind() {
            if (single()) {
                return order();
            }
            if (missing.isEmpty()) {
                return Kind.MORE;
            }
            return extra.isEmpty() ? Kind.LESS : Kind.OTHER;
        }

        private Kind order() {
            try {
                return Double.parseDouble(actual.get(0)) > Double.parseDouble(expected.get(0)) ? Kind.MORE : Kind.LESS;
            } catch (NumberFormatException noNumbers) {
                return Kind.OTHER;
            }
        }

        String values() {
            return "left " + name + " at " + brief(actual.get(0)) + " where " + brief(expected.get(0))
                    + " was expected";
        }

        String more() {
            String row = extra.get(0);
            int before = Collections.frequency(expected, row);
            return before > 0
                    ? "inserted " + rows(Collections.frequency(actual, row)) + " into " + name + " where "
                            + wereExpected(before) + ": " + brief(row)
                    : "left " + rows(actual.size()) + " in " + name + " where " + wereExpected(expected.size())
                            + ", among them " + brief(row);
        }

        String less() {
            return "left " + rows(actual.size()) + " in " + name + " where " + wereExpected(expected.size()) + ": "
                    + brief(missing.get(0)) + " is missing";
        }

        String other() {
            return "left " + brief(extra.get(0)) + " in " + name + " where " + brief(missing.get(0)) + " was expected";
        }

        private static String rows(int count) {
            return count + (count == 1 ? " row" : " rows");
        }

        private static String wereExpected(int count) {
            return count + (count == 1 ? " was" : " were") + " expected";
        }

        private static String brief(String row) {
            return row.length() <= MOST ? row : row.substring(0, MOST - 1) + "…";
        }

        private static List<String> without(List<String> all, List<String> others) {
            List<String> rest = new ArrayList<>(all);
            others.forEach(rest::remove);
            return rest;
        }
    }
}
