package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.Borrower;
import com.terafy.api.ConnectionInfo;
import com.terafy.api.ConnectionState;
import com.terafy.api.EvictionReason;
import com.terafy.api.FlushMode;
import com.terafy.api.PoolOperations;
import com.terafy.api.PoolStatistics;
import com.terafy.pool.settings.Setting;
import com.terafy.testkit.Backend;
import com.terafy.testkit.ManualTicker;
import com.terafy.testkit.RecordingLog;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.Driver;

/** The inside of a pool as the monitoring and an operator see it. */
class PoolInsideTest {

    private static final String PAUSED = "terafy.paused.TerafyDS";

    private static final TestPostgres POSTGRES = TestPostgres.shared();

    private final ManualTicker clock = new ManualTicker();
    private PoolFixture fixture;
    private PoolOperations inside;

    @BeforeEach
    void open() throws ResourceException {
        fixture = PoolFixture.on(POSTGRES)
                .at(clock)
                .with(Setting.DB_POOL_LEAK_THRESHOLD, "1h")
                .open();
        inside = fixture.dataSource.operations();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private ConnectionInfo only() {
        assertThat(inside.connections()).hasSize(1);
        return inside.connections().get(0);
    }

    @Test
    void whileItIsBorrowedAConnectionShowsByWhom() throws Exception {
        try (Connection handle = fixture.dataSource.getConnection()) {
            clock.advance(Duration.ofSeconds(7));
            ConnectionInfo info = only();
            Borrower borrower = info.borrower().orElseThrow();

            assertThat(info.state()).isEqualTo(ConnectionState.IN_USE);
            assertThat(Integer.toString(info.backendPid()))
                    .isEqualTo(PoolFixture.query(handle, "SELECT pg_backend_pid()"));
            assertThat(info.timesBorrowed()).isEqualTo(1);
            assertThat(info.busy()).isEqualTo(Duration.ofSeconds(7));
            assertThat(info.idle()).isZero();
            assertThat(info.lastReturned()).isEmpty();
            assertThat(borrower.thread()).isEqualTo(Thread.currentThread().getName());
            assertThat(Duration.between(borrower.since(), java.time.Instant.now()))
                    .isBetween(Duration.ofSeconds(7), Duration.ofSeconds(60));
            assertThat(borrower.inTransaction()).isFalse();
            assertThat(borrower.stack().orElseThrow()).contains("whileItIsBorrowedAConnectionShowsByWhom");
        }
    }

    @Test
    void aMomentIsToldTheSameEachTime() throws Exception {
        fixture.dataSource.getConnection().close();
        try (Connection handle = fixture.dataSource.getConnection()) {
            ConnectionInfo first = only();
            java.time.Instant told = java.time.Instant.now();
            Awaitility.await().until(() -> java.time.Instant.now().isAfter(told.plusMillis(2)));
            assertThat(only()).isEqualTo(first);
            assertThat(handle.isClosed()).isFalse();
        }
    }

    @Test
    void anOpenTransactionShows() throws Exception {
        try (Connection handle = fixture.dataSource.getConnection()) {
            handle.setAutoCommit(false);
            PoolFixture.query(handle, "SELECT 1");

            assertThat(only().borrower().orElseThrow().inTransaction()).isTrue();
        }
    }

    @Test
    void afterItCameBackAConnectionShowsWhenAndForHowLong() throws Exception {
        try (Connection handle = fixture.dataSource.getConnection()) {
            clock.advance(Duration.ofSeconds(7));
            assertThat(handle.isClosed()).isFalse();
        }
        clock.advance(Duration.ofSeconds(5));

        ConnectionInfo info = only();

        assertThat(info.state()).isEqualTo(ConnectionState.IDLE);
        assertThat(info.borrower()).isEmpty();
        assertThat(info.busy()).isEqualTo(Duration.ofSeconds(7));
        assertThat(info.idle()).isEqualTo(Duration.ofSeconds(5));
        assertThat(Duration.between(
                        info.lastBorrowed().orElseThrow(), info.lastReturned().orElseThrow()))
                .isEqualTo(Duration.ofSeconds(7));
        assertThat(Duration.between(info.created(), info.lastBorrowed().orElseThrow()))
                .isZero();
    }

    @Test
    void pidAndStartNameTheBackend() throws Exception {
        fixture.prefill(1);
        ConnectionInfo info = only();

        assertThat(POSTGRES.backends().stream()
                        .filter(backend -> backend.pid() == info.backendPid())
                        .map(Backend::backendStart))
                .containsExactly(info.backendStart());
    }

    @Test
    void connectionsAreListedOldestFirst() throws Exception {
        fixture.prefill(5);

        assertThat(inside.connections()).extracting(ConnectionInfo::id).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    private void awaitIds(Long... expected) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(inside.connections())
                        .extracting(ConnectionInfo::id)
                        .containsExactly(expected));
    }

    @Test
    void flushingTheIdleLeavesTheOthers() throws Exception {
        fixture.prefill(2);
        try (Connection handle = fixture.dataSource.getConnection()) {
            long held = fixture.sessionOf(fixture.holderOf(handle)).id();
            assertThat(inside.flush(FlushMode.IDLE)).isEqualTo(1);

            assertThat(PoolFixture.query(handle, "SELECT 1")).isEqualTo("1");
            awaitIds(held);
        }
        assertThat(only().state()).isEqualTo(ConnectionState.IDLE);
        assertThat(inside.statistics().evicted()).containsEntry(EvictionReason.FLUSH, 1L);
    }

    @Test
    void flushingGracefullyEndsThoseInUseAsTheyComeBack() throws Exception {
        fixture.prefill(2);
        try (Connection handle = fixture.dataSource.getConnection()) {
            assertThat(inside.flush(FlushMode.GRACEFULLY)).isEqualTo(2);

            assertThat(PoolFixture.query(handle, "SELECT 1")).isEqualTo("1");
        }
        awaitIds();
        try (Connection fresh = fixture.dataSource.getConnection()) {
            assertThat(fresh.isClosed()).isFalse();
            assertThat(only().id()).isEqualTo(3);
        }
        assertThat(inside.statistics().evicted()).containsEntry(EvictionReason.FLUSH, 2L);
    }

    @Test
    void flushingAllEndsThoseInUseAtOnce() throws Exception {
        fixture.prefill(2);
        try (Connection handle = fixture.dataSource.getConnection()) {
            assertThat(inside.flush(FlushMode.ALL)).isEqualTo(2);

            assertThatThrownBy(() -> PoolFixture.query(handle, "SELECT 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).startsWith("08"));
        }
        awaitIds();
        assertThat(inside.statistics().evicted()).containsEntry(EvictionReason.FLUSH, 2L);
        assertThat(fixture.container.freePermits()).isEqualTo(FakeContainer.MOST);
    }

    @Test
    void whilePausedBorrowersWaitAndAreToldSo() throws Exception {
        fixture.prefill(2);
        inside.pause();
        assertThat(inside.isPaused()).isTrue();
        awaitIds();

        CompletableFuture<String> waiting = CompletableFuture.supplyAsync(this::borrowAndAsk);
        Awaitility.await().until(() -> inside.statistics().waiting() == 1);
        assertThat(waiting).isNotDone();
        assertThat(fixture.backends()).isZero();
        inside.resume();

        assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo("resumed");
        assertThat(inside.isPaused()).isFalse();
    }

    /** As WildFly's command line orders it: config/wildfly/pause.cli. */
    @Test
    void aSystemPropertyOrdersAPauseAndItsEndAndIsTakenAway() {
        fixture.prefill(2);
        System.setProperty(PAUSED, "true");
        fixture.look();
        assertThat(inside.isPaused()).isTrue();
        assertThat(System.getProperty(PAUSED)).isNull();
        fixture.look();
        assertThat(inside.isPaused()).isTrue();

        System.setProperty(PAUSED, "false");
        fixture.look();
        assertThat(inside.isPaused()).isFalse();
        assertThat(System.getProperty(PAUSED)).isNull();
    }

    @Test
    void whatIsNoOrderIsToldAndChangesNothing() {
        try (RecordingLog log = RecordingLog.of("com.terafy.adapter")) {
            System.setProperty(PAUSED, "yes");
            fixture.look();
            fixture.look();
            assertThat(inside.isPaused()).isFalse();
            assertThat(log.messages(Level.WARNING))
                    .containsExactly(
                            "TERAFY0272: Pool TerafyDS: the system property " + PAUSED
                                    + " is \"yes\", which is no order. Set it to true to pause the pool, to false to resume it.");
        }
    }

    /** It is saved in the server's configuration, and would be there at each start. */
    @Test
    void anOrderOfBeforeTheStartIsNotObeyed() throws Exception {
        System.setProperty(PAUSED, "true");
        try (RecordingLog log = RecordingLog.of("com.terafy.adapter");
                PoolFixture started = PoolFixture.on(POSTGRES).open()) {
            started.pool.start();
            assertThat(started.dataSource.operations().isPaused()).isFalse();
            assertThat(System.getProperty(PAUSED)).isNull();
            assertThat(log.messages(Level.WARNING))
                    .singleElement()
                    .asString()
                    .startsWith("TERAFY0271: Pool TerafyDS: ");
            try (Connection connection = started.dataSource.getConnection()) {
                assertThat(PoolFixture.query(connection, "SELECT 1")).isEqualTo("1");
            }
        }
    }

    private String borrowAndAsk() {
        try (Connection connection = fixture.dataSource.getConnection()) {
            return PoolFixture.query(connection, "SELECT 'resumed'");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aPauseThatOutlastsABorrowerIsWhatHeIsTold() throws Exception {
        try (PoolFixture impatient = PoolFixture.on(POSTGRES)
                .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "200ms")
                .open()) {
            impatient.dataSource.operations().pause();

            assertThatThrownBy(impatient.dataSource::getConnection)
                    .isInstanceOf(SQLTransientConnectionException.class)
                    .hasMessageStartingWith("TERAFY0255: Pool TerafyDS: ");
        }
    }

    @Test
    void whatIsInUseWhenThePauseBeginsWorksOnAndEndsAsItComesBack() throws Exception {
        try (Connection handle = fixture.dataSource.getConnection()) {
            inside.pause();

            assertThat(PoolFixture.query(handle, "SELECT 1")).isEqualTo("1");
        }
        awaitIds();
        inside.resume();
    }

    @Test
    void aSmallerPoolEndsTheIdleAtOnceAndThoseInUseAsTheyComeBack() throws Exception {
        List<Connection> held = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            held.add(fixture.dataSource.getConnection());
        }
        fixture.prefill(2);

        resize(0, 2);

        Awaitility.await().until(() -> fixture.backends() == 4);
        for (Connection handle : held) {
            assertThat(PoolFixture.query(handle, "SELECT 1")).isEqualTo("1");
            handle.close();
        }
        Awaitility.await().until(() -> fixture.backends() == 2);
        assertThat(inside.statistics().max()).isEqualTo(2);
        assertThat(inside.statistics().evicted()).containsEntry(EvictionReason.SURPLUS, 4L);
    }

    @Test
    void aLargerPoolLetsAWaitingBorrowerInAndALargerMinimumIsFilled() throws Exception {
        resize(0, 1);
        try (Connection held = fixture.dataSource.getConnection()) {
            CompletableFuture<String> waiting = CompletableFuture.supplyAsync(this::borrowAndAsk);
            Awaitility.await().until(() -> inside.statistics().waiting() == 1);

            resize(0, 2);

            assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo("resumed");
            assertThat(held.isClosed()).isFalse();
        }
        resize(4, 8);
        Awaitility.await().until(() -> fixture.idle().size() == 4);
    }

    private void resize(int min, int max) {
        inside.change(Map.of("DB_POOL_MIN", Integer.toString(min), "DB_POOL_MAX", Integer.toString(max)));
    }

    @Test
    void sizesThatMakeNoSenseAreRefused() {
        for (int[] sizes : new int[][] {{-1, 5}, {0, 0}, {3, 2}}) {
            assertThatThrownBy(() -> resize(sizes[0], sizes[1]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("TERAFY0100: Pool TerafyDS: ")
                    .hasMessageContaining("nothing was changed");
        }
        assertThat(inside.statistics().max()).isEqualTo(PoolFixture.MAX);
    }

    @Test
    void whatIsChangedHoldsAtOnceAndIsShownAsDifferingFromTheStart() throws Exception {
        assertThat(inside.changed()).isEmpty();
        inside.change(Map.of(
                "DB_POOL_ACQUIRE_TIMEOUT",
                "250ms",
                "DB_POOL_MAX",
                "1",
                "DB_POOL_LEAK_THRESHOLD",
                "2h",
                "DB_POOL_IDLE_TIMEOUT",
                "1m",
                "DB_CLEANUP_DRY_RUN",
                "true"));
        assertThat(inside.changed())
                .containsExactly(
                        Map.entry("DB_CLEANUP_DRY_RUN", "false"),
                        Map.entry("DB_POOL_ACQUIRE_TIMEOUT", "10s"),
                        Map.entry("DB_POOL_IDLE_TIMEOUT", "4m"),
                        Map.entry("DB_POOL_LEAK_THRESHOLD", "1h"),
                        Map.entry("DB_POOL_MAX", "10"));
        assertThat(inside.settings()).containsEntry("DB_POOL_ACQUIRE_TIMEOUT", "250ms");
        try (Connection held = fixture.dataSource.getConnection()) {
            long begun = System.nanoTime();
            assertThatThrownBy(fixture.dataSource::getConnection).hasMessageContaining("TERAFY0205");
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofMillis(250), Duration.ofSeconds(5));
            assertThat(held.isClosed()).isFalse();
            assertThat(inside.connections().get(0).borrower().orElseThrow().stack())
                    .isPresent();
        }
        inside.change(Map.of("DB_POOL_MAX", "10"));
        assertThat(inside.changed()).doesNotContainKey("DB_POOL_MAX");
    }

    @Test
    void whatIsWrongOrFixedChangesNothingAndTheMessageIsThatOfTheStart() {
        assertThatThrownBy(() -> inside.change(Map.of("DB_POOL_MAX", "7", "DB_POOL_IDLE_TIMEOUT", "soon")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("DB_POOL_IDLE_TIMEOUT is \"soon\"");
        assertThatThrownBy(() -> inside.change(Map.of("DB_HOST", "elsewhere", "DB_POOL_MAXX", "3")))
                .hasMessageContaining("TERAFY0124: Pool TerafyDS: \"DB_HOST\" cannot be changed")
                .hasMessageContaining("DB_POOL_MAXX");
        assertThatThrownBy(() -> inside.change(Map.of("DB_POOL_IDLE_TIMEOUT", "1s")))
                .as("against what stays")
                .hasMessageContaining("DB_POOL_SWEEP_INTERVAL");
        assertThat(inside.changed()).isEmpty();
    }

    @Test
    void aConnectionOutsideThePoolIsNeitherCountedNorLimitedAndSaysWhatItIsFor() throws Exception {
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < PoolFixture.MAX; i++) {
            all.add(fixture.dataSource.getConnection());
        }
        try (Connection outside = inside.openOutsidePool("cleanup")) {
            String name = PoolFixture.query(outside, "SHOW application_name");

            assertThat(name)
                    .isEqualTo(inside.identity().applicationName("cleanup"))
                    .isNotEqualTo(inside.identity().applicationName());
            assertThat(PoolFixture.query(outside, "SELECT current_user")).isEqualTo(TestPostgres.SUPERUSER);
            assertThat(inside.statistics())
                    .extracting(PoolStatistics::total, PoolStatistics::created)
                    .containsExactly(PoolFixture.MAX, (long) PoolFixture.MAX);
        }
        for (Connection connection : all) {
            connection.close();
        }
    }

    /** Behind a pooler the session goes on to serve other clients. */
    @Test
    void aConnectionOutsideThePoolLeavesNoNamedStatement() throws Exception {
        try (Connection outside = inside.openOutsidePool("probe")) {
            for (int i = 0; i < 12; i++) {
                try (PreparedStatement statement = outside.prepareStatement("SELECT ?::int")) {
                    statement.setInt(1, i);
                    statement.executeQuery().close();
                }
            }
            assertThat(PoolFixture.query(outside, "SELECT count(*) FROM pg_prepared_statements"))
                    .isEqualTo("0");
        }
    }

    @Test
    void pooledBackendsCarryThePoolsTag() throws Exception {
        int pid = PoolFixture.pid(fixture.prefillOne());

        assertThat(POSTGRES.backends().stream()
                        .filter(backend -> backend.pid() == pid)
                        .map(Backend::applicationName))
                .containsExactly(inside.identity().applicationName());
    }

    @Test
    void theSettingsShowNoSecret() {
        assertThat(inside.settings())
                .containsEntry("DB_PASSWORD", "(hidden)")
                .containsEntry("DB_POOL_MAX", "10")
                .doesNotContainValue(POSTGRES.password());
    }

    @Test
    void abortEndsTheConnectionWithOneEventAndGivesItsPermitBack() throws Exception {
        Connection handle = fixture.dataSource.getConnection();
        var events = fixture.container.listenerOf(fixture.holderOf(handle)).events;

        handle.abort(Runnable::run);
        handle.abort(Runnable::run);
        handle.close();

        assertThat(handle.isClosed()).isTrue();
        assertThat(events)
                .extracting("id")
                .containsExactly(jakarta.resource.spi.ConnectionEvent.CONNECTION_ERROR_OCCURRED);
        assertThat(fixture.container.freePermits()).isEqualTo(FakeContainer.MOST);
        assertThat(inside.statistics().evicted()).containsEntry(EvictionReason.ABORTED, 1L);
    }

    /** The driver's own abort keeps its timer referenced, and with it a thread. */
    @Test
    void abortLetsGoOfTheDriversTimer() throws Exception {
        int before = Driver.getSharedTimer().getRefCount();
        Connection handle = fixture.dataSource.getConnection();
        try (Statement statement = handle.createStatement()) {
            statement.setQueryTimeout(60);
            statement.execute("SELECT 1");
            assertThat(Driver.getSharedTimer().getRefCount()).isEqualTo(before + 1);

            handle.abort(Runnable::run);
        }

        assertThat(Driver.getSharedTimer().getRefCount()).isEqualTo(before);
    }

    @Test
    void soDoesABackendThatEnded() throws Exception {
        int before = Driver.getSharedTimer().getRefCount();
        try (Connection handle = fixture.dataSource.getConnection();
                Statement statement = handle.createStatement()) {
            statement.setQueryTimeout(60);

            assertThatThrownBy(() -> statement.execute("SELECT pg_terminate_backend(pg_backend_pid())"))
                    .isInstanceOf(SQLException.class);
        }

        assertThat(Driver.getSharedTimer().getRefCount()).isEqualTo(before);
    }

    /** The operator's flush and the error of the statement that it ends meet. */
    @Test
    void whatAnOperatorEndedTellsTheContainerOnce() throws Exception {
        Connection handle = fixture.dataSource.getConnection();
        TerafyManagedConnection connection = fixture.holderOf(handle);
        var events = fixture.container.listenerOf(connection).events;

        connection.abort(EvictionReason.FLUSH, new SQLException("flushed", "08006"));
        connection.abort(EvictionReason.FLUSH, new SQLException("flushed", "08006"));
        connection.failed(new SQLException("socket closed", "08006"));

        assertThat(events).hasSize(1);
        assertThat(handle.isClosed()).isTrue();
        assertThat(inside.statistics().evicted()).containsEntry(EvictionReason.FLUSH, 1L);
        assertThat(inside.statistics().useTime().count()).isEqualTo(1);
    }
}
