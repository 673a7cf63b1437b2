package com.terafy.cleanup.database;

import com.terafy.api.PoolIdentity;
import com.terafy.cleanup.policy.BackendRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the server showed of one database at one moment.
 *
 * @param now the server's clock
 * @param rows its backends, longest unchanged first, hidden ones last
 * @param leased pool instances whose lease is held
 */
public record Activity(Instant now, List<BackendRow> rows, Set<Integer> leased) {

    /** More backends than this are not looked at in one pass. */
    public static final int MOST_BACKENDS = 10_000;

    /** Timestamps have microseconds in PostgreSQL and in OffsetDateTime: they compare exactly when sent back. */
    private static final String BACKENDS = """
            SELECT (SELECT clock_timestamp()), a.pid, a.backend_start, a.usename, a.datname,
                coalesce(a.application_name, ''), host(a.client_addr), a.state, a.state_change, a.backend_type,
                coalesce(r.rolsuper, true), l.pid IS NOT NULL
            FROM pg_stat_activity a LEFT JOIN pg_roles r ON r.oid = a.usesysid
            LEFT JOIN (
                SELECT DISTINCT pid FROM pg_locks
                WHERE locktype = 'advisory' AND granted AND (classid <> ?::oid OR objsubid <> 2)) l ON l.pid = a.pid
            WHERE a.datname = current_database()
            ORDER BY a.state_change NULLS LAST, a.pid
            LIMIT ?""";

    /** objsubid 2 marks a lock of two integers; objid shows the second one without its sign. */
    private static final String LEASES = """
            SELECT objid::bigint FROM pg_locks
            WHERE locktype = 'advisory' AND classid = ?::oid AND objsubid = 2 AND granted AND objid <> 0
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())""";

    public Activity {
        rows = List.copyOf(rows);
        leased = Set.copyOf(leased);
    }

    /** Reads it. */
    public static Activity read(LeaseSession session) throws SQLException {
        List<BackendRow> rows = new ArrayList<>();
        Instant now = Instant.MIN;
        try (PreparedStatement statement = session.connection().prepareStatement(BACKENDS)) {
            statement.setInt(1, PoolIdentity.LEASE_CLASS);
            statement.setInt(2, MOST_BACKENDS);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    now = instant(result, 1).orElseThrow();
                    rows.add(row(result));
                }
            }
        }
        return new Activity(now, rows, leases(session));
    }

    private static BackendRow row(ResultSet result) throws SQLException {
        return new BackendRow(
                result.getInt(2),
                instant(result, 3),
                text(result, 4),
                text(result, 5),
                result.getString(6),
                text(result, 7),
                text(result, 8),
                instant(result, 9),
                text(result, 10),
                result.getBoolean(11),
                result.getBoolean(12));
    }

    private static Set<Integer> leases(LeaseSession session) throws SQLException {
        Set<Integer> instances = new HashSet<>();
        try (PreparedStatement statement = session.connection().prepareStatement(LEASES)) {
            statement.setInt(1, PoolIdentity.LEASE_CLASS);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    instances.add((int) result.getLong(1));
                }
            }
        }
        return instances;
    }

    private static Optional<String> text(ResultSet result, int column) throws SQLException {
        return Optional.ofNullable(result.getString(column));
    }

    private static Optional<Instant> instant(ResultSet result, int column) throws SQLException {
        return Optional.ofNullable(result.getObject(column, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant);
    }
}
