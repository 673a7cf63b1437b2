package com.terafy.monitor.snapshot;

import com.terafy.monitor.backends.DatabaseCounters;
import com.terafy.monitor.backends.DatabaseCounters.Rates;
import com.terafy.monitor.backends.DatabaseFigures;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The database at a glance, in one query of a reading's transaction, behind a savepoint: where it fails or takes too
 * long, the reading goes on without it. Remembers what was read before: rates are the difference of two readings. For
 * one thread.
 */
final class DatabaseReading {

    /** PostgreSQL looks at every file of the database to tell its size. */
    static final Duration SIZE_EVERY = Duration.ofMinutes(1);

    /** After a query that failed or took too long, perhaps by the size. */
    static final Duration SIZE_AGAIN = Duration.ofMinutes(10);

    /** Rates are over this time at most. */
    static final Duration WINDOW = Duration.ofMinutes(1);

    /** One reading a second. */
    private static final int MOST_READINGS = 64;

    /** Much less than a reading may take, so that the rest of it stays within that. */
    private static final Duration LIMIT = Duration.ofMillis(500);

    private static final String BEGIN =
            String.format(Locale.ROOT, "SAVEPOINT database; SET LOCAL statement_timeout = %d", LIMIT.toMillis());

    private static final String GIVE_UP = "ROLLBACK TO SAVEPOINT database";

    /**
     * A replica that has replayed everything has no replay_lag, and is not behind. On a standby nothing happens where
     * nothing happens on the primary: while one is connected and all is replayed that came, it is not behind either.
     * Without one it is as old as the last transaction that it has replayed, if it has any.
     */
    private static final String FIGURES = """
            SELECT clock_timestamp(), pg_postmaster_start_time(), d.stats_reset, d.xact_commit, d.xact_rollback,
                d.blks_hit, d.blks_read, CASE WHEN ? THEN pg_database_size(d.datid) END, pg_is_in_recovery(),
                (SELECT count(*) FROM pg_stat_replication WHERE coalesce(state, 'streaming') IN ('streaming', 'catchup')),
                (extract(epoch FROM CASE WHEN pg_is_in_recovery() THEN
                    CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()
                            AND EXISTS (SELECT FROM pg_stat_wal_receiver) THEN interval '0'
                        WHEN pg_last_xact_replay_timestamp() < clock_timestamp()
                            THEN clock_timestamp() - pg_last_xact_replay_timestamp()
                        WHEN pg_last_xact_replay_timestamp() IS NOT NULL THEN interval '0' END
                ELSE
                    (SELECT max(coalesce(replay_lag,
                        CASE WHEN replay_lsn >= pg_current_wal_lsn() THEN interval '0' END)) FROM pg_stat_replication)
                END) * 1000000)::bigint
            FROM pg_stat_database d WHERE d.datname = current_database()""";

    private final LongSupplier ticker;
    private final Deque<DatabaseCounters> earlier = new ArrayDeque<>();
    private Optional<Long> size = Optional.empty();
    private long sizeDueAtNanos;

    /** @param ticker nanoseconds, as of System.nanoTime */
    DatabaseReading(LongSupplier ticker) {
        this.ticker = ticker;
        this.sizeDueAtNanos = ticker.getAsLong();
    }

    /**
     * Reads it; empty where PostgreSQL refuses or takes too long.
     *
     * @param connection in a transaction
     * @throws SQLException if the transaction cannot go on
     */
    Optional<DatabaseFigures> read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(BEGIN);
            try {
                return query(connection);
            } catch (SQLException refused) {
                System.getLogger(DatabaseReading.class.getName())
                        .log(System.Logger.Level.DEBUG, "No figures of the database", refused);
                statement.execute(GIVE_UP); // fails where the session has ended
                size = Optional.empty();
                sizeDueAtNanos = ticker.getAsLong() + SIZE_AGAIN.toNanos();
                return Optional.empty();
            }
        }
    }

    private Optional<DatabaseFigures> query(Connection connection) throws SQLException {
        boolean due = ticker.getAsLong() - sizeDueAtNanos >= 0;
        try (PreparedStatement statement = connection.prepareStatement(FIGURES)) {
            statement.setBoolean(1, due);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                if (due) {
                    size = number(row, 8);
                    sizeDueAtNanos = ticker.getAsLong() + SIZE_EVERY.toNanos();
                }
                Optional<Rates> rates = rates(counters(row));
                return Optional.of(new DatabaseFigures(
                        size,
                        rates.map(Rates::commits),
                        rates.map(Rates::rollbacks),
                        rates.flatMap(Rates::cacheHits),
                        row.getBoolean(9),
                        row.getInt(10),
                        number(row, 11).map(micros -> Duration.of(micros, ChronoUnit.MICROS))));
            }
        }
    }

    /** Since the oldest reading of the last minute. */
    private Optional<Rates> rates(DatabaseCounters now) {
        while (!earlier.isEmpty() && isForgotten(earlier.getFirst(), now)) {
            earlier.removeFirst();
        }
        Optional<Rates> rates = Optional.ofNullable(earlier.peekFirst()).flatMap(now::since);
        earlier.addLast(now);
        return rates;
    }

    private boolean isForgotten(DatabaseCounters then, DatabaseCounters now) {
        return !now.continues(then)
                || Duration.between(then.at(), now.at()).compareTo(WINDOW) > 0
                || earlier.size() >= MOST_READINGS;
    }

    private static DatabaseCounters counters(ResultSet row) throws SQLException {
        return new DatabaseCounters(
                instant(row, 1).orElseThrow(),
                instant(row, 2).orElseThrow(),
                instant(row, 3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7));
    }

    private static Optional<Long> number(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(value);
    }

    private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }
}
