package com.terafy.cleanup.database;

import com.terafy.api.PoolIdentity;
import com.terafy.api.PoolOperations;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The proof that a pool instance lives: a session outside the pool that holds the advisory lock
 * {@code (LEASE_CLASS, instance)}. Every role can see it in pg_locks, and it ends with the session: at once when the
 * process or the deployment ends, and after {@link SessionBounds#silence} by the server's idle_session_timeout when
 * the host or the network is lost.
 *
 * <p>The lock is taken in shared mode, so that a new session gets it while the server has not yet noticed the end of
 * an old one. For one thread at a time, except {@link #close}.
 */
public final class Lease implements AutoCloseable {

    /** Purpose of the session, at the end of its {@code application_name}. */
    public static final String PURPOSE = "cleanup";

    private static final String BEGIN = """
            SELECT set_config('idle_session_timeout', ?, false), set_config('statement_timeout', ?, false),
                pg_try_advisory_lock_shared(?, ?), pg_backend_pid(), session_user, current_database()""";

    private final SessionBounds bounds;
    private final AtomicReference<@Nullable LeaseSession> held = new AtomicReference<>();
    private volatile boolean closed;

    /** A lease that is not held yet. */
    public Lease(SessionBounds bounds) {
        this.bounds = bounds;
    }

    /**
     * Renews the lease, or takes it where it is not held, its session is broken, or the pool was started anew.
     *
     * @return the session that holds it
     * @throws SQLException if the database cannot be reached or refuses
     */
    public LeaseSession hold(PoolOperations pool) throws SQLException {
        LeaseSession session = held.get();
        if (session != null && session.instance() == pool.identity().instance() && renewed(session)) {
            return session;
        }
        drop();
        refuseIfClosed();
        LeaseSession fresh = open(pool);
        held.set(fresh);
        refuseIfClosed();
        return fresh;
    }

    /** After a failure: keeps the lease where its session still answers and gives up the {@link PassLock}. */
    public void recover() {
        LeaseSession session = held.get();
        if (session != null && !PassLock.isReleased(session)) {
            drop();
        }
    }

    /** Ends the session, so that the next {@link #hold} takes the lease anew. */
    public void drop() {
        LeaseSession session = held.getAndSet(null);
        if (session != null) {
            closeQuietly(session.connection());
        }
    }

    /** Gives the lease up for good, also under the feet of a thread that uses its session. */
    @Override
    public void close() {
        closed = true;
        drop();
    }

    private void refuseIfClosed() throws SQLException {
        if (closed) {
            drop(); // opened while it was being closed
            throw new SQLNonTransientConnectionException("the lease was given up", "08003");
        }
    }

    /** Any message from the client starts idle_session_timeout afresh. */
    private static boolean renewed(LeaseSession session) {
        try (Statement statement = session.connection().createStatement()) {
            return statement.execute("SELECT 1");
        } catch (SQLException broken) {
            return false; // reopened by the caller, whose failure is reported
        }
    }

    private LeaseSession open(PoolOperations pool) throws SQLException {
        Connection connection = pool.openOutsidePool(PURPOSE);
        try {
            connection.setNetworkTimeout(
                    Runnable::run, Math.toIntExact(bounds.answer().toMillis()));
            connection.setAutoCommit(true);
            return begin(connection, pool);
        } catch (SQLException | RuntimeException failed) {
            closeQuietly(connection);
            throw failed;
        }
    }

    private LeaseSession begin(Connection connection, PoolOperations pool) throws SQLException {
        int instance = pool.identity().instance();
        try (PreparedStatement statement = connection.prepareStatement(BEGIN)) {
            statement.setString(1, bounds.silence().toMillis() + "ms");
            statement.setString(2, bounds.statement().toMillis() + "ms");
            statement.setInt(3, PoolIdentity.LEASE_CLASS);
            statement.setInt(4, instance);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                if (!row.getBoolean(3)) {
                    throw new SQLTransientException("another session holds the advisory lock ("
                            + PoolIdentity.LEASE_CLASS + ", " + instance + ") exclusively; see pg_locks");
                }
                return new LeaseSession(connection, instance, row.getInt(4), row.getString(5), row.getString(6));
            }
        }
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException alreadyBroken) {
            // nothing is lost: the driver has closed the socket, or the server will
        }
    }
}
