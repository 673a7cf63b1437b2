package com.terafy.monitor.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.ConnectionInfo;
import com.terafy.api.FleetMember;
import com.terafy.api.Lease;
import com.terafy.api.PoolIdentity;
import com.terafy.api.PoolOperations;
import com.terafy.monitor.backends.ActivityRow;
import com.terafy.monitor.backends.LockWait;
import com.terafy.monitor.backends.PoolView;
import com.terafy.monitor.backends.ServerActivity;
import com.terafy.monitor.backends.ServerLimits;
import com.terafy.monitor.history.Sample;
import com.terafy.monitor.json.Json;
import com.terafy.monitor.pools.Monitors;
import com.terafy.monitor.pools.PoolMonitors;
import com.terafy.monitor.snapshot.DatabaseStatus;
import com.terafy.monitor.snapshot.ProxiedPool;
import com.terafy.monitor.snapshot.Snapshot;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OverviewTest {

    private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");

    private final FakePool pool = new FakePool();
    private final FakePool second = new FakePool("Reporting", 2);

    private Snapshot snapshot(Optional<ServerActivity> activity) {
        PoolView view = new PoolView(pool.identity(), List.<ConnectionInfo>of(), NOW, true);
        return new Snapshot(
                new DatabaseStatus(DatabaseStatus.State.UP, NOW, Optional.empty(), ""), view, activity, List.of());
    }

    private static ActivityRow row(int pid, String application, String state, Duration unchanged) {
        return new ActivityRow(
                pid,
                Optional.of(NOW.minusSeconds(9000)),
                Optional.of("terafy_app"),
                Optional.of("terafy_db"),
                application,
                Optional.empty(),
                Optional.of(state),
                Optional.of(NOW.minus(unchanged)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("client backend"),
                Optional.empty(),
                false);
    }

    private Optional<ServerActivity> activity() {
        FleetMember own = FleetMember.of(second.identity(), "terafy_db", Optional.of(NOW), Optional.<Lease>empty());
        return Optional.of(new ServerActivity(
                NOW,
                NOW,
                List.of(
                        row(1, "psql", "idle in transaction", Duration.ofMinutes(9)),
                        row(2, "psql", "idle in transaction (aborted)", Duration.ofMinutes(4)),
                        row(3, "psql", "idle", Duration.ofMinutes(9)),
                        row(4, new PoolIdentity("gone", "TerafyDS", 9).applicationName(), "idle", Duration.ofHours(1))),
                false,
                List.of(new LockWait(2, List.of(1), "advisory", "ExclusiveLock", Optional.empty())),
                250,
                new ServerLimits(100, 3, 9),
                Optional.empty(),
                List.of(own),
                "terafy_app",
                7));
    }

    private PoolGlance glance(Optional<ServerActivity> activity, Sample... samples) {
        List<PoolOperations> ours = List.of(pool, second);
        return PoolGlance.of(pool, List.of(samples), snapshot(activity), ours, NOW);
    }

    @Test
    void itSaysWhatSomebodyShouldLookAt() {
        pool.change(Map.of("DB_CLEANUP_IDLE_IN_TRANSACTION_LIMIT", "5m", "DB_POOL_LEAK_THRESHOLD", "30s"));
        PoolGlance glance = glance(activity(), new Sample(NOW, 0, 0, 0, 0, 0, 0, -3, -2));
        assertThat(glance.idleInTransaction()).contains(new PoolGlance.Beyond(1, "5m"));
        assertThat(glance.overdue()).contains(new PoolGlance.Beyond(0, "30s"));
        assertThat(glance.orphans()).contains(1);
        assertThat(glance.waitingForLocks()).as("of which one was read").contains(250);
        assertThat(glance.timeouts()).as("since the first sample").isEqualTo(3);
        assertThat(glance.creationFailures()).isEqualTo(2);
        assertThat(glance.fleet().orElseThrow().pools())
                .as("both of this server's pools, each with its own numbers")
                .isEqualTo(2);
        assertThat(glance.fleet().orElseThrow().most()).isEqualTo(24);
        assertThat(glance(activity()).timeouts()).isZero();
    }

    @Test
    void whileTheDatabaseCannotBeAskedWhatOnlyItKnowsIsMissing() {
        assertThat(Json.write(glance(Optional.empty())))
                .contains("\"pool\":\"TerafyDS\"", "\"waiting\":3", "\"timeouts\":0")
                .doesNotContain("orphans", "gaps", "locks", "server", "fleet", "overdue", "idleInTransaction");
    }

    @Test
    void databasesThatAreSilentAreWaitedForTogetherAndHideNoOther() throws SQLException {
        try (FaultProxy proxy = FaultProxy.to(TestPostgres.shared());
                FaultProxy silent = FaultProxy.to(TestPostgres.shared());
                PoolMonitors monitors = Monitors.of(List.of(
                        new ProxiedPool(silent, "A", Map.of()),
                        new ProxiedPool(silent, "B", Map.of()),
                        new ProxiedPool(silent, "C", Map.of()),
                        new ProxiedPool(proxy, "D", Map.of())))) {
            silent.freeze();
            long begin = System.nanoTime();
            OverviewResource.Overview overview = OverviewResource.of(monitors.all(), Duration.ofMillis(1500));
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
            assertThat(overview.pools())
                    .extracting(
                            glance -> glance.pool() + " " + glance.database().state())
                    .containsExactly("A UNKNOWN", "B UNKNOWN", "C UNKNOWN", "D UP");
            silent.pass();
        }
    }
}
