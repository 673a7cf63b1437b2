package com.terafy.ra.spi;

import static com.terafy.ra.spi.Replicas.on;
import static com.terafy.ra.spi.Replicas.portOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.pool.settings.Setting;
import com.terafy.testkit.RecordingLog;
import com.terafy.testkit.TestPostgres;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A pool for reading whose replicas come, go, refuse and freeze while it is read from: nobody notices. */
class ReplicasInUseTest {

    /** The upkeep looks once a second, and a busy machine is slow. */
    private static final Duration SOON = Duration.ofSeconds(60);

    private static final int THREADS = 4;
    private static final String READER = "reader";

    private static Replicas servers;

    @BeforeAll
    static void start() {
        servers = new Replicas();
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    @Test
    void aReplicaGoesAndComesBackAndTheSpreadIsThereAgainWithinSecondsAndNobodyNotices() throws Exception {
        try (RecordingLog log = RecordingLog.of("com.terafy.connection");
                PoolFixture fixture =
                        servers.pool("secondary").with(Setting.DB_POOL_MIN, "8").open()) {
            fixture.pool.start();
            Awaitility.await().atMost(SOON).until(() -> fixture.sessions().size() == 8);

            servers.second.stopFast();
            Awaitility.await().atMost(SOON).until(() -> on(servers.first, fixture) == 8);
            for (int i = 0; i < 20; i++) {
                assertThat(portOf(fixture)).isEqualTo(servers.first.port());
            }
            String gone = "TERAFY0268: Pool TerafyDS: localhost:" + servers.second.port() + " gets no more sessions";
            Awaitility.await()
                    .atMost(SOON)
                    .until(() -> log.messages(Level.WARNING).stream().anyMatch(text -> text.startsWith(gone)));

            Readers readers = new Readers(fixture);
            servers.second.start();
            long began = System.nanoTime();
            AtomicInteger fewest = new AtomicInteger(Integer.MAX_VALUE);
            Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(20)).until(() -> {
                fewest.accumulateAndGet(fixture.pool.sessions().usable(), Math::min);
                return on(servers.second, fixture) == 4 && on(servers.first, fixture) == 4;
            });
            System.out.printf(
                    "A replica is back: 4 of 8 sessions moved within %d ms%n",
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
            readers.stop();
            assertThat(readers.failed.get()).isZero();
            assertThat(readers.done.get()).isPositive();
            assertThat(fewest.get()).as("never below the minimum").isGreaterThanOrEqualTo(8);
            assertThat(log.messages(Level.INFO))
                    .contains("TERAFY0269: Pool TerafyDS: localhost:" + servers.second.port() + " serves again.");
        }
    }

    /** There is no room for a new one before the old one goes. */
    @Test
    void aPoolWithoutRoomMovesItsSessionsToo() throws Exception {
        try (PoolFixture fixture = servers.pool("secondary")
                .with(Setting.DB_POOL_MIN, "6")
                .with(Setting.DB_POOL_MAX, "6")
                .open()) {
            fixture.pool.start();
            Awaitility.await().atMost(SOON).until(() -> fixture.sessions().size() == 6);
            servers.second.stopFast();
            Awaitility.await().atMost(SOON).until(() -> on(servers.first, fixture) == 6);

            Readers readers = new Readers(fixture);
            servers.second.start();
            AtomicInteger most = new AtomicInteger();
            Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(20)).until(() -> {
                most.accumulateAndGet(fixture.sessions().size(), Math::max);
                return on(servers.second, fixture) == 3 && on(servers.first, fixture) == 3;
            });
            readers.stop();
            assertThat(readers.failed.get()).isZero();
            assertThat(readers.done.get()).isPositive();
            assertThat(most.get()).as("never above the maximum").isLessThanOrEqualTo(6);
        }
    }

    /** Whoever has one keeps it: the same session until he gives it back. */
    @Test
    void aSessionInUseMovesWhenItComesBack() throws Exception {
        try (PoolFixture fixture =
                servers.pool("secondary").with(Setting.DB_POOL_MIN, "4").open()) {
            fixture.pool.start();
            Awaitility.await().atMost(SOON).until(() -> fixture.sessions().size() == 4);
            servers.second.stopFast();
            Awaitility.await().atMost(SOON).until(() -> on(servers.first, fixture) == 4);
            List<Connection> held = new ArrayList<>();
            List<String> pids = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                held.add(fixture.dataSource.getConnection());
                pids.add(PoolFixture.query(held.get(i), "SELECT pg_backend_pid()"));
            }

            servers.second.start();
            Awaitility.await().atMost(SOON).until(() -> on(servers.second, fixture) >= 1);
            for (int i = 0; i < 4; i++) {
                assertThat(PoolFixture.query(held.get(i), "SELECT pg_backend_pid()"))
                        .isEqualTo(pids.get(i));
                assertThat(Replicas.port(held.get(i))).isEqualTo(servers.first.port());
            }
            for (Connection connection : held) {
                connection.close();
            }
            Awaitility.await().atMost(SOON).until(() -> on(servers.first, fixture) <= on(servers.second, fixture) + 1);
        }
    }

    /** A replica without a free slot refuses the login (53300): the session is on another one until there is one. */
    @Test
    void aReplicaThatIsFullGetsItsShareWhenItHasRoom() throws Exception {
        servers.primary.createRole(READER, READER);
        servers.primary.execute("ALTER ROLE " + READER + " CONNECTION LIMIT 12");
        awaitReplayed();
        try (PoolFixture fixture = servers.pool("secondary")
                .with(Setting.DB_POOL_MIN, "6")
                .with(Setting.DB_USER, READER)
                .with(Setting.DB_PASSWORD, READER)
                .open()) {
            List<Connection> others = fill(servers.second);
            try {
                fixture.pool.start();
                Awaitility.await().atMost(SOON).until(() -> on(servers.first, fixture) >= 6);
                Readers readers = new Readers(fixture);
                Thread.sleep(3_000); // moves to the full one are tried meanwhile
                assertThat(on(servers.second, fixture)).isZero();
                for (Connection other : others) {
                    other.close();
                }
                Awaitility.await().atMost(SOON).until(() -> on(servers.second, fixture) >= 3);
                readers.stop();
                assertThat(readers.failed.get()).isZero();
                assertThat(readers.done.get()).isPositive();
            } finally {
                for (Connection other : others) {
                    other.close();
                }
            }
        }
    }

    /** All that the role may have there. */
    private static List<Connection> fill(TestPostgres server) {
        List<Connection> others = new ArrayList<>();
        while (others.size() < 50) {
            try {
                others.add(server.connect(READER, READER));
            } catch (IllegalStateException full) {
                return others;
            }
        }
        throw new AssertionError("no limit");
    }

    private static void awaitReplayed() {
        servers.first.awaitReplayOf(servers.primary);
        servers.second.awaitReplayOf(servers.primary);
    }

    /** It answers neither the look nor a session's borrower, and refuses nothing. What is out there fails by its own limit. */
    @Test
    void aFrozenReplicaHoldsUpNobodyForLongAndComesBack() throws Exception {
        try (PoolFixture fixture = servers.pool("secondary")
                .with(Setting.DB_POOL_MIN, "4")
                .with(Setting.DB_POOL_VALIDATION_TIMEOUT, "1s")
                .with(Setting.DB_SOCKET_TIMEOUT, "2s")
                .open()) {
            fixture.pool.start();
            Awaitility.await().atMost(SOON).until(() -> on(servers.second, fixture) == 2);
            servers.second.freeze();
            try {
                int failed = 0;
                for (int i = 0; i < 40; i++) {
                    long begun = System.nanoTime();
                    try {
                        assertThat(portOf(fixture)).isEqualTo(servers.first.port());
                    } catch (SQLException silent) {
                        failed++;
                    }
                    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
                    Thread.sleep(100);
                }
                assertThat(failed).as("of those whose session was there").isLessThanOrEqualTo(2);
                Awaitility.await().atMost(SOON).until(() -> on(servers.second, fixture) == 0);
                Awaitility.await().atMost(SOON).until(() -> on(servers.first, fixture) >= 4);
            } finally {
                servers.second.thaw();
            }
            Awaitility.await().atMost(SOON).until(() -> on(servers.second, fixture) >= 2);
        }
    }

    /** Threads that read. */
    private static final class Readers {

        private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicInteger failed = new AtomicInteger();

        Readers(PoolFixture fixture) {
            for (int i = 0; i < THREADS; i++) {
                threads.execute(() -> read(fixture));
            }
        }

        private void read(PoolFixture fixture) {
            while (!stopped.get()) {
                try (Connection connection = fixture.dataSource.getConnection()) {
                    PoolFixture.query(connection, "SELECT pg_sleep(0.005)");
                    done.incrementAndGet();
                } catch (SQLException lost) {
                    failed.incrementAndGet();
                }
            }
        }

        void stop() throws InterruptedException {
            stopped.set(true);
            threads.shutdown();
            assertThat(threads.awaitTermination(SOON.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        }
    }
}
