package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.RetryPolicy;
import com.terafy.api.SessionContext;
import com.terafy.pool.settings.Setting;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.PgBouncer;
import com.terafy.testkit.RecordingLog;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** Behind the real PgBouncer, which must be on the machine, as a browser for the dashboard must. */
class PoolerTest {

    private static final String ROLE = "some_application";
    private static final int THREADS = 8;
    private static final int ITS_SESSIONS = 4;

    /** More with {@code -Dterafy.pooler.operations=10000}. */
    private static final int OPERATIONS = Integer.getInteger("terafy.pooler.operations", 4_000);

    /** Of 1.x. */
    private static final int FIRST_WITH_PREPARED_STATEMENTS = 21;

    private static final String SESSION = "pool_mode = session";
    private static final String TRANSACTION = "pool_mode = transaction";

    private static TestPostgres postgres;
    private static String password;

    private final RecordingLog log = RecordingLog.of("com.terafy");
    private PgBouncer bouncer;
    private PoolFixture fixture;

    @BeforeAll
    static void start() {
        postgres = TestPostgres.builder().maxConnections(60).start();
        password = UUID.randomUUID().toString();
        postgres.createRole(ROLE, password);
        postgres.execute("CREATE TABLE note (id serial, text text)", "GRANT ALL ON note, note_id_seq TO " + ROLE);
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @AfterEach
    void close() {
        if (fixture != null) {
            fixture.close();
        }
        if (bouncer != null) {
            bouncer.close();
        }
        log.close();
    }

    private void bouncer(String... settings) {
        bouncer = PgBouncer.before(postgres, Map.of(ROLE, password), settings);
    }

    private PoolFixture.Builder pool(String pooler) {
        return PoolFixture.through(bouncer.port(), postgres)
                .leavingIt()
                .with(Setting.DB_USER, ROLE)
                .with(Setting.DB_PASSWORD, password)
                .with(Setting.DB_POOLER, pooler);
    }

    private void open(String pooler) throws ResourceException {
        fixture = pool(pooler).open();
    }

    @Test
    void byItsDefaultsItRefusesAndTheMessageSaysWhatToSetAtOnce() throws Exception {
        bouncer(TRANSACTION);
        open("none");
        Instant begun = Instant.now();
        assertThatThrownBy(fixture.dataSource::getConnection)
                .hasMessageContaining("TERAFY0320: ")
                .hasMessageContaining("unsupported startup parameter")
                .hasMessageContaining("DB_POOLER to session or transaction");
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(5));
        fixture.close();

        open("transaction");
        try (Connection connection = fixture.dataSource.getConnection()) {
            assertThat(query(connection, "SELECT 1")).isEqualTo("1");
        }
        fixture.close();

        fixture = pool("transaction")
                .with(Setting.DB_DRIVER_PROPERTIES, "options=-c geqo=off")
                .open();
        assertThatThrownBy(fixture.dataSource::getConnection)
                .hasMessageContaining("TERAFY0320: ")
                .hasMessageContaining("ignore_startup_parameters")
                .hasMessageContaining("DB_DRIVER_PROPERTIES: options");
    }

    @Test
    void oneThatIsNotInTheSettingsIsRecognisedAndRefused() throws Exception {
        bouncer(TRANSACTION, "ignore_startup_parameters = options");
        open("none");
        assertThatThrownBy(fixture.dataSource::getConnection)
                .hasMessageContaining("TERAFY0263: Pool TerafyDS: ")
                .hasMessageContaining("DB_POOLER to session or transaction");
        assertThatThrownBy(() -> fixture.dataSource.operations().openOutsidePool("probe"))
                .hasMessageStartingWith("TERAFY0263: ");
        assertThat(fixture.statistics().total()).isZero();
    }

    @Test
    void aWrongPasswordIsNoOutage() throws Exception {
        bouncer(TRANSACTION);
        fixture = pool("transaction").with(Setting.DB_PASSWORD, "wrong").open();
        Instant begun = Instant.now();
        assertThatThrownBy(fixture.dataSource::getConnection)
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("authentication failed");
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void operationsOfManyThreadsFailNeverAndLeaveNoTrace() throws Exception {
        bouncer(TRANSACTION, "default_pool_size = " + ITS_SESSIONS);
        fixture = pool("transaction")
                .with(Setting.DB_POOL_MAX, Integer.toString(THREADS))
                .open();
        fixture.look();

        List<Future<?>> work = work();
        for (int pause = 0; pause < 3; pause++) {
            awaitItsSessions(); // a pause amid PgBouncer's own logins makes it refuse clients
            bouncer.pause();
            sleep(200);
            bouncer.resume();
        }
        for (Future<?> each : work) {
            each.get();
        }

        assertThat(fixture.statistics().evicted().values()).allMatch(count -> count == 0);
        for (int look = 0; look < 20; look++) {
            try (Connection other = other()) {
                assertThat(query(other, """
                        SELECT string_agg(x, ', ') FROM (
                            SELECT name || '=' || setting FROM pg_settings
                            WHERE source = 'session' AND name NOT IN ('application_name', 'client_encoding',
                                'DateStyle', 'TimeZone', 'standard_conforming_strings')
                            UNION ALL SELECT name FROM pg_prepared_statements
                            UNION ALL SELECT locktype FROM pg_locks WHERE locktype = 'advisory'
                            UNION ALL SELECT nullif(current_setting('app.user', true), '')) as found(x)""")).isNull();
            }
        }
    }

    /** What it cannot do before 1.21 it does by itself from 1.24 on, and has names of its own for them. */
    @Test
    void preparedStatementsNeedOneThatKeepsThem() throws Exception {
        boolean keeps = minorVersion() >= FIRST_WITH_PREPARED_STATEMENTS;
        bouncer(
                TRANSACTION,
                "default_pool_size = " + ITS_SESSIONS,
                keeps ? "max_prepared_statements = 50" : "; it has no max_prepared_statements");
        fixture = pool("transaction")
                .with(Setting.DB_POOL_MAX, Integer.toString(THREADS))
                .with(Setting.DB_DRIVER_PROPERTIES, "prepareThreshold=2")
                .open();
        if (!keeps) {
            assertThat(work())
                    .anySatisfy(each -> assertThatThrownBy(each::get)
                            .hasRootCauseInstanceOf(SQLException.class)
                            .rootCause()
                            .hasMessageContaining("prepared statement"));
            return;
        }

        for (Future<?> each : work()) {
            each.get();
        }

        try (Connection other = other()) {
            assertThat(query(other, "SELECT string_agg(DISTINCT left(name, 10), ' ') FROM pg_prepared_statements"))
                    .isEqualTo("PGBOUNCER_");
        }
    }

    private static int minorVersion() {
        return Integer.parseInt(PgBouncer.version().split("\\.", 3)[1]);
    }

    private void awaitItsSessions() {
        Awaitility.await().until(() -> {
            try (Connection superuser = postgres.superuser()) {
                return query(
                                superuser,
                                "SELECT count(*) FROM pg_stat_activity WHERE usename = '" + ROLE
                                        + "' AND state IS NOT NULL")
                        .equals(Integer.toString(ITS_SESSIONS));
            }
        });
    }

    /** An operation is one of four, with statements that are prepared again and again. */
    private List<Future<?>> work() {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> work = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            int name = thread;
            work.add(threads.submit(() -> {
                for (int operation = 0; operation < OPERATIONS / THREADS; operation++) {
                    operate(name, operation);
                }
                return null;
            }));
        }
        threads.shutdown();
        return work;
    }

    private void operate(int thread, int operation) throws Exception {
        String word = thread + "/" + operation;
        switch (operation % 4) {
            case 0 -> {
                try (Connection connection = fixture.dataSource.getConnection();
                        PreparedStatement statement = connection.prepareStatement("SELECT ?::text || 'x'")) {
                    for (int again = 0; again < 3; again++) {
                        statement.setString(1, word);
                        try (ResultSet row = statement.executeQuery()) {
                            row.next();
                            assertThat(row.getString(1)).isEqualTo(word + "x");
                        }
                    }
                }
            }
            case 1 -> {
                try (Connection connection = fixture.dataSource.getConnection()) {
                    connection.setAutoCommit(false);
                    try (PreparedStatement insert = connection.prepareStatement("INSERT INTO note (text) VALUES (?)")) {
                        insert.setString(1, word);
                        insert.executeUpdate();
                    }
                    assertThat(query(connection, "SELECT count(*) FROM note WHERE text = '" + word + "'"))
                            .isEqualTo("1");
                    connection.rollback();
                }
            }
            case 2 ->
                assertThat(fixture.dataSource.<String, SQLException>withTransaction(
                                SessionContext.of("app.user", word),
                                connection -> query(connection, "SELECT current_setting('app.user')")))
                        .isEqualTo(word);
            default ->
                assertThat(fixture.dataSource.<String, SQLException>withConnection(
                                connection -> query(connection, "SELECT '" + word + "'")))
                        .isEqualTo(word);
        }
    }

    @Test
    void whatWouldLastLongerThanATransactionIsRefused() throws Exception {
        bouncer(TRANSACTION);
        open("transaction");
        try (Connection connection = fixture.dataSource.getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            assertRefused(() -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE));
            assertRefused(() -> connection.setSchema("public"));
            connection.setReadOnly(true);
            assertThat(query(connection, "SELECT 1")).isEqualTo("1");
        }
        assertRefused(() -> fixture.dataSource.withConnection(
                SessionContext.of("app.user", "ana"), connection -> query(connection, "SELECT 1")));
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).hasMessageContaining("TERAFY0265: ").hasMessageContaining("DB_POOLER=transaction");
    }

    @Test
    void whatDoesNotHoldIsSaidOnceAndIsOff() throws Exception {
        bouncer(TRANSACTION);
        open("transaction");
        fixture.pool.start();
        Awaitility.await()
                .until(() -> !fixture.dataSource.operations().settings().isEmpty());
        assertThat(log.messages(Level.WARNING)).singleElement().asString().startsWith("TERAFY0264: Pool TerafyDS: ");
        assertThat(fixture.dataSource.operations().lease()).isEmpty();
        fixture.prefill(1);
        fixture.look();
        sleep(300);
        try (Connection superuser = postgres.superuser()) {
            assertThat(query(
                            superuser,
                            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%/* terafy%min=%'"
                                    + " AND pid <> pg_backend_pid()"))
                    .isEqualTo("0");
        }
    }

    /** What was under way fails, and nothing else. */
    @Test
    void aRestartOfThePoolerIsOverInSeconds() throws Exception {
        bouncer(TRANSACTION);
        open("transaction");
        fixture.prefill(4);
        bouncer.restart();
        for (int round = 0; round < 20; round++) {
            try (Connection connection = fixture.dataSource.getConnection()) {
                assertThat(query(connection, "SELECT 1")).isEqualTo("1");
            }
        }
    }

    @Test
    void behindOneThatGivesASessionNoStateCrossesABorrowAndTheTagStays() throws Exception {
        bouncer(SESSION);
        fixture = pool("session").with(Setting.DB_POOL_MAX, "1").open();
        try (Connection connection = fixture.dataSource.getConnection()) {
            PoolFixture.execute(
                    connection,
                    "SET work_mem = '1234kB'; SET application_name = 'report'; SET app.name = 'ana';"
                            + " LISTEN news; CREATE TEMP TABLE t (x int); PREPARE p AS SELECT 1");
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            assertThat(connection.unwrap(PGConnection.class).getBackendPID())
                    .isNotEqualTo(PoolFixture.pid(fixture.sessions().get(0)));
            assertThat(query(connection, "SELECT pg_backend_pid()"))
                    .isEqualTo(
                            Integer.toString(PoolFixture.pid(fixture.sessions().get(0))));
        }
        try (Connection connection = fixture.dataSource.getConnection()) {
            assertThat(query(
                            connection,
                            "SELECT concat_ws(',', current_setting('work_mem'),"
                                    + " current_setting('app.name', true), (SELECT count(*) FROM pg_listening_channels()),"
                                    + " to_regclass('pg_temp.t'), (SELECT count(*) FROM pg_prepared_statements WHERE from_sql),"
                                    + " current_setting('transaction_isolation'))"))
                    .isEqualTo("4MB,,0,0,read committed");
            assertThat(query(connection, "SHOW application_name"))
                    .isEqualTo(fixture.pool.identity().applicationName());
        }
        fixture.pool.keepLease();
        assertThat(fixture.dataSource.operations().lease().orElseThrow().held()).isTrue();
        assertThat(fixture.statistics().created()).isEqualTo(1);
    }

    /** The last 90 bytes that the work's return waits for, and some behind it. */
    @ParameterizedTest
    @ValueSource(strings = {"session", "transaction"})
    void aTransactionSurvivesBehindEither(String mode) throws Exception {
        bouncer("pool_mode = " + mode);
        RetryPolicy policy = RetryPolicy.of(5, Duration.ofSeconds(30));
        try (FaultProxy proxy = FaultProxy.to("127.0.0.1", bouncer.port())) {
            fixture = pool(mode)
                    .with(Setting.DB_PORT, Integer.toString(proxy.port()))
                    .open();
            int runs = 0;
            for (int at = 150; at < 240; at++) {
                String text = mode + at;
                int cut = at;
                AtomicInteger count = new AtomicInteger();
                fixture.dataSource.withTransaction(policy, connection -> {
                    PoolFixture.execute(connection, "INSERT INTO note (text) VALUES ('" + text + "')");
                    if (count.incrementAndGet() == 1) {
                        proxy.toClient().cutAfter(cut);
                    }
                    return null;
                });
                runs += count.get();
                try (Connection superuser = postgres.superuser()) {
                    assertThat(query(superuser, "SELECT count(*) FROM note WHERE text = '" + text + "'"))
                            .as(text)
                            .isEqualTo("1");
                }
            }
            assertThat(runs).isGreaterThan(100);
            fixture.dataSource.withTransaction(policy, connection -> query(connection, "SELECT count(*) FROM note"));
            fixture.close();
            fixture = null;
        }
    }

    private Connection other() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", ROLE);
        properties.setProperty("password", password);
        properties.setProperty("prepareThreshold", "0");
        return DriverManager.getConnection(bouncer.url(), properties);
    }

    private static String query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
