package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.RetryOutcome;
import com.terafy.api.RetryPolicy;
import com.terafy.api.TransactionOutcomeUnknownException;
import com.terafy.pool.settings.Setting;
import com.terafy.testkit.FaultLane;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Transactions whose COMMIT is not answered. Each test breaks something between the end of the work and that answer, at a
 * byte that was counted before.
 */
class CommitInDoubtTest {

    private static final RetryPolicy POLICY = RetryPolicy.of(5, Duration.ofSeconds(30));
    private static final String COUNT = "SELECT count(*) || ' of ' || count(DISTINCT id) FROM doubt_test";

    /** ParseComplete, BindComplete, CommandComplete with its tag, ReadyForQuery. */
    private static final long BYTES_OF_COMMITS_ANSWER = 5 + 5 + 12 + 6;

    private static final long BYTES_OF_SYNC = 5;

    /** As many kills as that take every byte; otherwise every fifth, and all of the last ones. */
    private static final boolean EVERY_BYTE = Integer.getInteger("terafy.kills", 0) >= 1000;

    private static final int STEP = 5;
    private static final int LAST_BYTES = 60;

    private final AtomicInteger runs = new AtomicInteger();
    private static TestPostgres postgres;
    private FaultProxy proxy;
    private PoolFixture fixture;

    @BeforeAll
    static void start() {
        postgres = TestPostgres.start("max_wal_senders", "4", "wal_writer_delay", "10s", "checkpoint_timeout", "1h");
        postgres.execute("CREATE TABLE doubt_test (id int)", "CHECKPOINT");
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @BeforeEach
    void open() throws ResourceException {
        proxy = FaultProxy.to(postgres);
        fixture = through(postgres).open();
        startAnew();
    }

    /** Without resets, so that every byte between the work and its return is the commit's. */
    private PoolFixture.Builder through(TestPostgres server) {
        return PoolFixture.through(proxy, server)
                .leavingIt()
                .with(Setting.DB_SESSION_RESET, "off")
                .with(Setting.DB_SOCKET_TIMEOUT, "20s");
    }

    @AfterEach
    void close() {
        proxy.pass();
        fixture.close();
        proxy.close();
    }

    private static String rows(TestPostgres server) throws SQLException {
        try (Connection other = server.superuser()) {
            return PoolFixture.query(other, COUNT);
        }
    }

    /** Its last step is to prepare the network for what comes, in the first run. */
    private int insert(Runnable then) throws SQLException {
        return fixture.dataSource.withTransaction(POLICY, connection -> {
            PoolFixture.execute(connection, "INSERT INTO doubt_test VALUES (1)");
            if (runs.incrementAndGet() == 1) {
                then.run();
            }
            return runs.get();
        });
    }

    /** How many bytes pass between the end of the work and its return. */
    private long bytes(Function<FaultProxy, FaultLane> lane) throws SQLException {
        long[] before = new long[1];
        insert(() -> before[0] = lane.apply(proxy).bytes());
        long counted = lane.apply(proxy).bytes() - before[0];
        startAnew();
        return counted;
    }

    private void startAnew() {
        postgres.execute("TRUNCATE doubt_test");
        runs.set(0);
    }

    @Test
    void theNetworkMayBreakAtEveryByteOfTheAnswers() throws Exception {
        breakAtEveryByte(FaultProxy::toClient);
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void theNetworkMayBreakAtEveryByteOfTheQuestions() throws Exception {
        breakAtEveryByte(FaultProxy::toServer);
    }

    private void breakAtEveryByte(Function<FaultProxy, FaultLane> lane) throws SQLException {
        long all = bytes(lane);
        int cuts = 0;
        int again = 0;
        for (long at = 1; at <= all; at += EVERY_BYTE || at > all - LAST_BYTES ? 1 : STEP) {
            long cut = at;
            int result = insert(() -> lane.apply(proxy).cutAfter(cut));
            cuts++;
            again += result - 1;
            assertThat(rows(postgres)).as("cut after %d of %d bytes", at, all).isEqualTo("1 of 1");
            assertThat(runs).as("cut after %d of %d bytes", at, all).hasValue(result);
            startAnew();
        }
        System.out.printf("Network cut at %d of %d bytes around a commit: run again %d times%n", cuts, all, again);
        assertThat(again).isGreaterThan(10).isLessThan(cuts);
    }

    /** Through the trace's answer, and not a byte of the COMMIT's. */
    private long bytesOfTrace() throws SQLException {
        return bytes(FaultProxy::toClient) - BYTES_OF_COMMITS_ANSWER;
    }

    @Test
    void aCommitWhoseAnswerIsLostIsFoundCommitted() throws Exception {
        long trace = bytesOfTrace();
        CompletableFuture<Integer> result = start(() -> proxy.toClient().freezeAfter(trace));
        Awaitility.await("committed").until(() -> rows(postgres).equals("1 of 1"));
        proxy.toClient().pass();
        proxy.reset();

        assertThat(result.get()).isEqualTo(1);
        assertThat(rows(postgres)).isEqualTo("1 of 1");
    }

    private CompletableFuture<Integer> start(Runnable then) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return insert(then);
            } catch (SQLException told) {
                throw new IllegalStateException(told);
            }
        });
    }

    private static TransactionOutcomeUnknownException unknown(CompletableFuture<Integer> result) throws Exception {
        try {
            throw new AssertionError("told as done, by run " + result.get());
        } catch (ExecutionException told) {
            assertThat(told).hasStackTraceContaining("TERAFY0288");
            return (TransactionOutcomeUnknownException) told.getCause().getCause();
        }
    }

    /** The COMMIT is on its way all the time; its backend waits for it, and must not get it any more. */
    @Test
    void aCommitThatComesTooLateFindsItsBackendEnded() throws Exception {
        fixture.close();
        fixture = through(postgres)
                .with(Setting.DB_HOST, "localhost:" + proxy.port() + ",localhost:" + postgres.port())
                .with(Setting.DB_CONNECT_TIMEOUT, "1s")
                .with(Setting.DB_SSL_MODE, "disable") // or it would be tried twice at the address that is silent
                .with(Setting.DB_SOCKET_TIMEOUT, "1s")
                .open();
        CompletableFuture<Integer> result = startAndHoldCommit();

        assertThat(result.get()).isEqualTo(2);
        proxy.toServer().pass();
        Awaitility.await("what was on its way has come").until(() -> proxy.openConnections() == 0);
        assertThat(rows(postgres)).isEqualTo("1 of 1");
    }

    /** The id of a transaction that had not reached the disk is given again, to somebody who commits. */
    @Test
    void afterACrashAnIdMayBeAnothersAndIsNotBelieved() throws Exception {
        CompletableFuture<Integer> result = startAndHoldCommit();
        String id = crashAndGiveIdAgain();
        for (int i = 0; id.isEmpty() && i < 5; i++) { // the WAL writer was quicker
            letGo();
            result.get();
            startAnew();
            result = startAndHoldCommit();
            id = crashAndGiveIdAgain();
        }
        letGo();

        TransactionOutcomeUnknownException unknown = unknown(result);
        assertThat(unknown.transactionId()).isEqualTo(id);
        assertThat(unknown.getMessage()).contains("crashed");
        assertThat(runs).hasValue(1);
        assertThat(rows(postgres)).isEqualTo("0 of 0");
    }

    /** Empty if it was on the disk, so that it was not given again. */
    private static String crashAndGiveIdAgain() throws SQLException {
        String id;
        try (Connection other = postgres.superuser()) {
            id = PoolFixture.query(
                    other, "SELECT max(backend_xid::text::bigint) FROM pg_stat_activity WHERE backend_xid IS NOT NULL");
        }
        postgres.stopImmediate();
        postgres.start();
        try (Connection stranger = postgres.superuser()) {
            String given;
            do {
                given = PoolFixture.query(stranger, "SELECT pg_current_xact_id()");
            } while (Long.parseLong(given) < Long.parseLong(id));
            assertThat(PoolFixture.query(stranger, "SELECT pg_xact_status('" + given + "')"))
                    .isEqualTo("committed");
            return given.equals(id) ? id : "";
        }
    }

    private void letGo() {
        proxy.reset();
        proxy.pass();
    }

    /** The client has sent its COMMIT, and the server has got all of it but the end of its Execute. */
    private CompletableFuture<Integer> startAndHoldCommit() throws SQLException {
        long most = bytes(FaultProxy::toServer) - BYTES_OF_SYNC - 1;
        long[] before = {Long.MAX_VALUE / 2};
        CompletableFuture<Integer> result = start(() -> {
            before[0] = proxy.toServer().bytes();
            proxy.toServer().freezeAfter(most);
        });
        Awaitility.await("the COMMIT").until(() -> proxy.toServer().bytes() - before[0] >= most);
        return result;
    }

    @Test
    void afterACrashWhatWasNotCommittedRunsAgain() throws Exception {
        CompletableFuture<Integer> result = startAndHoldCommit();
        postgres.stopImmediate();
        postgres.start();
        proxy.reset();
        proxy.pass();

        assertThat(result.get()).isEqualTo(2);
        assertThat(rows(postgres)).isEqualTo("1 of 1");
    }

    /** An asynchronous standby has not got the commit, and takes over. */
    @Test
    void afterAFailoverThatLostTheCommitNobodyKnows() throws Exception {
        try (TestPostgres standby = TestPostgres.standbyOf(postgres)) {
            fixture.close();
            fixture = through(postgres)
                    .with(Setting.DB_HOST, "localhost:" + proxy.port() + ",localhost:" + standby.port())
                    .with(Setting.DB_TARGET_SERVER_TYPE, "primary")
                    .open();
            long trace = bytesOfTrace();
            standby.awaitReplayOf(postgres);
            standby.reload("primary_conninfo", "");
            CompletableFuture<Integer> result = start(() -> proxy.toClient().freezeAfter(trace));
            Awaitility.await("committed").until(() -> rows(postgres).equals("1 of 1"));
            proxy.refuse();
            postgres.stopImmediate();
            proxy.reset();
            standby.promote();

            assertThat(unknown(result).getMessage()).contains("promoted");
            assertThat(runs).hasValue(1);
            assertThat(rows(standby)).isEqualTo("0 of 0");
            postgres.start();
        }
    }

    /** It is committed here, and on no standby yet: neither is to be said, nor the wait to be ended. */
    @Test
    void aCommitThatWaitsForAStandbyIsNotEndedAndNotGuessed() throws Exception {
        fixture.close();
        fixture = through(postgres).with(Setting.DB_SOCKET_TIMEOUT, "1s").open();
        postgres.reload("synchronous_standby_names", "nobody");
        CompletableFuture<Integer> result = CompletableFuture.supplyAsync(() -> {
            try {
                return fixture.dataSource.withTransaction(RetryPolicy.of(5, Duration.ofSeconds(3)), connection -> {
                    PoolFixture.execute(connection, "INSERT INTO doubt_test VALUES (1)");
                    return runs.incrementAndGet();
                });
            } catch (SQLException told) {
                throw new IllegalStateException(told);
            }
        });

        assertThat(unknown(result).getMessage()).contains("still in progress");
        assertThat(runs).hasValue(1);
        assertThat(rows(postgres)).isEqualTo("0 of 0");
        postgres.reload("synchronous_standby_names", "");
        Awaitility.await().until(() -> rows(postgres).equals("1 of 1"));
    }

    @Test
    void aServerThatNeverComesBackLeavesItUnknown() throws Exception {
        long trace = bytesOfTrace();
        CompletableFuture<Integer> result = CompletableFuture.supplyAsync(() -> {
            try {
                return fixture.dataSource.withTransaction(RetryPolicy.of(5, Duration.ofMillis(1)), connection -> {
                    PoolFixture.execute(connection, "INSERT INTO doubt_test VALUES (1)");
                    proxy.toClient().freezeAfter(trace);
                    return runs.incrementAndGet();
                });
            } catch (SQLException told) {
                throw new IllegalStateException(told);
            }
        });
        Awaitility.await("committed").until(() -> rows(postgres).equals("1 of 1"));
        proxy.refuse();
        proxy.reset();

        assertThat(unknown(result).getMessage()).contains("no server could say within 5");
        assertThat(runs).hasValue(1);
        assertThat(fixture.statistics().retried()).containsEntry(RetryOutcome.UNKNOWN, 1L);
    }

    /** Nothing was written, so that nothing can be there twice. */
    @Test
    void aTransactionThatOnlyReadRunsAgain() throws Exception {
        long[] before = new long[1];
        Function<Runnable, Integer> read = then -> {
            try {
                return fixture.dataSource.withTransaction(POLICY, connection -> {
                    PoolFixture.query(connection, COUNT);
                    if (runs.incrementAndGet() == 1) {
                        then.run();
                    }
                    return runs.get();
                });
            } catch (SQLException told) {
                throw new IllegalStateException(told);
            }
        };
        assertThat(read.apply(() -> before[0] = proxy.toClient().bytes())).isEqualTo(1);
        long all = proxy.toClient().bytes() - before[0];
        runs.set(0);

        assertThat(read.apply(() -> proxy.toClient().cutAfter(all - BYTES_OF_COMMITS_ANSWER + 1)))
                .isEqualTo(2);
    }

    /** It has said COMMIT before it says that it ends. */
    @Test
    void aSessionThatIsEndedBehindItsCommitIsNotAskedFor() throws Exception {
        long all = bytes(FaultProxy::toClient);

        int result = insert(() -> {
            proxy.toClient().cutAfter(all - 6);
            proxy.refuse(); // so that there is nobody to ask
        });

        assertThat(result).isEqualTo(1);
        assertThat(rows(postgres)).isEqualTo("1 of 1");
    }

    @Test
    void whoIsInterruptedWhileHeAsksIsToldThatNothingIsKnown() throws Exception {
        long trace = bytesOfTrace();
        Thread[] thread = new Thread[1];
        CompletableFuture<Integer> result = start(() -> {
            thread[0] = Thread.currentThread();
            proxy.toClient().freezeAfter(trace);
        });
        Awaitility.await("committed").until(() -> rows(postgres).equals("1 of 1"));
        proxy.refuse();
        proxy.reset();
        thread[0].interrupt();

        assertThat(unknown(result).getMessage()).contains("interrupted");
        assertThatThrownBy(result::get).isInstanceOf(ExecutionException.class);
    }
}
