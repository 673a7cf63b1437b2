package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.ConnectionState;
import com.terafy.api.EvictionReason;
import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.Setting;
import com.terafy.ra.container.ContainerPool;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.ManualTicker;
import com.terafy.testkit.RecordingLog;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import java.lang.System.Logger.Level;
import java.lang.ref.Reference;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leaks, and a pool below its minimum. */
class UpkeepTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();

    private final ManualTicker clock = new ManualTicker();
    private RecordingLog log;

    @BeforeEach
    void record() {
        log = RecordingLog.of("com.terafy.upkeep");
    }

    @AfterEach
    void stopRecording() {
        log.close();
    }

    private PoolFixture.Builder pool() {
        return PoolFixture.on(POSTGRES).at(clock);
    }

    private static void collectAndLook(PoolFixture fixture) {
        System.gc();
        Upkeep.look(fixture.pool);
    }

    private static void borrowAndForget(PoolFixture fixture) throws SQLException {
        PoolFixture.query(fixture.dataSource.getConnection(), "SELECT 1");
    }

    @Test
    void aConnectionWhoseHandleWasDroppedComesBack() throws Exception {
        try (PoolFixture fixture = pool().open()) {
            borrowAndForget(fixture);

            Awaitility.await().until(() -> {
                collectAndLook(fixture);
                return fixture.statistics().leaks() == 1;
            });

            assertThat(fixture.container.idle).hasSize(1);
            assertThat(fixture.container.freePermits()).isEqualTo(PoolFixture.MAX);
            assertThat(log.messages(Level.WARNING)).hasSize(1).allMatch(line -> line.startsWith("TERAFY0210: "));
            collectAndLook(fixture);
            assertThat(fixture.statistics().leaks()).isEqualTo(1);
        }
    }

    @Test
    void aDroppedHandleIsReportedWithWhereItWasBorrowed() throws Exception {
        try (PoolFixture fixture =
                pool().with(Setting.DB_POOL_LEAK_THRESHOLD, "1h").open()) {
            borrowAndForget(fixture);

            Awaitility.await().until(() -> {
                collectAndLook(fixture);
                return fixture.statistics().leaks() == 1;
            });

            assertThat(log.messages(Level.WARNING).get(0))
                    .contains(Thread.currentThread().getName());
        }
    }

    @Test
    void aHandleThatIsReachableThroughItsStatementOnlyIsNotTakenAway() throws Exception {
        try (PoolFixture fixture = pool().open()) {
            Statement statement = fixture.dataSource.getConnection().createStatement();
            for (int i = 0; i < 5; i++) {
                collectAndLook(fixture);
            }

            assertThat(statement.execute("SELECT 1")).isTrue();
            assertThat(fixture.statistics().leaks()).isZero();
            statement.getConnection().close();
        }
    }

    @Test
    void aHandleInUseIsNotTakenAway() throws Exception {
        try (PoolFixture fixture = pool().open()) {
            Connection handle = fixture.dataSource.getConnection();
            for (int i = 0; i < 5; i++) {
                collectAndLook(fixture);
            }

            assertThat(fixture.statistics().inUse()).isEqualTo(1);
            assertThat(fixture.statistics().leaks()).isZero();
            Reference.reachabilityFence(handle);
            handle.close();
        }
    }

    @Test
    void aConnectionHeldTooLongIsReportedOnceForEachBorrow() throws Exception {
        try (PoolFixture fixture =
                pool().with(Setting.DB_POOL_LEAK_THRESHOLD, "30s").open()) {
            try (Connection handle = fixture.dataSource.getConnection()) {
                clock.advance(Duration.ofSeconds(30));
                Upkeep.look(fixture.pool);
                assertThat(log.entries()).isEmpty();

                clock.advance(Duration.ofSeconds(1));
                Upkeep.look(fixture.pool);
                clock.advance(Duration.ofSeconds(60));
                Upkeep.look(fixture.pool);

                assertThat(log.messages()).hasSize(1).allMatch(line -> line.startsWith("TERAFY0209: "));
                assertThat(log.entries().get(0).thrown().getStackTrace())
                        .anyMatch(frame ->
                                frame.getMethodName().equals("aConnectionHeldTooLongIsReportedOnceForEachBorrow"));
                assertThat(PoolFixture.query(handle, "SELECT 'not taken away'")).isEqualTo("not taken away");
            }
            assertThat(fixture.statistics().leaks()).isEqualTo(1);

            try (Connection again = fixture.dataSource.getConnection()) {
                clock.advance(Duration.ofSeconds(31));
                Upkeep.look(fixture.pool);
                assertThat(again.isClosed()).isFalse();
            }
            assertThat(fixture.statistics().leaks()).isEqualTo(2);
        }
    }

    @Test
    void withoutAThresholdNothingIsReported() throws Exception {
        try (PoolFixture fixture = pool().open();
                Connection handle = fixture.dataSource.getConnection()) {
            clock.advance(Duration.ofDays(1));
            Upkeep.look(fixture.pool);

            assertThat(log.entries()).isEmpty();
            assertThat(handle.isClosed()).isFalse();
        }
    }

    @Test
    void aPoolBelowItsMinimumIsRefilledButNotDuringAnOutage() throws Exception {
        AtomicInteger refills = new AtomicInteger();
        try (RecordingLog outages = RecordingLog.of("com.terafy.connect");
                FaultProxy proxy = FaultProxy.to(POSTGRES);
                PoolFixture fixture =
                        PoolFixture.through(proxy, POSTGRES).at(clock).open()) {
            fixture.pool.fillBy(() -> {
                refills.incrementAndGet();
                throw new ResourceException("counted");
            });
            Upkeep.look(fixture.pool);
            assertThat(refills).hasValue(1);

            proxy.refuse();
            fixture.pool.outage().failed(new SQLException("away", "08001"));
            Upkeep.look(fixture.pool);
            assertThat(refills).hasValue(1);

            proxy.open();
            clock.advance(Duration.ofSeconds(1));
            Upkeep.look(fixture.pool);
            assertThat(refills).hasValue(2);
            assertThat(fixture.pool.outage().now()).isEmpty();

            fixture.container.prefill(PoolFixture.MIN);
            Upkeep.look(fixture.pool);
            assertThat(refills).hasValue(2);
            assertThat(fixture.pool.ledger().entries()).allMatch(entry -> entry.state() == ConnectionState.IDLE);
            assertThat(outages.messages(Level.INFO)).hasSize(2);
        }
    }

    /** A login may take long: the idle connections, and their permits, are taken only when it is over. */
    @Test
    void nobodyWaitsWhileAMissingConnectionIsOpened() throws Exception {
        AtomicReference<PoolFixture> opened = new AtomicReference<>();
        List<Integer> freePermits = new ArrayList<>();
        try (PoolFixture fixture = pool().with(Setting.DB_POOL_MIN, "4")
                .after(() -> {
                    if (opened.get() != null) {
                        freePermits.add(opened.get().container.freePermits());
                    }
                })
                .open()) {
            fixture.container.prefill(2);
            fixture.pool.fillBy(() -> fixture.container.allocateConnection(fixture.factory, null));
            opened.set(fixture);

            Upkeep.look(fixture.pool);

            assertThat(freePermits).containsExactly(PoolFixture.MAX, PoolFixture.MAX);
            assertThat(fixture.container.idle).hasSize(4);
            assertThat(fixture.container.freePermits()).isEqualTo(PoolFixture.MAX);
            assertThat(fixture.statistics().inUse()).isZero();
        }
    }

    @Test
    void aConnectionThatTheContainerDoesNotTakeIsClosed() throws Exception {
        try (PoolFixture fixture = pool().open()) {
            fixture.pool.fillBy(() -> {
                throw new ResourceException("it is shut down");
            });

            Upkeep.look(fixture.pool);

            String tag = fixture.pool.identity().applicationName();
            Awaitility.await().until(() -> POSTGRES.backends(tag).isEmpty());
            assertThat(fixture.pool.ledger().entries()).isEmpty();
        }
    }

    @Test
    void whatWasRetiredIsClosedSoon() throws Exception {
        AtomicInteger offers = new AtomicInteger();
        try (PoolFixture fixture = pool().open()) {
            fixture.container.prefill(PoolFixture.MIN);
            fixture.pool.isIn(new CountingContainer(offers));
            Upkeep.look(fixture.pool);
            assertThat(offers).hasValue(0);

            fixture.pool.ledger().tryRetire(fixture.idle().entry(), EvictionReason.LIFETIME);
            Upkeep.look(fixture.pool);

            Awaitility.await().until(() -> offers.get() == 1);
        }
    }

    private record CountingContainer(AtomicInteger offers) implements ContainerPool {

        @Override
        public void configure(PoolSettings settings) {}

        @Override
        public void offerIdle() {
            offers.incrementAndGet();
        }
    }
}
