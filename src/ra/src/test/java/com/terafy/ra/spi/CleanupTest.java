package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.EvictionReason;
import com.terafy.api.FlushMode;
import com.terafy.pool.sessions.PooledSession;
import com.terafy.pool.sessions.PooledSession.State;
import com.terafy.pool.settings.Setting;
import com.terafy.ra.connect.Credentials;
import com.terafy.ra.driver.DriverLock;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.RecordingLog;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;

/** Jakarta Connectors 2.1, 7.5.4.4: what cleanup leaves for the next borrower. */
class CleanupTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();

    private final ExecutorService other = Executors.newCachedThreadPool();
    private FaultProxy proxy;
    private PoolFixture fixture;
    private TerafyManagedConnection connection;
    private PooledSession<Credentials, Session> session;
    private Connection handle;

    @BeforeEach
    void borrow() throws ResourceException {
        proxy = FaultProxy.to(POSTGRES);
        fixture = PoolFixture.through(proxy, POSTGRES)
                .with(Setting.DB_POOL_VALIDATION_TIMEOUT, "500ms")
                .open();
        connection = fixture.take();
        handle = fixture.handleOf(connection);
        session = fixture.sessionOf(connection);
    }

    @AfterEach
    void close() {
        other.shutdownNow();
        proxy.pass();
        fixture.close();
        proxy.close();
        POSTGRES.execute("DROP TABLE IF EXISTS cleanup_test");
    }

    /** Borrows the same connection again, as the container would after its cleanup. */
    private Connection borrowAgain() throws ResourceException {
        Connection next = fixture.handleOf(connection);
        assertThat(fixture.sessionOf(connection)).isSameAs(session);
        return next;
    }

    private long bytesSent() {
        return proxy.toServer().bytes();
    }

    @Test
    void cleanupInvalidatesEveryHandleAndWhatWasMadeFromIt() throws Exception {
        Connection second = fixture.handleOf(connection);
        Statement statement = handle.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 1");

        connection.cleanup();

        assertThat(List.of(handle, second)).allMatch(closed -> isClosed(closed));
        assertThatThrownBy(handle::createStatement)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08003"));
        assertThat(statement.isClosed()).isTrue();
        assertThat(rows.isClosed()).isTrue();
        assertThat(FakeContainer.handlesOf(connection)).isEmpty();
    }

    private static boolean isClosed(Connection handle) {
        try {
            return handle.isClosed();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aHandleThatOutlivesTheCleanupCannotTouchTheNextBorrow() throws Exception {
        connection.cleanup();
        Connection next = borrowAgain();

        handle.close();

        assertThat(next.isClosed()).isFalse();
        assertThat(PoolFixture.query(next, "SELECT 1")).isEqualTo("1");
        assertThat(session.state()).isEqualTo(State.LENT);
    }

    @Test
    void cleanupIsIdempotent() throws Exception {
        PoolFixture.query(handle, "SELECT 1");

        connection.cleanup();
        connection.cleanup();

        assertThat(session.state()).isEqualTo(State.IDLE);
        assertThat(connection.isBound()).isFalse();
        assertThat(fixture.statistics().useTime().count()).isEqualTo(1);
    }

    @Test
    void cleanupIsIdempotentForOneThatIsRetiredAsItComesBack() throws Exception {
        fixture.dataSource.operations().flush(FlushMode.GRACEFULLY);

        connection.cleanup();
        connection.cleanup();

        Awaitility.await().until(() -> fixture.sessions().isEmpty());
        assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.FLUSH, 1L);
    }

    @Test
    void cleanupRollsBackWhatIsOpenInsteadOfCommittingIt() throws Exception {
        POSTGRES.execute("CREATE TABLE cleanup_test (id int)");
        handle.setAutoCommit(false);
        PoolFixture.execute(handle, "INSERT INTO cleanup_test VALUES (1)");

        connection.cleanup();

        assertThat(PoolFixture.query(borrowAgain(), "SELECT count(*) FROM cleanup_test"))
                .isEqualTo("0");
    }

    @Test
    void cleanupRollsBackATransactionThatWasBegunBySql() throws Exception {
        POSTGRES.execute("CREATE TABLE cleanup_test (id int)");
        PoolFixture.execute(handle, "BEGIN");
        PoolFixture.execute(handle, "INSERT INTO cleanup_test VALUES (1)");

        connection.cleanup();

        assertThat(PoolFixture.query(borrowAgain(), "SELECT count(*) FROM cleanup_test"))
                .isEqualTo("0");
    }

    @Test
    void cleanupRollsBackAFailedTransaction() throws Exception {
        handle.setAutoCommit(false);
        assertThatThrownBy(() -> PoolFixture.execute(handle, "SELECT 1 / 0")).isInstanceOf(SQLException.class);

        connection.cleanup();

        assertThat(PoolFixture.query(borrowAgain(), "SELECT 1")).isEqualTo("1");
    }

    @Test
    void cleanupKeepsTheSession() throws Exception {
        String pid = PoolFixture.query(handle, "SELECT pg_backend_pid()");

        connection.cleanup();

        assertThat(PoolFixture.query(borrowAgain(), "SELECT pg_backend_pid()")).isEqualTo(pid);
        assertThat(proxy.accepted()).isEqualTo(1);
    }

    @Test
    void cleanupWaitsForNothingWhereNothingIsOpen() throws Exception {
        String pid = PoolFixture.query(handle, "SELECT pg_backend_pid()");
        try (PreparedStatement prepared = handle.prepareStatement("SELECT ?::int")) {
            prepared.setInt(1, 7);
            prepared.executeQuery();
        }
        handle.setAutoCommit(false);
        PoolFixture.query(handle, "SELECT 1");
        handle.commit();
        proxy.freeze();

        connection.cleanup();

        assertThat(fixture.idle()).hasSize(1);
        proxy.pass();
        Connection next = borrowAgain();
        assertThat(next.getAutoCommit()).isTrue();
        assertThat(PoolFixture.query(next, "SELECT pg_backend_pid()")).isEqualTo(pid);
    }

    @Test
    void cleanupSendsNothingForWhatTheDriverKeepsByItself() throws Exception {
        handle.setNetworkTimeout(Runnable::run, 5_000);
        handle.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT);
        handle.setReadOnly(true);
        handle.setTypeMap(Map.of("x", String.class));
        handle.setCatalog("other");
        long before = bytesSent();

        connection.cleanup();

        assertThat(bytesSent()).isEqualTo(before);
    }

    /** Something that a borrower may change, and how the next one sees it. */
    record Property(String name, Change change, Reading reading) {

        interface Change {
            void on(Connection connection) throws SQLException;
        }

        interface Reading {
            Object of(Connection connection) throws SQLException;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Arguments> everyProperty() {
        return Stream.of(
                        new Property("autocommit", c -> c.setAutoCommit(false), Connection::getAutoCommit),
                        new Property(
                                "isolation",
                                c -> c.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE),
                                Connection::getTransactionIsolation),
                        new Property("read-only", c -> c.setReadOnly(true), Connection::isReadOnly),
                        new Property("schema", c -> c.setSchema("pg_catalog"), Connection::getSchema),
                        new Property(
                                "search_path",
                                c -> c.setSchema("pg_catalog"),
                                c -> PoolFixture.query(c, "SHOW search_path")),
                        new Property("catalog", c -> c.setCatalog("other"), Connection::getCatalog),
                        new Property(
                                "network timeout",
                                c -> c.setNetworkTimeout(Runnable::run, 12_345),
                                Connection::getNetworkTimeout),
                        new Property(
                                "client info",
                                c -> c.setClientInfo("ApplicationName", "mine"),
                                c -> c.getClientInfo("ApplicationName")),
                        new Property(
                                "application_name",
                                c -> c.setClientInfo("ApplicationName", "mine"),
                                c -> PoolFixture.query(c, "SHOW application_name")),
                        new Property("type map", c -> c.setTypeMap(Map.of("x", String.class)), Connection::getTypeMap),
                        new Property(
                                "holdability",
                                c -> c.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT),
                                Connection::getHoldability),
                        new Property(
                                "a setting by SQL",
                                c -> PoolFixture.execute(c, "SET work_mem = '1234kB'"),
                                c -> PoolFixture.query(c, "SHOW work_mem")),
                        new Property(
                                "the role",
                                c -> PoolFixture.execute(c, "SET ROLE pg_monitor"),
                                c -> PoolFixture.query(c, "SELECT current_user")))
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("everyProperty")
    void cleanupRestores(Property property) throws Exception {
        Object before = property.reading().of(handle);
        property.change().on(handle);
        if (!property.name().equals("catalog")) { // PostgreSQL cannot change it, pgjdbc ignores the call
            assertThat(property.reading().of(handle)).isNotEqualTo(before);
        }

        connection.cleanup();

        assertThat(property.reading().of(borrowAgain())).isEqualTo(before);
    }

    @Test
    void whatCannotBeResetIsNotUsedAgainAndTheConnectionIsAsGoodAsBefore() throws Exception {
        handle.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        int pid = PoolFixture.pid(session);
        POSTGRES.terminate(pid);

        connection.cleanup(); // nobody waits for the answer

        Connection next = fixture.handleOf(connection);
        assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.FOUND_DEAD, 1L);
        assertThat(PoolFixture.query(next, "SELECT pg_backend_pid()")).isNotEqualTo(Integer.toString(pid));
        assertThat(fixture.container.listenerOf(connection).events).isEmpty();
    }

    private void assertNotReset(ThrowingCallable cleanup, int pid) {
        try (RecordingLog log = RecordingLog.of("com.terafy.connection")) {
            assertThatCode(cleanup).doesNotThrowAnyException();
            assertThat(log.messages())
                    .anyMatch(line -> line.startsWith("TERAFY0217") && line.contains(Integer.toString(pid)));
        }
        assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.RESET_FAILED, 1L);
        assertThat(fixture.sessions()).isEmpty();
    }

    @Test
    void cleanupDoesNotWaitForASilentPeer() throws Exception {
        handle.setAutoCommit(false);
        PoolFixture.query(handle, "SELECT 1");
        proxy.freeze();

        assertNotReset(connection::cleanup, PoolFixture.pid(session));
    }

    @Test
    void cleanupDoesNotWaitForAStatementOfAnotherThread() throws Exception {
        int pid = PoolFixture.pid(session);
        Future<?> sleeper = other.submit(() -> PoolFixture.query(handle, "SELECT pg_sleep(60)"));
        Awaitility.await()
                .until(() -> POSTGRES.backends().stream()
                        .anyMatch(backend -> backend.pid() == pid && "active".equals(backend.state())));

        connection.cleanup();

        assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.RESET_FAILED, 1L);
        assertThatThrownBy(sleeper::get).hasCauseInstanceOf(SQLException.class);
        POSTGRES.terminate(pid);
    }

    /** A silent server, and a transaction of the application's own that is open, so that the container rolls it back. */
    @ParameterizedTest
    @ValueSource(ints = {0, 60_000})
    void closingInATransactionDoesNotWaitForASilentPeer(int networkTimeoutMillis) throws Exception {
        Connection borrowed = fixture.dataSource.getConnection();
        borrowed.setNetworkTimeout(Runnable::run, networkTimeoutMillis);
        borrowed.setAutoCommit(false);
        PoolFixture.query(borrowed, "SELECT 1");
        proxy.freeze();

        Future<?> closer = other.submit(() -> {
            borrowed.close();
            return null;
        });

        closer.get(5, TimeUnit.SECONDS);
        assertThat(fixture.sessions()).containsExactly(session);
        assertThat(fixture.container.freePermits()).isEqualTo(FakeContainer.MOST - 1);
    }

    @Test
    void closingDoesNotWaitForAThreadThatWaitsForNotifications() throws Exception {
        Connection borrowed = fixture.dataSource.getConnection();
        PGConnection driver = borrowed.unwrap(PGConnection.class);
        BaseConnection underneath = fixture.holderOf(borrowed).driverConnection();
        Future<?> listener = other.submit(() -> driver.getNotifications(0));
        Awaitility.await().until(() -> DriverLock.isHeldByAnotherThread(underneath));

        Future<?> closer = other.submit(() -> {
            borrowed.close();
            return null;
        });

        closer.get(5, TimeUnit.SECONDS);
        assertThatThrownBy(() -> listener.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(SQLException.class);
        assertThat(fixture.sessions()).containsExactly(session);
        assertThat(fixture.idle()).isEmpty();
    }
}
