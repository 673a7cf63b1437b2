package com.terafy.it.switchover.inside;

import com.terafy.api.RetryPolicy;
import com.terafy.api.TerafyDataSource;
import com.terafy.api.TransactionOutcomeUnknownException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/** A row with an id of its own in a transaction of its own, as an application writes it. Thread-safe. */
final class Ledger {

    /** PostgreSQL: read-only transaction. */
    private static final String READ_ONLY = "25006";

    private static final RetryPolicy POLICY = RetryPolicy.of(500, Duration.ofSeconds(60));

    private final DataSource database;
    private final int load;
    private final boolean retried;

    /**
     * @param load its number, which stands in each row
     * @param retried whether Terafy runs the transaction again
     */
    Ledger(DataSource database, int load, boolean retried) {
        this.database = database;
        this.load = load;
        this.retried = retried;
    }

    /** What is learned on the way, by the thread that writes. */
    static final class Trace {

        long borrowed;
        long refused;
        int unknown;

        private void borrowed() {
            if (borrowed == 0) {
                borrowed = System.currentTimeMillis();
            }
        }
    }

    /** Writes, and returns when the row was confirmed. */
    void write(long id, Trace trace) throws SQLException {
        if (retried) {
            writeAgain(id, trace);
            return;
        }
        try (Connection connection = database.getConnection()) {
            trace.borrowed();
            connection.setAutoCommit(false);
            insert(connection, id, trace);
            connection.commit();
        }
    }

    /**
     * As the README has it: where nobody knows whether it was committed the application looks for its own row, and writes
     * it again if it is not there.
     */
    private void writeAgain(long id, Trace trace) throws SQLException {
        TerafyDataSource terafy = (TerafyDataSource) database;
        boolean there = false;
        while (!there) {
            try {
                there = terafy.withTransaction(POLICY, connection -> {
                    trace.borrowed();
                    if (trace.unknown == 0 || !isThere(connection, id)) {
                        insert(connection, id, trace);
                    }
                    return true;
                });
            } catch (TransactionOutcomeUnknownException unknown) {
                trace.unknown++;
            }
        }
    }

    private void insert(Connection connection, long id, Trace trace) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO ledger (id, load) VALUES (?, ?)")) {
            insert.setLong(1, id);
            insert.setInt(2, load);
            insert.executeUpdate();
        } catch (SQLException refused) {
            if (READ_ONLY.equals(refused.getSQLState())) {
                trace.refused = System.currentTimeMillis();
            }
            throw refused;
        }
    }

    private static boolean isThere(Connection connection, long id) throws SQLException {
        try (PreparedStatement question = connection.prepareStatement("SELECT 1 FROM ledger WHERE id = ?")) {
            question.setLong(1, id);
            try (ResultSet row = question.executeQuery()) {
                return row.next();
            }
        }
    }
}
