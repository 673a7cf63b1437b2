package com.terafy.cleanup.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;

/**
 * The session that the cleanup works with, as the server knows it. Nothing is set in it for longer than a transaction:
 * behind a pooler others would get it. For one thread.
 */
public final class CleanupSession {

    private static final Duration LONGEST_STATEMENT = Duration.ofSeconds(5);

    // READ COMMITTED by name: under a role's default of SERIALIZABLE it would take part in others' conflicts
    private static final String BEGIN = String.format(
            Locale.ROOT,
            "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; SET LOCAL statement_timeout = %1$d;"
                    + " SET LOCAL lock_timeout = %1$d",
            LONGEST_STATEMENT.toMillis());

    private static final String WHO = "SELECT pg_backend_pid(), session_user, current_database()";

    private final Connection connection;
    private final int pid;
    private final String role;
    private final String database;

    private CleanupSession(Connection connection, int pid, String role, String database) {
        this.connection = connection;
        this.pid = pid;
        this.role = role;
        this.database = database;
    }

    /** Asks the server who it is. */
    public static CleanupSession on(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(WHO)) {
            row.next();
            return new CleanupSession(connection, row.getInt(1), row.getString(2), row.getString(3));
        }
    }

    /** Process id of its backend: asked from the server, as a pooler may have told the driver another one. */
    public int pid() {
        return pid;
    }

    /** The role it logged in as. */
    public String role() {
        return role;
    }

    /** The database it is connected to. */
    public String database() {
        return database;
    }

    /** Something to ask within one transaction. */
    @FunctionalInterface
    interface Question<T> {
        T ask(Connection connection) throws SQLException;
    }

    /** Asks in a transaction of its own, bounded by the server. */
    <T> T ask(Question<T> question) throws SQLException {
        run(BEGIN);
        boolean answered = false;
        try {
            T answer = question.ask(connection);
            answered = true;
            return answer;
        } finally {
            run(answered ? "COMMIT" : "ROLLBACK");
        }
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Whether it can be worked with after a failure. */
    public boolean isAlive() throws SQLException {
        return connection.isValid(1);
    }
}
