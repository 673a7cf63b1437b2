package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.pool.sessions.PooledSession;
import com.terafy.pool.settings.Setting;
import com.terafy.ra.connect.Credentials;
import com.terafy.ra.connect.PhysicalConnection;
import com.terafy.ra.socket.PeerState;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.ManualTicker;
import com.terafy.testkit.RecordingLog;
import com.terafy.testkit.TestPostgres;
import java.lang.System.Logger.Level;
import java.lang.ref.Reference;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
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
        fixture.look();
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

            Awaitility.await()
                    .until(() -> fixture.idle().size() == 1 && fixture.container.freePermits() == FakeContainer.MOST);
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
                fixture.look();
                assertThat(log.entries()).isEmpty();

                clock.advance(Duration.ofSeconds(1));
                fixture.look();
                clock.advance(Duration.ofSeconds(60));
                fixture.look();

                assertThat(log.messages()).hasSize(1).allMatch(line -> line.startsWith("TERAFY0209: "));
                assertThat(log.entries().get(0).thrown().getStackTrace())
                        .anyMatch(frame ->
                                frame.getMethodName().equals("aConnectionHeldTooLongIsReportedOnceForEachBorrow"));
                assertThat(PoolFixture.query(handle, "SELECT 'not taken away'")).isEqualTo("not taken away");
            }
            assertThat(fixture.statistics().leaks()).isEqualTo(1);

            try (Connection again = fixture.dataSource.getConnection()) {
                clock.advance(Duration.ofSeconds(31));
                fixture.look();
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
            fixture.look();

            assertThat(log.entries()).isEmpty();
            assertThat(handle.isClosed()).isFalse();
        }
    }

    @Test
    void aDestroyedConnectionWhoseHandleWasDroppedGivesItsSessionBack() throws Exception {
        try (PoolFixture fixture = pool().open()) {
            TerafyManagedConnection connection = fixture.take();
            PoolFixture.query(fixture.handleOf(connection), "SELECT 1");
            fixture.container.destroy(connection);

            Awaitility.await().until(() -> {
                collectAndLook(fixture);
                return fixture.statistics().leaks() == 1;
            });

            Awaitility.await().until(() -> fixture.idle().size() == 1);
            assertThat(connection.isBound()).isFalse();
        }
    }

    /** Nobody borrows: a look finds what has ended and opens what is missing. */
    @Test
    void whatEndedWhileItWasIdleIsReplacedWithinALook() throws Exception {
        try (PoolFixture fixture = pool().with(Setting.DB_POOL_MIN, "2").open()) {
            fixture.look();
            Awaitility.await().until(() -> fixture.idle().size() == 2);
            List<PooledSession<Credentials, Session>> ended = fixture.idle();
            ended.forEach(session -> POSTGRES.terminate(PoolFixture.pid(session)));
            Awaitility.await().until(() -> fixture.backends() == 0);
            clock.advance(Duration.ofSeconds(1));

            fixture.look();

            Awaitility.await()
                    .until(() -> fixture.idle().size() == 2
                            && fixture.sessions().stream().noneMatch(ended::contains));
            assertThat(fixture.backends()).isEqualTo(2);
        }
    }

    /** The thread that looks keeps the time for everything else. */
    @Test
    void aLookWaitsForNoServer() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(POSTGRES);
                PoolFixture fixture = PoolFixture.through(proxy, POSTGRES)
                        .with(Setting.DB_SSL_MODE, "disable")
                        .with(Setting.DB_POOL_VALIDATION_TIMEOUT, "60s")
                        .open()) {
            PhysicalConnection spoken = fixture.prefillOne().session().physical();
            PoolFixture.execute((Connection) spoken.driverConnection(), "LISTEN looks");
            spoken.forgetUse();
            POSTGRES.execute("NOTIFY looks");
            Awaitility.await().until(() -> spoken.peek() == PeerState.SPOKE);
            proxy.freeze();

            CompletableFuture<Void> look = CompletableFuture.runAsync(fixture::look);

            assertThat(look).succeedsWithin(Duration.ofSeconds(10));
            proxy.pass();
            Awaitility.await().until(() -> fixture.idle().size() == 1);
            assertThat(fixture.statistics().evicted().values()).allMatch(count -> count == 0);
        }
    }

    @Test
    void theMinimumIsThereAgainSoonAfterAnOutage() throws Exception {
        try (RecordingLog outages = RecordingLog.of("com.terafy.connect");
                FaultProxy proxy = FaultProxy.to(POSTGRES);
                PoolFixture fixture = PoolFixture.through(proxy, POSTGRES)
                        .with(Setting.DB_POOL_MIN, "3")
                        .at(clock)
                        .open()) {
            proxy.refuse();
            fixture.look();
            Awaitility.await().until(() -> fixture.statistics().creationFailures() == 1);
            assertThat(fixture.pool.outage().now()).isPresent();

            proxy.open();
            clock.advance(Duration.ofSeconds(1));
            fixture.look();

            Awaitility.await().until(() -> fixture.idle().size() == 3);
            assertThat(fixture.pool.outage().now()).isEmpty();
            assertThat(outages.messages(Level.INFO)).hasSize(2);
            fixture.look();
            assertThat(fixture.statistics().created()).isEqualTo(3);
        }
    }

    /** With a minimum of none nobody would find out that the server is back. */
    @Test
    void theEndOfAnOutageIsFoundAlsoWhereNothingIsToBeFilled() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(POSTGRES);
                PoolFixture fixture = PoolFixture.through(proxy, POSTGRES)
                        .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "200ms")
                        .open()) {
            proxy.refuse();
            assertThatThrownBy(fixture.dataSource::getConnection).isInstanceOf(SQLException.class);
            assertThat(fixture.pool.outage().now()).isPresent();
            proxy.open();

            Awaitility.await().until(() -> {
                fixture.look();
                return fixture.pool.outage().now().isEmpty();
            });

            assertThat(fixture.sessions()).isEmpty();
        }
    }

    /** A login may take long. */
    @Test
    void nobodyWaitsWhileAMissingSessionIsOpened() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicBoolean slow = new AtomicBoolean();
        try (PoolFixture fixture = pool().after(() -> {
                    if (slow.get()) {
                        await(goOn);
                    }
                })
                .open()) {
            fixture.prefill(2);
            slow.set(true);
            fixture.pool.sessions().resize(3, PoolFixture.MAX);
            fixture.look();
            // not the first login of all: that may be the lease's
            Awaitility.await().until(() -> fixture.statistics().beingCreated() == 1);

            for (int i = 0; i < 10; i++) {
                fixture.dataSource.getConnection().close();
            }

            assertThat(fixture.statistics().beingCreated()).isEqualTo(1);
            goOn.countDown();
            Awaitility.await().until(() -> fixture.idle().size() == 3);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The stop must not lose what a login brings in while it goes on. */
    @Test
    void aSessionThatIsOpenedWhileThePoolStopsIsClosed() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (PoolFixture fixture =
                pool().with(Setting.DB_POOL_MIN, "1").after(() -> await(goOn)).open()) {
            fixture.look();
            // not the first login of all: that may be the lease's
            Awaitility.await().until(() -> fixture.statistics().beingCreated() == 1);
            Thread stop = new Thread(() -> stop(fixture));
            stop.start();
            Awaitility.await().until(() -> stop.getState() == Thread.State.TIMED_WAITING);
            goOn.countDown();
            stop.join();

            Awaitility.await().until(() -> fixture.statistics().created() == 1 && fixture.backends() == 0);
            assertThat(fixture.sessions()).isEmpty();
        }
    }

    private static void stop(PoolFixture fixture) {
        try {
            fixture.pool.stop();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Threads end by themselves; a task that has come too late is done by whoever brings it. */
    @Test
    void whatComesAfterTheStopIsDoneAllTheSame() throws Exception {
        Upkeep upkeep = new Upkeep("Late");
        upkeep.stop();
        Thread[] ran = new Thread[1];

        upkeep.run(() -> ran[0] = Thread.currentThread());
        upkeep.runAfter(Duration.ZERO, () -> {
            throw new AssertionError("never");
        });

        assertThat(ran[0]).isSameAs(Thread.currentThread());
    }
}
