package com.terafy.cleanup.database;

import com.terafy.api.PoolIdentity;
import com.terafy.api.SeenBackend;
import com.terafy.api.TerminationOutcome;
import com.terafy.cleanup.policy.Backend;
import com.terafy.cleanup.policy.BackendRow;
import com.terafy.cleanup.policy.CleanupPlan;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;

/**
 * Ends backends, one statement each, which checks once more what it was decided on. What is left is the moment between
 * that check and the signal, inside the server.
 *
 * <p>One statement each because one refusal (42501) would abort a statement over several.
 */
public final class Termination {

    /** Between two looks whether those that were signalled are gone. */
    private static final Duration REST = Duration.ofMillis(20);

    private static final String PRESENT = """
            SELECT pid, backend_start FROM pg_stat_activity
            WHERE datname = current_database() AND backend_start IS NOT NULL""";

    /** How long is waited to see it gone; much less than one statement may run. */
    private static final Duration WAIT = Duration.ofSeconds(1);

    /** insufficient_privilege. */
    private static final String NOT_ALLOWED = "42501";

    private static final String WHO = """
            FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid
            WHERE a.pid = ? AND a.backend_start = ? AND a.datname = current_database()
                AND a.backend_type = 'client backend' AND NOT r.rolsuper AND a.pid <> pg_backend_pid()
            """;

    private static final String END_IF_UNCHANGED = "SELECT pg_terminate_backend(a.pid) " + WHO + """
                AND a.state = ? AND a.state_change = ? AND a.usename = ? AND a.application_name = ?
                AND clock_timestamp() - a.state_change > ? * interval '1 millisecond'
                AND CASE WHEN ?::text IS NULL
                    THEN NOT EXISTS (
                        SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory' AND l.granted)
                    ELSE NOT EXISTS (
                        SELECT FROM pg_stat_activity s
                        WHERE s.datname = current_database() AND s.application_name ~ ('^terafy/[^/]*/[^/]*/' || ? || '(/|$)')
                            AND (s.state_change IS NULL
                                OR s.state_change > clock_timestamp() - ? * interval '1 millisecond'))
                    END""";

    /** What an administrator saw; null: whatever it is by now. */
    private static final String AS_SEEN = """
                AND (?::timestamptz IS NULL OR a.query_start = ?::timestamptz) AND (?::text IS NULL OR a.state = ?::text)""";

    private static final String END = "SELECT pg_terminate_backend(a.pid, ?) " + WHO + AS_SEEN;

    private static final String CANCEL = "SELECT pg_cancel_backend(a.pid) " + WHO + AS_SEEN;

    private final CleanupSession session;
    private final Duration silence;

    /**
     * For the backends of the session's database.
     *
     * @param silence a pool instance that has shown a sign of life within that time lives
     */
    public Termination(CleanupSession session, Duration silence) {
        this.session = session;
        this.silence = silence;
    }

    /**
     * Signals a backend to end, and does not wait for it, if it is still as it was decided on: same start, state, user and application_name, unchanged
     * since, beyond the limit, and of a pool instance that has shown no sign of life, or of none and without an advisory
     * lock.
     *
     * @throws SQLException if the server did not do it, for another reason than a lacking right
     */
    public TerminationOutcome endIfUnchanged(CleanupPlan.Decision decision) throws SQLException {
        BackendRow row = decision.row();
        return told(END_IF_UNCHANGED, TerminationOutcome.SIGNALLED, statement -> {
            bind(statement, 1, row.backend().orElseThrow());
            statement.setString(3, row.state().orElseThrow());
            bind(statement, 4, row.stateChange().orElseThrow());
            statement.setString(5, row.user().orElseThrow());
            statement.setString(6, row.applicationName());
            statement.setLong(7, decision.limit().toMillis());
            String instance = PoolIdentity.parse(row.applicationName())
                    .map(PoolIdentity::instanceText)
                    .orElse(null);
            statement.setString(8, instance);
            statement.setString(9, instance);
            statement.setLong(10, silence.toMillis());
        });
    }

    /**
     * Waits a moment for backends that were signalled, all together.
     *
     * @return those that are gone
     */
    public Set<Backend> awaitGone(Set<Backend> signalled) throws SQLException {
        Set<Backend> there = new HashSet<>(signalled);
        long begun = System.nanoTime();
        while (!there.isEmpty()) {
            there.retainAll(present());
            boolean late = System.nanoTime() - begun > WAIT.toNanos();
            if (there.isEmpty() || late || !isRested()) {
                break;
            }
        }
        Set<Backend> gone = new HashSet<>(signalled);
        gone.removeAll(there);
        return gone;
    }

    private Set<Backend> present() throws SQLException {
        return session.ask(connection -> {
            Set<Backend> backends = new HashSet<>();
            try (PreparedStatement statement = connection.prepareStatement(PRESENT);
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    backends.add(new Backend(
                            row.getInt(1),
                            row.getObject(2, OffsetDateTime.class).toInstant()));
                }
            }
            return backends;
        });
    }

    private static boolean isRested() {
        try {
            Thread.sleep(REST.toMillis());
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends a backend whatever it is doing, unless an administrator saw it do something else. */
    public TerminationOutcome end(SeenBackend seen) throws SQLException {
        return told(END, TerminationOutcome.ENDED, statement -> {
            statement.setLong(1, WAIT.toMillis());
            bind(statement, 2, seen);
        });
    }

    /** Cancels what a backend is running, unless an administrator saw it do something else. */
    public TerminationOutcome cancel(SeenBackend seen) throws SQLException {
        return told(CANCEL, TerminationOutcome.SIGNALLED, statement -> bind(statement, 1, seen));
    }

    /** Sets the parameters of a statement. */
    @FunctionalInterface
    private interface Parameters {
        void bind(PreparedStatement statement) throws SQLException;
    }

    private TerminationOutcome told(String sql, TerminationOutcome done, Parameters parameters) throws SQLException {
        try {
            return session.ask(connection -> {
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    parameters.bind(statement);
                    return outcome(statement, done);
                }
            });
        } catch (SQLException failed) {
            if (NOT_ALLOWED.equals(failed.getSQLState())) {
                return TerminationOutcome.NOT_ALLOWED;
            }
            throw failed;
        }
    }

    private static void bind(PreparedStatement statement, int index, SeenBackend seen) throws SQLException {
        bind(statement, index, new Backend(seen.pid(), seen.backendStart()));
        for (int again = 2; again < 4; again++) {
            if (seen.queryStart().isPresent()) {
                bind(statement, index + again, seen.queryStart().get());
            } else {
                statement.setNull(index + again, Types.TIMESTAMP_WITH_TIMEZONE);
            }
        }
        statement.setString(index + 4, seen.state().orElse(null));
        statement.setString(index + 5, seen.state().orElse(null));
    }

    private static void bind(PreparedStatement statement, int index, Backend backend) throws SQLException {
        statement.setInt(index, backend.pid());
        bind(statement, index + 1, backend.start());
    }

    private static void bind(PreparedStatement statement, int index, Instant instant) throws SQLException {
        statement.setObject(index, instant.atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
    }

    private static TerminationOutcome outcome(PreparedStatement statement, TerminationOutcome done)
            throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                return TerminationOutcome.GONE_OR_CHANGED;
            }
            return row.getBoolean(1) ? done : TerminationOutcome.SIGNALLED;
        }
    }
}
