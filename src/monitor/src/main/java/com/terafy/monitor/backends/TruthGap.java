package com.terafy.monitor.backends;

import com.terafy.api.ConnectionInfo;
import com.terafy.api.ConnectionState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A connection of which the pool believes one thing and PostgreSQL says another. Only what the pool believed before
 * and after the reading is compared, or a borrow at that moment would look like a gap; and of a pool on several servers only
 * the connections to the one that was read.
 *
 * @param connection number of the connection in the pool; missing if the pool does not know it
 * @param believed what the pool believes, in one word of {@link ConnectionState}; missing if it does not know it
 * @param actual what PostgreSQL says; missing if it does not know the backend
 */
public record TruthGap(
        Kind kind,
        int pid,
        Optional<Instant> backendStart,
        Optional<Long> connection,
        Optional<ConnectionState> believed,
        Optional<String> actual,
        Optional<Duration> unchanged) {

    /** What is wrong. */
    public enum Kind {
        /** Idle in the pool, and idle in transaction in PostgreSQL: whoever had it left a transaction open. */
        IDLE_BUT_IN_TRANSACTION,
        /** Idle in the pool, and running something in PostgreSQL. */
        IDLE_BUT_ACTIVE,
        /** In the pool, and unknown to PostgreSQL: ended, and not found out yet. */
        GONE,
        /** Tagged as a connection of this pool, and not in it. */
        NOT_IN_POOL
    }

    /** Shorter differences are a validation or a return under way. */
    static final Duration SETTLED = Duration.ofSeconds(1);

    /** Finds the gaps; where backends change hands there are none to find. Pure. */
    public static List<TruthGap> of(PoolView before, ServerActivity reading, PoolView after) {
        if (!after.lasting()) {
            return List.of();
        }
        List<TruthGap> gaps = new ArrayList<>();
        for (ConnectionInfo connection : before.connections()) {
            if (connection.serverStart().equals(reading.serverStart()) && isSame(connection, after)) {
                gap(connection, reading).ifPresent(gaps::add);
            }
        }
        String tag = before.identity().applicationName();
        reading.rows().stream()
                .filter(row -> row.applicationName().equals(tag))
                .filter(row -> before.connectionOf(row).isEmpty()
                        && after.connectionOf(row).isEmpty())
                .filter(row -> row.backendStart()
                        .filter(start -> settled(start, reading))
                        .isPresent())
                .map(row -> unknown(row, reading))
                .forEach(gaps::add);
        return gaps;
    }

    private static boolean isSame(ConnectionInfo before, PoolView after) {
        return after.connection(before.id())
                .filter(now -> now.state() == before.state() && now.timesBorrowed() == before.timesBorrowed())
                .isPresent();
    }

    private static Optional<TruthGap> gap(ConnectionInfo connection, ServerActivity reading) {
        Optional<ActivityRow> row = reading.rows().stream()
                .filter(candidate -> candidate.is(connection.backendPid(), connection.backendStart()))
                .findFirst();
        if (row.isEmpty()) {
            return reading.more() ? Optional.empty() : Optional.of(of(Kind.GONE, connection, row, reading));
        }
        if (connection.state() != ConnectionState.IDLE
                || row.get()
                        .stateChange()
                        .filter(change -> settled(change, reading))
                        .isEmpty()) {
            return Optional.empty();
        }
        return row.get().state().flatMap(TruthGap::wrongForIdle).map(kind -> of(kind, connection, row, reading));
    }

    private static Optional<Kind> wrongForIdle(String state) {
        if (state.startsWith(BackendState.IDLE_IN_TRANSACTION.text())) {
            return Optional.of(Kind.IDLE_BUT_IN_TRANSACTION);
        }
        return state.equals(BackendState.ACTIVE.text()) ? Optional.of(Kind.IDLE_BUT_ACTIVE) : Optional.empty();
    }

    private static boolean settled(Instant since, ServerActivity reading) {
        return Duration.between(since, reading.now()).compareTo(SETTLED) >= 0;
    }

    private static TruthGap of(
            Kind kind, ConnectionInfo connection, Optional<ActivityRow> row, ServerActivity reading) {
        return new TruthGap(
                kind,
                connection.backendPid(),
                Optional.of(connection.backendStart()),
                Optional.of(connection.id()),
                Optional.of(connection.state()),
                row.flatMap(ActivityRow::state),
                row.flatMap(ActivityRow::stateChange).map(change -> Duration.between(change, reading.now())));
    }

    private static TruthGap unknown(ActivityRow row, ServerActivity reading) {
        return new TruthGap(
                Kind.NOT_IN_POOL,
                row.pid(),
                row.backendStart(),
                Optional.empty(),
                Optional.empty(),
                row.state(),
                row.stateChange().map(change -> Duration.between(change, reading.now())));
    }
}
