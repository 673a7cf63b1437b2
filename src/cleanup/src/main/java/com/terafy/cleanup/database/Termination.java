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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Ends backends, by statements that check once more what it was decided on. What is left is the moment between that check
 * and the signal, inside the server.
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

    /** Of those that are still as they were decided on; NULL where the right is lacking. */
    private static final String END_IF_UNCHANGED = """
            WITH living AS MATERIALIZED (
                SELECT DISTINCT split_part(application_name, '/', 4) AS instance FROM pg_stat_activity
                WHERE datname = current_database() AND application_name LIKE 'terafy/%'
                    AND (state_change IS NULL OR state_change > clock_timestamp() - ? * interval '1 millisecond')),
            locking AS MATERIALIZED (
                SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid IS NOT NULL)
            SELECT d.number, CASE WHEN pg_has_role(a.usesysid, 'USAGE') OR pg_has_role('pg_signal_backend', 'USAGE')
                THEN pg_terminate_backend(a.pid) END
            FROM unnest(?::int[], ?::timestamptz[], ?::text[], ?::timestamptz[], ?::text[], ?::text[], ?::bigint[], ?::text[])
                    WITH ORDINALITY
                    AS d(pid, start, state, change, role, application, age, instance, number)
                JOIN pg_stat_activity a ON a.pid = d.pid AND a.backend_start = d.start
                JOIN pg_roles r ON r.oid = a.usesysid
            WHERE a.datname = current_database() AND a.backend_type = 'client backend' AND NOT r.rolsuper
                AND a.pid <> pg_backend_pid()
                AND a.state = d.state AND a.state_change = d.change AND a.usename = d.role
                AND a.application_name = d.application
                AND clock_timestamp() - a.state_change > d.age * interval '1 millisecond'
                AND CASE WHEN d.instance IS NULL THEN a.pid NOT IN (SELECT pid FROM locking)
                    ELSE d.instance NOT IN (SELECT instance FROM living) END""";

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
     * Signals backends to end, and does not wait for them, where they are still as it was decided on: same start, state, user
     * and application_name, unchanged since, beyond the limit, and of a pool instance that has shown no sign of life, or of
     * none and without an advisory lock. All in one statement, so that the moment between check and signal stays short.
     *
     * @return what became of each, in the order given
     * @throws SQLException if the server did not do it, for another reason than a lacking right
     */
    public Map<CleanupPlan.Decision, TerminationOutcome> endIfUnchanged(List<CleanupPlan.Decision> decisions)
            throws SQLException {
        Map<CleanupPlan.Decision, TerminationOutcome> outcomes = new LinkedHashMap<>();
        decisions.forEach(decision -> outcomes.put(decision, TerminationOutcome.GONE_OR_CHANGED));
        try {
            session.ask(connection -> {
                try (PreparedStatement statement = connection.prepareStatement(END_IF_UNCHANGED)) {
                    statement.setLong(1, silence.toMillis());
                    bind(statement, decisions);
                    try (ResultSet row = statement.executeQuery()) {
                        while (row.next()) {
                            outcomes.put(decisions.get(row.getInt(1) - 1), signalled(row.getObject(2, Boolean.class)));
                        }
                    }
                }
                return outcomes;
            });
        } catch (SQLException failed) {
            if (!NOT_ALLOWED.equals(failed.getSQLState())) {
                throw failed;
            }
            outcomes.replaceAll((decision, outcome) -> TerminationOutcome.NOT_ALLOWED); // not even to call the function
        }
        return outcomes;
    }

    private static TerminationOutcome signalled(@Nullable Boolean done) {
        return done == null ? TerminationOutcome.NOT_ALLOWED : TerminationOutcome.SIGNALLED;
    }

    private static void bind(PreparedStatement statement, List<CleanupPlan.Decision> decisions) throws SQLException {
        List<BackendRow> rows =
                decisions.stream().map(CleanupPlan.Decision::row).toList();
        setArray(statement, 2, "int4", rows, BackendRow::pid);
        setArray(statement, 3, "text", rows, row -> row.backendStart().orElseThrow());
        setArray(statement, 4, "text", rows, row -> row.state().orElseThrow());
        setArray(statement, 5, "text", rows, row -> row.stateChange().orElseThrow());
        setArray(statement, 6, "text", rows, row -> row.user().orElseThrow());
        setArray(statement, 7, "text", rows, BackendRow::applicationName);
        setArray(statement, 8, "int8", decisions, decision -> decision.limit().toMillis());
        setArray(
                statement,
                9,
                "text",
                rows,
                row -> PoolIdentity.parse(row.applicationName())
                        .map(PoolIdentity::instanceText)
                        .orElse(null));
    }

    private static <T> void setArray(
            PreparedStatement statement, int index, String type, List<T> from, Function<T, @Nullable Object> value)
            throws SQLException {
        Object[] values = from.stream().map(value).toArray();
        statement.setArray(index, statement.getConnection().createArrayOf(type, values));
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
