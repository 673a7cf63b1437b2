package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.pool.settings.Setting;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Jakarta Connectors 2.1, 7.5.4.4: destroy closes the session, and nobody waits for ever for it. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class DestroyTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();

    private static boolean isThere(int pid) {
        return POSTGRES.backends().stream().anyMatch(backend -> backend.pid() == pid);
    }

    @Test
    void destroyEndsTheBackend() throws Exception {
        try (PoolFixture fixture = PoolFixture.shared()) {
            TerafyManagedConnection idle = fixture.idle();
            int pid = idle.physical().backendPid();
            assertThat(isThere(pid)).isTrue();

            fixture.container.destroy(idle);

            Awaitility.await().until(() -> !isThere(pid));
            assertThat(fixture.pool.connections()).isEmpty();
        }
    }

    @Test
    void destroyingTwiceIsHarmless() throws Exception {
        try (PoolFixture fixture = PoolFixture.shared()) {
            TerafyManagedConnection idle = fixture.idle();

            idle.destroy();
            idle.destroy();

            assertThat(fixture.statistics().evicted().values().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .isEqualTo(1);
        }
    }

    @Test
    void destroyInvalidatesTheHandles() throws Exception {
        try (PoolFixture fixture = PoolFixture.shared()) {
            TerafyManagedConnection connection = fixture.take();
            Connection handle = fixture.handleOf(connection);

            connection.destroy();

            assertThat(handle.isClosed()).isTrue();
            assertThatThrownBy(handle::createStatement)
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08003"));
        }
    }

    @Test
    void destroyOfAnIdleConnectionDoesNotWaitForASilentPeer() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(POSTGRES);
                PoolFixture fixture = PoolFixture.through(proxy, POSTGRES).open()) {
            TerafyManagedConnection idle = fixture.idle();
            proxy.freeze();

            idle.destroy();

            assertThat(idle.driverConnection().isClosed()).isTrue();
        }
    }

    @Test
    void destroyOfAnEncryptedConnectionDoesNotWaitForASilentPeer() throws Exception {
        try (TestPostgres server = TestPostgres.builder().tlsOnly().start();
                FaultProxy proxy = FaultProxy.to(server);
                PoolFixture fixture = PoolFixture.through(proxy, server)
                        .with(Setting.DB_SSL_MODE, "require")
                        .open()) {
            TerafyManagedConnection idle = fixture.idle();
            TerafyManagedConnection held = fixture.take();
            fixture.container.prefill(1);
            proxy.freeze();

            idle.destroy();
            held.destroy();

            assertThat(idle.driverConnection().isClosed()).isTrue();
            assertThat(held.driverConnection().isClosed()).isTrue();
        }
    }

    @Test
    void destroyDoesNotWaitForTheStatementOfAnotherThread() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (PoolFixture fixture = PoolFixture.shared()) {
            TerafyManagedConnection connection = fixture.take();
            Connection handle = fixture.handleOf(connection);
            int pid = connection.physical().backendPid();
            Future<?> sleeper = other.submit(() -> PoolFixture.query(handle, "SELECT pg_sleep(300)"));
            Awaitility.await()
                    .until(() -> POSTGRES.backends().stream()
                            .anyMatch(backend -> backend.pid() == pid && "active".equals(backend.state())));

            connection.destroy();

            assertThatThrownBy(() -> sleeper.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseInstanceOf(Exception.class);
            POSTGRES.terminate(pid);
        } finally {
            other.shutdownNow();
        }
    }
}
