package com.terafy.it.differential;

import com.terafy.it.Archives;
import com.terafy.it.Awaiting;
import com.terafy.it.Client;
import com.terafy.it.Management;
import com.terafy.it.ServerLog;
import com.terafy.it.ServerSettings;
import com.terafy.it.SharedPostgres;
import com.terafy.it.differential.inside.DifferentialServlet;
import com.terafy.it.differential.inside.Mode;
import com.terafy.testkit.TestPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/**
 * The shared server with the EAR, with a datasource of WildFly's own on the same database, and with the application of
 * {@code inside}. {@link #close()} leaves the server as it was.
 */
final class Stage implements AutoCloseable {

    static final String TERAFY = "TerafyDS";
    static final String WILDFLY = "WildflyDS";

    private static final String DRIVER = "postgresql.jar";
    private static final String APP = "terafy_app";
    private static final String APPLICATION = "differential.war";
    private static final int WAIT_MILLIS = 5_000;

    private final TestPostgres postgres = SharedPostgres.get();
    private final Management management = Management.ofServer();
    private final Client client = Client.ofServer();
    private final ServerSettings settings = new ServerSettings(management);
    private final Connection superuser = postgres.superuser();
    private final Mode mode;
    private final boolean closesForYou;
    private String endedBefore = "";

    private Stage(Mode mode, boolean closesForYou) {
        this.mode = mode;
        this.closesForYou = closesForYou;
    }

    static Stage of(Mode mode) {
        return of(mode, false);
    }

    /** @param closesForYou whether the server closes what a request forgets, after its answer, and reports an error */
    static Stage of(Mode mode, boolean closesForYou) {
        Stage stage = new Stage(mode, closesForYou);
        try {
            stage.configure();
            stage.management.deploy(Archives.earFile());
            stage.addPeer();
            stage.management.deploy(export());
            stage.makeTables();
            return stage;
        } catch (RuntimeException failed) {
            stage.close();
            throw failed;
        }
    }

    private void configure() {
        settings.set("terafy.db.cleanup.enabled", "false"); // to it, the idle connections of the peer are orphans
        settings.set("terafy.db.transaction.support", mode == Mode.XA ? "xa" : "local");
        settings.set("terafy.db.pool.acquire.timeout", WAIT_MILLIS + "ms");
        settings.set("terafy.db.pool.idle.timeout", "4m");
        settings.set("terafy.db.pool.sweep.interval", "1m");
    }

    private void addPeer() {
        File jar = new File(URI.create(org.postgresql.Driver.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString()));
        management.deploy(jar.toPath(), DRIVER);
        String password = System.getProperty("it.app.password");
        if (mode == Mode.XA) {
            Map<String, String> properties = Map.of(
                    "ServerName", postgres.host(),
                    "PortNumber", Integer.toString(postgres.port()),
                    "DatabaseName", TestPostgres.DATABASE);
            management.addXaDatasource("java:/" + WILDFLY, DRIVER, properties, APP, password);
        } else {
            management.addDatasource(WILDFLY, DRIVER, postgres.url(), APP, password, WAIT_MILLIS);
        }
    }

    private static Path export() {
        try {
            Path file = Files.createTempDirectory("terafy-differential-").resolve(APPLICATION);
            ShrinkWrap.create(WebArchive.class, APPLICATION)
                    .addPackage(DifferentialServlet.class.getPackage())
                    .as(ZipExporter.class)
                    .exportTo(file.toFile());
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void makeTables() {
        postgres.execute(
                "DROP TABLE IF EXISTS differential_child, differential_row, differential_mass",
                "CREATE TABLE differential_row (id int PRIMARY KEY)",
                "CREATE TABLE differential_child (id int REFERENCES differential_row DEFERRABLE INITIALLY DEFERRED)",
                "CREATE TABLE differential_mass (transaction int, late boolean)",
                "GRANT ALL ON differential_row, differential_child, differential_mass TO " + APP);
    }

    Management management() {
        return management;
    }

    /** Runs a row of the table on both. */
    Comparison compare(Row row) {
        return new Comparison(row, mode, run(row, TERAFY), run(row, WILDFLY));
    }

    /** The outcome: what the application saw, the rows that stay, and what the server complained of. */
    private List<String> run(Row row, String datasource) {
        clear();
        ServerLog log = ServerLog.ofServer().mark();
        List<String> outcome = new ArrayList<>(ask("/differential/?scenario="
                + URLEncoder.encode(row.scenario().name(), StandardCharsets.UTF_8) + "&place=" + row.place()
                + "&database=" + datasource + "&password=" + System.getProperty("it.app.password")));
        if (closesForYou && row.scenario().name().matches("a request.* forgets .*")) {
            Awaiting.until("the end of the request", () -> log.text().contains("UT005071"));
        }
        outcome.add("rows: "
                + query("SELECT coalesce(string_agg(id::text, ',' ORDER BY id), 'none') FROM differential_row"));
        outcome.add("prepared: " + (prepared().isEmpty() ? "none" : "one that nobody ends"));
        List<String> problems = log.containerProblems();
        outcome.add("log: " + (problems.isEmpty() ? "none" : String.join(", ", problems)));
        return outcome;
    }

    /** Lets so many transactions be rolled back from outside; what the application counted. */
    List<String> mass(String datasource, String end, int from, int count) {
        return ask("/differential/mass?database=" + datasource + "&end=" + end + "&from=" + from + "&count=" + count);
    }

    /** The rows that stayed though no transaction that wrote one committed. */
    int massRows() {
        return Integer.parseInt(query("SELECT count(*) FROM differential_mass"));
    }

    /** Of an application that may break off with an error of the server. */
    private List<String> ask(String path) {
        Client.Answer answer = client.get(path);
        return answer.status() == 200 ? answer.lines() : List.of("status: " + answer.status());
    }

    /** Ends what an earlier scenario may have left open, and empties the tables. */
    void clear() {
        query("SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity" + " WHERE usename = '" + APP
                + "' AND state LIKE 'idle in transaction%'");
        flushPeer();
        for (String prepared = prepared(); !prepared.isEmpty(); prepared = prepared()) {
            postgres.execute("ROLLBACK PREPARED '" + prepared + "'");
        }
        query("SET lock_timeout = '10s'; TRUNCATE differential_child, differential_row, differential_mass; SELECT 1");
    }

    /**
     * It hands out dead connections, and where transactions are distributed also those that keep one that has failed. In
     * the other mode there are some only where sessions have ended in any other way than by a close.
     */
    private void flushPeer() {
        String ended = query("SELECT sessions_killed + sessions_fatal + sessions_abandoned FROM pg_stat_database"
                + " WHERE datname = '" + TestPostgres.DATABASE + "'");
        if (mode == Mode.LOCAL && ended.equals(endedBefore)) {
            return;
        }
        endedBefore = ended;
        if (mode == Mode.XA) {
            management.flushXaDatasource();
        } else {
            management.flushDatasource(WILDFLY);
        }
    }

    private String prepared() {
        return query("SELECT coalesce(min(gid), '') FROM pg_prepared_xacts");
    }

    /** The last of the statements has a row. */
    private String query(String sql) {
        try (Statement statement = superuser.createStatement()) {
            boolean rows = statement.execute(sql);
            while (!rows) {
                rows = statement.getMoreResults();
            }
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                return row.getString(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        management.undeploy(APPLICATION);
        management.undeploy(Archives.earFile().getFileName().toString());
        management.removeDatasource(WILDFLY);
        management.removeXaDatasource();
        management.undeploy(DRIVER);
        settings.close();
        management.close();
        try {
            superuser.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
