package com.terafy.monitor.snapshot;

import com.terafy.api.PoolOperations;
import com.terafy.monitor.backends.ServerActivity;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The monitoring's session: outside the pool, so that it works when the pool is exhausted, read only, and bounded on
 * both sides. For one thread.
 *
 * <p>Each reading is a transaction of its own: inside one PostgreSQL would show the same activity for ever. What bounds
 * it is set for that transaction only, because behind a pooler other clients come to use the same session.
 */
final class ActivitySession implements AutoCloseable {

    /** Purpose of the session, at the end of its application_name. */
    static final String PURPOSE = "monitor";

    private final String begin;
    private final Duration answerLimit;
    private final DatabaseReading database;
    private @Nullable Connection connection;

    /**
     * A session that is not open yet.
     *
     * @param statementLimit longest run of one statement, watched by the server
     * @param answerLimit longest wait for an answer, watched by the driver
     * @param ticker nanoseconds, as of System.nanoTime
     */
    ActivitySession(Duration statementLimit, Duration answerLimit, LongSupplier ticker) {
        // READ COMMITTED by name: under a role's default of SERIALIZABLE a reading would take part in others' conflicts
        this.begin = String.format(
                Locale.ROOT,
                "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; SET LOCAL statement_timeout = %1$d;"
                        + " SET LOCAL lock_timeout = %1$d",
                statementLimit.toMillis());
        this.answerLimit = answerLimit;
        this.database = new DatabaseReading(ticker);
    }

    /** Reads; opens the session where needed, once more where it has ended since the last reading. */
    ServerActivity read(PoolOperations pool) throws SQLException {
        Connection open = connection;
        if (open != null) {
            try {
                return transaction(open);
            } catch (SQLException ended) {
                close();
                if (!isEndOfSession(ended)) {
                    throw ended;
                }
            }
        }
        close();
        return first(pool);
    }

    private ServerActivity first(PoolOperations pool) throws SQLException {
        Connection fresh = open(pool);
        connection = fresh;
        try {
            return transaction(fresh);
        } catch (SQLException failed) {
            close();
            throw failed;
        }
    }

    /** The driver stays in auto-commit, so that it begins nothing of its own. A failure is the end of the session. */
    private ServerActivity transaction(Connection open) throws SQLException {
        try (Statement statement = open.createStatement()) {
            statement.execute(begin);
            ServerActivity activity = ActivityReading.read(open, database);
            statement.execute("COMMIT");
            return activity;
        }
    }

    /** Ended by the server, and not by our own impatience: that would only double the wait. */
    private static boolean isEndOfSession(SQLException failure) {
        String state = failure.getSQLState();
        return state != null
                && (state.startsWith("57P") || state.startsWith("08"))
                && !(failure.getCause() instanceof SocketTimeoutException);
    }

    private Connection open(PoolOperations pool) throws SQLException {
        Connection fresh = pool.openOutsidePool(PURPOSE);
        try {
            fresh.setNetworkTimeout(Runnable::run, Math.toIntExact(answerLimit.toMillis()));
            fresh.setAutoCommit(true);
            return fresh;
        } catch (SQLException | RuntimeException failed) {
            fresh.close();
            throw failed;
        }
    }

    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException alreadyBroken) {
                // the driver has closed the socket, or the server will
            }
        }
    }
}
