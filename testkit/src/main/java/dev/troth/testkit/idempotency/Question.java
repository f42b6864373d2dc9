package dev.troth.testkit.idempotency;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * What the world looks like.
 *
 * @param name how its user calls it
 * @param rows whether the answer is a table
 * @param inDatabase whether it is about what a transaction of the database undoes
 */
record Question(String name, boolean rows, boolean inDatabase, Ask ask) {

    /** Gives the answer: the rows, in an order that says nothing. */
    @FunctionalInterface
    interface Ask {
        List<String> answer() throws SQLException;
    }

    static Question query(String name, Supplier<DataSource> database, String sql) {
        return new Question(name, true, true, () -> rows(database.get(), sql));
    }

    static Question value(String name, Supplier<?> value) {
        return new Question(name, false, false, () -> {
            Object answer = value.get();
            return answer instanceof Collection<?> all
                    ? sorted(all.stream().map(String::valueOf))
                    : List.of(String.valueOf(answer));
        });
    }

    private static List<String> rows(DataSource database, String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                StringJoiner row = new StringJoiner(", ", "(", ")");
                for (int i = 1; i <= columns; i++) {
                    row.add(String.valueOf(rows.getString(i)));
                }
                found.add(row.toString());
            }
        }
        return sorted(found.stream());
    }

    private static List<String> sorted(Stream<String> texts) {
        return texts.sorted().collect(Collectors.toUnmodifiableList());
    }
}
