package com.terafy.ra.spi;

import static jakarta.resource.spi.ConnectionEvent.CONNECTION_CLOSED;
import static jakarta.resource.spi.ConnectionEvent.CONNECTION_ERROR_OCCURRED;
import static jakarta.resource.spi.ConnectionEvent.LOCAL_TRANSACTION_COMMITTED;
import static jakarta.resource.spi.ConnectionEvent.LOCAL_TRANSACTION_ROLLEDBACK;
import static jakarta.resource.spi.ConnectionEvent.LOCAL_TRANSACTION_STARTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.FlushMode;
import com.terafy.api.PoolStatistics;
import com.terafy.pool.sessions.PooledSession;
import com.terafy.pool.sessions.PooledSession.State;
import com.terafy.ra.spi.FakeContainer.EventRecorder;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the container is told (Jakarta Connectors 2.1, 7.5.6 and 8.7.2). */
class EventsTest {

    private static final String SUICIDE = "SELECT pg_terminate_backend(pg_backend_pid())";

    private final EventRecorder recorder = new EventRecorder();
    private PoolFixture fixture;
    private TerafyManagedConnection connection;
    private Association association;
    private Connection handle;

    @BeforeEach
    void borrow() throws ResourceException {
        fixture = PoolFixture.shared();
        connection = fixture.take();
        connection.addConnectionEventListener(recorder);
        association = (Association) connection.getConnection(null, null);
        handle = association.takeHandle();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void theErrorEventComesOnceAndBeforeTheException() {
        List<Object> order = new ArrayList<>();
        connection.addConnectionEventListener(new EventRecorder() {
            @Override
            public void connectionErrorOccurred(ConnectionEvent event) {
                order.add(event.getException());
            }
        });

        try {
            PoolFixture.execute(handle, SUICIDE);
        } catch (SQLException thrown) {
            order.add("thrown");
            order.add(thrown);
        }

        assertThat(order).hasSize(3);
        assertThat(order.get(1)).isEqualTo("thrown");
        assertThat(order.get(0)).isSameAs(order.get(2));
        assertThat(((SQLException) order.get(0)).getSQLState()).isEqualTo("57P01");
    }

    /** The end of a transaction goes by the managed connection, not by the handle: it must be reported all the same. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTransactionThatCannotEndIsReportedOnce(boolean commit) throws Exception {
        handle.setAutoCommit(false);
        PoolFixture.query(handle, "SELECT 1");
        TestPostgres.shared().terminate(connection.physical().backendPid());

        assertThatThrownBy(() -> {
                    if (commit) {
                        handle.commit();
                    } else {
                        handle.rollback();
                    }
                })
                .isInstanceOf(SQLException.class);

        assertThat(recorder.ids()).containsOnlyOnce(CONNECTION_ERROR_OCCURRED);
    }

    @Test
    void afterTheFirstFatalErrorNoOtherIsReported() throws Exception {
        Statement statement = handle.createStatement();
        assertThatThrownBy(() -> statement.execute(SUICIDE)).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> statement.execute("SELECT 1")).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> handle.createStatement()).isInstanceOf(SQLException.class);
        connection.failed(new SQLException("again", "08006"));

        assertThat(recorder.ids()).containsExactly(CONNECTION_ERROR_OCCURRED);
        assertThat(recorder.events.get(0).getSource()).isSameAs(connection);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1 / 0",
                "SELECT nothing",
                "SELEC",
                "DO $$ BEGIN RAISE 'no' USING ERRCODE = '40001'; END $$",
                "DO $$ BEGIN RAISE 'no' USING ERRCODE = '58030'; END $$",
                "DO $$ BEGIN RAISE 'no' USING ERRCODE = 'XX000'; END $$"
            })
    void anErrorOfAStatementIsNoErrorOfTheConnection(String sql) throws Exception {
        assertThatThrownBy(() -> PoolFixture.execute(handle, sql)).isInstanceOf(SQLException.class);

        assertThat(recorder.events).isEmpty();
        assertThat(PoolFixture.query(handle, "SELECT 1")).isEqualTo("1");
    }

    @Test
    void aCancelledStatementIsNoErrorOfTheConnection() throws Exception {
        PoolFixture.execute(handle, "SET statement_timeout = 10");

        assertThatThrownBy(() -> PoolFixture.execute(handle, "SELECT pg_sleep(60)"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
        assertThat(recorder.events).isEmpty();
    }

    @Test
    void closingAHandleIsToldOnceWithTheHandle() throws Exception {
        handle.close();
        handle.close();

        assertThat(recorder.ids()).containsExactly(CONNECTION_CLOSED);
        assertThat(recorder.events.get(0).getConnectionHandle()).isSameAs(association);
        assertThat(recorder.events.get(0).getSource()).isSameAs(connection);
    }

    @Test
    void aHandleThatTheContainerInvalidatedIsNotReportedAsClosed() throws Exception {
        connection.cleanup();

        handle.close();
        association.reclaim();

        assertThat(recorder.events).isEmpty();
    }

    @Test
    void eachOfTwoHandlesIsReportedByItself() throws Exception {
        Association second = (Association) connection.getConnection(null, null);

        PooledSession<?, Session> session = fixture.sessionOf(connection);
        second.takeHandle().close();
        assertThat(session.state()).isEqualTo(State.LENT);
        handle.close();

        assertThat(recorder.events.stream().map(ConnectionEvent::getConnectionHandle))
                .containsExactly(second, association);
        assertThat(session.state()).isEqualTo(State.IDLE);
    }

    @Test
    void aSecondHandleLeavesTheFirstAsItIs() throws Exception {
        Connection second = ((Association) connection.getConnection(null, null)).takeHandle();

        assertThat(PoolFixture.query(handle, "SELECT pg_backend_pid()"))
                .isEqualTo(PoolFixture.query(second, "SELECT pg_backend_pid()"));
        second.close();
        assertThat(handle.isClosed()).isFalse();
        assertThat(PoolFixture.query(handle, "SELECT 1")).isEqualTo("1");
    }

    @Test
    void twoThreadsMayUseTwoHandlesOfOneConnection() throws Exception {
        Connection second = ((Association) connection.getConnection(null, null)).takeHandle();
        CompletableFuture<Integer> other = CompletableFuture.supplyAsync(() -> countedBy(second));

        assertThat(countedBy(handle)).isEqualTo(200);
        assertThat(other.get(60, TimeUnit.SECONDS)).isEqualTo(200);
        assertThat(recorder.events).isEmpty();
    }

    private static int countedBy(Connection connection) {
        try {
            int right = 0;
            for (int i = 0; i < 200; i++) {
                if (PoolFixture.query(connection, "SELECT " + i).equals(Integer.toString(i))) {
                    right++;
                }
            }
            return right;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** That is left to the container, which may let the transaction go on with another handle. */
    @Test
    void closingAHandleLeavesThePhysicalConnectionAsItIs() throws Exception {
        Association second = (Association) connection.getConnection(null, null);
        Connection staying = second.takeHandle();
        handle.setAutoCommit(false);
        PoolFixture.execute(handle, "CREATE TEMP TABLE closing (id int)");
        PoolFixture.execute(handle, "SET application_name = 'closing'");

        handle.close();

        assertThat(staying.getAutoCommit()).isFalse();
        assertThat(PoolFixture.query(staying, "SELECT count(*) FROM closing")).isEqualTo("0");
        assertThat(PoolFixture.query(staying, "SHOW application_name")).isEqualTo("closing");
        staying.rollback();
    }

    @Test
    void theApplicationsTransactionsAreTold() throws Exception {
        handle.setAutoCommit(false);
        handle.commit();
        handle.rollback();
        handle.setAutoCommit(true);

        assertThat(recorder.ids())
                .containsExactly(
                        LOCAL_TRANSACTION_STARTED,
                        LOCAL_TRANSACTION_COMMITTED,
                        LOCAL_TRANSACTION_STARTED,
                        LOCAL_TRANSACTION_ROLLEDBACK,
                        LOCAL_TRANSACTION_STARTED,
                        LOCAL_TRANSACTION_COMMITTED);
    }

    @Test
    void settingAutoCommitToWhatItIsTellsNothing() throws Exception {
        handle.setAutoCommit(true);

        assertThat(recorder.events).isEmpty();
    }

    @Test
    void theContainersTransactionsAreNotTold() throws Exception {
        connection.getLocalTransaction().begin();
        handle.setAutoCommit(false);
        PoolFixture.query(handle, "SELECT 1");
        connection.getLocalTransaction().commit();
        connection.getLocalTransaction().begin();
        connection.getLocalTransaction().rollback();

        assertThat(recorder.events).isEmpty();
    }

    @Test
    void aListenerMayComeAndGoWhileEventsAreFired() throws Exception {
        EventRecorder late = new EventRecorder();
        connection.removeConnectionEventListener(recorder);
        connection.addConnectionEventListener(new EventRecorder() {
            @Override
            public void localTransactionStarted(ConnectionEvent event) {
                connection.removeConnectionEventListener(this);
                connection.addConnectionEventListener(late);
                super.localTransactionStarted(event);
            }
        });
        connection.addConnectionEventListener(recorder);

        handle.setAutoCommit(false);
        handle.commit();

        assertThat(recorder.ids())
                .containsExactly(LOCAL_TRANSACTION_STARTED, LOCAL_TRANSACTION_COMMITTED, LOCAL_TRANSACTION_STARTED);
        assertThat(late.ids()).containsExactly(LOCAL_TRANSACTION_COMMITTED, LOCAL_TRANSACTION_STARTED);
    }

    @Test
    void aRemovedListenerHearsNothing() throws Exception {
        connection.removeConnectionEventListener(recorder);

        handle.close();

        assertThat(recorder.events).isEmpty();
    }

    /** Another thread would wait for a lock of ours that the firing thread holds, and then this would time out. */
    @Test
    void noLockOfOursIsHeldWhileAnErrorIsTold() throws Exception {
        TerafyManagedConnection other = fixture.take();
        List<Throwable> stuck = new ArrayList<>();
        connection.addConnectionEventListener(new EventRecorder() {
            @Override
            public void connectionErrorOccurred(ConnectionEvent event) {
                try {
                    CompletableFuture.runAsync(() -> useEverything(other)).get(20, TimeUnit.SECONDS);
                } catch (Exception e) {
                    stuck.add(e);
                }
            }
        });

        assertThatThrownBy(() -> PoolFixture.execute(handle, SUICIDE)).isInstanceOf(SQLException.class);

        assertThat(stuck).isEmpty();
    }

    private void useEverything(TerafyManagedConnection other) {
        try {
            fixture.statistics();
            fixture.dataSource.operations().connections();
            handle.close();
            connection.addConnectionEventListener(new EventRecorder());
            connection.destroy();
            fixture.factory.getInvalidConnections(java.util.Set.of(other));
            assertThat(fixture.factory.matchManagedConnections(java.util.Set.of(other), null, null))
                    .isSameAs(other);
            fixture.handleOf(other).close();
            other.cleanup();
            fixture.sweep();
            fixture.tick();
            fixture.dataSource.operations().flush(FlushMode.IDLE);
        } catch (ResourceException | SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** It is opened when a handle is wanted, beside the pool, and ends with the connection. */
    @Test
    void aConnectionThatTheContainerKeepsForRecoveryIsNotCounted() throws Exception {
        PoolStatistics before = fixture.statistics();
        var recovery = (TerafyManagedConnection) fixture.factory.createManagedConnection(null, null);
        assertThat(recovery.isBound()).isFalse();

        Connection open = fixture.handleOf(recovery);
        int pid = recovery.physical().backendPid();

        assertThat(PoolFixture.query(open, "SELECT pg_backend_pid()")).isEqualTo(Integer.toString(pid));
        assertThat(fixture.sessions()).noneMatch(session -> PoolFixture.pid(session) == pid);
        assertThat(fixture.statistics().total()).isEqualTo(before.total());
        recovery.failed(new SQLException("gone", "08006"));
        recovery.cleanup();
        recovery.destroy();
        recovery.destroy();
        Awaitility.await()
                .until(() -> TestPostgres.shared().backends().stream().noneMatch(backend -> backend.pid() == pid));
        assertThat(fixture.statistics().evicted().values()).allMatch(count -> count == 0);
    }
}
