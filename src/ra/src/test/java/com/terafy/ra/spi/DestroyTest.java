package com.terafy.ra.spi;

import static jakarta.resource.spi.ConnectionEvent.CONNECTION_CLOSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.EvictionReason;
import com.terafy.pool.sessions.PooledSession;
import com.terafy.pool.sessions.PooledSession.State;
import com.terafy.pool.settings.Setting;
import com.terafy.ra.connect.Credentials;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * Jakarta Connectors 2.1, 7.5.4.4: what is left when the container forgets a connection. A handle that is open keeps its
 * session, since an operator's flush of the container's pool is to hurt nobody.
 */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class DestroyTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();

    @Test
    void destroyOfWhatNobodyHoldsCostsNoSession() throws Exception {
        try (PoolFixture fixture = PoolFixture.shared()) {
            fixture.dataSource.getConnection().close();

            fixture.container.destroy(fixture.container.idle.getFirst());

            assertThat(fixture.idle()).hasSize(1);
            assertThat(fixture.container.idle).isEmpty();
        }
    }

    @Test
    void destroyingTwiceIsHarmless() throws Exception {
        try (PoolFixture fixture = PoolFixture.shared()) {
            TerafyManagedConnection connection = fixture.take();
            fixture.handleOf(connection).close();
            connection.destroy();
            connection.destroy();

            assertThat(fixture.idle()).hasSize(1);
            assertThat(fixture.statistics().evicted().values()).allMatch(count -> count == 0);
        }
    }

    @Test
    void theHandlesOfADestroyedConnectionWorkOnAndTheSessionComesBackWithTheLast() throws Exception {
        try (PoolFixture fixture = PoolFixture.shared()) {
            TerafyManagedConnection connection = fixture.take();
            FakeContainer.EventRecorder recorder = new FakeContainer.EventRecorder();
            connection.addConnectionEventListener(recorder);
            Connection first = fixture.handleOf(connection);
            Connection second = fixture.handleOf(connection);
            PooledSession<Credentials, Session> session = fixture.sessionOf(connection);

            fixture.container.destroy(connection);

            assertThat(PoolFixture.query(first, "SELECT pg_backend_pid()"))
                    .isEqualTo(PoolFixture.query(second, "SELECT pg_backend_pid()"));
            first.close();
            assertThat(session.state()).isEqualTo(State.LENT);
            assertThat(PoolFixture.query(second, "SELECT 1")).isEqualTo("1");
            second.setAutoCommit(false);
            second.close();
            assertThat(fixture.idle()).containsExactly(session);
            assertThat(session.session().driverConnection().getAutoCommit()).isTrue();
            assertThat(recorder.ids()).filteredOn(id -> id == CONNECTION_CLOSED).hasSize(2);
        }
    }

    @Test
    void inItsTransactionADestroyedConnectionWorksOnAndGoesBackWithItsEnd() throws Exception {
        POSTGRES.execute("CREATE TABLE destroy_test (id int)");
        try (PoolFixture fixture = PoolFixture.shared()) {
            TerafyManagedConnection connection = fixture.take();
            fixture.registry.join();
            connection.getLocalTransaction().begin();
            Connection handle = fixture.handleOf(connection);
            PooledSession<Credentials, Session> session = fixture.sessionOf(connection);
            PoolFixture.execute(handle, "INSERT INTO destroy_test VALUES (1)");

            fixture.container.destroy(connection);

            PoolFixture.execute(handle, "INSERT INTO destroy_test VALUES (2)");
            handle.close();
            assertThat(session.state()).isEqualTo(State.LENT);
            connection.getLocalTransaction().commit();
            fixture.registry.leave();
            assertThat(fixture.idle()).containsExactly(session);
            try (Connection other = POSTGRES.superuser()) {
                assertThat(PoolFixture.query(other, "SELECT count(*) FROM destroy_test"))
                        .isEqualTo("2");
            }
        } finally {
            POSTGRES.execute("DROP TABLE destroy_test");
        }
    }

    @Test
    void aDestroyedConnectionTakesPartInNoFurtherTransaction() throws Exception {
        try (PoolFixture fixture = PoolFixture.shared()) {
            TerafyManagedConnection connection = fixture.take();
            Connection handle = fixture.handleOf(connection);
            fixture.container.destroy(connection);

            fixture.registry.join();
            assertThatThrownBy(() -> PoolFixture.query(handle, "SELECT 1"))
                    .isInstanceOfSatisfying(SQLException.class, e -> {
                        assertThat(e.getSQLState()).isEqualTo("08003");
                        assertThat(e.getMessage()).contains("TERAFY0282");
                    });
            fixture.registry.leave();

            assertThat(PoolFixture.query(handle, "SELECT 1")).isEqualTo("1");
            handle.close();
            assertThat(fixture.idle()).hasSize(1);
        }
    }

    @Test
    void aDestroyedConnectionBindsNoSession() throws Exception {
        try (PoolFixture fixture = PoolFixture.shared()) {
            TerafyManagedConnection taken = fixture.take();
            taken.destroy();

            assertThatThrownBy(() -> taken.getConnection(null, null))
                    .isInstanceOf(ResourceException.class)
                    .hasMessageContaining("TERAFY0281");
            assertThat(fixture.statistics().inUse()).isZero();
        }
    }

    @Test
    void destroyInvalidatesTheHandlesOfASessionThatEnded() throws Exception {
        try (PoolFixture fixture = PoolFixture.shared()) {
            TerafyManagedConnection connection = fixture.take();
            Connection handle = fixture.handleOf(connection);
            assertThatThrownBy(() -> PoolFixture.execute(handle, "SELECT pg_terminate_backend(pg_backend_pid())"))
                    .isInstanceOf(SQLException.class);

            assertThat(handle.isClosed()).isTrue();
            assertThatThrownBy(handle::createStatement)
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08003"));
            assertThat(connection.isBound()).isFalse();
        }
    }

    @Test
    void destroyDoesNotWaitForASilentPeer() throws Exception {
        try (TestPostgres server = TestPostgres.builder().tlsOnly().start();
                FaultProxy proxy = FaultProxy.to(server);
                PoolFixture fixture = PoolFixture.through(proxy, server)
                        .with(Setting.DB_SSL_MODE, "require")
                        .with(Setting.DB_POOL_VALIDATION_TIMEOUT, "500ms")
                        .open()) {
            TerafyManagedConnection held = fixture.take();
            Connection handle = fixture.handleOf(held);
            handle.setAutoCommit(false);
            PoolFixture.query(handle, "SELECT 1");
            proxy.freeze();

            fixture.container.destroy(held);
            handle.close();

            assertThat(held.isBound()).isFalse();
            assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.RESET_FAILED, 1L);
        }
    }

    @Test
    void destroyDoesNotWaitForTheStatementOfAnotherThread() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (PoolFixture fixture = PoolFixture.shared()) {
            TerafyManagedConnection connection = fixture.take();
            Connection handle = fixture.handleOf(connection);
            int pid = connection.physical().backendPid();
            Future<String> sleeper = other.submit(() -> PoolFixture.query(handle, "SELECT pg_sleep(300)"));
            Awaitility.await()
                    .until(() -> POSTGRES.backends().stream()
                            .anyMatch(backend -> backend.pid() == pid && "active".equals(backend.state())));

            connection.destroy();

            assertThat(sleeper.isDone()).isFalse();
            POSTGRES.terminate(pid);
            assertThatThrownBy(() -> sleeper.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(SQLException.class);
        } finally {
            other.shutdownNow();
        }
    }
}
