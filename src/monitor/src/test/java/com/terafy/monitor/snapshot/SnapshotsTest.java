package com.terafy.monitor.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.ConnectionInfo;
import com.terafy.api.ConnectionState;
import com.terafy.monitor.backends.Backend;
import com.terafy.monitor.backends.BackendClass;
import com.terafy.monitor.backends.LockTree;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a real PostgreSQL, through a proxy that can freeze it. */
class SnapshotsTest {

    private static final Snapshots.Limits LIMITS = new Snapshots.Limits(
            Duration.ofSeconds(1),
            Duration.ofMillis(500),
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofMillis(700),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofMinutes(1));

    private final AtomicLong nanos = new AtomicLong();
    private final ExecutorService reader = Executors.newSingleThreadExecutor();
    private FaultProxy proxy;
    private ProxiedPool pool;
    private Snapshots snapshots;

    @BeforeEach
    void start() {
        proxy = FaultProxy.to(TestPostgres.shared());
        pool = new ProxiedPool(proxy);
        snapshots = new Snapshots(pool, reader, nanos::get, LIMITS);
    }

    @AfterEach
    void end() throws InterruptedException {
        proxy.pass();
        snapshots.close();
        reader.shutdown();
        assertThat(reader.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        proxy.close();
    }

    private void later(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void oneReadingServesAllClientsForASecond() throws SQLException, InterruptedException, ExecutionException {
        ExecutorService clients = Executors.newFixedThreadPool(16);
        try {
            List<Callable<Snapshot>> asks = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                asks.add(snapshots::current);
            }
            Snapshot first = snapshots.current();
            for (Future<Snapshot> answer : clients.invokeAll(asks)) {
                assertThat(answer.get()).isSameAs(first);
            }
        } finally {
            clients.shutdown();
        }
        later(Duration.ofSeconds(2));
        assertThat(snapshots.current()).isNotNull();
        assertThat(pool.opened()).isEqualTo(1);
    }

    /** For metrics: scraping must not ask the database. */
    @Test
    void theLastReadingIsThereWithoutAskingForAnotherUntilItIsOld() throws SQLException {
        assertThat(snapshots.last()).isEmpty();
        assertThat(pool.opened()).isZero();
        Snapshot read = snapshots.current();
        later(LIMITS.unused());
        assertThat(snapshots.last()).containsSame(read);
        later(Duration.ofMillis(1));
        assertThat(snapshots.last()).isEmpty();
    }

    @Test
    void itSeesItsOwnSessionOutsideThePool() throws SQLException {
        Snapshot snapshot = snapshots.current();
        assertThat(snapshot.database().state()).isEqualTo(DatabaseStatus.State.UP);
        assertThat(snapshot.backends().untold())
                .filteredOn(backend -> backend.class_() == BackendClass.OURS_OUTSIDE)
                .extracting(Backend::applicationName)
                .containsExactly(pool.identity().applicationName("monitor"));
        assertThat(snapshot.activity().orElseThrow().limits().maxConnections()).isPositive();
    }

    /** Behind a pooler the session goes on to serve other clients. */
    @Test
    void aReadingLeavesNothingInItsSession() throws SQLException {
        String settings = "SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings"
                + " WHERE source IN ('session', 'client')";
        String before;
        try (Connection untouched = new ProxiedPool(proxy).openOutsidePool("monitor")) {
            before = text(untouched, settings + " AND name <> 'application_name'");
        }
        for (int reading = 0; reading < 3; reading++) {
            later(Duration.ofSeconds(2));
            assertThat(snapshots.current().database().state()).isEqualTo(DatabaseStatus.State.UP);
        }
        assertThat(pool.opened()).isEqualTo(1);
        assertThat(text(pool.newest(), settings + " AND name <> 'application_name'"))
                .isEqualTo(before);
        assertThat(text(pool.newest(), "SHOW transaction_read_only")).isEqualTo("off");
        assertThat(TestPostgres.shared().backends(pool.identity().applicationName("monitor")))
                .singleElement()
                .satisfies(backend -> assertThat(backend.state()).isEqualTo("idle"));
    }

    @Test
    void aTextThatPostgresHasCutIsMarked() throws SQLException {
        try (Connection cut = TestPostgres.shared().superuser();
                Connection whole = TestPostgres.shared().superuser()) {
            int cutPid = Integer.parseInt(text(cut, "SELECT pg_backend_pid() -- " + "\u00e9".repeat(1000)));
            int wholePid = Integer.parseInt(text(whole, "SELECT pg_backend_pid()"));
            List<Backend> backends = snapshots.current().backends().untold();
            assertThat(backends)
                    .filteredOn(backend -> backend.pid() == cutPid)
                    .singleElement()
                    .matches(Backend::queryCut);
            assertThat(backends)
                    .filteredOn(backend -> backend.pid() == wholePid)
                    .singleElement()
                    .matches(backend -> !backend.queryCut());
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void whoWaitsForALockIsShownUnderWhomHeWaitsFor() throws SQLException {
        try (Connection holder = TestPostgres.shared().superuser();
                Connection waiter = TestPostgres.shared().superuser();
                Statement hold = holder.createStatement();
                Statement wait = waiter.createStatement()) {
            holder.setAutoCommit(false);
            Thread waiting = blocked(hold, wait);
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
                later(Duration.ofSeconds(2));
                return !snapshots.current().activity().orElseThrow().waits().isEmpty();
            });
            Snapshot snapshot = snapshots.current();
            assertThat(snapshot.activity().orElseThrow().waiting()).isEqualTo(1);
            List<LockTree.Node> roots = LockTree.of(
                    snapshot.activity().orElseThrow().waits(),
                    snapshot.backends().untold());
            assertThat(roots).singleElement().satisfies(root -> {
                assertThat(root.blocks()).hasSize(1);
                assertThat(root.blocks().get(0).waitsFor().orElseThrow().type()).isEqualTo("advisory");
            });
            holder.rollback();
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !waiting.isAlive());
        }
    }

    private static Thread blocked(Statement hold, Statement wait) throws SQLException {
        hold.execute("SELECT pg_advisory_xact_lock(4711)");
        Thread waiting = new Thread(() -> {
            try {
                wait.execute("SELECT pg_advisory_lock(4711)");
            } catch (SQLException cancelled) {
                throw new IllegalStateException(cancelled);
            }
        });
        waiting.start();
        return waiting;
    }

    @Test
    void whoWaitsInAnotherDatabaseIsNoneOfThisPools() throws SQLException {
        try (Connection holder = elsewhere();
                Connection waiter = elsewhere();
                Statement hold = holder.createStatement();
                Statement wait = waiter.createStatement()) {
            holder.setAutoCommit(false);
            Thread waiting = blocked(hold, wait);
            Awaitility.await()
                    .until(() -> text(holder, "SELECT count(*) FROM pg_locks WHERE NOT granted")
                            .equals("1"));
            assertThat(snapshots.current().activity().orElseThrow().waits()).isEmpty();
            assertThat(snapshots.current().activity().orElseThrow().waiting()).isZero();
            holder.rollback();
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !waiting.isAlive());
        }
    }

    private static Connection elsewhere() throws SQLException {
        TestPostgres server = TestPostgres.shared();
        return DriverManager.getConnection(server.url("postgres"), TestPostgres.SUPERUSER, server.password());
    }

    @Test
    void anEndedSessionIsOpenedAnewWithinTheSameReading() throws SQLException {
        snapshots.current();
        proxy.reset();
        later(Duration.ofSeconds(2));
        assertThat(snapshots.current().database().state()).isEqualTo(DatabaseStatus.State.UP);
        assertThat(pool.opened()).isEqualTo(2);
    }

    @Test
    void aDatabaseThatIsGoneIsSaidToBeUnreachableSinceThen() throws SQLException {
        snapshots.current();
        proxy.refuse();
        proxy.reset();
        later(Duration.ofSeconds(2));
        Snapshot down = snapshots.current();
        assertThat(down.database().state()).isEqualTo(DatabaseStatus.State.DOWN);
        assertThat(down.database().message()).startsWith("database unreachable since ");
        assertThat(down.activity()).isEmpty();
        later(Duration.ofSeconds(2));
        assertThat(snapshots.current().database().since())
                .isEqualTo(down.database().since());

        proxy.open();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            later(Duration.ofSeconds(2));
            return snapshots.current().database().state() == DatabaseStatus.State.UP;
        });
    }

    @Test
    void aFrozenDatabaseKeepsNobodyWaitingForItsAnswer() throws SQLException {
        Snapshot before = snapshots.current();
        proxy.freeze();
        later(Duration.ofSeconds(2));
        Snapshot slow = snapshots.current(); // the reading is still under way: patience is shorter than the answer
        assertThat(slow.database().state()).isEqualTo(DatabaseStatus.State.SLOW);
        assertThat(slow.activity()).isEqualTo(before.activity());
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            later(Duration.ofSeconds(2));
            return snapshots.current().database().state() == DatabaseStatus.State.DOWN;
        });
        assertThat(pool.opened()).isLessThan(5);
    }

    @Test
    void anOldReadingIsNotShownByASilentDatabaseEither() throws SQLException {
        snapshots.current();
        proxy.freeze();
        later(LIMITS.old().plusMillis(1));
        Snapshot late = snapshots.current();
        assertThat(late.database().state()).isEqualTo(DatabaseStatus.State.SLOW);
        assertThat(late.activity()).isEmpty();
    }

    @Test
    void whatThePoolHasDoneSinceTheReadingIsNoGap() throws SQLException {
        Snapshot agreed = snapshots.current();
        proxy.freeze();
        pool.believe(unknownTo(agreed));
        later(Duration.ofSeconds(2));
        Snapshot late = snapshots.current();
        assertThat(late.database().state()).isEqualTo(DatabaseStatus.State.SLOW);
        assertThat(late.activity()).isEqualTo(agreed.activity());
        assertThat(late.gaps()).isEmpty();
    }

    @Test
    void aGapThatTheReadingHasFoundIsToldUntilTheNext() throws SQLException {
        pool.believe(unknownTo(snapshots.current()));
        later(Duration.ofSeconds(2));
        assertThat(snapshots.current().gaps()).hasSize(1);
        proxy.freeze();
        pool.believe();
        later(Duration.ofSeconds(2));
        Snapshot late = snapshots.current();
        assertThat(late.database().state()).isEqualTo(DatabaseStatus.State.SLOW);
        assertThat(late.gaps()).hasSize(1);
    }

    /** A connection to that server whose backend it does not have. */
    private static ConnectionInfo unknownTo(Snapshot read) {
        Instant serverStart = read.activity().orElseThrow().serverStart();
        return new ConnectionInfo(
                1,
                ConnectionState.IDLE,
                4711,
                serverStart,
                serverStart,
                serverStart,
                Optional.empty(),
                Optional.empty(),
                0,
                Duration.ZERO,
                Duration.ZERO,
                Optional.empty());
    }

    @Test
    void whileTheDatabaseIsSilentAllButOneAreAnsweredAtOnce() throws Exception {
        snapshots.current();
        proxy.freeze();
        later(Duration.ofSeconds(2));
        List<Long> millis = Crowd.of(40).millis(snapshots::current);
        assertThat(millis).filteredOn(time -> time >= 100).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void whoComesDuringTheFirstReadingOfASilentDatabaseDoesNotWaitEither() throws Exception {
        proxy.freeze();
        List<Long> millis = Crowd.of(40).millis(snapshots::current);
        assertThat(millis).filteredOn(time -> time >= 100).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void aReadingUnderWayIsNoSlowDatabase() throws Exception {
        Snapshot before = snapshots.current();
        proxy.freeze();
        later(Duration.ofSeconds(2));
        Thread first = new Thread(snapshots::current);
        first.start();
        Awaitility.await().until(() -> first.getState() == Thread.State.TIMED_WAITING);
        Snapshot meanwhile = snapshots.current();
        assertThat(meanwhile.database().state()).isEqualTo(DatabaseStatus.State.UP);
        assertThat(meanwhile.activity()).isEqualTo(before.activity());
        first.join();
    }

    @Test
    void theSessionIsClosedWhenNobodyAsks() throws SQLException {
        snapshots.current();
        snapshots.closeIfUnused();
        assertThat(proxy.openConnections()).isEqualTo(1);
        later(Duration.ofMinutes(2));
        snapshots.closeIfUnused();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> proxy.openConnections() == 0);
    }
}
