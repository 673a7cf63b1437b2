package com.terafy.it.differential.inside;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What the scenarios do with a connection. The client makes the tables. */
final class Sql {

    static final String TABLE = "differential_row";

    private Sql() {}

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    static void insert(Connection connection, int id) throws SQLException {
        run(connection, "INSERT INTO " + TABLE + " VALUES (" + id + ")");
    }

    static String count(Connection connection) throws SQLException {
        return ask(connection, "SELECT count(*) FROM " + TABLE);
    }

    static String backend(Connection connection) throws SQLException {
        return ask(connection, "SELECT pg_backend_pid()");
    }

    /** Fails with 22012. */
    static void fail(Connection connection) throws SQLException {
        run(connection, "SELECT 1/0");
    }
}
