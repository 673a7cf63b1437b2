package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.EvictionReason;
import com.terafy.pool.settings.Setting;
import com.terafy.testkit.RecordingLog;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several hosts, one of which takes over: DB_HOST names both, DB_TARGET_SERVER_TYPE the role. */
class FailoverTest {

    private static final String WRITE_AND_TELL_PORT =
            "INSERT INTO failover_test VALUES (1) RETURNING current_setting('port')";
    private static final int THREADS = 4;
    private static final int BEFORE = 500;
    private static final int AFTER = 100;

    private TestPostgres old;
    private TestPostgres standby;

    @BeforeEach
    void startBoth() {
        old = TestPostgres.start("max_wal_senders", "4");
        old.execute("CREATE TABLE failover_test (id bigint)");
        standby = TestPostgres.standbyOf(old);
    }

    @AfterEach
    void closeBoth() {
        standby.close();
        old.close();
    }

    private PoolFixture poolFor(String role) throws ResourceException {
        return PoolFixture.on(old)
                .leavingIt()
                .with(Setting.DB_HOST, "localhost:" + old.port() + ",localhost:" + standby.port())
                .with(Setting.DB_TARGET_SERVER_TYPE, role)
                .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "30s")
                .open();
    }

    /** Writes stop there and its sessions stay, as where a cluster's manager fences the old primary. */
    private void fenceOldAndPromote() {
        standby.awaitReplayOf(old);
        old.reload("default_transaction_read_only", "on");
        standby.promote();
    }

    private static String port(Connection connection) throws SQLException {
        return PoolFixture.query(connection, "SHOW port");
    }

    @Test
    void aPromotionUnderLoadFailsOnlyWhatIsInFlight() throws Exception {
        try (PoolFixture fixture = poolFor("primary")) {
            Load load = new Load(fixture);
            load.start();
            load.enough.await();
            long began = System.nanoTime();
            old.stopFast();
            standby.promote();
            load.await();

            System.out.printf(
                    "Failover under load: %d operations on %d threads, %d failed, first success %d ms after the old primary"
                            + " began to stop%n",
                    load.done.get() + load.failed.get(),
                    THREADS,
                    load.failed.get(),
                    Duration.ofNanos(load.firstAfter.get() - began).toMillis());
            assertThat(load.failed.get()).as("one in flight a thread").isLessThanOrEqualTo(THREADS);
            try (Connection connection = fixture.dataSource.getConnection()) {
                assertThat(port(connection)).isEqualTo(Integer.toString(standby.port()));
                String rows = PoolFixture.query(connection, "SELECT count(*) FROM failover_test");
                assertThat(Integer.parseInt(rows))
                        .as("nothing that was confirmed is lost")
                        .isGreaterThanOrEqualTo(load.done.get());
            }
        }
    }

    @Test
    void connectionsOnAServerThatIsNoLongerPrimaryAreEvicted() throws Exception {
        try (PoolFixture fixture = poolFor("primary")) {
            fixture.prefill(THREADS);
            fenceOldAndPromote();

            assertThatThrownBy(() -> write(fixture))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25006"));

            for (int i = 0; i < 2 * THREADS; i++) {
                write(fixture);
            }
            List<Connection> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                all.add(fixture.dataSource.getConnection());
            }
            for (Connection connection : all) {
                assertThat(port(connection)).isEqualTo(Integer.toString(standby.port()));
                connection.close();
            }
        }
    }

    @Test
    void aSweepEvictsWhatSitsOnAServerOfTheWrongRole() throws Exception {
        try (PoolFixture writers = poolFor("primary");
                PoolFixture readers = poolFor("secondary")) {
            writers.prefill(2);
            readers.prefill(2);
            try (Connection connection = readers.dataSource.getConnection()) {
                assertThat(port(connection)).isEqualTo(Integer.toString(standby.port()));
            }
            writers.sweep();
            readers.sweep();
            assertThat(writers.idle()).hasSize(2);
            assertThat(readers.idle()).hasSize(2);

            fenceOldAndPromote();
            writers.sweep();
            readers.sweep();

            assertThat(writers.idle()).isEmpty();
            assertThat(readers.idle()).isEmpty();
        }
    }

    /** As behind a proxy that has led to the replica for a moment, or for ever: no session stays there that was refused once. */
    @Test
    void whereAnyServerWillDoASessionOnAReplicaIsOverWithItsFirstRefusedWriteAndThatIsTold() throws Exception {
        try (RecordingLog log = RecordingLog.of("com.terafy.connection");
                PoolFixture fixture = PoolFixture.on(standby)
                        .leavingIt()
                        .with(Setting.DB_TARGET_SERVER_TYPE, "any")
                        .open()) {
            fixture.prefill(2);
            for (int refusal = 1; refusal <= 2; refusal++) {
                assertThatThrownBy(() -> write(fixture))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("25006"));
                assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.FATAL_ERROR, (long) refusal);
            }
            assertThat(log.messages(Level.WARNING))
                    .singleElement()
                    .asString()
                    .startsWith("TERAFY0273: Pool TerafyDS: a write was refused by a replica")
                    .contains("DB_TARGET_SERVER_TYPE is any");
        }
        try (PoolFixture readers = PoolFixture.on(standby)
                .leavingIt()
                .with(Setting.DB_TARGET_SERVER_TYPE, "preferSecondary")
                .open()) {
            assertThatThrownBy(() -> write(readers)).isInstanceOf(SQLException.class);
            assertThat(readers.statistics().evicted()).containsEntry(EvictionReason.FATAL_ERROR, 0L);
        }
    }

    @Test
    void aTransactionThatTheApplicationMadeReadOnlyEvictsNothing() throws Exception {
        try (PoolFixture fixture = poolFor("primary")) {
            String pid;
            try (Connection connection = fixture.dataSource.getConnection()) {
                pid = PoolFixture.query(connection, "SELECT pg_backend_pid()");
                connection.setReadOnly(true);
                connection.setAutoCommit(false);
                assertThatThrownBy(() -> PoolFixture.execute(connection, "INSERT INTO failover_test VALUES (1)"))
                        .isInstanceOf(SQLException.class);
                connection.rollback();
            }
            try (Connection connection = fixture.dataSource.getConnection()) {
                assertThat(PoolFixture.query(connection, "SELECT pg_backend_pid()"))
                        .isEqualTo(pid);
                PoolFixture.execute(connection, "INSERT INTO failover_test VALUES (1)");
            }
        }
    }

    private static void write(PoolFixture fixture) throws SQLException {
        try (Connection connection = fixture.dataSource.getConnection()) {
            PoolFixture.execute(connection, "INSERT INTO failover_test VALUES (1)");
        }
    }

    /** Threads that write until the new primary has taken enough. */
    private final class Load {

        private final PoolFixture fixture;
        private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        private final List<Future<?>> running = new ArrayList<>();
        private final CountDownLatch enough = new CountDownLatch(BEFORE);
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicInteger failed = new AtomicInteger();
        private final AtomicLong firstAfter = new AtomicLong();

        Load(PoolFixture fixture) {
            this.fixture = fixture;
        }

        void start() {
            for (int i = 0; i < THREADS; i++) {
                running.add(threads.submit(this::write));
            }
        }

        void await() throws Exception {
            for (Future<?> thread : running) {
                thread.get();
            }
            threads.shutdown();
        }

        private void write() {
            int after = 0;
            while (after < AFTER) {
                try (Connection connection = fixture.dataSource.getConnection()) {
                    String port = PoolFixture.query(connection, WRITE_AND_TELL_PORT);
                    done.incrementAndGet();
                    enough.countDown();
                    if (port.equals(Integer.toString(standby.port()))) {
                        firstAfter.compareAndSet(0, System.nanoTime());
                        after++;
                    }
                } catch (SQLException lost) {
                    failed.incrementAndGet();
                }
            }
        }
    }
}
