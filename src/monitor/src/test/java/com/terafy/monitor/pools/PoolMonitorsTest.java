package com.terafy.monitor.pools;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.PoolOperations;
import com.terafy.api.PoolStatistics;
import com.terafy.monitor.snapshot.DatabaseStatus;
import com.terafy.monitor.snapshot.ProxiedPool;
import com.terafy.monitor.snapshot.Snapshot;
import com.terafy.monitor.snapshot.Snapshots;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several pools on a real PostgreSQL, each through a proxy that can freeze it. */
class PoolMonitorsTest {

    /** Every question begins a reading, and who waits for one that does not come waits for much longer than usual. */
    private static final Snapshots.Limits PATIENT = new Snapshots.Limits(
            Duration.ZERO,
            Duration.ofSeconds(20),
            Duration.ofMillis(50),
            Duration.ofSeconds(20),
            Duration.ofSeconds(2),
            Duration.ofSeconds(15),
            Duration.ofSeconds(60),
            Duration.ofMinutes(1));

    private final FaultProxy proxy = FaultProxy.to(TestPostgres.shared());
    private final FaultProxy other = FaultProxy.to(TestPostgres.shared());
    private final List<PoolOperations> running = new CopyOnWriteArrayList<>(List.of(new ProxiedPool(proxy)));
    private final PoolMonitors monitors =
            new PoolMonitors(() -> List.copyOf(running), Monitors.noCleanup(), System::nanoTime, PATIENT);

    @AfterEach
    void end() {
        proxy.pass();
        other.pass();
        monitors.close();
        Awaitility.await().until(() -> proxy.openConnections() + other.openConnections() == 0);
        proxy.close();
        other.close();
    }

    private ProxiedPool second() {
        ProxiedPool second = new ProxiedPool(other, "Reporting", Map.of());
        running.add(second);
        return second;
    }

    private static DatabaseStatus.State state(Snapshot snapshot) {
        return snapshot.database().state();
    }

    @Test
    void aSilentDatabaseHoldsUpNoAnswerAboutAnotherPool() throws Exception {
        second();
        monitors.all().get(0).snapshot(); // a login would be given up earlier
        proxy.freeze();
        Thread stuck = new Thread(monitors.all().get(0)::snapshot);
        stuck.start();
        Awaitility.await().until(() -> stuck.getState() == Thread.State.TIMED_WAITING);
        long begin = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            assertThat(state(monitors.all().get(1).snapshot())).isEqualTo(DatabaseStatus.State.UP);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
        assertThat(stuck.isAlive()).as("the first is still waiting").isTrue();
        proxy.pass();
        stuck.join();
    }

    /** Or two that are silent would hold up the answer twice as long. */
    @Test
    void severalAreWaitedForAtTheSameTime() throws SQLException {
        second();
        running.add(new ProxiedPool(proxy, "Third", Map.of()));
        running.add(new ProxiedPool(proxy, "Fourth", Map.of()));
        proxy.freeze();
        long begin = System.nanoTime();
        List<Snapshots.Pending> asked =
                monitors.all().stream().map(PoolMonitor::ask).toList();
        List<DatabaseStatus.State> states = asked.stream()
                .map(pending -> state(pending.within(Duration.ofSeconds(2))))
                .toList();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
        assertThat(states)
                .containsExactly(
                        DatabaseStatus.State.UNKNOWN,
                        DatabaseStatus.State.UP,
                        DatabaseStatus.State.UNKNOWN,
                        DatabaseStatus.State.UNKNOWN);
    }

    @Test
    void thereIsOneForEachPoolThatRunsAndItStaysTheSame() throws SQLException {
        PoolMonitor first = monitors.all().get(0);
        second();
        assertThat(monitors.all()).extracting(PoolMonitor::name).containsExactly("TerafyDS", "Reporting");
        assertThat(monitors.all().get(0)).isSameAs(first);
    }

    @Test
    void whatIsKeptOfAPoolEndsWithIt() throws SQLException {
        ProxiedPool second = second();
        PoolMonitor gone = monitors.all().get(1);
        gone.snapshot();
        assertThat(other.openConnections()).isEqualTo(1);
        running.remove(second);
        assertThat(monitors.all()).hasSize(1);
        Awaitility.await().until(() -> other.openConnections() == 0);
        assertThat(state(gone.snapshot()))
                .as("who had it before gets what was known")
                .isEqualTo(DatabaseStatus.State.UP);
        assertThat(second.opened()).isEqualTo(1);
    }

    /** Its counters begin anew, and it may be of another database. */
    @Test
    void aPoolThatWasStartedAnewIsAnotherOne() throws SQLException {
        monitors.sample();
        PoolMonitor before = monitors.all().get(0);
        running.set(0, new ProxiedPool(proxy));
        PoolMonitor after = monitors.all().get(0);
        assertThat(after.name()).isEqualTo(before.name());
        assertThat(before.history().samples()).hasSize(1);
        assertThat(after.history().samples()).isEmpty();
    }

    @Test
    void aPoolThatCannotBeAskedKeepsTheOthersFromNoSample() throws SQLException {
        running.add(0, new ProxiedPool(proxy, "Broken", Map.of()) {
            @Override
            public PoolStatistics statistics() {
                throw new IllegalStateException("broken");
            }
        });
        monitors.sample();
        assertThat(monitors.all())
                .extracting(monitor -> monitor.history().samples().size())
                .containsExactly(0, 1);
    }

    @Test
    void readinessIsTheSettingOfThePool() throws SQLException {
        running.add(new ProxiedPool(other, "Reporting", Map.of("DB_POOL_READINESS", "false")));
        running.add(new ProxiedPool(other, "Third", Map.of("DB_POOL_READINESS", "true")));
        assertThat(monitors.all()).extracting(PoolMonitor::countsForReadiness).containsExactly(true, false, true);
    }

    @Test
    void afterTheEndThereAreNone() throws SQLException {
        monitors.all().get(0).snapshot();
        monitors.close();
        assertThat(monitors.all()).isEmpty();
    }
}
