package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.EvictionReason;
import com.terafy.api.FlushMode;
import com.terafy.pool.sessions.PooledSession;
import com.terafy.pool.settings.Setting;
import com.terafy.pool.time.Ticker;
import com.terafy.ra.connect.Credentials;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What may happen between the wish for a handle and the binding of a session, and between its return and the next borrow;
 * some of it is forced where the login begins or the clock is read.
 */
@SuppressWarnings("UnnecessaryAsync") // they are shared with the thread that forces the race
class BindingTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();

    /** After which the reset hears from the server, and reads the clock as it does. */
    private static final String TO_BE_RESET = "SET work_mem = '1234kB'";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger readingsLeft = new AtomicInteger(-1);
    private final AtomicReference<Runnable> intrusion = new AtomicReference<>();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private long read() {
        if (readingsLeft.get() >= 0 && readingsLeft.getAndDecrement() == 0) {
            intrude();
        }
        return Ticker.SYSTEM.nanoTime();
    }

    /** Once, in another thread, and waits for it. */
    private void intrude() {
        Runnable armed = intrusion.getAndSet(null);
        if (armed != null) {
            try {
                CompletableFuture.runAsync(armed).get(20, TimeUnit.SECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** C7: a flush between the opening of a session and its first handle. */
    @Test
    void aFlushWhileASessionIsOpenedIsNotSeenByItsBorrower() throws Exception {
        try (PoolFixture fixture = PoolFixture.on(POSTGRES).after(this::intrude).open()) {
            intrusion.set(() -> fixture.dataSource.operations().flush(FlushMode.ALL));

            try (Connection connection = fixture.dataSource.getConnection()) {
                assertThat(PoolFixture.query(connection, "SELECT 1")).isEqualTo("1");
            }

            assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.FLUSH, 1L);
            assertThat(fixture.statistics().created()).isEqualTo(2);
        }
    }

    /** At each reading of the clock that a borrow makes. */
    @Test
    void aFlushWhileASessionIsLookedAtIsNotSeenByItsBorrower() throws Exception {
        try (PoolFixture fixture = PoolFixture.on(POSTGRES).at(this::read).open()) {
            for (int reading = 0; reading < 8; reading++) {
                fixture.prefill(1);
                fixture.pool.liveness().alarm();
                intrusion.set(() -> fixture.dataSource.operations().flush(FlushMode.GRACEFULLY));
                readingsLeft.set(reading);

                try (Connection connection = fixture.dataSource.getConnection()) {
                    readingsLeft.set(-1);
                    assertThat(PoolFixture.query(connection, "SELECT 1")).isEqualTo("1");
                }
            }
        }
    }

    @Test
    void aFlushOfTheContainersPoolWhileASessionIsOpenedIsToldToTheBorrower() throws Exception {
        try (PoolFixture fixture = PoolFixture.on(POSTGRES).after(this::intrude).open()) {
            TerafyManagedConnection connection = fixture.take();
            intrusion.set(() -> fixture.container.destroy(connection));

            assertThatThrownBy(() -> fixture.handleOf(connection))
                    .isInstanceOf(ResourceException.class)
                    .hasMessageContaining("TERAFY0281");

            assertThat(fixture.idle()).hasSize(1);
            assertThat(connection.isBound()).isFalse();
        }
    }

    /** The transaction's time is over while its borrower waits: the container takes the connection back on another thread. */
    @Test
    void aSessionThatComesAfterTheContainerTookTheConnectionBackGoesBackToThePool() throws Exception {
        try (PoolFixture fixture =
                PoolFixture.on(POSTGRES).with(Setting.DB_POOL_MAX, "1").open()) {
            Connection held = fixture.dataSource.getConnection();
            TerafyManagedConnection connection = fixture.take();
            PooledDataSource waiting = new PooledDataSource(
                    fixture.factory, (factory, request) -> connection.getConnection(null, request));
            Future<Connection> late = threads.submit(() -> waiting.getConnection());
            Awaitility.await().until(() -> fixture.statistics().waiting() == 1);

            fixture.container.giveBack(connection);
            assertThat(fixture.container.idle)
                    .as("its borrower gives it back once more")
                    .isEmpty();
            held.close();

            assertThatThrownBy(() -> late.get(10, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(SQLException.class, e -> {
                        assertThat(e.getMessage()).startsWith("TERAFY0281: Pool TerafyDS: ");
                        assertThat(e.getSQLState()).isEqualTo("25000");
                    });
            assertThat(connection.isBound()).isFalse();
            assertThat(fixture.idle()).hasSize(1);
            fixture.dataSource.getConnection().close();
        }
    }

    @Test
    void whereNoSessionCanBeBoundTheConnectionIsAsGoodAsBefore() throws Exception {
        try (PoolFixture fixture = PoolFixture.on(POSTGRES)
                .with(Setting.DB_POOL_MAX, "1")
                .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "1s")
                .open()) {
            fixture.prefill(1);
            Connection held = fixture.dataSource.getConnection();
            assertThatThrownBy(fixture.dataSource::getConnection).hasMessageContaining("TERAFY0205");
            assertThat(fixture.container.idle).hasSize(1);
            var events = fixture.container.listenerOf(fixture.container.idle.getFirst()).events;
            held.close();

            fixture.dataSource.getConnection().close();

            assertThat(events).isEmpty();
            assertThat(fixture.container.idle).hasSize(2);
        }
    }

    /** In a transaction it stays enlisted and binds at the next wish. */
    @Test
    void inATransactionTheNextWishIsFulfilled() throws Exception {
        try (PoolFixture fixture = PoolFixture.on(POSTGRES)
                .with(Setting.DB_POOL_MAX, "1")
                .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "1s")
                .open()) {
            fixture.prefill(1);
            Connection held = fixture.dataSource.getConnection();
            fixture.container.begin();
            assertThatThrownBy(fixture.dataSource::getConnection).hasMessageContaining("TERAFY0205");
            held.close();

            try (Connection connection = fixture.dataSource.getConnection()) {
                assertThat(connection.getAutoCommit()).isFalse();
                assertThat(PoolFixture.query(connection, "SELECT 1")).isEqualTo("1");
            }
            fixture.container.commit();
            assertThat(fixture.idle()).hasSize(1);
        }
    }

    /** The error comes when the session is reset, but not yet idle. */
    @Test
    void aSessionThatBreaksAsItComesBackIsNotHandedOutAgain() throws Exception {
        try (PoolFixture fixture = PoolFixture.on(POSTGRES).at(this::read).open()) {
            TerafyManagedConnection connection = fixture.take();
            PoolFixture.execute(fixture.handleOf(connection), TO_BE_RESET);
            PooledSession<Credentials, Session> session = fixture.sessionOf(connection);
            intrusion.set(() -> fixture.pool.broke(session));
            readingsLeft.set(0);

            connection.cleanup();

            assertThat(intrusion.get()).isNull();
            try (Connection next = fixture.dataSource.getConnection()) {
                assertThat(fixture.sessionOf(fixture.holderOf(next))).isNotSameAs(session);
            }
            assertThat(fixture.sessions()).doesNotContain(session);
        }
    }

    @Test
    void aConnectionThatIsDestroyedAsItComesBackGivesItsSessionBackOnce() throws Exception {
        try (PoolFixture fixture = PoolFixture.on(POSTGRES).at(this::read).open()) {
            TerafyManagedConnection connection = fixture.take();
            PoolFixture.execute(fixture.handleOf(connection), TO_BE_RESET);
            intrusion.set(connection::destroy);
            readingsLeft.set(0);

            connection.cleanup();
            connection.destroy();

            assertThat(intrusion.get()).isNull();
            assertThat(fixture.idle()).hasSize(1);
            assertThat(fixture.statistics().useTime().count()).isEqualTo(1);
        }
    }
}
