package com.terafy.cleanup.policy;

import static com.terafy.cleanup.policy.Rows.*;
import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.CleanupReason;
import com.terafy.cleanup.policy.Rows.Row;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CleanupPlanTest {

    @Test
    void anIdleSessionBeyondTheLimitIsEnded() {
        assertThat(reason(psql())).isEqualTo(CleanupReason.IDLE);
        assertThat(reason(psql().idleFor(Duration.ofMinutes(5).plusNanos(1000))))
                .isEqualTo(CleanupReason.IDLE);
    }

    @Test
    void anIdleSessionAtTheLimitIsSpared() {
        assertThat(reason(psql().idleFor(Duration.ofMinutes(5)))).isEqualTo(CleanupReason.WITHIN_LIMIT);
    }

    @Test
    void aSessionWhoseStateChangedAfterTheClockWasReadIsSpared() {
        assertThat(reason(psql().idleFor(Duration.ofMillis(-3)))).isEqualTo(CleanupReason.WITHIN_LIMIT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"idle in transaction", "idle in transaction (aborted)"})
    void anOpenTransactionHasALimitOfItsOwn(String state) {
        Row row = psql().state(state);
        assertThat(reason(row.idleFor(Duration.ofMinutes(2)))).isEqualTo(CleanupReason.WITHIN_LIMIT);
        assertThat(reason(row.idleFor(Duration.ofMinutes(3)))).isEqualTo(CleanupReason.IDLE_IN_TRANSACTION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"active", "fastpath function call", "disabled", "starting", ""})
    void whatIsNotIdleIsSpared(String state) {
        assertThat(reason(psql().state(state))).isEqualTo(CleanupReason.ACTIVE);
    }

    @Test
    void aLimitThatIsOffEndsNothing() {
        CleanupRules idleOff = limits(Duration.ZERO, Duration.ofMinutes(2));
        assertThat(reason(psql(), REGISTRY, idleOff)).isEqualTo(CleanupReason.LIMIT_OFF);
        assertThat(reason(psql().state("idle in transaction"), REGISTRY, idleOff))
                .isEqualTo(CleanupReason.IDLE_IN_TRANSACTION);
        assertThat(reason(psql().state("idle in transaction"), REGISTRY, limits(Duration.ofMinutes(5), Duration.ZERO)))
                .isEqualTo(CleanupReason.LIMIT_OFF);
    }

    @Test
    void theOwnSessionIsSpared() {
        assertThat(reason(psql().pid(OWN_PID))).isEqualTo(CleanupReason.OWN_SESSION);
    }

    @Test
    void aConnectionOfThisPoolIsSparedEvenWithoutItsTag() {
        Backend backend = psql().row().backend().orElseThrow();
        Registry registry =
                new Registry(OWN_PID, ROLE, DATABASE, OWN_INSTANCE, Set.of(backend), neighbours(Set.of()), false);
        assertThat(reason(psql(), registry, RULES)).isEqualTo(CleanupReason.OWN_POOL);
    }

    @Test
    void aReusedPidIsNotTakenForAConnectionOfThisPool() {
        Backend earlier = new Backend(psql().row().pid(), NOW.minusSeconds(7200));
        Registry registry =
                new Registry(OWN_PID, ROLE, DATABASE, OWN_INSTANCE, Set.of(earlier), neighbours(Set.of()), false);
        assertThat(reason(psql(), registry, RULES)).isEqualTo(CleanupReason.IDLE);
    }

    @Test
    void behindAPoolerNothingOfTheOwnRoleIsEnded() {
        Row borrowed = psql().pid(17).application("report").startedAt(NOW.minusSeconds(100));
        Row unknown = psql().pid(18);
        Row orphan = psql().pid(19).application(tag(DEAD_INSTANCE));
        Row other = psql().pid(4712).user("payroll");
        Backend known = new Backend(-1_234_567_890, NOW.minusSeconds(100));
        Registry registry = new Registry(
                OWN_PID, ROLE, DATABASE, OWN_INSTANCE, Set.of(known), neighbours(Set.of(DEAD_INSTANCE)), true);
        List<BackendRow> rows = List.of(borrowed.row(), unknown.row(), orphan.row(), other.row());
        assertThat(CleanupPlan.of(rows, registry, scope(Scope.DATABASE), NOW).decisions())
                .extracting(CleanupPlan.Decision::reason)
                .containsExactly(
                        CleanupReason.OWN_POOL,
                        CleanupReason.BEHIND_POOLER,
                        CleanupReason.BEHIND_POOLER,
                        CleanupReason.IDLE);
    }

    @Test
    void whatCarriesTheOwnTagIsSparedAlsoIfItIsSilent() {
        Registry silent =
                registry(new Neighbours(Set.of(OWN_INSTANCE), Set.of(OWN_INSTANCE), Set.of(), Set.of(), false));
        assertThat(reason(psql().application(tag(OWN_INSTANCE)), silent, RULES)).isEqualTo(CleanupReason.OWN_POOL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"idle", "idle in transaction", "idle in transaction (aborted)"})
    void aPoolThatLivesIsSparedHoweverLongItIsIdle(String state) {
        Row row = psql().state(state).idleFor(Duration.ofDays(3));
        assertThat(reason(row.application(tag(LIVE_INSTANCE)), REGISTRY, RULES)).isEqualTo(CleanupReason.LIVE_POOL);
        assertThat(reason(row.application(tag(LIVE_INSTANCE) + "/lease"))).isEqualTo(CleanupReason.LIVE_POOL);
    }

    @Test
    void anOrphanIsEndedOnceItsInstanceIsGone() {
        Row orphan = psql().application(tag(DEAD_INSTANCE));
        assertThat(reason(orphan)).isEqualTo(CleanupReason.SUSPECT);
        assertThat(reason(orphan, gone(DEAD_INSTANCE), RULES)).isEqualTo(CleanupReason.ORPHAN);
        assertThat(reason(orphan.idleFor(Duration.ofMinutes(4)), gone(DEAD_INSTANCE), RULES))
                .isEqualTo(CleanupReason.WITHIN_LIMIT);
    }

    /** It may have been given another application_name by its borrower. */
    @Test
    void whatALivingPoolSaysIsLentIsSparedWhateverItsName() {
        Registry lent = registry(new Neighbours(
                Set.of(), Set.of(), ABANDONED, Set.of(psql().row().pid()), false));
        assertThat(reason(psql(), lent, RULES)).isEqualTo(CleanupReason.LIVE_POOL);
        assertThat(reason(psql().pid(4712), lent, RULES)).isEqualTo(CleanupReason.IDLE);
        assertThat(CleanupPlan.mayBeLent(psql().row(), lent)).isTrue();
    }

    @Test
    void whereALivingPoolDoesNotSayWhatIsLentNothingIsEndedButOrphans() {
        Registry mute =
                registry(new Neighbours(Set.of(DEAD_INSTANCE), Set.of(DEAD_INSTANCE), ABANDONED, Set.of(), true));
        assertThat(reason(psql(), mute, RULES)).isEqualTo(CleanupReason.MAY_BE_LENT);
        assertThat(reason(psql().user("payroll"), mute, scope(Scope.DATABASE))).isEqualTo(CleanupReason.MAY_BE_LENT);
        assertThat(reason(psql().application(tag(DEAD_INSTANCE)), mute, RULES)).isEqualTo(CleanupReason.ORPHAN);
    }

    /** A freshly lent one that was given another name is in no lease yet. */
    @Test
    void whatIsOfNoPoolIsEndedOnceItWasSeenUnchangedForLong() {
        Registry unseen = registry(new Neighbours(Set.of(), Set.of(), Set.of(), Set.of(), false));
        assertThat(reason(psql(), unseen, RULES)).isEqualTo(CleanupReason.SUSPECT);
        assertThat(reason(psql().idleFor(Duration.ofMinutes(4)), unseen, RULES)).isEqualTo(CleanupReason.WITHIN_LIMIT);
        assertThat(reason(psql().startedAt(NOW.minusSeconds(700)), REGISTRY, RULES))
                .isEqualTo(CleanupReason.SUSPECT);
        assertThat(reason(psql(), REGISTRY, RULES)).isEqualTo(CleanupReason.IDLE);
    }

    @Test
    void anotherDatabaseIsSpared() {
        assertThat(reason(psql().database("other"), REGISTRY, scope(Scope.DATABASE)))
                .isEqualTo(CleanupReason.OTHER_DATABASE);
    }

    @Test
    void replicationAndProcessesWithoutAClientAreSpared() {
        assertThat(reason(psql().type("walsender"))).isEqualTo(CleanupReason.REPLICATION);
        assertThat(reason(psql().type("background worker"))).isEqualTo(CleanupReason.NOT_A_CLIENT);
        assertThat(reason(psql().type("autovacuum worker"))).isEqualTo(CleanupReason.NOT_A_CLIENT);
    }

    @Test
    void aSuperuserIsSpared() {
        assertThat(reason(psql().superuser())).isEqualTo(CleanupReason.SUPERUSER);
    }

    @Test
    void theAllowListsSpare() {
        CleanupRules all = scope(Scope.DATABASE);
        assertThat(reason(psql().user("reporting"), REGISTRY, all)).isEqualTo(CleanupReason.ALLOWED_USER);
        assertThat(reason(psql().application("psql-nightly"))).isEqualTo(CleanupReason.ALLOWED_APPLICATION);
        assertThat(reason(psql().application("pgAdmin 4 - DB:terafy_db"))).isEqualTo(CleanupReason.ALLOWED_APPLICATION);
        assertThat(reason(psql().application("psql-nightly-2"))).isEqualTo(CleanupReason.IDLE);
        assertThat(reason(psql().user("reporting2"), REGISTRY, all)).isEqualTo(CleanupReason.IDLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg_dump", "pg_dumpall", "pg_restore", "pg_basebackup", "pg_receivewal"})
    void aToolThatWaitsForAReasonIsSpared(String tool) {
        Row leader = psql().application(tool).state("idle in transaction");
        assertThat(reason(leader)).isEqualTo(CleanupReason.KNOWN_TOOL);
        assertThat(reason(leader.application(tool + "2"))).isEqualTo(CleanupReason.IDLE_IN_TRANSACTION);
    }

    @Test
    void anAdvisoryLockSparesWhatIsOfNoPool() {
        assertThat(reason(psql().locking())).isEqualTo(CleanupReason.ADVISORY_LOCK);
        assertThat(reason(psql().state("idle in transaction").locking())).isEqualTo(CleanupReason.ADVISORY_LOCK);
        assertThat(reason(psql().locking().idleFor(Duration.ofMinutes(4)))).isEqualTo(CleanupReason.WITHIN_LIMIT);
        Row orphan = psql().application(tag(DEAD_INSTANCE)).locking();
        assertThat(reason(orphan, gone(DEAD_INSTANCE), RULES)).isEqualTo(CleanupReason.ORPHAN);
    }

    @Test
    void theScopeIsTheOwnRoleUnlessWidened() {
        Row other = psql().user("payroll");
        assertThat(reason(other)).isEqualTo(CleanupReason.OUT_OF_SCOPE);
        assertThat(reason(other, REGISTRY, scope(Scope.DATABASE))).isEqualTo(CleanupReason.IDLE);
    }

    @Test
    void theScopeOfTheApplicationIsWhatCarriesATag() {
        CleanupRules rules = scope(Scope.APPLICATION);
        assertThat(reason(psql(), REGISTRY, rules)).isEqualTo(CleanupReason.OUT_OF_SCOPE);
        assertThat(reason(psql().user("payroll").application(tag(DEAD_INSTANCE)), gone(DEAD_INSTANCE), rules))
                .isEqualTo(CleanupReason.ORPHAN);
    }

    @Test
    void whatCannotBeSeenIsSpared() {
        Row hidden = psql().user("payroll").hidden();
        assertThat(reason(hidden, REGISTRY, scope(Scope.DATABASE))).isEqualTo(CleanupReason.STATE_HIDDEN);
    }

    @Test
    void whatMayBeLentElsewhereIsAnotherPoolsThatIsNotGone() {
        assertThat(List.of(psql(), psql().application(tag(OWN_INSTANCE))))
                .noneMatch(row -> CleanupPlan.mayBeLent(row.row(), REGISTRY));
        assertThat(List.of(LIVE_INSTANCE, DEAD_INSTANCE))
                .allMatch(instance ->
                        CleanupPlan.mayBeLent(psql().application(tag(instance)).row(), REGISTRY));
        assertThat(CleanupPlan.mayBeLent(psql().application(tag(DEAD_INSTANCE)).row(), gone(DEAD_INSTANCE)))
                .isFalse();
    }

    /** It may be one whose borrower has given it another name. */
    @Test
    void whatMayBeLentByAPoolThatDoesNotSayItMayBeLentElsewhere() {
        Registry mute = registry(new Neighbours(Set.of(), Set.of(), ABANDONED, Set.of(), true));
        assertThat(CleanupPlan.mayBeLent(psql().row(), mute)).isTrue();
        assertThat(CleanupPlan.mayBeLent(psql().user("payroll").row(), mute)).isTrue();
        assertThat(CleanupPlan.mayBeLent(psql().application(tag(OWN_INSTANCE)).row(), mute))
                .isFalse();
    }

    @Test
    void everyRowHasAVerdictAndOnlyTheChosenHaveALimit() {
        List<BackendRow> rows = List.of(
                psql().row(), psql().pid(OWN_PID).row(), psql().superuser().row());
        CleanupPlan plan = CleanupPlan.of(rows, REGISTRY, RULES, NOW);
        assertThat(plan.decisions()).extracting(CleanupPlan.Decision::row).containsExactlyElementsOf(rows);
        assertThat(plan.chosen())
                .containsExactly(new CleanupPlan.Decision(psql().row(), CleanupReason.IDLE, Duration.ofMinutes(5)));
        assertThat(plan.decisions().get(1).limit()).isEqualTo(Duration.ZERO);
    }

    private static CleanupReason reason(Row row) {
        return reason(row, REGISTRY, RULES);
    }

    private static CleanupReason reason(Row row, Registry registry, CleanupRules rules) {
        return CleanupPlan.of(List.of(row.row()), registry, rules, NOW)
                .decisions()
                .get(0)
                .reason();
    }
}
