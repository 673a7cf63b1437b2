package com.terafy.cleanup.database;

import com.terafy.api.FleetMember;
import com.terafy.api.Lease;
import com.terafy.api.PoolIdentity;
import com.terafy.cleanup.policy.BackendRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the server showed of one database at one moment.
 *
 * @param now the server's clock
 * @param rows its backends: those with a tag first, since a sign of life must not be cut off; then longest unchanged first,
 *     hidden ones last
 * @param fleet the pools that live, of all databases of the server
 * @param maxConnections the server's max_connections
 * @param reserved of these, kept for superusers and for pg_use_reserved_connections
 */
public record Activity(Instant now, List<BackendRow> rows, List<FleetMember> fleet, int maxConnections, int reserved) {

    /** More backends than this are not looked at in one pass. */
    public static final int MOST_BACKENDS = 10_000;

    /** Timestamps have microseconds in PostgreSQL and in OffsetDateTime: they compare exactly when sent back. */
    private static final String BACKENDS = """
            SELECT (SELECT clock_timestamp()), a.pid, a.backend_start, a.usename, a.datname,
                coalesce(a.application_name, ''), host(a.client_addr), a.state, a.state_change, a.backend_type,
                coalesce(r.rolsuper, true), l.pid IS NOT NULL,
                CASE WHEN a.application_name LIKE 'terafy/%' THEN a.query END
            FROM pg_stat_activity a LEFT JOIN pg_roles r ON r.oid = a.usesysid
            LEFT JOIN (
                SELECT DISTINCT pid FROM pg_locks WHERE locktype = 'advisory' AND granted) l ON l.pid = a.pid
            WHERE a.datname = current_database()
            ORDER BY coalesce(a.application_name, '') LIKE 'terafy/%' DESC, a.state_change NULLS LAST, a.pid
            LIMIT ?""";

    private static final String FLEET = """
            SELECT clock_timestamp(), current_setting('max_connections')::int,
                current_setting('superuser_reserved_connections')::int
                    + coalesce(current_setting('reserved_connections', true), '0')::int,""" + FleetMember.SQL;

    public Activity {
        rows = List.copyOf(rows);
        fleet = List.copyOf(fleet);
    }

    /** Reads it. */
    public static Activity read(CleanupSession session) throws SQLException {
        return session.ask(Activity::read);
    }

    private static Activity read(Connection connection) throws SQLException {
        List<BackendRow> rows = new ArrayList<>();
        Instant now = Instant.MIN;
        try (PreparedStatement statement = connection.prepareStatement(BACKENDS)) {
            statement.setInt(1, MOST_BACKENDS);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    now = instant(result, 1).orElseThrow();
                    rows.add(row(result));
                }
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(FLEET);
                ResultSet row = statement.executeQuery()) {
            row.next();
            List<FleetMember> fleet = FleetMember.read(row, 4, instant(row, 1).orElseThrow());
            return new Activity(now, rows, fleet, row.getInt(2), row.getInt(3));
        }
    }

    private static BackendRow row(ResultSet result) throws SQLException {
        String applicationName = result.getString(6);
        return new BackendRow(
                result.getInt(2),
                instant(result, 3),
                text(result, 4),
                text(result, 5),
                applicationName,
                text(result, 7),
                text(result, 8),
                instant(result, 9),
                text(result, 10),
                result.getBoolean(11),
                result.getBoolean(12),
                text(result, 13)
                        .filter(query -> PoolIdentity.isLease(applicationName))
                        .flatMap(Lease::parse));
    }

    private static Optional<String> text(ResultSet result, int column) throws SQLException {
        return Optional.ofNullable(result.getString(column));
    }

    private static Optional<Instant> instant(ResultSet result, int column) throws SQLException {
        return Optional.ofNullable(result.getObject(column, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant);
    }
}
