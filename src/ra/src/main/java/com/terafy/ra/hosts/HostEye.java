package com.terafy.ra.hosts;

import com.terafy.pool.hosts.HostState;
import com.terafy.pool.hosts.LagTrace;
import com.terafy.pool.time.Ticker;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Asks one server how it is, in a session outside the pool that it keeps: also while all of the pool are in use, or none is
 * there.
 *
 * <p>For one thread, but for {@link #close}.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-admin.html">PostgreSQL, Recovery Control Functions</a>
 */
final class HostEye {

    private static final String HOW = """
            SELECT pg_catalog.pg_is_in_recovery(),
                pg_catalog.current_setting('transaction_read_only') = 'on',
                EXISTS (SELECT FROM pg_catalog.pg_stat_wal_receiver),
                pg_catalog.pg_wal_lsn_diff(GREATEST(pg_catalog.pg_last_wal_receive_lsn(),
                    (SELECT latest_end_lsn FROM pg_catalog.pg_stat_wal_receiver)), '0/0')::bigint,
                pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_last_wal_replay_lsn(), '0/0')::bigint,
                pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - pg_catalog.pg_last_xact_replay_timestamp()),
                CASE WHEN NOT pg_catalog.pg_is_in_recovery()
                    THEN pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_flush_lsn(), '0/0')::bigint END
            """;

    private static final int MILLIS = 1000;

    private final Ticker ticker;
    private final Opener opener;
    private final Duration patience;
    private final AtomicReference<@Nullable Connection> session = new AtomicReference<>();
    private final LagTrace trace = new LagTrace();
    private volatile boolean closed;

    /** Logs in to the server. */
    @FunctionalInterface
    interface Opener {
        /** Whatever it is, a primary or a replica. */
        Connection open() throws SQLException;
    }

    /** @param patience longest wait for an answer */
    HostEye(Ticker ticker, Opener opener, Duration patience) {
        this.ticker = ticker;
        this.opener = opener;
        this.patience = patience;
    }

    /**
     * An answer.
     *
     * @param mark how far its log goes; empty on a replica
     */
    record Look(HostState state, Optional<LagTrace.Mark> mark) {}

    /**
     * How it is.
     *
     * @param primary how far the log of the primary goes
     * @throws SQLException if it does not answer
     */
    Look look(Optional<LagTrace.Mark> primary) throws SQLException {
        boolean answered = false;
        try (Statement statement = session().createStatement()) {
            long before = ticker.nanoTime();
            try (ResultSet row = statement.executeQuery(HOW)) {
                row.next();
                Look look = read(row, before, primary);
                answered = true;
                return look;
            }
        } finally {
            if (!answered) {
                drop();
            }
        }
    }

    private Connection session() throws SQLException {
        Connection kept = session.get();
        if (kept != null) {
            return kept;
        }
        Connection fresh = opener.open();
        session.set(fresh);
        if (closed) {
            drop();
        } else {
            fresh.setNetworkTimeout(Runnable::run, Math.toIntExact(patience.toMillis()));
        }
        return fresh;
    }

    private Look read(ResultSet row, long before, Optional<LagTrace.Mark> primary) throws SQLException {
        if (!row.getBoolean(1)) {
            return new Look(
                    row.getBoolean(2) ? HostState.FENCED : HostState.WRITABLE,
                    Optional.of(new LagTrace.Mark(before, row.getLong(7))));
        }
        double sinceLast = row.getDouble(6);
        Optional<Duration> last =
                row.wasNull() ? Optional.empty() : Optional.of(Duration.ofMillis((long) (sinceLast * MILLIS)));
        LagTrace.Replay replay = new LagTrace.Replay(row.getBoolean(3), row.getLong(4), row.getLong(5), last);
        return new Look(HostState.replica(trace.look(ticker.nanoTime(), replay, primary)), Optional.empty());
    }

    private void drop() {
        Connection kept = session.getAndSet(null);
        if (kept != null) {
            try {
                kept.close();
            } catch (SQLException alreadyBroken) {
                // the driver has closed the socket
            }
        }
    }

    /** Looks no more. */
    void close() {
        closed = true;
        drop();
    }
}
