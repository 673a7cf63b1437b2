package com.terafy.it.soak.inside;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executor;

/** Ways to leave a session as no other borrower may find it. */
final class Dirt {

    private static final String[] STATEMENTS = {
        "SET app.soak = 'dirty'",
        "SELECT set_config('app.soak', 'dirty', false)",
        "SET search_path TO pg_catalog",
        "CREATE TEMP TABLE IF NOT EXISTS soak_temp (id int)",
        "SELECT pg_advisory_lock_shared(4711, 1)",
        "SET statement_timeout = '19s'",
        "SET TIME ZONE 'Asia/Tokyo'",
        "LISTEN soak",
        "DO $$ BEGIN PERFORM set_config('app.soak', 'dirty', false); END $$"
    };

    private static final Executor SAME_THREAD = Runnable::run;
    private static final int WAYS_BY_JDBC = 4;

    private Dirt() {}

    static void make(Connection connection, int way) throws SQLException {
        int chosen = way % (STATEMENTS.length + WAYS_BY_JDBC);
        switch (chosen - STATEMENTS.length) {
            case 0 -> connection.setReadOnly(true);
            case 1 -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            case 2 -> connection.setSchema("pg_catalog");
            case 3 -> connection.setNetworkTimeout(SAME_THREAD, 19_000);
            default -> byStatement(connection, way);
        }
    }

    static void byStatement(Connection connection, int way) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(STATEMENTS[way % STATEMENTS.length]);
        }
    }
}
