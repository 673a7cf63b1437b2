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
