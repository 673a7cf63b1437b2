package com.terafy.monitor.snapshot;

import com.terafy.api.PoolOperations;
import com.terafy.monitor.backends.ServerActivity;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The monitoring's session: outside the pool, so that it works when the pool is exhausted, read only, and bounded on
 * both sides. In auto-commit: inside a transaction PostgreSQL would show the same activity for ever. For one thread.
 */
final class ActivitySession implements AutoCloseable {

    /** Purpose of the session, at the end of its application_name. */
    static final String PURPOSE = "monitor";

    private static final String BEGIN = """
            SELECT set_config('statement_timeout', ?, false), set_config('lock_timeout', ?, false),
                set_config('default_transaction_read_only', 'on', false)""";

    private final Duration statementLimit;
    private final Duration answerLimit;
    private @Nullable Connection connection;
    private int instance;

    /**
     * A session that is not open yet.
     *
     * @param statementLimit longest run of one statement, watched by the server
     * @param answerLimit longest wait for an answer, watched by the driver
     */
    ActivitySession(Duration statementLimit, Duration answerLimit) {
        this.statementLimit = statementLimit;
        this.answerLimit = answerLimit;
    }

    /** Reads; opens the session where needed, once more where it has ended since the last reading. */
    ServerActivity read(PoolOperations pool) throws SQLException {
        Connection open = connection;
        if (open != null && instance == pool.identity().instance()) {
            try {
                return ActivityReading.read(open);
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
        instance = pool.identity().instance();
        try {
            return ActivityReading.read(fresh);
        } catch (SQLException failed) {
            close();
            throw failed;
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
            try (PreparedStatement statement = fresh.prepareStatement(BEGIN)) {
                statement.setString(1, statementLimit.toMillis() + "ms");
                statement.setString(2, statementLimit.toMillis() + "ms");
                statement.execute();
            }
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
