package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.EvictionReason;
import com.terafy.pool.sessions.PooledSession;
import com.terafy.pool.settings.Setting;
import com.terafy.ra.connect.Credentials;
import com.terafy.ra.errors.PostgresErrors;
import com.terafy.ra.socket.PeerState;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.ManualTicker;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the network can do to connections, one fault a test; for silence see {@link SilentPeerTest}. */
class NetworkFaultsTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();
    private static final int CONNECTIONS = 5;

    private final ManualTicker clock = new ManualTicker();
    private FaultProxy network;
    private PoolFixture fixture;

    @BeforeEach
    void open() throws Exception {
        network = FaultProxy.to(POSTGRES);
        fixture = PoolFixture.through(network, POSTGRES)
                .with(Setting.DB_SSL_MODE, "disable")
                .at(clock)
                .open();
    }

    @AfterEach
    void close() {
        network.pass();
        fixture.close();
        network.close();
    }

    /** Faults that end connections that nobody uses, both sides or one of them told. */
    static Stream<Named<Consumer<FaultProxy>>> endsOfConnections() {
        return Stream.of(
                Named.of("reset", FaultProxy::reset),
                Named.of("closed towards the client", proxy -> proxy.toClient().closeHalf()),
                Named.of("closed towards the server", proxy -> proxy.toServer().closeHalf()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("endsOfConnections")
    void idleConnectionThatTheNetworkEndedIsNeverHandedOut(Consumer<FaultProxy> fault) throws Exception {
        fixture.prefill(CONNECTIONS);
        List<PooledSession<Credentials, Session>> ended = fixture.idle();
        fault.accept(network);
        Awaitility.await()
                .until(() -> ended.stream()
                        .noneMatch(session -> session.session().physical().peek() == PeerState.SILENT));
        clock.advance(Duration.ofMillis(1));

        assertThat(askAgain()).isEqualTo("1");

        assertThat(fixture.idle()).hasSize(1).noneMatch(ended::contains);
        assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.FOUND_DEAD, (long) CONNECTIONS);
    }

    /** Within the type, the length, the description of the columns, and the row. */
    @ParameterizedTest
    @ValueSource(longs = {1, 4, 12, 40})
    void answerThatEndsInTheMiddleFailsOneOperationAndNoOther(long bytes) throws Exception {
        fixture.prefill(1);
        try (Connection connection = fixture.dataSource.getConnection()) {
            network.toClient().cutAfter(bytes);
            assertThatThrownBy(() -> PoolFixture.query(connection, "SELECT repeat('x', 100)"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            error -> assertThat(PostgresErrors.endsConnection(error))
                                    .isTrue());
        }
        assertThat(fixture.idle()).isEmpty();
        assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.FATAL_ERROR, 1L);
        assertThat(askAgain()).isEqualTo("1");
    }

    /** Within the question for the password, within the parameters, and within the last words. */
    @ParameterizedTest
    @ValueSource(longs = {3, 30, 200, 300, 420})
    void loginThatEndsInTheMiddleIsTriedAgain(long bytes) throws Exception {
        network.toClient().cutAfter(bytes);
        assertThat(askAgain()).isEqualTo("1");
        assertThat(network.accepted()).isEqualTo(2);
        assertThat(fixture.statistics().creationFailures()).isEqualTo(1);
    }

    /** What was sent may be done or not: only the next one is sure of its connection. */
    @Test
    void statementThatIsCutOnItsWayFailsAndItsConnectionIsGone() throws Exception {
        fixture.prefill(1);
        try (Connection connection = fixture.dataSource.getConnection()) {
            network.toServer().cutAfter(10);
            assertThatThrownBy(() -> PoolFixture.query(connection, "SELECT 'never asked'"))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(fixture.idle()).isEmpty();
        assertThat(askAgain()).isEqualTo("1");
    }

    @Test
    void slowNetworkFailsNothing() throws Exception {
        network.toServer().delay(Duration.ofMillis(50));
        network.toClient().delay(Duration.ofMillis(50));
        assertThat(askAgain()).isEqualTo("1");
        clock.advance(Duration.ofMinutes(1));
        fixture.sweep();
        assertThat(askAgain()).isEqualTo("1");
        assertThat(network.accepted()).isEqualTo(1);
    }

    private String askAgain() throws SQLException {
        try (Connection connection = fixture.dataSource.getConnection()) {
            return PoolFixture.query(connection, "SELECT 1");
        }
    }
}
