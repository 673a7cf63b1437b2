package com.terafy.it.nodes.inside;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** How a borrower leaves the connection that he keeps. */
enum Habit {
    /** Idle, under the pool's own name. */
    IDLE,
    /** Idle, under a name of the borrower's. */
    RENAMED,
    /** In a transaction. */
    TRANSACTION,
    /** In a transaction, under a name of the borrower's. */
    RENAMED_TRANSACTION,
    /** In a transaction that has failed. */
    ABORTED,
    /** Idle, with an advisory lock of the session. */
    LOCK;

    private static final String NAME = "nightly-report";

    void take(Connection connection) throws SQLException {
        switch (this) {
            case IDLE -> run(connection, "SELECT 1");
            case RENAMED -> connection.setClientInfo("ApplicationName", NAME);
            case TRANSACTION -> begin(connection);
            case RENAMED_TRANSACTION -> {
                connection.setClientInfo("ApplicationName", NAME);
                begin(connection);
            }
            case ABORTED -> abort(connection);
            case LOCK -> run(connection, "SELECT pg_advisory_lock(pg_backend_pid())");
        }
    }

    /** So that it can be asked something and given back. */
    void end(Connection connection) throws SQLException {
        switch (this) {
            case TRANSACTION, RENAMED_TRANSACTION, ABORTED -> connection.rollback();
            case IDLE, RENAMED, LOCK -> run(connection, "SELECT 1");
        }
    }

    private static void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        run(connection, "SELECT 1");
    }

    private static void abort(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try {
            run(connection, "SELECT 1 / 0");
            throw new IllegalStateException("1 / 0 does not fail");
        } catch (SQLException wanted) {
            if (!"22012".equals(wanted.getSQLState())) {
                throw wanted;
            }
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
