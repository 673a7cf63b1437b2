package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.EvictionReason;
import com.terafy.pool.sessions.PooledSession;
import com.terafy.pool.settings.Setting;
import com.terafy.ra.connect.Credentials;
import com.terafy.ra.socket.PeerState;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import java.io.IOException;
import java.lang.reflect.Field;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.PGStream;
import org.postgresql.core.QueryExecutorBase;
import org.postgresql.core.VisibleBufferedInputStream;
import org.postgresql.jdbc.PgConnection;

/**
 * The reset that is sent as a session comes back: whatever happens to it and to its answer, the next borrower begins in a
 * session that works and is as after its login, and nobody waits for longer than the validation timeout.
 */
@Timeout(60)
class PipelinedResetTest {

    private static final String PLAIN_SOCKETS = "socketFactory=" + PlainSocketFactory.class.getName();
    private static final Duration AT_ONCE = Duration.ofMillis(800);

    /** On a busy machine, where a borrower may also have to wait for a login. */
    private static final Duration BUSY = Duration.ofSeconds(3);

    private static TestPostgres postgres;

    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "borrower");
        thread.setDaemon(true);
        return thread;
    });

    @BeforeAll
    static void start() {
        postgres = TestPostgres.builder()
                .tls()
                .with("fsync", "off")
                .with("log_statement", "none")
                .start();
    }

    @AfterAll
    static void stop() {
        postgres.thaw();
        postgres.close();
    }

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
        postgres.thaw();
    }

    private static PoolFixture.Builder pool(String sslMode) {
        return PoolFixture.on(postgres)
                .with(Setting.DB_SSL_MODE, sslMode)
                .with(Setting.DB_POOL_VALIDATION_TIMEOUT, "5s");
    }

    private static PoolFixture.Builder through(FaultProxy proxy, String sslMode) {
        return PoolFixture.through(proxy, postgres).with(Setting.DB_SSL_MODE, sslMode);
    }

    // ---- A borrower, and what the next one must find

    /** Leaves all that a reset takes back. */
    private static int leaveMuch(Connection connection) throws SQLException {
        PoolFixture.execute(connection, """
                SET app.u = 'former'; SET search_path TO pg_catalog, pg_temp; CREATE TEMP TABLE left_behind (id int);
                SELECT pg_advisory_lock(pg_backend_pid()); LISTEN news""");
        return backend(connection);
    }

    private static int backend(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getBackendPID();
    }

    private static void assertAsAfterLogin(Connection connection) throws SQLException {
        assertThat(PoolFixture.query(connection, """
                        SELECT concat_ws(', ',
                            (SELECT 'variable ' || v FROM current_setting('app.u', true) v WHERE v <> ''),
                            (SELECT 'path ' || v FROM current_setting('search_path') v WHERE v NOT LIKE '"$user"%'),
                            (SELECT 'tables ' || count(*) FROM pg_class
                                WHERE relnamespace = pg_my_temp_schema() HAVING count(*) > 0),
                            (SELECT 'locks ' || count(*) FROM pg_locks
                                WHERE locktype = 'advisory' AND pid = pg_backend_pid() HAVING count(*) > 0),
                            (SELECT 'channels ' || count(*) FROM pg_listening_channels() HAVING count(*) > 0),
                            (SELECT 'statements ' || string_agg(name, ' ') FROM pg_prepared_statements WHERE from_sql))
                        """)).isEmpty();
    }

    /** Within the time, by a thread that may be left behind. */
    private int borrowFresh(PoolFixture fixture) throws Exception {
        Future<Integer> borrower = threads.submit(() -> {
            try (Connection next = fixture.dataSource.getConnection()) {
                assertAsAfterLogin(next);
                return backend(next);
            }
        });
        return borrower.get(20, TimeUnit.SECONDS);
    }

    /** What the server says to the borrower who leaves much behind, as he goes. */
    private static long answerBytes(FaultProxy proxy, PoolFixture fixture) throws Exception {
        Connection connection = fixture.dataSource.getConnection();
        leaveMuch(connection);
        long before = proxy.toClient().bytes();
        connection.close();
        long[] seen = {-1};
        Awaitility.await()
                .pollDelay(Duration.ofMillis(50))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> seen[0] == (seen[0] = proxy.toClient().bytes()) && seen[0] > before);
        return seen[0] - before;
    }

    private static void await(PooledSession<Credentials, Session> session, PeerState state) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .until(() -> session.session().physical().peek() == state);
    }

    private static Duration took(ThrowingRunnable step) throws Exception {
        long began = System.nanoTime();
        step.run();
        return Duration.ofNanos(System.nanoTime() - began);
    }

    @FunctionalInterface
    private interface ThrowingRunnable {
        void run() throws Exception;
    }

    // ---- The answer in pieces, and its end

    @ParameterizedTest
    @CsvSource({"disable, 1", "require, 9"})
    void anAnswerThatComesInTwoPiecesIsRead(String sslMode, int step) throws Exception {
        try (FaultProxy proxy = FaultProxy.to(postgres);
                PoolFixture fixture = through(proxy, sslMode).open()) {
            long length = answerBytes(proxy, fixture);
            int pid = borrowFresh(fixture);
            for (long first = 1; first < length; first += step) {
                try (Connection connection = fixture.dataSource.getConnection()) {
                    assertThat(leaveMuch(connection)).isEqualTo(pid);
                    proxy.toClient().freezeAfter(first);
                }
                await(fixture.sessions().get(0), PeerState.SPOKE);
                Future<?> rest = threads.submit(() -> {
                    LockSupport.parkNanos(1_000_000);
                    proxy.toClient().pass();
                });
                assertThat(borrowFresh(fixture)).as("after %s bytes", first).isEqualTo(pid);
                rest.get();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"false, 2", "true, 9"})
    void aServerThatDiesInItsAnswerCostsNoBorrower(boolean byReset, int step) throws Exception {
        try (FaultProxy proxy = FaultProxy.to(postgres);
                PoolFixture fixture = through(proxy, "disable").open()) {
            long length = answerBytes(proxy, fixture) - 3; // the number of a schema in it may have fewer digits
            for (long bytes = 0; bytes < length; bytes += step) {
                int dead;
                try (Connection connection = fixture.dataSource.getConnection()) {
                    dead = leaveMuch(connection);
                    endAfter(proxy, bytes, byReset);
                }
                if (byReset) {
                    await(fixture.sessions().get(0), bytes == 0 ? PeerState.SILENT : PeerState.SPOKE);
                    Future<?> resetting = threads.submit(proxy::reset);
                    awaitEnd(dead);
                    proxy.pass();
                    resetting.get();
                }
                assertThat(borrowFresh(fixture)).as("after %s bytes", bytes).isNotEqualTo(dead);
            }
        }
    }

    private static void awaitEnd(int pid) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .until(() -> postgres.backends().stream().noneMatch(backend -> backend.pid() == pid));
    }

    private static void endAfter(FaultProxy proxy, long bytes, boolean byReset) {
        if (byReset) {
            proxy.toClient().freezeAfter(bytes);
        } else {
            proxy.toClient().cutAfter(bytes);
        }
    }

    /** TLS tells its end itself; what is cut there is a record. */
    @ParameterizedTest
    @ValueSource(longs = {0, 4, 5, 100})
    void aServerThatDiesInARecordOfTlsCostsNoBorrower(long bytes) throws Exception {
        try (FaultProxy proxy = FaultProxy.to(postgres);
                PoolFixture fixture = through(proxy, "require").open()) {
            int dead;
            try (Connection connection = fixture.dataSource.getConnection()) {
                dead = leaveMuch(connection);
                proxy.toClient().cutAfter(bytes);
            }
            assertThat(borrowFresh(fixture)).isNotEqualTo(dead);
        }
    }

    // ---- Silence

    /** Three sessions that answer no more: the first costs the validation timeout, the others a short chance. */
    @ParameterizedTest
    @ValueSource(strings = {"disable", "require"})
    void ofSilentServersABorrowerWaitsTheValidationTimeoutOnce(String sslMode) throws Exception {
        try (PoolFixture fixture =
                pool(sslMode).with(Setting.DB_POOL_VALIDATION_TIMEOUT, "1s").open()) {
            fixture.prefill(3);
            List<Connection> handles = new ArrayList<>();
            List<Integer> silent = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Connection handle = fixture.dataSource.getConnection();
                silent.add(leaveMuch(handle));
                handles.add(handle);
            }
            silent.forEach(postgres::freezeBackend);
            for (Connection handle : handles) {
                assertThat(took(handle::close)).isLessThan(AT_ONCE);
            }

            int[] next = new int[1];
            assertThat(took(() -> next[0] = borrowFreshHere(fixture)))
                    .isBetween(
                            Duration.ofSeconds(1),
                            Duration.ofMillis(1000 + 250 + 250).plus(BUSY));

            assertThat(silent).doesNotContain(next[0]);
            assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.FOUND_DEAD, 3L);
            postgres.thaw();
        }
    }

    private static int borrowFreshHere(PoolFixture fixture) throws SQLException {
        try (Connection next = fixture.dataSource.getConnection()) {
            assertAsAfterLogin(next);
            return backend(next);
        }
    }

    /** Each piece comes in time, all of them do not. */
    @Test
    void anAnswerThatTricklesIsWaitedForNoLongerThanASilentOne() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(postgres);
                PoolFixture fixture = through(proxy, "disable")
                        .with(Setting.DB_POOL_VALIDATION_TIMEOUT, "500ms")
                        .open()) {
            try (Connection connection = fixture.dataSource.getConnection()) {
                leaveMuch(connection);
                proxy.toClient().freezeAfter(6);
            }
            await(fixture.sessions().get(0), PeerState.SPOKE);
            Future<?> trickle = threads.submit(() -> {
                for (int piece = 0; piece < 12; piece++) {
                    Thread.sleep(200);
                    proxy.toClient().freezeAfter(12);
                }
                proxy.toClient().pass();
                return null;
            });

            assertThat(took(() -> fixture.pool
                            .liveness()
                            .look(fixture.sessions().get(0).session().physical())))
                    .isLessThan(Duration.ofMillis(1200));
            trickle.get();
        }
    }

    // ---- The end of the backend

    /** A lock on what the reset drops: it goes on when the connection is closed. */
    private static Connection slowDown(Connection borrower) throws SQLException {
        String schema = PoolFixture.query(borrower, "SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()");
        Connection other = postgres.superuser();
        other.setAutoCommit(false);
        PoolFixture.execute(other, "LOCK TABLE " + schema + ".left_behind IN ACCESS SHARE MODE");
        return other;
    }

    private static void awaitReset(int pid, String wanted) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(5))
                .until(() -> postgres.backends().stream()
                        .anyMatch(backend -> backend.pid() == pid
                                && wanted.equals(backend.state())
                                && backend.query().contains("DISCARD TEMP")));
    }

    @ParameterizedTest
    @CsvSource({
        "disable, before", "disable, during", "disable, after", "disable, behind",
        "require, before", "require, during", "require, after", "require, behind",
    })
    void aBackendThatIsTerminatedIsNotHandedOut(String sslMode, String moment) throws Exception {
        try (PoolFixture fixture = pool(sslMode).open()) {
            Connection connection = fixture.dataSource.getConnection();
            int dead = leaveMuch(connection);
            Connection blocker = slowDown(connection);
            if (moment.equals("before")) {
                blocker.close();
                postgres.terminate(dead);
            }
            connection.close();
            if (moment.equals("during")) {
                awaitReset(dead, "active");
                postgres.execute("SELECT pg_terminate_backend(" + dead + ")");
            }
            blocker.close();
            if (moment.equals("after") || moment.equals("behind")) {
                awaitReset(dead, "idle");
                if (moment.equals("after")) {
                    fixture.look(); // reads the answer
                }
                postgres.terminate(dead);
            }
            assertThat(borrowFresh(fixture)).isNotEqualTo(dead);
            assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.FOUND_DEAD, 1L);
        }
    }

    private static void awaitBytes(FaultProxy proxy, long bytes) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .until(() -> proxy.toClient().bytes() >= bytes);
    }

    /** The farewell has come together with the answer, and the end of the connection is not to be seen. */
    @Test
    void aFarewellBehindTheAnswerIsNotOverlooked() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(postgres);
                PoolFixture fixture = through(proxy, "disable").open()) {
            long length = answerBytes(proxy, fixture);
            int dead;
            long before;
            try (Connection connection = fixture.dataSource.getConnection()) {
                dead = leaveMuch(connection);
                before = proxy.toClient().bytes();
                proxy.toClient().hideClose();
            }
            awaitBytes(proxy, before + length);
            postgres.terminate(dead);
            awaitBytes(proxy, before + length + 50);

            assertThat(borrowFresh(fixture)).isNotEqualTo(dead);
        }
    }

    /** The driver has taken the farewell from the socket already, as behind another answer, be it this very moment. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFarewellThatTheDriverHasTakenAlreadyIsNotOverlooked(boolean justNow) throws Exception {
        try (FaultProxy proxy = FaultProxy.to(postgres);
                PoolFixture fixture = through(proxy, "disable")
                        .with(Setting.DB_POOL_VALIDATION_TIMEOUT, "500ms")
                        .open()) {
            int dead = borrowFresh(fixture);
            PooledSession<Credentials, Session> session = fixture.sessions().get(0);
            awaitReset(dead, "idle");
            fixture.look(); // reads the answer
            proxy.toClient().hideClose();
            postgres.terminate(dead);
            await(session, PeerState.SPOKE);
            takeFromSocket(session.session().driverConnection());
            if (justNow) {
                session.session().physical().sawAlive(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
            }

            assertThat(borrowFresh(fixture)).isNotEqualTo(dead);
        }
    }

    private static void takeFromSocket(BaseConnection driver) throws ReflectiveOperationException, IOException {
        Field stream = QueryExecutorBase.class.getDeclaredField("pgStream");
        Field input = PGStream.class.getDeclaredField("pgInput");
        stream.setAccessible(true);
        input.setAccessible(true);
        ((VisibleBufferedInputStream) input.get(stream.get(driver.getQueryExecutor()))).ensureBytes(50);
    }

    // ---- Cancels

    @ParameterizedTest
    @ValueSource(strings = {"disable", "require"})
    void aSessionWhoseResetWasCancelledIsNotHandedOut(String sslMode) throws Exception {
        try (PoolFixture fixture = pool(sslMode).open()) {
            Connection connection = fixture.dataSource.getConnection();
            int cancelled = leaveMuch(connection);
            Connection blocker = slowDown(connection);
            assertThat(took(connection::close)).isLessThan(AT_ONCE);
            awaitReset(cancelled, "active");
            postgres.execute("SELECT pg_cancel_backend(" + cancelled + ")");
            awaitReset(cancelled, "idle");
            blocker.close();
            assertThat(borrowFresh(fixture)).isNotEqualTo(cancelled);
            assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.RESET_FAILED, 1L);
        }
    }

    @Test
    void aCancelJustBeforeTheEndHitsNobodyElse() throws Exception {
        try (PoolFixture fixture =
                pool("disable").with(Setting.DB_POOL_MAX, "1").open()) {
            for (int i = 0; i < 100; i++) {
                Connection connection = fixture.dataSource.getConnection();
                leaveMuch(connection);
                try (Statement statement = connection.createStatement()) {
                    Future<?> cancelling = threads.submit(() -> {
                        statement.cancel();
                        return null;
                    });
                    LockSupport.parkNanos(i * 20_000L);
                    connection.close();
                    borrowFreshHere(fixture);
                    try {
                        cancelling.get();
                    } catch (java.util.concurrent.ExecutionException closedBefore) {
                        assertThat(closedBefore).hasMessageContaining("closed");
                    }
                }
            }
        }
    }

    // ---- What else the server says

    @ParameterizedTest
    @ValueSource(strings = {"disable", "require"})
    void whatWasHeardForTheFormerBorrowerReachesNobody(String sslMode) throws Exception {
        try (PoolFixture fixture = pool(sslMode).open();
                Connection other = postgres.superuser()) {
            int pid = 0;
            for (int i = 0; i < 20; i++) {
                try (Connection connection = fixture.dataSource.getConnection()) {
                    pid = backend(connection);
                    PoolFixture.execute(connection, "LISTEN news; SET client_min_messages = 'debug5'");
                    Future<?> notifying = threads.submit(() -> {
                        PoolFixture.execute(other, "NOTIFY news");
                        return null;
                    });
                    if (i % 2 == 0) {
                        notifying.get();
                        PoolFixture.query(connection, "SELECT 1"); // the driver hears of it
                    }
                }
                try (Connection next = fixture.dataSource.getConnection()) {
                    assertAsAfterLogin(next);
                    assertThat(backend(next)).isEqualTo(pid);
                    PGNotification[] heard = next.unwrap(PGConnection.class).getNotifications();
                    assertThat(heard == null || heard.length == 0).isTrue();
                    assertThat(next.getWarnings() == null).isTrue();
                }
            }
        }
    }

    private static String parameter(Connection connection, String name) throws SQLException {
        return connection.unwrap(PGConnection.class).getParameterStatus(name);
    }

    @ParameterizedTest
    @CsvSource({"disable, simple", "disable, extended", "require, simple", "require, extended"})
    void theDriverLearnsWhatTheResetChanged(String sslMode, String queryMode) throws Exception {
        try (PoolFixture fixture = pool(sslMode)
                .with(Setting.DB_DRIVER_PROPERTIES, "preferQueryMode=" + queryMode)
                .open()) {
            String zone;
            int pid;
            try (Connection connection = fixture.dataSource.getConnection()) {
                zone = parameter(connection, "TimeZone");
                pid = backend(connection);
            }
            for (String sets : List.of(
                    "SET standard_conforming_strings = off",
                    "SET TimeZone = 'Asia/Tokyo'; SET DateStyle = 'ISO, YMD'")) {
                try (Connection connection = fixture.dataSource.getConnection()) {
                    PoolFixture.execute(connection, sets);
                }
                try (Connection next = fixture.dataSource.getConnection()) {
                    assertThat(backend(next)).isEqualTo(pid);
                    assertArrives(next, "a\\b'c\\\\");
                    assertThat(parameter(next, "standard_conforming_strings")).isEqualTo("on");
                    assertThat(parameter(next, "TimeZone")).isEqualTo(zone);
                    assertThat(parameter(next, "DateStyle")).isEqualTo(PoolFixture.query(next, "SHOW DateStyle"));
                }
            }
        }
    }

    private static void assertArrives(Connection connection, String text) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT ?, length(?)")) {
            statement.setString(1, text);
            statement.setString(2, text);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                assertThat(row.getString(1)).isEqualTo(text);
                assertThat(row.getInt(2)).isEqualTo(text.length());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"disable, false", "disable, true", "require, false", "require, true"})
    void theDriverLearnsWhatTheServerSaysBehindTheAnswer(String sslMode, boolean read) throws Exception {
        try (PoolFixture fixture = pool(sslMode).open()) {
            int pid;
            try (Connection connection = fixture.dataSource.getConnection()) {
                pid = leaveMuch(connection);
            }
            awaitReset(pid, "idle");
            if (read) {
                fixture.look();
            }
            postgres.reload("IntervalStyle", "iso_8601");
            postgres.reload("standard_conforming_strings", "off");
            try (Connection next = fixture.dataSource.getConnection()) {
                assertThat(backend(next)).isEqualTo(pid);
                assertThat(PoolFixture.query(next, "SELECT 1")).isEqualTo("1");
                assertArrives(next, "a\\b'c");
                assertThat(parameter(next, "IntervalStyle")).isEqualTo("iso_8601");
                assertThat(parameter(next, "standard_conforming_strings")).isEqualTo("off");
            }
        } finally {
            postgres.reload("IntervalStyle", "postgres");
            postgres.reload("standard_conforming_strings", "on");
        }
    }

    // ---- Ways to use the driver

    @ParameterizedTest
    @CsvSource({
        "disable, preferQueryMode=simple",
        "require, preferQueryMode=simple",
        "disable, preferQueryMode=extendedForPrepared",
        "disable, preferQueryMode=extendedCacheEverything",
        "disable, autosave=always",
        "require, autosave=always",
        "disable, prepareThreshold=1",
        "require, prepareThreshold=-1",
        "disable, socketFactory=com.terafy.ra.spi.PlainSocketFactory",
        "require, socketFactory=com.terafy.ra.spi.PlainSocketFactory",
    })
    void howeverTheDriverAsksTheNextBorrowerBeginsAfresh(String sslMode, String properties) throws Exception {
        try (PoolFixture fixture =
                pool(sslMode).with(Setting.DB_DRIVER_PROPERTIES, properties).open()) {
            int pid = borrowFresh(fixture);
            for (int i = 0; i < 8; i++) {
                try (Connection connection = fixture.dataSource.getConnection()) {
                    assertThat(leaveMuch(connection)).isEqualTo(pid);
                    PoolFixture.execute(connection, "PREPARE mine AS SELECT 1; PREPARE \"Mine; too\" AS SELECT 2");
                    assertArrives(connection, "prepared by the driver");
                    connection.setAutoCommit(i % 2 == 0);
                    assertArrives(connection, "in a transaction");
                    if (i % 4 == 0) {
                        assertThatThrownBy(() -> PoolFixture.execute(connection, "SELECT 1 / 0"))
                                .isInstanceOf(SQLException.class);
                    }
                }
                assertThat(borrowFresh(fixture)).isEqualTo(pid);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"disable", "require"})
    void aDeadOneOnASocketThatCannotBeWatchedIsNotHandedOut(String sslMode) throws Exception {
        try (PoolFixture fixture = pool(sslMode)
                .with(Setting.DB_DRIVER_PROPERTIES, PLAIN_SOCKETS)
                .with(Setting.DB_POOL_VALIDATE_AFTER, "100ms")
                .open()) {
            int dead;
            try (Connection connection = fixture.dataSource.getConnection()) {
                dead = leaveMuch(connection);
            }
            awaitReset(dead, "idle");
            postgres.terminate(dead);
            LockSupport.parkNanos(Duration.ofMillis(101).toNanos());
            assertThat(borrowFresh(fixture)).isNotEqualTo(dead);
        }
    }

    // ---- Former borrowers

    /** Whoever kept an object of the driver and uses it spoils the session, not the next borrower's. */
    @ParameterizedTest
    @CsvSource({"disable, false", "disable, true", "require, false", "require, true"})
    void aSessionThatItsFormerBorrowerUsesIsNotHandedOut(String sslMode, boolean read) throws Exception {
        try (PoolFixture fixture = pool(sslMode).open()) {
            BaseConnection kept;
            int pid;
            try (Connection connection = fixture.dataSource.getConnection()) {
                pid = leaveMuch(connection);
                kept = connection.unwrap(PgConnection.class);
            }
            if (read) {
                awaitReset(pid, "idle");
                fixture.look();
            }
            use(kept);
            assertThat(borrowFresh(fixture)).isNotEqualTo(pid);
            assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.RESET_FAILED, 1L);
        }
    }

    /** Out of step it may fail. */
    private static void use(BaseConnection kept) {
        try {
            PoolFixture.execute((Connection) kept, "SET app.u = 'kept'");
        } catch (SQLException | RuntimeException outOfStep) {
            assertThat(outOfStep).hasMessageNotContaining("former");
        }
    }

    @Test
    void whatAFormerBorrowerDoesToTheNextOneIsResetWithHim() throws Exception {
        try (PoolFixture fixture = pool("disable").open()) {
            BaseConnection kept;
            try (Connection connection = fixture.dataSource.getConnection()) {
                leaveMuch(connection);
                kept = connection.unwrap(PgConnection.class);
            }
            try (Connection next = fixture.dataSource.getConnection()) {
                use(kept);
                assertThat(PoolFixture.query(next, "SELECT 1")).isEqualTo("1");
            }
            borrowFresh(fixture);
        }
    }

    /** Who comes back while another thread is in the middle of a statement does not wait for it. */
    @ParameterizedTest
    @ValueSource(strings = {"disable", "require"})
    void aStatementThatAnotherThreadStillExecutesEndsBeforeTheReset(String sslMode) throws Exception {
        try (PoolFixture fixture = pool(sslMode).open()) {
            Connection connection = fixture.dataSource.getConnection();
            int pid = leaveMuch(connection);
            Statement statement = connection.createStatement();
            CountDownLatch began = new CountDownLatch(1);
            Future<?> executing = threads.submit(() -> {
                began.countDown();
                return statement.execute("SELECT pg_sleep(10)");
            });
            began.await();
            Awaitility.await()
                    .until(() -> postgres.backends().stream()
                            .anyMatch(backend -> backend.pid() == pid && "active".equals(backend.state())));

            assertThat(took(connection::close)).isLessThan(Duration.ofSeconds(2));

            borrowFresh(fixture);
            assertThatThrownBy(() -> executing.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(SQLException.class);
        }
    }
}
