package dev.troth.testkit.idempotency;

import dev.troth.testkit.idempotency.IdempotencyProof.Preparation;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;

/**
 * Where histories are played.
 *
 * @param database the real one
 * @param tables are emptied before each history
 * @param before is done before each history, after that
 * @param starter starts a consumer
 * @param questions what the effect is
 * @param patience a consumer that gets no further for so long waits for the other one
 */
record Stage<M>(
        DataSource database,
        List<String> tables,
        Preparation before,
        Life.Starter<M> starter,
        List<Question> questions,
        Duration patience) {

    /** As if nothing had been delivered yet. */
    void prepare() {
        try {
            empty();
            before.prepare();
        } catch (Exception e) {
            throw new AssertionError("The state before a history could not be made, so nothing was delivered: " + e, e);
        }
    }

    private void empty() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String table : tables) {
                statement.execute("DELETE FROM " + table);
            }
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
        }
    }

    /** What all questions answer now. */
    List<List<String>> effect() {
        try {
            return Difference.ask(questions);
        } catch (SQLException e) {
            throw new AssertionError("A question about the effect could not be answered: " + e, e);
        }
    }
}
