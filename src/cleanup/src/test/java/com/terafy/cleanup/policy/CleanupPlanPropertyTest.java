package com.terafy.cleanup.policy;

import static com.terafy.cleanup.policy.Rows.*;
import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.CleanupReason;
import com.terafy.api.PoolIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The promises, stated a second time in other words, against random rows of few values, so that they meet often. */
class CleanupPlanPropertyTest {

    private static final int ROUNDS = 5_000;
    private static final int ROWS = 10;
    private static final List<Integer> INSTANCES = List.of(OWN_INSTANCE, LIVE_INSTANCE, DEAD_INSTANCE, 0);
    private static final Set<String> IDLE_STATES =
            Set.of("idle", "idle in transaction", "idle in transaction (aborted)");

    private final Random random = new Random(20251124);

    @Test
    void noProtectedBackendIsEverChosenAndEveryReasonOccurs() {
        Set<CleanupReason> seen = EnumSet.noneOf(CleanupReason.class);
        for (int round = 0; round < ROUNDS; round++) {
            List<BackendRow> rows =
                    IntStream.range(0, ROWS).mapToObj(number -> randomRow()).toList();
            Registry registry = randomRegistry(rows);
            CleanupRules rules = randomRules();
            CleanupPlan plan = CleanupPlan.of(rows, registry, rules, NOW);
            assertThat(plan.decisions()).hasSameSizeAs(rows);
            plan.decisions().forEach(decision -> seen.add(decision.reason()));
            plan.chosen().forEach(decision -> assertEndable(decision.row(), registry, rules));
        }
        assertThat(seen).containsExactlyInAnyOrder(CleanupReason.values());
    }

    private static void assertEndable(BackendRow row, Registry registry, CleanupRules rules) {
        assertThat(row.pid()).isNotEqualTo(OWN_PID);
        assertThat(row.superuser()).isFalse();
        assertThat(row.database()).contains(DATABASE);
        assertThat(row.backendType()).contains("client backend");
        assertThat(row.state())
                .isPresent()
                .get()
                .satisfies(state -> assertThat(IDLE_STATES).contains(state));
        assertThat(registry.ownBackends())
                .doesNotContain(row.backend().orElseThrow())
                .extracting(Backend::start)
                .doesNotContain(row.backendStart().orElseThrow());
        Duration limit = row.state().get().equals("idle") ? rules.idleLimit() : rules.idleInTransactionLimit();
        assertThat(limit).isPositive();
        assertThat(row.stateChange().orElseThrow()).isBefore(NOW.minus(limit));
        assertThat(rules.allowedUsers()).doesNotContain(row.user().orElseThrow());
        assertThat(row.applicationName()).isNotIn("psql-nightly", "pg_dump").doesNotStartWith("pgAdmin");
        PoolIdentity.parse(row.applicationName()).map(PoolIdentity::instance).ifPresent(instance -> {
            assertThat(instance).isNotEqualTo(OWN_INSTANCE);
            assertThat(registry.neighbours().silent()).contains(instance);
            assertThat(registry.neighbours().gone()).contains(instance);
        });
        assertThat(registry.pooler() && row.user().equals(Optional.of(ROLE))).isFalse();
        if (row.instance().isEmpty()) {
            assertThat(registry.neighbours().abandoned()).contains(row.backend().orElseThrow());
            assertThat(registry.neighbours().lent()).doesNotContain(row.pid());
            assertThat(registry.neighbours().mute()).isFalse();
        }
        assertThat(row.advisoryLock() && row.instance().isEmpty()).isFalse();
        if (rules.scope() == Scope.OWN_ROLE) {
            assertThat(row.user()).contains(ROLE);
        }
    }

    private BackendRow randomRow() {
        return new BackendRow(
                1 + random.nextInt(3),
                sometimesEmpty(() -> NOW.minusSeconds(5000 + random.nextInt(100))),
                sometimesEmpty(() -> oneOf(List.of(ROLE, ROLE, "reporting", "payroll"))),
                sometimesEmpty(() -> oneOf(List.of(DATABASE, DATABASE, DATABASE, "other"))),
                random.nextBoolean()
                        ? tag(oneOf(INSTANCES)) + oneOf(List.of("", "/cleanup"))
                        : oneOf(List.of("psql", "", "psql-nightly", "pgAdmin 4", "pg_dump", "terafy/x/y/z")),
                sometimesEmpty(() -> "10.0.0.1"),
                sometimesEmpty(() -> oneOf(List.of(
                        "idle", "idle", "active", "idle in transaction", "idle in transaction (aborted)", "disabled"))),
                sometimesEmpty(this::randomStateChange),
                sometimesEmpty(() -> oneOf(List.of(
                        "client backend", "client backend", "client backend", "walsender", "background worker"))),
                random.nextInt(10) == 0,
                random.nextInt(4) == 0,
                Optional.empty());
    }

    private Instant randomStateChange() {
        return NOW.minus(Duration.ofSeconds(oneOf(List.of(-1, 0, 119, 120, 121, 299, 300, 301, 100_000))));
    }

    private Registry randomRegistry(List<BackendRow> rows) {
        Set<Backend> own = new HashSet<>();
        rows.forEach(
                row -> row.backend().filter(backend -> random.nextInt(10) == 0).ifPresent(own::add));
        rows.forEach(row -> row.backendStart()
                .filter(start -> random.nextInt(50) == 0)
                .ifPresent(start -> own.add(new Backend(-row.pid(), start))));
        return new Registry(OWN_PID, ROLE, DATABASE, OWN_INSTANCE, own, randomNeighbours(rows), random.nextInt(4) == 0);
    }

    private Neighbours randomNeighbours(List<BackendRow> rows) {
        Set<Backend> abandoned = new HashSet<>();
        rows.forEach(
                row -> row.backend().filter(backend -> random.nextInt(5) > 0).ifPresent(abandoned::add));
        Set<Integer> gone = someOf(INSTANCES);
        Set<Integer> silent = someOf(INSTANCES);
        silent.addAll(gone);
        return new Neighbours(
                silent, gone, abandoned, random.nextInt(4) == 0 ? Set.of(2) : Set.of(), random.nextInt(4) == 0);
    }

    private CleanupRules randomRules() {
        return new CleanupRules(
                oneOf(List.of(Scope.values())),
                Duration.ofSeconds(oneOf(List.of(0, 300, 300))),
                Duration.ofSeconds(oneOf(List.of(0, 120, 120))),
                random.nextBoolean() ? Set.of("reporting") : Set.of(),
                List.of("psql-nightly", "pgAdmin*"),
                random.nextBoolean());
    }

    private <T> Optional<T> sometimesEmpty(Supplier<T> value) {
        return random.nextInt(20) == 0 ? Optional.empty() : Optional.of(value.get());
    }

    private <T> T oneOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private Set<Integer> someOf(List<Integer> values) {
        Set<Integer> some = new HashSet<>();
        values.stream().filter(value -> random.nextBoolean()).forEach(some::add);
        return some;
    }
}
