package com.terafy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TestPostgresTest {

    private static final String ROLE_PASSWORD = "p'ss \"of\" the role";

    private static TestPostgres postgres;
    private Connection client;

    @BeforeAll
    static void startServer() {
        postgres = TestPostgres.builder()
                .with("max_prepared_transactions", "7")
                .maxConnections(23)
                .tls()
                .start();
        postgres.createRole("it's a role", ROLE_PASSWORD);
    }

    @AfterAll
    static void closeServer() {
        postgres.close();
    }

    private Connection connect() {
        client = postgres.connect("it's a role", ROLE_PASSWORD);
        return client;
    }

    @AfterEach
    void disconnect() throws SQLException {
        if (client != null) {
            client.close();
        }
    }

    @Test
    void settingsOfTheBuilderAreInForce() {
        assertThat(postgres.setting("max_prepared_transactions")).isEqualTo("7");
        assertThat(postgres.setting("max_connections")).isEqualTo("23");
        assertThat(postgres.setting("port")).isEqualTo(Integer.toString(postgres.port()));
    }

    @Test
    void aWrongPasswordIsRefused() {
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> DriverManager.getConnection(postgres.url(), "it's a role", "wrong"))
                .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
    }

    @Test
    void noPasswordIsInTheServersLogEvenWhenItLogsEveryStatement() throws SQLException {
        postgres.reload("log_statement", "all");
        postgres.createRole("logged", "the-password-of-logged");
        try (Connection connection = postgres.connect("logged", "the-password-of-logged")) {
            assertThat(connection.isValid(5)).isTrue();
        }
        postgres.reload("log_statement", "none");

        assertThat(postgres.serverLog())
                .contains("CREATE ROLE")
                .doesNotContain("the-password-of-logged")
                .doesNotContain(postgres.password());
        assertThat(postgres.toString()).doesNotContain(postgres.password());
    }

    @Test
    void aReloadedSettingHoldsForNewConnections() throws SQLException {
        postgres.reload("work_mem", "5MB");
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW work_mem")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1)).isEqualTo("5MB");
        }
        postgres.reload("work_mem", "4MB");
        assertThat(postgres.setting("work_mem")).isEqualTo("4MB");
    }

    @Test
    void tlsIsVerifiedAgainstTheServersOwnAuthority() throws SQLException {
        Properties properties = verifyFull(postgres.certificateAuthority().toString());
        try (Connection connection = DriverManager.getConnection(postgres.url(), properties);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getBoolean(1)).isTrue();
        }
    }

    @Test
    void anotherAuthorityIsNotTrusted() throws Exception {
        var other = Files.writeString(
                Files.createTempFile("terafy-other-", ".pem"),
                Certificates.generate().authority());
        try {
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> DriverManager.getConnection(postgres.url(), verifyFull(other.toString())))
                    .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("08006"));
        } finally {
            Files.delete(other);
        }
    }

    private static Properties verifyFull(String authority) {
        Properties properties = new Properties();
        properties.setProperty("user", TestPostgres.SUPERUSER);
        properties.setProperty("password", postgres.password());
        properties.setProperty("sslmode", "verify-full");
        properties.setProperty("sslrootcert", authority);
        return properties;
    }

    @Test
    void backendsAreListedByRoleAndByApplicationName() throws SQLException {
        connect().setClientInfo("ApplicationName", "lister-1");

        Backend found = postgres.backends("lister").get(0);

        assertThat(postgres.backends("it's")).containsExactly(found);
        assertThat(found.pid()).isEqualTo(pid(client));
        assertThat(found.isIdle()).isTrue();
        assertThat(found.database()).isEqualTo(TestPostgres.DATABASE);
        assertThat(found.query()).contains("application_name");
        assertThat(found.stateChange()).isAfter(found.backendStart());
        assertThat(postgres.backends(TestPostgres.MONITOR_NAME)).isEmpty();
    }

    @Test
    void aTerminatedBackendIsGoneWhenTheCallReturns() throws SQLException {
        long pid = pid(connect());

        assertThat(postgres.terminate(pid)).isTrue();

        assertThat(postgres.backends("it's")).isEmpty();
        assertStateAtNextUse("57P01");
        assertThat(postgres.terminate(pid)).isFalse();
    }

    @Test
    void aFastRestartKeepsPortAndDataAndEndsTheClients() throws SQLException {
        postgres.execute("CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (1)");
        connect();

        postgres.restartFast();

        assertStateAtNextUse("57P01");
        postgres.execute("DROP TABLE kept");
    }

    @Test
    void aStoppedServerRefusesUntilItIsStarted() throws SQLException {
        postgres.stopFast();
        assertThatIllegalStateException().isThrownBy(() -> postgres.superuser()).withMessageContaining("refused");

        postgres.start();
        try (Connection connection = postgres.superuser()) {
            assertThat(connection.isValid(5)).isTrue();
        }
        assertThatIllegalStateException().isThrownBy(() -> postgres.start()).withMessageContaining("runs already");
    }

    @Test
    void anImmediateStopTellsTheClients57P01Or57P02() throws SQLException {
        connect();
        postgres.stopImmediate();
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> client.createStatement().execute("SELECT 1"))
                .satisfies(e -> assertThat(e.getSQLState()).matches("57P0[12]|08006"));
        postgres.start();
    }

    @Test
    void aKilledServerTakesItsClientsAlongAndStartsAgain() throws SQLException {
        connect();

        postgres.killServer();
        postgres.start();

        assertStateAtNextUse("57P01");
        connect();
        assertThat(client.isValid(5)).isTrue();
    }

    @Test
    void aKilledBackendMakesTheServerRecover() throws SQLException {
        try (Connection victim = postgres.superuser()) {
            connect();
            postgres.killBackend(pid(victim));
            await().until(() -> !client.isValid(5));
            postgres.awaitAccepting();
        }
        assertThat(postgres.serverLog()).contains("was terminated by signal 9");
        assertThat(postgres.backends()).isEmpty();
    }

    @Test
    void onlyBackendsOfThisServerCanBeKilled() {
        long ourselves = ProcessHandle.current().pid();

        assertThatIllegalArgumentException().isThrownBy(() -> postgres.killBackend(ourselves));
    }

    @Test
    void aFrozenServerAnswersNothingAndThawedItGoesOn() throws SQLException {
        connect();
        client.setNetworkTimeout(Runnable::run, 300);
        try (Connection patient = postgres.superuser()) {
            postgres.freeze();
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> client.createStatement().execute("SELECT 1"))
                    .withRootCauseInstanceOf(java.net.SocketTimeoutException.class);
            postgres.thaw();
            assertThat(patient.isValid(5)).isTrue();
        }
    }

    @Test
    void aFrozenBackendLeavesTheOthersAlone() throws SQLException {
        connect();
        try (Connection other = postgres.superuser()) {
            postgres.freezeBackend(pid(client));
            assertThat(client.isValid(1)).isFalse();
            assertThat(other.isValid(5)).isTrue();
        } finally {
            postgres.thaw();
        }
    }

    @Test
    void aFrozenServerCanBeStopped() {
        postgres.freeze();
        postgres.restartFast();

        assertThat(postgres.backends()).isEmpty();
    }

    private static long pid(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getBackendPID();
    }

    private void assertStateAtNextUse(String state) {
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> client.createStatement().execute("SELECT 1"))
                .satisfies(e -> assertThat(e.getSQLState()).isEqualTo(state));
    }
}
