package com.terafy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.server.WildflyServer;
import com.terafy.server.WildflyServerBuilder;
import com.terafy.testkit.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A transaction over two resources, {@code java:/TerafyDS} or a further pool and a datasource of WildFly's own on another
 * database, is cut off by SIGKILL of the server between prepare and commit. After its restart the server's own recovery
 * ends it, and both databases agree. {@code -Dit.xa.kills=50} for more than the four that every build does.
 */
@Tag("unchanged-server")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class XaRecoveryIT {

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final String APP = "terafy_app";
    private static final String OTHER = "java:/OtherDS";

    /** The pools, each with the database that it writes to. */
    private static final Map<String, String> POOLS = Map.of("TerafyDS", TestPostgres.DATABASE, "Further", "further");

    /** Where the server is cut off, seen from the pool's connection; what recovery is to make of it. */
    private enum Cut {
        DECIDED_NOTHING_COMMITTED("terafy", 2, true),
        DECIDED_OTHER_COMMITTED("other", 1, true),
        PREPARED_UNDECIDED("other", 2, false);

        final String first;
        final int inDoubt;
        final boolean commits;

        Cut(String first, int inDoubt, boolean commits) {
            this.first = first;
            this.inDoubt = inDoubt;
            this.commits = commits;
        }

        void arm(CommandGate gate) {
            if (commits) {
                gate.stopCommand("COMMIT PREPARED");
            } else {
                gate.stopAnswer("PREPARE TRANSACTION");
            }
        }
    }

    private final String appPassword = System.getProperty("it.app.password");
    private final Path base = Path.of(System.getProperty("it.base")).resolveSibling("xa-server");
    private final Client client = Client.ofServer();

    private TestPostgres postgres;
    private CommandGate gate;
    private WildflyServer server;
    private int last;

    @BeforeAll
    void startServers(@TempDir Path directory) throws SQLException {
        postgres =
                TestPostgres.builder().with("max_prepared_transactions", "50").start();
        postgres.createRole(APP, appPassword);
        postgres.execute(
                "CREATE DATABASE other",
                "GRANT USAGE, CREATE ON SCHEMA public TO " + APP,
                "CREATE TABLE transfer (id int)",
                "GRANT INSERT ON transfer TO " + APP);
        postgres.execute("CREATE DATABASE further");
        for (String database : List.of("other", "further")) {
            ask(database, "CREATE TABLE transfer (id int); GRANT INSERT ON transfer TO " + APP + "; SELECT 1");
        }
        gate = new CommandGate(postgres.port());
        server = wildfly().start(base).awaitStarted(START_LIMIT);
        Path transfer = directory.resolve("transfer.war");
        Archives.transfer().as(ZipExporter.class).exportTo(transfer.toFile());
        Path driver = Path.of(System.getProperty("it.driver"));
        try (Management management = Management.ofServer()) {
            management.deploy(driver);
            management.addXaDatasource(
                    OTHER,
                    driver.getFileName().toString(),
                    Map.of(
                            "ServerName", postgres.host(),
                            "PortNumber", Integer.toString(postgres.port()),
                            "DatabaseName", "other"),
                    APP,
                    appPassword);
            management.deploy(Archives.earFile());
            Cli.Said said = new Cli(server.managementPort())
                    .script("add-pool.cli", "-Dpool=Further", "--resolve-parameter-values");
            assertThat(said.worked()).as(said.text()).isTrue();
            management.deploy(transfer);
        }
    }

    /** Recovery looks every 2 s instead of 120, and takes a branch for an orphan after 1 s instead of 20. */
    private WildflyServerBuilder wildfly() {
        return WildflyServer.of(Path.of(System.getProperty("it.wildfly")))
                .httpPort(Integer.getInteger("it.http.port"))
                .managementPort(Integer.getInteger("it.management.port"))
                .property("jboss.tx.node.id", "xa")
                .property("RecoveryEnvironmentBean.periodicRecoveryPeriod", "2")
                .property("RecoveryEnvironmentBean.recoveryBackoffPeriod", "1")
                .property("JTAEnvironmentBean.orphanSafetyInterval", "1000")
                .with("DB_HOST", "localhost")
                .with("DB_PORT", Integer.toString(gate.port()))
                .with("DB_PASSWORD", appPassword)
                .with("FURTHER_DB_NAME", "further")
                .with("DB_TRANSACTION_SUPPORT", "xa");
    }

    @AfterAll
    void stopServers() {
        server.close();
        gate.close();
        postgres.close();
    }

    private String ask(String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        postgres.url(database), TestPostgres.SUPERUSER, postgres.password());
                Statement statement = connection.createStatement()) {
            boolean rows = statement.execute(sql);
            while (!rows) {
                rows = statement.getMoreResults();
            }
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    private String inDoubt() throws SQLException {
        return ask("other", "SELECT count(*) FROM pg_prepared_xacts");
    }

    private String rows(String database, int id) throws SQLException {
        return ask(database, "SELECT count(*) FROM transfer WHERE id = " + id);
    }

    private String transfer(String pool, Cut cut, int id) {
        return client.get("/transfer/?id=" + id + "&pool=" + pool + "&first=" + cut.first)
                .body();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TerafyDS", "Further"})
    void withoutAFaultBothCommit(String pool) throws SQLException {
        int id = ++last;
        assertThat(transfer(pool, Cut.DECIDED_OTHER_COMMITTED, id)).startsWith("committed");

        assertThat(rows(POOLS.get(pool), id)).isEqualTo("1");
        assertThat(rows("other", id)).isEqualTo("1");
        assertThat(inDoubt()).isEqualTo("0");
    }

    /** As many as {@code it.xa.kills} says, each at the next of the three places and with the other pool. */
    static Stream<Arguments> cuts() {
        return IntStream.range(0, Integer.getInteger("it.xa.kills"))
                .mapToObj(
                        i -> Arguments.of(i % 2 == 0 ? "TerafyDS" : "Further", Cut.values()[i % Cut.values().length]));
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void afterAKillBetweenPrepareAndCommitRecoveryMakesBothAgree(String pool, Cut cut) throws Exception {
        int id = ++last;
        cut.arm(gate);
        Thread caller = new Thread(() -> callInVain(pool, cut, id), "transfer");
        caller.start();
        gate.awaitStopped();
        Awaiting.until(cut + " is reached", () -> inDoubt().equals(Integer.toString(cut.inDoubt)));
        server.kill();
        caller.join();
        gate.open();

        server = wildfly().startAgain(base).awaitStarted(START_LIMIT);
        Awaiting.until("recovery after " + cut, () -> inDoubt().equals("0"));

        String expected = cut.commits ? "1" : "0";
        assertThat(rows(POOLS.get(pool), id)).as(pool).isEqualTo(expected);
        assertThat(rows("other", id)).as("the other database").isEqualTo(expected);
    }

    private void callInVain(String pool, Cut cut, int id) {
        try {
            transfer(pool, cut, id);
        } catch (RuntimeException theServerWasKilled) {
            assertThat(theServerWasKilled).isNotNull();
        }
    }
}
