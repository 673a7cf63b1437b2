package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.PoolOperations;
import com.terafy.pool.settings.Setting;
import com.terafy.testkit.TestPostgres;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a pause is for: PostgreSQL is restarted between pause and resume, under load, and not one operation fails. */
class PlannedRestartTest {

    private static final int MOST = 10;

    /** Operations before and after. */
    private static final int ENOUGH = 200;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static TestPostgres postgres;

    @BeforeAll
    static void start() {
        postgres = TestPostgres.start("max_prepared_transactions", "50");
        postgres.execute("CREATE TABLE restarted (thread int, number int)");
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @ParameterizedTest
    @CsvSource({"8, local", "32, local", "8, xa", "32, xa"})
    void aPlannedRestartBetweenPauseAndResumeFailsNothing(int threads, String support) throws Exception {
        postgres.execute("TRUNCATE restarted");
        try (PoolFixture fixture = PoolFixture.on(postgres)
                .with(Setting.DB_POOL_MAX, Integer.toString(MOST))
                .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "60s")
                .with(Setting.DB_TRANSACTION_SUPPORT, support)
                .open()) {
            PoolOperations pool = fixture.dataSource.operations();
            Load load = new Load(fixture, threads, support.equals("xa"));
            load.awaitMore();

            pool.pause();
            Awaitility.await().atMost(PATIENCE).until(() -> pool.statistics().total() == 0 && fixture.backends() == 0);
            postgres.restartFast();
            pool.resume();
            load.awaitMore();
            load.stop();

            System.out.printf(
                    "Planned restart, %d threads, %s: %d operations, %d failed, longest %d ms%n",
                    threads,
                    support,
                    load.done.get(),
                    load.failures.size(),
                    Duration.ofNanos(load.longest.get()).toMillis());
            assertThat(load.failures).isEmpty();
            try (Connection connection = fixture.dataSource.getConnection()) {
                assertThat(PoolFixture.query(connection, "SELECT count(*) FROM restarted"))
                        .as("each that was told to be committed is there")
                        .isEqualTo(Integer.toString(load.done.get()));
            }
        }
    }

    /** By the list of hosts: the old primary is stopped in order, so that the replica has all, and that is promoted. */
    @ParameterizedTest
    @ValueSource(ints = {8, 32})
    void aPlannedSwitchoverBetweenPauseAndResumeFailsNothing(int threads) throws Exception {
        try (Replicas servers = new Replicas()) {
            servers.primary.execute("CREATE TABLE restarted (thread int, number int)");
            try (PoolFixture fixture = servers.pool("primary")
                    .with(Setting.DB_POOL_MAX, Integer.toString(MOST))
                    .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "60s")
                    .open()) {
                PoolOperations pool = fixture.dataSource.operations();
                Load load = new Load(fixture, threads, false);
                load.awaitMore();

                pool.pause();
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() -> pool.statistics().total() == 0);
                servers.first.awaitReplayOf(servers.primary);
                servers.primary.stopFast();
                servers.first.promote();
                pool.resume();
                load.awaitMore();
                load.stop();

                System.out.printf(
                        "Planned switchover, %d threads: %d operations, %d failed, longest %d ms%n",
                        threads,
                        load.done.get(),
                        load.failures.size(),
                        Duration.ofNanos(load.longest.get()).toMillis());
                assertThat(load.failures).isEmpty();
                try (Connection connection = fixture.dataSource.getConnection()) {
                    assertThat(Replicas.port(connection)).isEqualTo(servers.first.port());
                    assertThat(PoolFixture.query(connection, "SELECT count(*) FROM restarted"))
                            .isEqualTo(Integer.toString(load.done.get()));
                }
            }
        }
    }

    /** Transactions, as many at once as there are threads. */
    private static final class Load {

        private final PoolFixture fixture;
        private final boolean xa;
        private final ExecutorService threads;
        private final List<Future<?>> running = new ArrayList<>();
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicLong longest = new AtomicLong();
        private final List<Exception> failures = Collections.synchronizedList(new ArrayList<>());

        Load(PoolFixture fixture, int count, boolean xa) {
            this.fixture = fixture;
            this.xa = xa;
            this.threads = Executors.newFixedThreadPool(count);
            for (int i = 0; i < count; i++) {
                int thread = i;
                running.add(threads.submit(() -> work(thread)));
            }
        }

        void awaitMore() {
            int before = done.get();
            Awaitility.await().atMost(PATIENCE).until(() -> done.get() > before + ENOUGH || !failures.isEmpty());
        }

        void stop() throws Exception {
            stopped.set(true);
            for (Future<?> thread : running) {
                thread.get();
            }
            threads.shutdown();
        }

        private void work(int thread) {
            for (int number = 0; !stopped.get(); number++) {
                long began = System.nanoTime();
                try {
                    if (xa) {
                        branch(thread, number);
                    } else {
                        transaction(thread, number);
                    }
                    done.incrementAndGet();
                } catch (Exception failed) {
                    failures.add(failed);
                }
                longest.accumulateAndGet(System.nanoTime() - began, Math::max);
            }
        }

        private void transaction(int thread, int number) throws SQLException {
            try (Connection connection = fixture.dataSource.getConnection()) {
                connection.setAutoCommit(false);
                insert(connection, thread, number);
                connection.commit();
            }
        }

        /** In two phases, as the transaction manager does. */
        private void branch(int thread, int number) throws Exception {
            TerafyManagedConnection connection = fixture.take();
            XAResource resource = connection.getXAResource();
            Xid xid = new Branch(thread, number);
            resource.start(xid, XAResource.TMNOFLAGS);
            try (Connection handle = fixture.handleOf(connection)) {
                insert(handle, thread, number);
                resource.end(xid, XAResource.TMSUCCESS);
                resource.prepare(xid);
                resource.commit(xid, false);
            }
        }

        private static void insert(Connection connection, int thread, int number) throws SQLException {
            PoolFixture.execute(connection, "INSERT INTO restarted VALUES (" + thread + ", " + number + ")");
        }
    }

    private record Branch(int thread, int number) implements Xid {

        @Override
        public int getFormatId() {
            return 1;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return ByteBuffer.allocate(2 * Integer.BYTES)
                    .putInt(thread)
                    .putInt(number)
                    .array();
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }
}
