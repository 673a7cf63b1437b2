package com.terafy.monitor.snapshot;

import com.terafy.api.FleetMember;
import com.terafy.monitor.backends.ActivityRow;
import com.terafy.monitor.backends.LockWait;
import com.terafy.monitor.backends.ServerActivity;
import com.terafy.monitor.backends.ServerLimits;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What is read: the requirements' first query and what explains it. PostgreSQL 14 or newer. */
final class ActivityReading {

    /** More backends than this are not read. */
    static final int MOST_BACKENDS = 10_000;

    private static final int MOST_WAITS = 200;

    /**
     * PostgreSQL keeps the first track_activity_query_size - 1 bytes of a text, less what is left of a character at the
     * end: a text of that size has been cut, or was just as long.
     */
    private static final String CUT = """
            coalesce(length(query) > 4096 OR octet_length(query) >=
                pg_size_bytes(current_setting('track_activity_query_size')) - pg_encoding_max_length(
                    (SELECT encoding FROM pg_database WHERE datname = current_database())), false)""";

    private static final String BACKENDS = """
            SELECT pid, backend_start, usename, datname, coalesce(application_name, ''), host(client_addr), state,
                state_change, xact_start, query_start, nullif(concat_ws(': ', wait_event_type, wait_event), ''),
                backend_type, left(query, 4096), %s
            FROM pg_stat_activity
            WHERE datname = current_database()
            ORDER BY state_change NULLS LAST, pid
            LIMIT ?""".formatted(CUT);

    private static final String SERVER = """
            SELECT clock_timestamp(), current_setting('max_connections')::int,
                current_setting('superuser_reserved_connections')::int
                    + coalesce(current_setting('reserved_connections', true), '0')::int,
                (SELECT count(*) FROM pg_stat_activity
                    WHERE datid IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend'),
                current_user, pg_backend_pid(), pg_postmaster_start_time(),""" + FleetMember.SQL;

    /** pg_blocking_pids is asked for those that wait only: it stops the lock table for a moment. */
    private static final String WAITS = """
            SELECT w.pid, pg_blocking_pids(w.pid), w.locktype, w.mode, w.relname, w.waiting
            FROM (SELECT l.pid, l.locktype, l.mode, c.relname, count(*) OVER () AS waiting
                FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid AND a.datname = current_database()
                    LEFT JOIN pg_class c ON c.oid = l.relation AND l.database = a.datid
                WHERE NOT l.granted
                ORDER BY l.pid
                LIMIT ?) w""";

    private final Connection connection;
    private final DatabaseReading database;
    private int waiting; // as each wait says, and there may be more than are read

    private ActivityReading(Connection connection, DatabaseReading database) {
        this.connection = connection;
        this.database = database;
    }

    /** Reads all of it, the database's figures last: they are what can be done without. */
    static ServerActivity read(Connection connection, DatabaseReading database) throws SQLException {
        return new ActivityReading(connection, database).read();
    }

    private ServerActivity read() throws SQLException {
        List<ActivityRow> rows = list(BACKENDS, MOST_BACKENDS + 1, ActivityReading::row);
        boolean more = rows.size() > MOST_BACKENDS;
        List<LockWait> waits = list(WAITS, MOST_WAITS, this::lockWait);
        try (PreparedStatement statement = connection.prepareStatement(SERVER);
                ResultSet row = statement.executeQuery()) {
            row.next();
            Instant now = instant(row, 1).orElseThrow();
            List<FleetMember> fleet = FleetMember.read(row, 8, now);
            return new ServerActivity(
                    now,
                    instant(row, 7).orElseThrow(),
                    more ? rows.subList(0, MOST_BACKENDS) : rows,
                    more,
                    waits,
                    waiting,
                    new ServerLimits(row.getInt(2), row.getInt(3), row.getInt(4)),
                    database.read(connection),
                    fleet,
                    row.getString(5),
                    row.getInt(6));
        }
    }

    @FunctionalInterface
    private interface Row<T> {
        T of(ResultSet result) throws SQLException;
    }

    private <T> List<T> list(String sql, int argument, Row<T> row) throws SQLException {
        List<T> list = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, argument);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    list.add(row.of(result));
                }
            }
        }
        return list;
    }

    private static ActivityRow row(ResultSet result) throws SQLException {
        return new ActivityRow(
                result.getInt(1),
                instant(result, 2),
                text(result, 3),
                text(result, 4),
                result.getString(5),
                text(result, 6),
                text(result, 7),
                instant(result, 8),
                instant(result, 9),
                instant(result, 10),
                text(result, 11),
                text(result, 12),
                text(result, 13),
                result.getBoolean(14));
    }

    private LockWait lockWait(ResultSet result) throws SQLException {
        waiting = result.getInt(6);
        Array blockers = result.getArray(2);
        List<Integer> pids = Arrays.stream((Object[]) blockers.getArray())
                .map(Integer.class::cast)
                .distinct()
                .toList();
        return new LockWait(result.getInt(1), pids, result.getString(3), result.getString(4), text(result, 5));
    }

    private static Optional<String> text(ResultSet result, int column) throws SQLException {
        return Optional.ofNullable(result.getString(column));
    }

    private static Optional<Instant> instant(ResultSet result, int column) throws SQLException {
        return Optional.ofNullable(result.getObject(column, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant);
    }
}
