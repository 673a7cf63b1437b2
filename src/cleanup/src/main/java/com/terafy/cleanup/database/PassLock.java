package com.terafy.cleanup.database;

import com.terafy.api.PoolIdentity;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * One pass at a time in the whole database: the advisory lock {@code (LEASE_CLASS, 0)}, held by the lease's session and
 * gone with it, so that a node that dies in the middle does not block the others. For one thread.
 */
public final class PassLock implements AutoCloseable {

    /** No pool instance is 0, so this key is no lease. */
    private static final int KEY = 0;

    /** Releasing what is not held would be a warning in the server's log. */
    private static final String RELEASE_IF_HELD = """
            SELECT pg_advisory_unlock(l.classid::bigint::int, l.objid::bigint::int) FROM pg_locks l
            WHERE l.pid = pg_backend_pid() AND l.locktype = 'advisory' AND l.classid = ?::oid AND l.objid = ?::oid
                AND l.objsubid = 2 AND l.granted
                AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())""";

    private final LeaseSession session;

    private PassLock(LeaseSession session) {
        this.session = session;
    }

    /** Takes the lock; empty if another node has it. */
    public static Optional<PassLock> tryTake(LeaseSession session) throws SQLException {
        return call(session, "SELECT pg_try_advisory_lock(?, ?)")
                ? Optional.of(new PassLock(session))
                : Optional.empty();
    }

    /** Releases it if it is held after all; false if the session does not answer. */
    static boolean isReleased(LeaseSession session) {
        try {
            call(session, RELEASE_IF_HELD);
            return true;
        } catch (SQLException broken) {
            return false; // the caller ends the session, and the lock with it
        }
    }

    /** The session that holds it. */
    public LeaseSession session() {
        return session;
    }

    @Override
    public void close() throws SQLException {
        call(session, "SELECT pg_advisory_unlock(?, ?)");
    }

    private static boolean call(LeaseSession session, String sql) throws SQLException {
        try (PreparedStatement statement = session.connection().prepareStatement(sql)) {
            statement.setInt(1, PoolIdentity.LEASE_CLASS);
            statement.setInt(2, KEY);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
