package com.terafy.cleanup;

import static com.terafy.cleanup.CleanupServer.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.BackendCleanupOperations;
import com.terafy.api.BackendVerdict;
import com.terafy.api.CleanupReason;
import com.terafy.api.CleanupReport;
import com.terafy.api.CleanupStatus;
import com.terafy.api.SeenBackend;
import com.terafy.api.TerminationOutcome;
import com.terafy.cleanup.policy.Backend;
import com.terafy.cleanup.policy.CleanupRules;
import com.terafy.cleanup.policy.Scope;
import com.terafy.testkit.RecordingLog;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole passes on a real PostgreSQL, with limits of milliseconds; a tick is a call. */
class BackendCleanerTest {

    private static final Duration LIMIT = Duration.ofMillis(200);
    private static final CleanupRules OWN_ROLE =
            new CleanupRules(Scope.OWN_ROLE, LIMIT, LIMIT, Set.of(), List.of("allowed*"), false);
    private static final CleanupRules DATABASE =
            new CleanupRules(Scope.DATABASE, LIMIT, LIMIT, Set.of(), List.of(), false);

    private final List<AutoCloseable> open = new ArrayList<>();
    private final RecordingLog audit = keep(RecordingLog.of(BackendCleanupOperations.AUDIT_LOG));
    private final RecordingLog log = keep(RecordingLog.of("com.terafy.cleanup"));
    private FakeNode a;

    @BeforeEach
    void startNode() {
        a = node("a", OWN_ROLE);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void anIdleSessionOfTheRoleIsEndedWithinOneTickAndAudited() throws SQLException {
        Connection psql = session(APP, "psql \"x\"\nforged");
        int pid = pid(psql);
        String start = start(psql).toString();
        awaitAllUnchangedFor(LIMIT);
        a.lookUntilSure();

        a.cleaner.tick();

        assertThat(isThere(pid)).isFalse();
        assertThat(audit.messages())
                .singleElement()
                .asString()
                .startsWith("TERAFY0420: Pool TerafyDS: terminate pid=" + pid + " backend_start=" + start
                        + " user=\"terafy_app\" application_name=\"psql \\\"x\\\"")
                .contains(" client=127.0.0.1 state=\"idle\" age=PT")
                .endsWith(" rule=IDLE by=timer who=\"timer\" why=\"\" outcome=ENDED")
                .doesNotContain("\n", "SELECT");
        assertThat(verdict(a.cleaner.lastReport().orElseThrow(), pid).outcome()).contains(TerminationOutcome.ENDED);
    }

    @Test
    void aSessionWithinTheLimitIsSpared() throws SQLException {
        FakeNode patient = node("patient", limits(Duration.ofHours(1)));
        Connection psql = session(APP, "psql");
        CleanupReport report = patient.cleaner.run(Request.BY_TIMER);
        assertThat(verdict(report, pid(psql)).reason()).isEqualTo(CleanupReason.WITHIN_LIMIT);
    }

    @Test
    void openTransactionsAreEndedAbortedOrNot() throws SQLException {
        int idle = pid(idleInTransaction(session(APP, "psql")));
        Connection failed = idleInTransaction(session(APP, "psql"));
        int aborted = pid(failed);
        assertThatThrownBy(() -> run(failed, "SELECT 1/0"));
        awaitAllUnchangedFor(LIMIT);
        a.lookUntilSure();

        CleanupReport report = a.cleaner.run(Request.BY_TIMER);

        assertThat(List.of(verdict(report, idle), verdict(report, aborted)))
                .allSatisfy(verdict -> assertThat(verdict.reason()).isEqualTo(CleanupReason.IDLE_IN_TRANSACTION))
                .allSatisfy(verdict -> assertThat(verdict.outcome()).contains(TerminationOutcome.ENDED))
                .extracting(verdict -> verdict.state().orElseThrow())
                .containsExactly("idle in transaction", "idle in transaction (aborted)");
    }

    @Test
    void friendsSurviveAHundredTicksOfTwoNodes() throws Exception {
        FakeNode b = node("b", OWN_ROLE);
        List<Connection> friends = new ArrayList<>();
        friends.add(a.pooled());
        friends.add(a.pooled());
        friends.add(b.pooled());
        friends.add(b.pooled());
        friends.add(idleInTransaction(b.pooled())); // borrowed, and its borrower thinks
        friends.add(keep(b.openOutsidePool("migration")));
        friends.add(session(APP, "allowed-by-list"));
        friends.add(session(PAYROLL, "psql"));
        friends.add(keep(server().superuser()));
        Connection busy = session(APP, "busy");
        CompletableFuture<Void> work = CompletableFuture.runAsync(() -> sleep(busy));
        awaitActive("busy");
        a.renew();
        b.renew();
        awaitAllUnchangedFor(LIMIT);

        for (int tick = 0; tick < 100; tick++) {
            a.cleaner.tick();
            b.cleaner.tick();
        }

        assertThat(audit.messages()).isEmpty();
        assertThat(log.messages(Level.WARNING)).isEmpty();
        assertThat(work).isNotDone();
        for (Connection friend : friends) {
            assertThat(friend.isValid(5)).isTrue();
        }
        assertThat(a.cleaner.lastReport().orElseThrow().verdicts())
                .extracting(BackendVerdict::reason)
                .contains(
                        CleanupReason.OWN_SESSION,
                        CleanupReason.OWN_POOL,
                        CleanupReason.LIVE_POOL,
                        CleanupReason.ALLOWED_APPLICATION,
                        CleanupReason.OUT_OF_SCOPE,
                        CleanupReason.SUPERUSER,
                        CleanupReason.ACTIVE);
        busy.createStatement().cancel();
        busy.close();
    }

    @Test
    void orphansOfALostNodeAreEndedOnceItHasBeenSilentForLong() throws SQLException {
        FakeNode b = node("b", OWN_ROLE);
        int orphan = pid(b.pooled());
        b.renew();
        awaitAllUnchangedFor(LIMIT);

        a.cleaner.tick();
        assertThat(verdict(a.cleaner.lastReport().orElseThrow(), orphan).reason())
                .isEqualTo(CleanupReason.LIVE_POOL);
        awaitAllUnchangedFor(FakeNode.ABSENCE.silence());
        a.cleaner.tick();
        assertThat(verdict(a.cleaner.lastReport().orElseThrow(), orphan).reason())
                .isEqualTo(CleanupReason.SUSPECT);
        assertThat(isThere(orphan)).isTrue();
        tickUntilGone(orphan);
        assertThat(audit.messages())
                .hasSizeBetween(1, 2) // its lease is one, too
                .allSatisfy(line -> assertThat(line).contains(" rule=ORPHAN "));
    }

    @Test
    void anAdministratorsPassesEndNothingSoonerThanTheTimers() throws SQLException {
        FakeNode b = node("b", OWN_ROLE);
        Instant first = Instant.now();
        int pid = pid(b.pooled());
        awaitAllUnchangedFor(LIMIT);
        Request ana = Request.byAdministrator("ana", "orphans of node b");
        Awaitility.await()
                .pollInterval(Duration.ofMillis(50))
                .until(() -> a.cleaner.run(ana).chosen() > 0);
        assertThat(Duration.between(first, Instant.now()))
                .isGreaterThanOrEqualTo(FakeNode.ABSENCE.silence().plus(FakeNode.ABSENCE.seen()));
        assertThat(isThere(pid)).isFalse();
        assertThat(audit.messages())
                .singleElement()
                .asString()
                .contains(" by=administrator who=\"ana\" why=\"orphans of node b\" ");
    }

    /** A session that ends takes its last sign of life with it. */
    @Test
    void aPoolWhoseLeaseHasJustEndedIsNotGone() throws SQLException {
        FakeNode b = node("b", OWN_ROLE);
        Connection lent = b.pooled();
        int pid = pid(lent);
        Instant enough = Instant.now().plus(FakeNode.ABSENCE.silence()).plusSeconds(1);
        while (Instant.now().isBefore(enough)) {
            b.renew();
            a.cleaner.tick();
        }
        assertThat(verdict(a.cleaner.lastReport().orElseThrow(), pid).reason()).isEqualTo(CleanupReason.LIVE_POOL);
        assertThat(server().terminate(b.leasePid())).isTrue();
        for (int tick = 0; tick < 2; tick++) {
            a.cleaner.tick();
            assertThat(verdict(a.cleaner.lastReport().orElseThrow(), pid).reason())
                    .isEqualTo(CleanupReason.SUSPECT);
        }
        assertThat(isThere(pid)).isTrue();
    }

    @Test
    void whatAnotherNodeHasLentUnderAnotherNameIsSpared() throws SQLException {
        FakeNode b = node("b", OWN_ROLE);
        Connection lent = b.pooled();
        run(lent, "SET application_name = 'report'");
        b.renew();
        awaitAllUnchangedFor(LIMIT);
        CleanupReport report = a.cleaner.run(Request.BY_TIMER);
        assertThat(verdict(report, pid(lent)).reason()).isEqualTo(CleanupReason.LIVE_POOL);
        SeenBackend backend = SeenBackend.of(pid(lent), start(lent));
        assertThat(a.cleaner.terminate(backend, false, Request.byAdministrator("ana", "")))
                .isEqualTo(TerminationOutcome.NEEDS_CONFIRMATION);
    }

    /** Freshly lent, it is in no lease yet, and the limit may be shorter than the time until it is. */
    @Test
    void whatIsOfNoPoolIsNotEndedAtFirstSight() throws SQLException {
        Connection renamed = session(APP, "report");
        awaitAllUnchangedFor(LIMIT);
        Instant first = Instant.now();
        a.cleaner.tick();
        assertThat(verdict(a.cleaner.lastReport().orElseThrow(), pid(renamed)).reason())
                .isEqualTo(CleanupReason.SUSPECT);
        int pid = pid(renamed); // it moves, and all begins anew
        tickUntilGone(pid);
        assertThat(Duration.between(first, Instant.now())).isGreaterThanOrEqualTo(FakeNode.ABSENCE.seen());
    }

    @Test
    void aNodeThatGoesByOtherRulesIsToldOfOnce() throws SQLException {
        FakeNode same = keep(new FakeNode(server(), APP, "b", OWN_ROLE, FakeNode.PATIENCE, rules("own-role")));
        FakeNode other = keep(new FakeNode(server(), APP, "c", OWN_ROLE, FakeNode.PATIENCE, rules("database")));
        FakeNode judge = keep(new FakeNode(server(), APP, "d", OWN_ROLE, FakeNode.PATIENCE, rules("own-role")));
        same.renew();
        other.renew();
        a.renew();
        judge.cleaner.tick();
        judge.cleaner.tick();
        assertThat(log.messages(Level.WARNING))
                .singleElement()
                .asString()
                .startsWith("TERAFY0416: ")
                .contains(other.identity().applicationName("lease"), "\"database,5m", "\"own-role,5m");
    }

    /** The fleet is of the whole server: what other nodes of these tests say is in it, too. */
    @Test
    void poolsThatMayWantMoreThanTheServerGivesAreToldOfOnceForEachChange() throws SQLException {
        FakeNode judge = keep(new FakeNode(
                server(), APP, "d", OWN_ROLE, FakeNode.PATIENCE, new HashMap<>(Map.of("DB_POOL_MAX", "9000"))));
        judge.cleaner.tick();
        judge.cleaner.tick();
        assertThat(tooFew())
                .singleElement()
                .asString()
                .contains("\"d/TerafyDS\"", " 9000", "max_connections to at least");
        judge.set("DB_POOL_MAX", "9001");
        judge.cleaner.tick();
        assertThat(tooFew()).hasSize(2).last().asString().contains(" 9001");
        judge.set("DB_POOL_MAX", "9");
        judge.cleaner.tick();
        assertThat(tooFew()).hasSize(2);
        judge.set("DB_POOL_MAX", "9001");
        judge.cleaner.tick();
        assertThat(tooFew()).hasSize(3);
    }

    private List<String> tooFew() {
        return log.messages(Level.WARNING).stream()
                .filter(message -> message.startsWith("TERAFY0417: "))
                .toList();
    }

    private static Map<String, String> rules(String scope) {
        return Map.of(
                "DB_CLEANUP_ENABLED",
                "true",
                "DB_CLEANUP_SCOPE",
                scope,
                "DB_CLEANUP_IDLE_LIMIT",
                "5m",
                "DB_CLEANUP_IDLE_IN_TRANSACTION_LIMIT",
                "5m");
    }

    @Test
    void aSessionThatWakesUpAfterThePlanIsSpared() throws SQLException {
        Connection psql = session(APP, "psql");
        int pid = pid(psql);
        a.renew();
        awaitAllUnchangedFor(LIMIT);
        a.lookUntilSure();
        a.betweenPlanAndTermination(() -> pidQuietly(psql));
        CleanupReport report = a.cleaner.run(Request.BY_TIMER);
        assertThat(verdict(report, pid).reason()).isEqualTo(CleanupReason.IDLE);
        assertThat(verdict(report, pid).outcome()).contains(TerminationOutcome.GONE_OR_CHANGED);
        assertThat(psql.isValid(5)).isTrue();
    }

    @Test
    void aPoolThatTakesItsLeaseAfterThePlanIsSpared() throws SQLException {
        FakeNode b = node("b", OWN_ROLE);
        Connection pooled = b.pooled();
        int pid = pid(pooled);
        awaitAllUnchangedFor(LIMIT);
        lookUntilOrphan(pid);
        a.betweenPlanAndTermination(b::renew);
        CleanupReport report = a.cleaner.run(Request.BY_TIMER);
        assertThat(verdict(report, pid).reason()).isEqualTo(CleanupReason.ORPHAN);
        assertThat(verdict(report, pid).outcome()).contains(TerminationOutcome.GONE_OR_CHANGED);
        assertThat(pooled.isValid(5)).isTrue();
    }

    @Test
    void whereTheRightIsLackingItIsSaidOnceAndTheRestIsCleaned() throws SQLException {
        FakeNode reader = keep(new FakeNode(server(), READER, "a", DATABASE, FakeNode.PATIENCE));
        Connection foreign = session(PAYROLL, "psql");
        int foreignPid = pid(foreign);
        Connection superuser = keep(server().superuser());
        int superuserPid = pid(superuser);
        int own = pid(session(READER, "psql"));
        awaitAllUnchangedFor(LIMIT);
        reader.lookUntilSure();

        reader.cleaner.tick();
        reader.cleaner.tick();

        CleanupReport report = reader.cleaner.lastReport().orElseThrow();
        assertThat(verdict(report, foreignPid).outcome()).contains(TerminationOutcome.NOT_ALLOWED);
        assertThat(verdict(report, superuserPid).reason()).isEqualTo(CleanupReason.SUPERUSER);
        assertThat(isThere(own)).isFalse();
        assertThat(foreign.isValid(5)).isTrue();
        assertThat(superuser.isValid(5)).isTrue();
        assertThat(log.messages(Level.WARNING))
                .singleElement()
                .asString()
                .startsWith("TERAFY0405: ")
                .contains(READER, PAYROLL, "pg_signal_backend");
    }

    /** Each in turn, with the server's 100 ms to see that it is gone, would take 4 s. */
    @Test
    void manyAreEndedTogether() throws SQLException {
        for (int count = 0; count < 40; count++) {
            session(APP, "psql");
        }
        awaitAllUnchangedFor(LIMIT);
        a.lookUntilSure();
        a.renew();
        Instant begun = Instant.now();
        CleanupReport report = a.cleaner.run(Request.BY_TIMER);
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(3));
        assertThat(report.count(TerminationOutcome.ENDED)).isEqualTo(40);
        assertThat(audit.messages()).hasSize(40);
    }

    @Test
    void whatIsHiddenIsSparedAndSaidOnce() throws SQLException {
        FakeNode blind = node("blind", DATABASE);
        Connection foreign = session(PAYROLL, "psql");
        awaitAllUnchangedFor(LIMIT);
        blind.cleaner.tick();
        blind.cleaner.tick();
        CleanupReport report = blind.cleaner.lastReport().orElseThrow();
        assertThat(verdict(report, pid(foreign)).reason()).isEqualTo(CleanupReason.STATE_HIDDEN);
        assertThat(log.messages(Level.WARNING)).singleElement().asString().startsWith("TERAFY0406: ");
    }

    @Test
    void aDryRunEndsNothingAndAuditsEachBackendOnce() throws SQLException {
        CleanupRules dry = new CleanupRules(Scope.OWN_ROLE, LIMIT, LIMIT, Set.of(), List.of(), true);
        FakeNode careful = node("careful", dry);
        Connection psql = session(APP, "psql");
        int pid = pid(psql);
        awaitAllUnchangedFor(LIMIT);
        careful.lookUntilSure();
        careful.cleaner.tick();
        careful.cleaner.tick();
        CleanupReport report = careful.cleaner.lastReport().orElseThrow();
        assertThat(report.status()).isEqualTo(CleanupStatus.PLANNED);
        assertThat(verdict(report, pid).reason()).isEqualTo(CleanupReason.IDLE);
        assertThat(verdict(report, pid).outcome()).isEmpty();
        assertThat(audit.messages())
                .singleElement()
                .asString()
                .startsWith("TERAFY0422: Pool TerafyDS: would terminate pid=" + pid)
                .endsWith("outcome=DRY_RUN");
        assertThat(psql.isValid(5)).isTrue();
    }

    @Test
    void whetherAnythingIsEndedCanBeChangedMeanwhile() throws SQLException {
        FakeNode careful = keep(new FakeNode(
                server(), APP, "careful", OWN_ROLE, FakeNode.PATIENCE, Map.of("DB_CLEANUP_DRY_RUN", "true")));
        Connection psql = session(APP, "psql");
        awaitAllUnchangedFor(LIMIT);
        careful.lookUntilSure();
        careful.cleaner.tick();
        assertThat(careful.cleaner.lastReport().orElseThrow().status()).isEqualTo(CleanupStatus.PLANNED);
        assertThat(psql.isValid(5)).isTrue();
    }

    @Test
    void aPlanEndsNothingAndIsNoPass() throws SQLException {
        Connection psql = session(APP, "psql");
        int pid = pid(psql);
        awaitAllUnchangedFor(LIMIT);
        a.lookUntilSure();
        assertThat(verdict(a.cleaner.plan(), pid).reason()).isEqualTo(CleanupReason.IDLE);
        assertThat(a.cleaner.lastReport()).isEmpty();
        assertThat(audit.messages()).isEmpty();
        assertThat(psql.isValid(5)).isTrue();
    }

    @Test
    void anAdministratorEndsWhatHeNamesEvenOfALivePool() throws SQLException {
        FakeNode b = node("b", OWN_ROLE);
        b.renew();
        Connection pooled = b.pooled();
        Backend backend = new Backend(pid(pooled), start(pooled));
        Request ana = Request.byAdministrator("ana", "stuck");
        Backend reused = new Backend(backend.pid(), backend.start().plusNanos(1000));
        assertThat(a.cleaner.terminate(seen(reused), true, ana)).isEqualTo(TerminationOutcome.GONE_OR_CHANGED);
        assertThat(isThere(backend.pid())).isTrue();
        assertThat(a.cleaner.terminate(seen(backend), true, ana)).isEqualTo(TerminationOutcome.ENDED);
        assertThat(isThere(backend.pid())).isFalse();
        assertThat(audit.messages()).hasSize(2);
        assertThat(audit.messages().get(0)).startsWith("TERAFY0423: ").endsWith("outcome=GONE_OR_CHANGED");
        assertThat(audit.messages().get(1))
                .startsWith("TERAFY0420: ")
                .endsWith(" rule=ADMINISTRATOR by=administrator who=\"ana\" why=\"stuck\" outcome=ENDED");
    }

    @Test
    void whatMayBeLentByAnotherNodeIsEndedOnlyIfThatIsConfirmed() throws SQLException {
        FakeNode b = node("b", OWN_ROLE);
        b.renew();
        Connection pooled = b.pooled();
        Backend lent = new Backend(pid(pooled), start(pooled));
        BackendVerdict verdict = a.cleaner.plan().verdicts().stream()
                .filter(each -> each.applicationName().equals(b.identity().applicationName("lease")))
                .findFirst()
                .orElseThrow();
        Backend lease = new Backend(verdict.pid(), verdict.backendStart().orElseThrow());
        Request ana = Request.byAdministrator("ana", "stuck");
        for (Backend backend : List.of(lent, lease)) {
            assertThat(a.cleaner.terminate(seen(backend), false, ana)).isEqualTo(TerminationOutcome.NEEDS_CONFIRMATION);
            assertThat(isThere(backend.pid())).isTrue();
        }
        assertThat(audit.messages())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).endsWith("outcome=NEEDS_CONFIRMATION"));
        assertThat(a.cleaner.terminate(seen(lease), true, ana)).isEqualTo(TerminationOutcome.ENDED);
    }

    @Test
    void whatIsOfNoPoolOrOfThisOneNeedsNoConfirmation() throws SQLException {
        Request ana = Request.byAdministrator("ana", "stuck");
        for (Connection each : List.of(session(APP, "psql"), a.pooled())) {
            assertThat(a.cleaner.terminate(SeenBackend.of(pid(each), start(each)), false, ana))
                    .isEqualTo(TerminationOutcome.ENDED);
        }
    }

    @Test
    void anAdministratorCannotEndTheLeaseOfThisNode() throws SQLException {
        a.renew();
        BackendVerdict own = a.cleaner.plan().verdicts().stream()
                .filter(verdict -> verdict.reason() == CleanupReason.OWN_SESSION)
                .findFirst()
                .orElseThrow();
        Backend backend = new Backend(own.pid(), own.backendStart().orElseThrow());
        assertThat(a.cleaner.terminate(seen(backend), true, Request.byAdministrator("ana", "")))
                .isEqualTo(TerminationOutcome.PROTECTED);
        assertThat(audit.messages()).singleElement().asString().endsWith("outcome=PROTECTED");
    }

    @Test
    void anAdministratorCancelsAStatementAndTheSessionStays() throws Exception {
        Connection busy = session(APP, "busy");
        Backend backend = new Backend(pid(busy), start(busy));
        CompletableFuture<Void> work = CompletableFuture.runAsync(() -> sleep(busy));
        awaitActive("busy");
        assertThat(a.cleaner.cancel(seen(backend), Request.byAdministrator("ana", "too long")))
                .isEqualTo(TerminationOutcome.SIGNALLED);
        work.get(10, TimeUnit.SECONDS);
        assertThat(busy.isValid(5)).isTrue();
        assertThat(audit.messages())
                .singleElement()
                .asString()
                .startsWith("TERAFY0421: ")
                .doesNotContain("pg_sleep");
    }

    private FakeNode node(String name, CleanupRules rules) {
        return keep(new FakeNode(server(), APP, name, rules, FakeNode.PATIENCE));
    }

    private Connection session(String role, String applicationName) throws SQLException {
        return keep(CleanupServer.open(role, applicationName));
    }

    private <T extends AutoCloseable> T keep(T closeable) {
        open.add(0, closeable);
        return closeable;
    }

    private void tickUntilGone(int pid) {
        Awaitility.await("the orphan is ended")
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    a.cleaner.tick();
                    return !isThere(pid);
                });
    }

    private void lookUntilOrphan(int pid) {
        Awaitility.await("an orphan")
                .pollInterval(Duration.ofMillis(50))
                .until(() -> verdict(a.cleaner.plan(), pid).reason() == CleanupReason.ORPHAN);
    }

    private static SeenBackend seen(Backend backend) {
        return SeenBackend.of(backend.pid(), backend.start());
    }

    private static CleanupRules limits(Duration limit) {
        return new CleanupRules(Scope.OWN_ROLE, limit, limit, Set.of(), List.of(), false);
    }

    private static BackendVerdict verdict(CleanupReport report, int pid) {
        return report.verdicts().stream()
                .filter(verdict -> verdict.pid() == pid)
                .findFirst()
                .orElseThrow();
    }

    /** Ends by being cancelled or closed. */
    private static void sleep(Connection connection) {
        try {
            run(connection, "SELECT pg_sleep(60)");
        } catch (SQLException cancelled) {
            assertThat(cancelled.getSQLState()).isIn("57014", "08003", "08006");
        }
    }

    private static void pidQuietly(Connection connection) {
        try {
            pid(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
