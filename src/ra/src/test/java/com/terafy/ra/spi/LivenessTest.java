package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.EvictionReason;
import com.terafy.pool.sessions.PooledSession;
import com.terafy.pool.settings.Setting;
import com.terafy.ra.connect.Credentials;
import com.terafy.ra.liveness.Liveness;
import com.terafy.ra.socket.PeerState;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.ManualTicker;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    /** The idle session that the next borrower gets. */
    private static PooledSession<Credentials, Session> borrowed(PoolFixture fixture) throws ResourceException {
        PooledSession<Credentials, Session> lent = fixture.lend();
        fixture.pool.sessions().giveBack(lent);
        return lent;
    }

    private static void awaitEnd(int pid) {
        Awaitility.await().until(() -> postgres.backends().stream().noneMatch(backend -> backend.pid() == pid));
    }

    /** It ends behind the pool's back: what is handed out all the same was not looked at. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAnswerToItsBorrowerCountsAsSeenAlive(boolean answered) throws Exception {
        Duration most = Liveness.FRESH.multipliedBy(4).dividedBy(5);
        try (PoolFixture fixture = pool().open()) {
            PooledSession<Credentials, Session> session = fixture.prefillOne();
            clock.advance(A_WHILE);
            assertThat(fixture.lend()).isSameAs(session);
            clock.advance(most);
            if (answered) {
                session.session().driverConnection().execSQLQuery("SELECT 1").close();
                session.session().physical().forgetUse();
            }
            fixture.pool.sessions().giveBack(session);
            postgres.killBackend(PoolFixture.pid(session));
            postgres.awaitAccepting();

            clock.advance(most);
            assertThat(borrowed(fixture) == session).isEqualTo(answered);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"disable", "require"})
    void aTerminatedBackendIsNeverHandedOut(String sslMode) throws Exception {
        try (PoolFixture fixture = pool().with(Setting.DB_SSL_MODE, sslMode).open()) {
            fixture.prefill(TIMES);
            String tag = fixture.pool.identity().applicationName();
            postgres.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '" + tag + "'");
            Awaitility.await().until(() -> postgres.backends(tag).isEmpty());
            clock.advance(A_WHILE);

            assertAllRefused(fixture);
        }
    }

    private static void assertAllRefused(PoolFixture fixture) throws SQLException {
        try (Connection connection = fixture.dataSource.getConnection()) {
            assertThat(PoolFixture.query(connection, "SELECT 1")).isEqualTo("1");
        }
        assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.FOUND_DEAD, (long) TIMES);
    }

    /** The killed backend ends without a word; the server ends all others with 57P02. */
    @ParameterizedTest
    @ValueSource(strings = {"disable", "require"})
    void aKilledBackendAndThoseThatEndWithItAreNeverHandedOut(String sslMode) throws Exception {
        try (PoolFixture fixture = pool().with(Setting.DB_SSL_MODE, sslMode).open()) {
            fixture.prefill(TIMES);
            postgres.killBackend(PoolFixture.pid(fixture.sessions().get(0)));
            postgres.awaitAccepting();
            clock.advance(A_WHILE);

            assertAllRefused(fixture);
        }
    }

    @Test
    void forALivingConnectionNobodyAsksTheServer() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(postgres);
                PoolFixture fixture = through(proxy).open()) {
            PooledSession<Credentials, Session> idle = fixture.prefillOne();
            clock.advance(Duration.ofMinutes(3));
            long before = proxy.toServer().bytes();

            assertThat(borrowed(fixture)).isSameAs(idle);

            assertThat(proxy.toServer().bytes()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"disable", "require"})
    void whatTheServerSaidMeanwhileIsNotLostToTheDriver(String sslMode) throws Exception {
        try (PoolFixture fixture = pool().with(Setting.DB_SSL_MODE, sslMode).open()) {
            Session idle = fixture.prefillOne().session();
            PoolFixture.execute((Connection) idle.driverConnection(), "LISTEN news");
            idle.physical().forgetUse();
            try (Connection other = postgres.superuser()) {
                PoolFixture.execute(other, "NOTIFY news, 'first'");
                PoolFixture.execute(other, "NOTIFY news, 'second'");
            }
            clock.advance(A_WHILE);
            Awaitility.await().until(() -> idle.physical().peek() == PeerState.SPOKE);
            assertThat(idle.physical().peek()).isEqualTo(PeerState.SPOKE);

            assertThat(borrowed(fixture).session()).isSameAs(idle);

            try (Connection handle = fixture.dataSource.getConnection()) {
                assertThat(PoolFixture.query(handle, "SELECT 'still in step'")).isEqualTo("still in step");
                assertThat(idle.driverConnection().getNotifications())
                        .extracting("parameter")
                        .containsExactly("first", "second");
            }
        }
    }

    @Test
    void anInterruptedThreadLosesNoConnection() throws Exception {
        try (PoolFixture fixture = pool().open()) {
            String pid = Integer.toString(PoolFixture.pid(fixture.prefillOne()));
            clock.advance(A_WHILE);

            Thread.currentThread().interrupt();
            Connection handle = fixture.dataSource.getConnection();
            String answer = PoolFixture.query(handle, "SELECT pg_backend_pid()");
            boolean stillInterrupted = Thread.interrupted();

            assertThat(answer).isEqualTo(pid);
            assertThat(stillInterrupted).isTrue();
            assertThat(PoolFixture.query(handle, "SELECT pg_backend_pid()")).isEqualTo(pid);
            handle.close();
        }
    }

    /** It would not wait even for a lock that is free. */
    @Test
    void anInterruptedThreadLosesNoConnectionThatIsAskedForAnAnswer() throws Exception {
        try (PoolFixture fixture = pool().open()) {
            fixture.prefill(3);
            fixture.pool.liveness().alarm();

            Thread.currentThread().interrupt();
            Connection handle = fixture.dataSource.getConnection();
            assertThat(Thread.interrupted()).isTrue();

            handle.close();
            assertThat(fixture.statistics().evicted().values()).allMatch(count -> count == 0);
            assertThat(fixture.sessions()).hasSize(3);
        }
    }

    @Test
    void whereTheSocketCannotBeWatchedTheServerIsAskedAfterAWhileUnused() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(postgres);
                PoolFixture fixture = through(proxy)
                        .with(Setting.DB_DRIVER_PROPERTIES, "socketFactory=" + PlainSocketFactory.class.getName())
                        .with(Setting.DB_POOL_VALIDATE_AFTER, "500ms")
                        .open()) {
            PooledSession<Credentials, Session> idle = fixture.prefillOne();
            assertThat(idle.session().physical().isWatched()).isFalse();
            clock.advance(Duration.ofMillis(500));
            long before = proxy.toServer().bytes();
            assertThat(borrowed(fixture)).isSameAs(idle);
            assertThat(proxy.toServer().bytes()).isEqualTo(before);

            clock.advance(Duration.ofMillis(501));
            assertThat(borrowed(fixture)).isSameAs(idle);
            assertThat(proxy.toServer().bytes()).isGreaterThan(before);

            clock.advance(Duration.ofMillis(501));
            postgres.terminate(PoolFixture.pid(idle));
            awaitEnd(PoolFixture.pid(idle));
            assertThat(borrowed(fixture)).isNotSameAs(idle);
        }
    }

    @Test
    void aSocketOfAnotherPoolIsNotWatchedByMistake() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (PoolFixture watched = pool().open();
                PoolFixture plain = pool().with(
                                Setting.DB_DRIVER_PROPERTIES, "socketFactory=" + PlainSocketFactory.class.getName())
                        .open()) {
            Connection handle = watched.dataSource.getConnection();
            int busy = PoolFixture.pid(watched.sessions().get(0));
            Statement statement = handle.createStatement();
            Future<?> sleeper = other.submit(() -> statement.execute("SELECT pg_sleep(300)"));
            Awaitility.await()
                    .until(() -> postgres.backends().stream()
                            .anyMatch(backend -> backend.pid() == busy && "active".equals(backend.state())));
            statement.cancel(); // by a socket of its own, which this thread makes
            assertThatThrownBy(sleeper::get).hasMessageContaining("canceling statement");

            assertThat(plain.prefillOne().session().physical().isWatched()).isFalse();
            handle.close();
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void afterOneConnectionBrokeEachIdleOneIsAskedOnce() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(postgres);
                PoolFixture fixture = through(proxy).open()) {
            fixture.prefill(3);
            try (Connection handle = fixture.dataSource.getConnection()) {
                assertThatThrownBy(() -> PoolFixture.execute(handle, "SELECT pg_terminate_backend(pg_backend_pid())"))
                        .isInstanceOf(SQLException.class);
            }
            assertThat(fixture.idle()).hasSize(2);

            for (boolean asked : new boolean[] {true, false}) {
                List<PooledSession<Credentials, Session>> lent = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    long before = proxy.toServer().bytes();
                    lent.add(fixture.lend());
                    assertThat(proxy.toServer().bytes() > before).as("asked").isEqualTo(asked);
                }
                lent.forEach(fixture.pool.sessions()::giveBack);
                clock.advance(A_WHILE);
            }
            assertThat(fixture.sessions()).hasSize(2);
        }
    }

    @Test
    void aConnectionThatWasOpenedAfterTheAlarmIsNotAsked() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(postgres);
                PoolFixture fixture = through(proxy).open()) {
            fixture.pool.liveness().alarm();
            PooledSession<Credentials, Session> fresh = fixture.prefillOne();
            clock.advance(A_WHILE);
            long before = proxy.toServer().bytes();

            assertThat(borrowed(fixture)).isSameAs(fresh);

            assertThat(proxy.toServer().bytes()).isEqualTo(before);
        }
    }

    @Test
    void everyBorrowerGetsALivingConnectionWhateverDied() throws Exception {
        try (PoolFixture fixture = pool().open()) {
            fixture.prefill(10);
            clock.advance(A_WHILE);
            fixture.idle().forEach(session -> postgres.terminate(PoolFixture.pid(session)));
            fixture.idle().forEach(session -> awaitEnd(PoolFixture.pid(session)));

            for (int i = 0; i < 50; i++) {
                try (Connection connection = fixture.dataSource.getConnection()) {
                    assertThat(PoolFixture.query(connection, "SELECT 1")).isEqualTo("1");
                }
            }
        }
    }
}
