package com.terafy.it.nodes.inside;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;

/**
 * A connection that a borrower keeps and does nothing with.
 *
 * @param backend pid and backend_start, as the database said when it was borrowed
 */
record Kept(Connection connection, Habit habit, String backend) {

    private static final String BACKEND =
            "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()";

    static Kept take(Connection connection, Habit habit) throws SQLException {
        String backend = backendOf(connection);
        habit.take(connection);
        return new Kept(connection, habit, backend);
    }

    private static String backendOf(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(BACKEND)) {
            row.next();
            return row.getInt(1) + " " + row.getObject(2, OffsetDateTime.class).toInstant();
        }
    }

    /** {@code kept}, pid, backend_start and habit. */
    String text() {
        return "kept " + backend + " " + habit;
    }

    /** Gives it back; {@code same} or {@code lost}, pid, backend_start, habit, and why it is lost. */
    String release() {
        try (connection) {
            habit.end(connection);
            String now = backendOf(connection);
            return (now.equals(backend) ? "same " : "lost ") + backend + " " + habit + " now " + now;
        } catch (SQLException ended) {
            return "lost " + backend + " " + habit + " " + ended.getSQLState() + " "
                    + String.valueOf(ended.getMessage()).replace('\n', ' ');
        }
    }
}
