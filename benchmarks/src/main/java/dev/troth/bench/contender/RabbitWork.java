package dev.troth.bench.contender;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** For contenders that are written by hand: what a participant does on orders, with one connection, one thread at a time. */
final class RabbitWork implements AutoCloseable {
    static final String PREPARE = "prepare";
    static final String COMMIT = "commit";
    static final String YES = "yes";
    static final String DONE = "done";

    private final boolean blogs;
    private final Connection connection;
    private final PreparedStatement insert;
    private final Statement statement;

    /** In the database of that number. */
    RabbitWork(Setting setting, int number) throws SQLException {
        blogs = number == 0;
        connection = DriverManager.getConnection(setting.databases().get(number));
        insert = connection.prepareStatement(blogs ? Rows.BLOG : Rows.REVIEW);
        statement = connection.createStatement();
    }

    /** The body of an order to insert: the first column and, after the end of the line, the second. */
    String answer(String order, String gid, String body) {
        try {
            if (order.equals(COMMIT)) {
                statement.executeUpdate("COMMIT PREPARED '" + gid + "'");
                return DONE;
            }
            int end = body.indexOf('\n');
            String content = body.substring(end + 1);
            connection.setAutoCommit(false);
            if (blogs) {
                Rows.bindBlog(insert, body.substring(0, end), content);
            } else {
                Rows.bindReview(insert, Long.parseLong(body.substring(0, end)), content);
            }
            insert.executeUpdate();
            statement.executeUpdate("PREPARE TRANSACTION '" + gid + "'");
            connection.setAutoCommit(true);
            return YES;
        } catch (SQLException e) {
            return "no: " + e;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
