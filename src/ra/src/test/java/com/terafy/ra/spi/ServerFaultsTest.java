package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.EvictionReason;
import com.terafy.api.PoolStatistics;
import com.terafy.pool.settings.Setting;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What PostgreSQL can do to its clients short of ending them, one fault a test. */
class ServerFaultsTest {

    private static final String ROLE = "some_application";
    private static final int MAX_CONNECTIONS = 12;

    /** PostgreSQL keeps three for superusers, and counts the one that the fixture asks its questions by. */
    private static final int FOR_ORDINARY_ROLES = MAX_CONNECTIONS - 3 - 1;

    private static TestPostgres postgres;
    private static String password;

    private final List<Connection> others = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeAll
    static void start() {
        postgres = TestPostgres.builder().maxConnections(MAX_CONNECTIONS).start();
        password = UUID.randomUUID().toString();
        postgres.createRole(ROLE, password);
        postgres.execute("CREATE TABLE note (id int)", "GRANT INSERT ON note TO " + ROLE);
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @AfterEach
    void giveBack() throws SQLException {
        threads.shutdownNow();
        for (Connection other : others) {
            other.close();
        }
        Awaitility.await().until(() -> postgres.backends(ROLE).isEmpty());
    }

    private static PoolFixture.Builder pool(String acquireTimeout) {
        return PoolFixture.on(postgres)
                .with(Setting.DB_USER, ROLE)
                .with(Setting.DB_PASSWORD, password)
                .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, acquireTimeout);
    }

    /** Each one for ordinary roles: the slot of somebody who has just left may come late. */
    private void takeAllConnections() {
        Awaitility.await()
                .ignoreExceptionsMatching(full -> full.getMessage().contains("connection slots"))
                .until(() -> {
                    others.add(postgres.connect(ROLE, password));
                    return others.size() == FOR_ORDINARY_ROLES;
                });
    }

    @Test
    void borrowerGetsAConnectionAsSoonAsTheServerHasOneAgain() throws Exception {
        takeAllConnections();
        try (PoolFixture fixture = pool("60s").open()) {
            Future<String> borrower = threads.submit(() -> ask(fixture, "SELECT 'at last'"));
            Awaitility.await().until(() -> fixture.statistics().creationFailures() >= 2);
            assertThat(borrower.isDone()).isFalse();

            others.remove(0).close();

            assertThat(borrower.get()).isEqualTo("at last");
        }
    }

    @Test
    void borrowerOfAServerWithoutConnectionsIsToldWhyAfterItsTime() throws Exception {
        takeAllConnections();
        try (PoolFixture fixture = pool("500ms").open()) {
            assertThatThrownBy(fixture.dataSource::getConnection)
                    .isInstanceOf(SQLTransientConnectionException.class)
                    .hasMessageStartingWith("TERAFY0206")
                    .hasMessageContaining("connection slots")
                    .cause()
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            cause -> assertThat(cause.getSQLState()).isEqualTo("53300"));
            assertThat(fixture.statistics())
                    .as("the upkeep may be trying to log in, which counts in the total")
                    .extracting(PoolStatistics::timeouts, PoolStatistics::idle, PoolStatistics::inUse)
                    .containsExactly(1L, 0, 0);
        }
    }

    /** Full disk, no memory, a limit reached, an error of input or output, an inner error: the session goes on. */
    @ParameterizedTest
    @CsvSource({"53100", "53200", "53400", "58030", "XX000"})
    void errorThatEndsAStatementOnlyCostsNoConnection(String state) throws Exception {
        try (PoolFixture fixture = pool("10s").open()) {
            String before = ask(fixture, "SELECT pg_backend_pid()");
            try (Connection connection = fixture.dataSource.getConnection()) {
                connection.setAutoCommit(false);
                assertThatThrownBy(() -> PoolFixture.execute(
                                connection, "DO $$ BEGIN RAISE 'no luck' USING ERRCODE = '" + state + "'; END $$"))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                error -> assertThat(error.getSQLState()).isEqualTo(state));
            }
            assertThat(ask(fixture, "SELECT pg_backend_pid()")).isEqualTo(before);
            assertThat(fixture.statistics().evicted())
                    .allSatisfy((reason, count) ->
                            assertThat(count).as("%s", reason).isZero());
        }
    }

    /** A real one: what a sort writes to the disk has a limit. */
    @Test
    void sortThatFillsItsDiskCostsNoConnection() throws Exception {
        postgres.reload("temp_file_limit", "64kB");
        try (PoolFixture fixture = pool("10s").open()) {
            String before = ask(fixture, "SELECT pg_backend_pid()");
            assertThatThrownBy(() -> ask(
                            fixture,
                            "SELECT count(*) FROM (SELECT i FROM generate_series(1, 2000000) i ORDER BY -i) x"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            error -> assertThat(error.getSQLState()).isEqualTo("53400"));
            assertThat(ask(fixture, "SELECT pg_backend_pid()")).isEqualTo(before);
        } finally {
            postgres.reload("temp_file_limit", "-1");
        }
    }

    @Test
    void connectionsOutliveATimeInWhichTheServerTakesNoWrites() throws Exception {
        try (PoolFixture fixture = pool("10s").open()) {
            String before = ask(fixture, "SELECT pg_backend_pid()");
            postgres.reload("default_transaction_read_only", "on");
            Awaitility.await()
                    .until(() -> ask(fixture, "SHOW transaction_read_only").equals("on"));
            assertThatThrownBy(() -> ask(fixture, "INSERT INTO note VALUES (1) RETURNING 'written'"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            error -> assertThat(error.getSQLState()).isEqualTo("25006"));

            postgres.reload("default_transaction_read_only", "off");
            Awaitility.await()
                    .until(() -> ask(fixture, "SHOW transaction_read_only").equals("off"));

            assertThat(ask(fixture, "INSERT INTO note VALUES (1) RETURNING 'written'"))
                    .isEqualTo("written");
            assertThat(ask(fixture, "SELECT pg_backend_pid()")).isEqualTo(before);
        } finally {
            postgres.reload("default_transaction_read_only", "off");
        }
    }

    @Test
    void serverThatIsStillStartingIsWaitedFor() throws Exception {
        try (SlowStart server = new SlowStart(postgres, 3);
                PoolFixture fixture = PoolFixture.through(server.port(), postgres)
                        .with(Setting.DB_USER, ROLE)
                        .with(Setting.DB_PASSWORD, password)
                        .with(Setting.DB_SSL_MODE, "disable")
                        .open()) {
            assertThat(ask(fixture, "SELECT 'started'")).isEqualTo("started");
            assertThat(fixture.statistics().creationFailures()).isEqualTo(3);
        }
    }

    @Test
    void oneFrozenBackendFailsItsOwnBorrowerOnlyAndIsNotHandedOutAgain() throws Exception {
        try (PoolFixture fixture = pool("10s")
                .with(Setting.DB_SOCKET_TIMEOUT, "1s")
                .with(Setting.DB_POOL_VALIDATION_TIMEOUT, "1s")
                .open()) {
            fixture.prefill(3);
            try (Connection frozen = fixture.dataSource.getConnection()) {
                String pid = PoolFixture.query(frozen, "SELECT pg_backend_pid()");
                postgres.freezeBackend(Long.parseLong(pid));
                Future<?> victim = threads.submit(() -> PoolFixture.query(frozen, "SELECT 1"));
                assertThat(ask(fixture, "SELECT pg_backend_pid()")).isNotEqualTo(pid);
                assertThatThrownBy(victim::get).hasRootCauseInstanceOf(java.net.SocketTimeoutException.class);
            }
            assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.FATAL_ERROR, 1L);
            assertThat(fixture.idle()).hasSize(2);
            assertThat(ask(fixture, "SELECT 1")).isEqualTo("1");
            postgres.thaw();
        } finally {
            postgres.thaw();
        }
    }

    private static String ask(PoolFixture fixture, String sql) throws SQLException {
        try (Connection connection = fixture.dataSource.getConnection()) {
            return PoolFixture.query(connection, sql);
        }
    }
}
