package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.EvictionReason;
import com.terafy.pool.settings.Setting;
import com.terafy.ra.liveness.Liveness;
import com.terafy.ra.socket.PeerState;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.ManualTicker;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No dead connection is handed out, and for a living one nobody asks the server. */
class LivenessTest {

    private static final int TIMES = 100;

    /** Longer than {@link com.terafy.ra.liveness.Liveness#FRESH}. */
    private static final Duration A_WHILE = Duration.ofMillis(1);

    private static TestPostgres postgres;

    private final ManualTicker clock = new ManualTicker();

    @BeforeAll
    static void start() {
        postgres = TestPostgres.builder()
                .tls()
                .with("max_connections", "150")
                .with("fsync", "off")
                .start();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    private PoolFixture.Builder pool() {
        return PoolFixture.on(postgres).with(Setting.DB_POOL_MAX, "120").at(clock);
    }

    private PoolFixture.Builder through(FaultProxy proxy) {
        return PoolFixture.through(proxy, postgres).at(clock).with(Setting.DB_SSL_MODE, "disable");
    }

    private static ManagedConnection match(PoolFixture fixture, ManagedConnection candidate) throws ResourceException {
        return fixture.factory.matchManagedConnections(Set.of(candidate), null, null);
    }

    private static void backAgain(PoolFixture fixture, TerafyManagedConnection connection) throws ResourceException {
        connection.cleanup();
        assertThat(fixture.container.idle).contains(connection);
    }

    /** It ends behind the pool's back: what is handed out all the same was not looked at. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAnswerToItsBorrowerCountsAsSeenAlive(boolean answered) throws Exception {
        Duration most = Liveness.FRESH.multipliedBy(4).dividedBy(5);
        try (PoolFixture fixture = pool().open()) {
            TerafyManagedConnection connection = fixture.idle();
            clock.advance(A_WHILE);
            assertThat(match(fixture, connection)).isNotNull();
            clock.advance(most);
            if (answered) {
                connection.driverConnection().execSQLQuery("SELECT 1").close();
            }
            connection.cleanup();
            postgres.killBackend(connection.physical().backendPid());
            postgres.awaitAccepting();

            clock.advance(most);
            assertThat(match(fixture, connection)).isEqualTo(answered ? connection : null);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"disable", "require"})
    void aTerminatedBackendIsNeverHandedOut(String sslMode) throws Exception {
        try (PoolFixture fixture = pool().with(Setting.DB_SSL_MODE, sslMode).open()) {
            fixture.container.prefill(TIMES);
            String tag = fixture.pool.identity().applicationName();
            postgres.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '" + tag + "'");
            Awaitility.await().until(() -> postgres.backends(tag).isEmpty());
            clock.advance(A_WHILE);

            int refused = 0;
            for (ManagedConnection idle : fixture.container.idle) {
                refused += match(fixture, idle) == null ? 1 : 0;
                fixture.container.destroy(idle);
            }
            assertThat(refused).isEqualTo(TIMES);
            assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.FOUND_DEAD, (long) TIMES);
        }
    }

    /** The killed backend ends without a word; the server ends all others with 57P02. */
    @ParameterizedTest
    @ValueSource(strings = {"disable", "require"})
    void aKilledBackendAndThoseThatEndWithItAreNeverHandedOut(String sslMode) throws Exception {
        try (PoolFixture fixture = pool().with(Setting.DB_SSL_MODE, sslMode).open()) {
            fixture.container.prefill(TIMES);
            List<ManagedConnection> idle = new ArrayList<>(fixture.container.idle);
            postgres.killBackend(
                    ((TerafyManagedConnection) idle.get(0)).physical().backendPid());
            postgres.awaitAccepting();
            clock.advance(A_WHILE);

            int refused = 0;
            for (ManagedConnection connection : idle) {
                refused += match(fixture, connection) == null ? 1 : 0;
            }
            assertThat(refused).isEqualTo(TIMES);
        }
    }

    @Test
    void forALivingConnectionNobodyAsksTheServer() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(postgres);
                PoolFixture fixture = through(proxy).open()) {
            TerafyManagedConnection idle = fixture.idle();
            clock.advance(Duration.ofMinutes(3));
            long before = proxy.toServer().bytes();

            assertThat(match(fixture, idle)).isSameAs(idle);

            assertThat(proxy.toServer().bytes()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"disable", "require"})
    void whatTheServerSaidMeanwhileIsNotLostToTheDriver(String sslMode) throws Exception {
        try (PoolFixture fixture = pool().with(Setting.DB_SSL_MODE, sslMode).open()) {
            TerafyManagedConnection idle = fixture.idle();
            PoolFixture.execute((Connection) idle.driverConnection(), "LISTEN news");
            try (Connection other = postgres.superuser()) {
                PoolFixture.execute(other, "NOTIFY news, 'first'");
                PoolFixture.execute(other, "NOTIFY news, 'second'");
            }
            clock.advance(A_WHILE);
            Awaitility.await().until(() -> idle.physical().peek() == PeerState.SPOKE);
            assertThat(idle.physical().peek()).isEqualTo(PeerState.SPOKE);

            assertThat(match(fixture, idle)).isSameAs(idle);

            Connection handle = fixture.handleOf(idle);
            assertThat(PoolFixture.query(handle, "SELECT 'still in step'")).isEqualTo("still in step");
            assertThat(idle.driverConnection().getNotifications())
                    .extracting("parameter")
                    .containsExactly("first", "second");
        }
    }

    @Test
    void anInterruptedThreadLosesNoConnection() throws Exception {
        try (PoolFixture fixture = pool().open()) {
            TerafyManagedConnection idle = fixture.idle();
            clock.advance(A_WHILE);
            String pid = Integer.toString(idle.physical().backendPid());

            Thread.currentThread().interrupt();
            ManagedConnection matched = match(fixture, idle);
            Connection handle = fixture.handleOf(idle);
            String answer = PoolFixture.query(handle, "SELECT pg_backend_pid()");
            boolean stillInterrupted = Thread.interrupted();

            assertThat(matched).isSameAs(idle);
            assertThat(answer).isEqualTo(pid);
            assertThat(stillInterrupted).isTrue();
            assertThat(PoolFixture.query(handle, "SELECT pg_backend_pid()")).isEqualTo(pid);
        }
    }

    @Test
    void whereTheSocketCannotBeWatchedTheServerIsAskedAfterAWhileUnused() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(postgres);
                PoolFixture fixture = through(proxy)
                        .with(Setting.DB_DRIVER_PROPERTIES, "socketFactory=" + PlainSocketFactory.class.getName())
                        .with(Setting.DB_POOL_VALIDATE_AFTER, "500ms")
                        .open()) {
            TerafyManagedConnection idle = fixture.idle();
            assertThat(idle.physical().isWatched()).isFalse();
            clock.advance(Duration.ofMillis(500));
            long before = proxy.toServer().bytes();
            assertThat(match(fixture, idle)).isSameAs(idle);
            assertThat(proxy.toServer().bytes()).isEqualTo(before);
            backAgain(fixture, idle);

            clock.advance(Duration.ofMillis(501));
            assertThat(match(fixture, idle)).isSameAs(idle);
            assertThat(proxy.toServer().bytes()).isGreaterThan(before);
            backAgain(fixture, idle);

            clock.advance(Duration.ofMillis(501));
            postgres.terminate(idle.physical().backendPid());
            assertThat(match(fixture, idle)).isNull();
        }
    }

    @Test
    void aSocketOfAnotherPoolIsNotWatchedByMistake() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (PoolFixture watched = pool().open();
                PoolFixture plain = pool().with(
                                Setting.DB_DRIVER_PROPERTIES, "socketFactory=" + PlainSocketFactory.class.getName())
                        .open()) {
            TerafyManagedConnection busy = watched.take();
            Statement statement = watched.handleOf(busy).createStatement();
            Future<?> sleeper = other.submit(() -> statement.execute("SELECT pg_sleep(300)"));
            Awaitility.await()
                    .until(() -> postgres.backends().stream()
                            .anyMatch(backend ->
                                    backend.pid() == busy.physical().backendPid() && "active".equals(backend.state())));
            statement.cancel(); // by a socket of its own, which this thread makes
            assertThatThrownBy(sleeper::get).hasMessageContaining("canceling statement");

            assertThat(plain.idle().physical().isWatched()).isFalse();
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void afterOneConnectionBrokeEachIdleOneIsAskedOnce() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(postgres);
                PoolFixture fixture = through(proxy).open()) {
            fixture.container.prefill(3);
            TerafyManagedConnection first = fixture.take();
            Connection handle = fixture.handleOf(first);
            assertThatThrownBy(() -> PoolFixture.execute(handle, "SELECT pg_terminate_backend(pg_backend_pid())"))
                    .isInstanceOf(SQLException.class);

            for (ManagedConnection other : fixture.container.idle) {
                long before = proxy.toServer().bytes();
                assertThat(match(fixture, other)).isSameAs(other);
                assertThat(proxy.toServer().bytes()).as("asked").isGreaterThan(before);
                other.cleanup();
                clock.advance(A_WHILE);
                before = proxy.toServer().bytes();
                assertThat(match(fixture, other)).isSameAs(other);
                assertThat(proxy.toServer().bytes()).as("asked again").isEqualTo(before);
                other.cleanup();
            }
            assertThat(fixture.container.idle).hasSize(2);
        }
    }

    @Test
    void aConnectionThatWasOpenedAfterTheAlarmIsNotAsked() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(postgres);
                PoolFixture fixture = through(proxy).open()) {
            fixture.pool.liveness().alarm();
            TerafyManagedConnection fresh = fixture.idle();
            clock.advance(A_WHILE);
            long before = proxy.toServer().bytes();

            assertThat(match(fixture, fresh)).isSameAs(fresh);

            assertThat(proxy.toServer().bytes()).isEqualTo(before);
        }
    }

    @Test
    void theContainerGetsALivingConnectionWhateverDied() throws Exception {
        try (PoolFixture fixture = pool().open()) {
            fixture.container.prefill(10);
            clock.advance(A_WHILE);
            for (ManagedConnection idle : fixture.container.idle) {
                postgres.terminate(((TerafyManagedConnection) idle).physical().backendPid());
            }

            for (int i = 0; i < 50; i++) {
                try (Connection connection = fixture.dataSource.getConnection()) {
                    assertThat(PoolFixture.query(connection, "SELECT 1")).isEqualTo("1");
                }
            }
        }
    }
}
