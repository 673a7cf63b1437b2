package com.terafy.cleanup.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.CleanupReason;
import com.terafy.api.SeenBackend;
import com.terafy.api.TerminationOutcome;
import com.terafy.cleanup.CleanupServer;
import com.terafy.cleanup.policy.Backend;
import com.terafy.cleanup.policy.BackendRow;
import com.terafy.cleanup.policy.CleanupPlan;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The check in the statement itself: one thing that differs from the row decided on, and nothing is ended. */
class TerminationTest {

    private static final Duration SILENCE = Duration.ofMillis(15);

    private Connection psql;
    private Connection own;
    private CleanupSession session;
    private BackendRow row;

    @BeforeEach
    void connect() throws SQLException {
        psql = CleanupServer.open(CleanupServer.APP, "psql");
        own = CleanupServer.open(CleanupServer.APP, "own");
        session = CleanupSession.on(own);
        row = rowOf(CleanupServer.pid(psql));
    }

    @AfterEach
    void close() throws SQLException {
        psql.close();
        own.close();
    }

    @Test
    void theBackendAsItWasDecidedOnIsEnded() throws SQLException {
        assertThat(end(row, Duration.ofMillis(1))).isEqualTo(TerminationOutcome.ENDED);
        assertThat(CleanupServer.isThere(row.pid())).isFalse();
    }

    @Test
    void aReusedPidIsSpared() throws SQLException {
        assertSpared(with(
                row.backendStart().map(start -> start.minusNanos(1000)),
                row.user(),
                row.applicationName(),
                row.state(),
                row.stateChange()));
    }

    @Test
    void oneThatWasBusyInBetweenIsSpared() throws SQLException {
        assertSpared(with(
                row.backendStart(),
                row.user(),
                row.applicationName(),
                row.state(),
                row.stateChange().map(change -> change.minusNanos(1000))));
    }

    @Test
    void oneInAnotherStateIsSpared() throws SQLException {
        assertSpared(with(
                row.backendStart(),
                row.user(),
                row.applicationName(),
                Optional.of("idle in transaction"),
                row.stateChange()));
    }

    @Test
    void oneOfAnotherUserOrApplicationIsSpared() throws SQLException {
        assertSpared(with(
                row.backendStart(), Optional.of("payroll"), row.applicationName(), row.state(), row.stateChange()));
        assertSpared(
                with(row.backendStart(), row.user(), "terafy/a/TerafyDS/0000000a", row.state(), row.stateChange()));
    }

    @Test
    void oneWithinTheLimitByTheServersClockIsSpared() throws SQLException {
        assertThat(end(row, Duration.ofHours(1))).isEqualTo(TerminationOutcome.GONE_OR_CHANGED);
        assertThat(psql.isValid(5)).isTrue();
    }

    @Test
    void oneThatHasTakenAnAdvisoryLockInBetweenIsSpared() throws SQLException {
        CleanupServer.run(psql, "SELECT pg_advisory_lock(5)");
        row = rowOf(row.pid());
        assertThat(row.advisoryLock()).isTrue();
        assertSpared(row);
        CleanupServer.run(psql, "SELECT pg_advisory_unlock(5)");
        row = rowOf(row.pid());
        assertThat(row.advisoryLock()).isFalse();
        assertThat(end(row, Duration.ofMillis(1))).isEqualTo(TerminationOutcome.ENDED);
    }

    @Test
    void theAdvisoryLockOfAnOrphanProtectsNobody() throws SQLException {
        try (Connection orphan = CleanupServer.open(CleanupServer.APP, "terafy/a/TerafyDS/0000000a")) {
            CleanupServer.run(orphan, "SELECT pg_advisory_xact_lock(5), pg_advisory_lock(6)");
            BackendRow decided = rowOf(CleanupServer.pid(orphan));
            assertThat(end(decided, Duration.ofMillis(1))).isEqualTo(TerminationOutcome.ENDED);
        }
    }

    @Test
    void anOrphanWhosePoolShowsLifeInBetweenIsSpared() throws SQLException {
        String tag = "terafy/a/TerafyDS/0000000a";
        try (Connection orphan = CleanupServer.open(CleanupServer.APP, tag);
                Connection lease = CleanupServer.open(CleanupServer.APP, tag + "/lease")) {
            BackendRow decided = rowOf(CleanupServer.pid(orphan));
            CleanupServer.awaitAllUnchangedFor(Duration.ofMillis(20));
            CleanupServer.run(lease, "SELECT 1");
            Termination patient = new Termination(session, Duration.ofSeconds(20));
            assertThat(end(patient, decided, Duration.ofMillis(1))).isEqualTo(TerminationOutcome.GONE_OR_CHANGED);
            assertThat(orphan.isValid(5)).isTrue();
            assertThat(end(rowOf(CleanupServer.pid(orphan)), Duration.ofMillis(1)))
                    .isEqualTo(TerminationOutcome.ENDED);
        }
    }

    /** Only the instance's place in the tag counts. */
    @Test
    void anotherPoolWhoseNodeOrPoolIsNamedAsTheInstanceIsNoSignOfLife() throws SQLException {
        try (Connection orphan = CleanupServer.open(CleanupServer.APP, "terafy/a/TerafyDS/0000000a");
                Connection node = CleanupServer.open(CleanupServer.APP, "terafy/x/0000000a/0000000b/lease");
                Connection pool = CleanupServer.open(CleanupServer.APP, "terafy/0000000a/x/0000000b/lease")) {
            BackendRow decided = rowOf(CleanupServer.pid(orphan));
            CleanupServer.awaitAllUnchangedFor(Duration.ofMillis(200));
            CleanupServer.run(node, "SELECT 1");
            CleanupServer.run(pool, "SELECT 1");
            assertThat(end(new Termination(session, Duration.ofMillis(200)), decided, Duration.ofMillis(1)))
                    .isEqualTo(TerminationOutcome.SIGNALLED);
        }
    }

    /** What is beyond the bound is cut off; a sign of life must not be. */
    @Test
    void whatCarriesATagIsReadFirst() throws SQLException {
        try (Connection fresh = CleanupServer.open(CleanupServer.APP, "terafy/a/TerafyDS/0000000a/lease")) {
            CleanupServer.run(fresh, "SELECT 1");
            assertThat(Activity.read(session).rows())
                    .extracting(BackendRow::applicationName)
                    .containsSubsequence("terafy/a/TerafyDS/0000000a/lease", "psql");
        }
    }

    /** Also a refusal: the transaction that it ends is rolled back. */
    @Test
    void nothingIsSetForTheSession() throws SQLException {
        end(row, Duration.ofMillis(1));
        new Termination(session, SILENCE)
                .cancel(SeenBackend.of(
                        session.pid(), rowOf(session.pid()).backendStart().orElseThrow()));
        try (Statement statement = own.createStatement();
                ResultSet changed = statement.executeQuery(
                        "SELECT name FROM pg_settings WHERE source = 'session' AND name <> 'application_name'"
                                + " UNION SELECT name FROM pg_prepared_statements"
                                + " UNION SELECT locktype FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")) {
            assertThat(changed.next()).isFalse();
        }
    }

    @Test
    void aSuperuserAndTheOwnSessionAreSpared() throws SQLException {
        try (Connection superuser = CleanupServer.server().superuser()) {
            BackendRow visible = rowOf(CleanupServer.pid(superuser), CleanupSession.on(superuser));
            assertThat(end(visible, Duration.ofMillis(1))).isEqualTo(TerminationOutcome.GONE_OR_CHANGED);
            assertThat(superuser.isValid(5)).isTrue();
        }
        Instant start = rowOf(session.pid()).backendStart().orElseThrow();
        assertThat(new Termination(session, SILENCE).end(SeenBackend.of(session.pid(), start)))
                .isEqualTo(TerminationOutcome.GONE_OR_CHANGED);
    }

    @Test
    void ofSeveralEachIsJudgedForItself() throws SQLException {
        try (Connection other = CleanupServer.open(CleanupServer.APP, "psql");
                Connection foreign = CleanupServer.open(CleanupServer.PAYROLL, "psql");
                Connection reading = CleanupServer.open(CleanupServer.READER, "reading")) {
            CleanupSession reader = CleanupSession.on(reading);
            List<CleanupPlan.Decision> decisions = new ArrayList<>();
            for (int pid : new int[] {CleanupServer.pid(other), CleanupServer.pid(foreign), CleanupServer.pid(psql)}) {
                decisions.add(new CleanupPlan.Decision(rowOf(pid, reader), CleanupReason.IDLE, Duration.ofMillis(1)));
            }
            CleanupServer.run(other, "SELECT 1");
            CleanupServer.awaitAllUnchangedFor(Duration.ofMillis(20));
            assertThat(new Termination(reader, SILENCE)
                            .endIfUnchanged(decisions)
                            .values())
                    .containsExactly(
                            TerminationOutcome.GONE_OR_CHANGED,
                            TerminationOutcome.NOT_ALLOWED,
                            TerminationOutcome.NOT_ALLOWED);
            assertThat(new Termination(session, SILENCE)
                            .endIfUnchanged(decisions)
                            .values())
                    .containsExactly(
                            TerminationOutcome.GONE_OR_CHANGED,
                            TerminationOutcome.GONE_OR_CHANGED,
                            TerminationOutcome.SIGNALLED);
        }
    }

    @Test
    void whatIsNotGoneIsWaitedForAMomentOnly() throws SQLException {
        assertThat(new Termination(session, SILENCE)
                        .awaitGone(Set.of(row.backend().orElseThrow())))
                .isEmpty();
        assertThat(psql.isValid(5)).isTrue();
    }

    @Test
    void oneThatIsStillAsAnAdministratorSawItIsEnded() throws SQLException {
        assertThat(new Termination(session, SILENCE).end(seen(queryStart(), Optional.of("idle"))))
                .isEqualTo(TerminationOutcome.ENDED);
        assertThat(CleanupServer.isThere(row.pid())).isFalse();
    }

    @Test
    void oneThatHasMovedOnSinceAnAdministratorSawItIsSpared() throws SQLException {
        Termination termination = new Termination(session, SILENCE);
        Optional<Instant> before = queryStart();
        CleanupServer.run(psql, "SELECT 1");
        for (SeenBackend seen : List.of(
                seen(before, Optional.empty()),
                seen(before, Optional.of("idle")),
                seen(queryStart(), Optional.of("active")),
                seen(Optional.empty(), Optional.of("idle in transaction")))) {
            assertThat(termination.end(seen)).as("%s", seen).isEqualTo(TerminationOutcome.GONE_OR_CHANGED);
            assertThat(termination.cancel(seen)).as("%s", seen).isEqualTo(TerminationOutcome.GONE_OR_CHANGED);
        }
        assertThat(psql.isValid(5)).isTrue();
        assertThat(termination.cancel(seen(queryStart(), Optional.of("idle")))).isEqualTo(TerminationOutcome.SIGNALLED);
    }

    private SeenBackend seen(Optional<Instant> queryStart, Optional<String> state) {
        return new SeenBackend(row.pid(), row.backendStart().orElseThrow(), queryStart, state);
    }

    private Optional<Instant> queryStart() throws SQLException {
        try (PreparedStatement statement =
                own.prepareStatement("SELECT query_start FROM pg_stat_activity WHERE pid = ?")) {
            statement.setInt(1, row.pid());
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return Optional.of(result.getObject(1, OffsetDateTime.class).toInstant());
            }
        }
    }

    private void assertSpared(BackendRow changed) throws SQLException {
        assertThat(end(changed, Duration.ofMillis(1))).isEqualTo(TerminationOutcome.GONE_OR_CHANGED);
        assertThat(CleanupServer.isThere(row.pid())).isTrue();
    }

    private TerminationOutcome end(BackendRow decided, Duration limit) throws SQLException {
        CleanupServer.awaitAllUnchangedFor(Duration.ofMillis(20));
        Termination termination = new Termination(session, SILENCE);
        TerminationOutcome outcome = end(termination, decided, limit);
        Set<Backend> signalled = outcome == TerminationOutcome.SIGNALLED
                ? Set.of(decided.backend().orElseThrow())
                : Set.of();
        assertThat(termination.awaitGone(signalled)).isEqualTo(signalled);
        return signalled.isEmpty() ? outcome : TerminationOutcome.ENDED;
    }

    private static TerminationOutcome end(Termination termination, BackendRow decided, Duration limit)
            throws SQLException {
        CleanupPlan.Decision decision = new CleanupPlan.Decision(decided, CleanupReason.IDLE, limit);
        return Objects.requireNonNull(
                termination.endIfUnchanged(List.of(decision)).get(decision));
    }

    private BackendRow rowOf(int pid) throws SQLException {
        return rowOf(pid, session);
    }

    private static BackendRow rowOf(int pid, CleanupSession reader) throws SQLException {
        return Activity.read(reader).rows().stream()
                .filter(candidate -> candidate.pid() == pid)
                .findFirst()
                .orElseThrow();
    }

    private BackendRow with(
            Optional<Instant> start,
            Optional<String> user,
            String application,
            Optional<String> state,
            Optional<Instant> change) {
        return new BackendRow(
                row.pid(),
                start,
                user,
                row.database(),
                application,
                row.clientAddress(),
                state,
                change,
                row.backendType(),
                false,
                false,
                Optional.empty());
    }
}
