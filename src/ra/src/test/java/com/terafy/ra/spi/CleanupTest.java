package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.ConnectionState;
import com.terafy.api.EvictionReason;
import com.terafy.api.FlushMode;
import com.terafy.pool.settings.Setting;
import com.terafy.testkit.FaultProxy;
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
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Jakarta Connectors 2.1, 7.5.4.4: what cleanup leaves for the next borrower. */
class CleanupTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();

    private FaultProxy proxy;
    private PoolFixture fixture;
    private TerafyManagedConnection connection;
    private Connection handle;

    @BeforeEach
    void borrow() throws ResourceException {
        proxy = FaultProxy.to(POSTGRES);
        fixture = PoolFixture.through(proxy, POSTGRES)
                .with(Setting.DB_POOL_VALIDATION_TIMEOUT, "500ms")
                .open();
        connection = fixture.take();
        handle = fixture.handleOf(connection);
    }

    @AfterEach
    void close() {
        proxy.pass();
        fixture.close();
        proxy.close();
        POSTGRES.execute("DROP TABLE IF EXISTS cleanup_test");
    }

    /** Borrows the same connection again, as the container would after its cleanup. */
    private Connection borrowAgain() throws ResourceException {
        fixture.container.idle.add(connection);
        assertThat(fixture.container.take(null)).isSameAs(connection);
        return fixture.handleOf(connection);
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
        assertThat(connection.entry().state()).isEqualTo(ConnectionState.IN_USE);
    }

    @Test
    void cleanupIsIdempotent() throws Exception {
        PoolFixture.query(handle, "SELECT 1");

        connection.cleanup();
        connection.cleanup();

        assertThat(connection.entry().state()).isEqualTo(ConnectionState.IDLE);
        assertThat(fixture.statistics().useTime().count()).isEqualTo(1);
    }

    @Test
    void cleanupIsIdempotentForOneThatIsRetiredAsItComesBack() throws Exception {
        fixture.dataSource.operations().flush(FlushMode.GRACEFULLY);

        connection.cleanup();
        connection.cleanup();

        assertThat(connection.entry().state()).isEqualTo(ConnectionState.RETIRED);
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
    void cleanupSendsNothingWhereNothingWasChanged() throws Exception {
        PoolFixture.query(handle, "SELECT 1");
        try (PreparedStatement prepared = handle.prepareStatement("SELECT ?::int")) {
            prepared.setInt(1, 7);
            prepared.executeQuery();
        }
        handle.setAutoCommit(false);
        PoolFixture.query(handle, "SELECT 1");
        handle.commit();
        long before = bytesSent();

        connection.cleanup();

        assertThat(bytesSent()).isEqualTo(before);
        assertThat(borrowAgain().getAutoCommit()).isTrue();
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
    void whatCannotBeResetIsNotUsedAgain() throws Exception {
        handle.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        POSTGRES.terminate(connection.physical().backendPid());

        assertThatThrownBy(connection::cleanup)
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("TERAFY0217")
                .hasMessageContaining(Integer.toString(connection.physical().backendPid()));
        assertThat(connection.entry().state()).isEqualTo(ConnectionState.BROKEN);
        fixture.container.destroy(connection);
        assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.RESET_FAILED, 1L);
    }

    @Test
    void cleanupDoesNotWaitForASilentPeer() throws Exception {
        handle.setAutoCommit(false);
        PoolFixture.query(handle, "SELECT 1");
        proxy.freeze();

        assertThatThrownBy(connection::cleanup).hasMessageContaining("TERAFY0217");
    }

    @Test
    void cleanupDoesNotWaitForAStatementOfAnotherThread() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<?> sleeper = other.submit(() -> PoolFixture.query(handle, "SELECT pg_sleep(60)"));
            int pid = connection.physical().backendPid();
            Awaitility.await()
                    .until(() -> POSTGRES.backends().stream()
                            .anyMatch(backend -> backend.pid() == pid && "active".equals(backend.state())));

            assertThatThrownBy(connection::cleanup).hasMessageContaining("TERAFY0217");
            assertThat(sleeper.isDone()).isFalse();
            POSTGRES.terminate(pid);
        } finally {
            other.shutdownNow();
        }
    }
}
