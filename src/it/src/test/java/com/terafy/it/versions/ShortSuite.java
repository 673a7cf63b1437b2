package com.terafy.it.versions;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.it.Archives;
import com.terafy.it.Awaiting;
import com.terafy.it.Client;
import com.terafy.it.Management;
import com.terafy.it.PooledBackends;
import com.terafy.server.WildflyServer;
import com.terafy.testkit.LocalPorts;
import com.terafy.testkit.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jfr.consumer.RecordingFile;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;

/**
 * A WildFly as it is downloaded with terafy.ear in it, and a PostgreSQL: what is asked of both. The checks follow each
 * other in their order. Not thread-safe.
 */
final class ShortSuite implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(5);
    private static final String APP = "terafy_app";
    private static final String WATCHER = "watcher";
    private static final int MINIMUM = 2;
    private static final int BURST = 5;
    private static final String EAR = Archives.earFile().getFileName().toString();
    private static final String PROBE = "probe.war";
    private static final String TRANSFER = "transfer.war";
    private static final String TABLE = "CREATE TABLE transfer (id int); GRANT SELECT, INSERT ON transfer TO " + APP;
    /** What the page needs to be one. */
    private static final Pattern PART = Pattern.compile("(?:src|href)=\"([^\"#:]+\\.(?:js|css))\"");

    private final String password = UUID.randomUUID().toString();
    private final Path java;
    private final Path driver;
    private final Path archives;
    private final TestPostgres postgres;
    private final WildflyServer server;
    private final Management management;
    private final Client client;

    /** How long the log was before anything of ours was deployed. */
    private final int logAtStart;

    /**
     * Starts both, and deploys.
     *
     * @param home the installation of WildFly
     * @param java the installation of the JDK that it runs on
     * @param binaries the artifact with PostgreSQL
     * @param base the server's directory
     * @param driver the driver's jar, for the other datasource of {@link Check#XA}
     */
    ShortSuite(Path home, Path java, Path binaries, Path base, Path driver) {
        this.java = java;
        this.driver = driver;
        this.archives = base.toAbsolutePath().resolveSibling(base.getFileName() + "-archives");
        this.postgres = TestPostgres.builder()
                .binaries(binaries)
                .with("max_prepared_transactions", "10")
                .start();
        int httpPort = LocalPorts.free();
        this.client = new Client(httpPort);
        try {
            this.server = WildflyServer.of(home)
                    .java(java)
                    .httpPort(httpPort)
                    .managementPort(LocalPorts.free())
                    .property("jboss.tx.node.id", "versions")
                    .user(WATCHER, password, "terafy-monitor")
                    .with("DB_HOST", postgres.host())
                    .with("DB_PORT", Integer.toString(postgres.port()))
                    .with("DB_PASSWORD", password)
                    .with("DB_ADMIN_USER", TestPostgres.SUPERUSER)
                    .with("DB_ADMIN_PASSWORD", postgres.password())
                    .with("DB_POOL_MIN", Integer.toString(MINIMUM))
                    .with("DB_POOL_MAX", Integer.toString(BURST))
                    .with("DB_POOL_IDLE_TIMEOUT", "2s")
                    .with("DB_POOL_SWEEP_INTERVAL", "1s")
                    .start(base);
        } catch (RuntimeException failed) {
            postgres.close();
            throw failed;
        }
        try {
            server.awaitStarted(START_LIMIT);
            this.management = new Management(server.managementPort());
            logAtStart = server.log().length();
            management.deploy(Archives.earFile());
            management.deploy(archive(PROBE));
            ask(TestPostgres.DATABASE, TABLE);
        } catch (RuntimeException failed) {
            server.close();
            postgres.close();
            throw failed;
        }
    }

    private Path archive(String name) {
        Path file = archives.resolve(name);
        try {
            Files.createDirectories(archives);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        (name.equals(PROBE) ? Archives.probe().addClass(WriteServlet.class) : Archives.transfer())
                .as(ZipExporter.class)
                .exportTo(file.toFile(), true);
        return file;
    }

    /** Fails by any exception or error. */
    void run(Check check) {
        switch (check) {
            case BORROW -> borrow();
            case TRANSACTION -> transaction();
            case SWEEP -> sweep();
            case REST -> rest();
            case DASHBOARD -> dashboard();
            case LOG -> log();
            case FLIGHT_RECORDER -> flightRecorder();
            case XA -> xa();
            case UNDEPLOY -> undeploy();
        }
    }

    private void borrow() {
        assertThat(client.hold(BURST)).hasSize(BURST).doesNotHaveDuplicates().allMatch(line -> line.startsWith("pid "));
    }

    private void transaction() {
        assertThat(client.get("/probe/write?id=1&commit=true").body().strip()).isEqualTo("ended");
        assertThat(client.get("/probe/write?id=2&commit=false").body().strip()).isEqualTo("ended");
        assertThat(ask(TestPostgres.DATABASE, "SELECT string_agg(id::text, ' ') FROM transfer"))
                .isEqualTo("1");
    }

    private void sweep() {
        client.hold(BURST);
        Awaiting.until(
                "the sweep to leave the minimum",
                () -> PooledBackends.of(postgres).size() == MINIMUM);
    }

    private void rest() {
        assertThat(client.get("/terafy/health/ready").body()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(client.get("/terafy/api/v1/summary").status()).isEqualTo(401);
        for (String path : List.of("summary", "pools/TerafyDS/connections", "backends", "pools/TerafyDS")) {
            Client.Answer answer = client.as(WATCHER, password).get("/terafy/api/v1/" + path);
            assertThat(answer.status()).as("%s: %s", path, answer.body()).isEqualTo(200);
            assertThat(answer.body()).as(path).startsWith("{").doesNotContain(password);
        }
    }

    private void dashboard() {
        Client watcher = client.as(WATCHER, password);
        Client.Answer page = watcher.get("/terafy/");
        assertThat(page.status()).isEqualTo(200);
        Matcher parts = PART.matcher(page.body());
        assertThat(parts.results().map(part -> part.group(1)))
                .isNotEmpty()
                .allSatisfy(part -> assertThat(watcher.get("/terafy/" + part).status())
                        .as(part)
                        .isEqualTo(200));
    }

    private void log() {
        assertThat(server.log()
                        .substring(logAtStart)
                        .lines()
                        .filter(line -> line.contains(" WARN ") || line.contains(" ERROR ")))
                .isEmpty();
    }

    /** As an operator records, on the server that runs. */
    private void flightRecorder() {
        Path file = archives.resolve("terafy.jfr");
        jcmd("JFR.start", "name=terafy");
        client.hold(BURST); // the sweep has closed some: there is a login
        Awaiting.until(
                "the sweep to close one again",
                () -> PooledBackends.of(postgres).size() == MINIMUM);
        jcmd("JFR.stop", "name=terafy", "filename=" + file);
        try {
            assertThat(RecordingFile.readAllEvents(file))
                    .filteredOn(event -> event.getEventType().getName().startsWith("terafy."))
                    .noneMatch(event -> event.toString().contains(password))
                    .extracting(event -> event.getEventType().getName() + " of " + event.getString("pool"))
                    .contains("terafy.Login of TerafyDS", "terafy.Eviction of TerafyDS", "terafy.Sweep of TerafyDS");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void jcmd(String... command) {
        List<String> whole =
                new ArrayList<>(List.of(java.resolve("bin/jcmd").toString(), Long.toString(management.pid())));
        whole.addAll(List.of(command));
        try {
            Process process =
                    new ProcessBuilder(whole).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as("%s: %s", whole, said).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for jcmd", e);
        }
    }

    /** The same deployment with the other setting, and a datasource of WildFly's own on another database. */
    private void xa() {
        ask("postgres", "CREATE DATABASE other");
        ask("other", TABLE);
        management.undeploy(PROBE);
        management.undeploy(EAR);
        management.setProperty("terafy.db.transaction.support", "xa");
        management.deploy(driver);
        management.addXaDatasource(
                "java:/OtherDS",
                driver.getFileName().toString(),
                Map.of(
                        "ServerName", postgres.host(),
                        "PortNumber", Integer.toString(postgres.port()),
                        "DatabaseName", "other"),
                APP,
                password);
        management.deploy(Archives.earFile());
        management.deploy(archive(TRANSFER));
        assertThat(client.get("/transfer/?id=7").body().strip()).isEqualTo("committed 7");
        for (String database : List.of(TestPostgres.DATABASE, "other")) {
            assertThat(ask(database, "SELECT count(*) FROM transfer WHERE id = 7"))
                    .as(database)
                    .isEqualTo("1");
        }
        assertThat(ask("other", "SELECT count(*) FROM pg_prepared_xacts")).isEqualTo("0");
    }

    private void undeploy() {
        management.undeploy(TRANSFER);
        management.undeploy(PROBE);
        management.undeploy(EAR);
        Awaiting.until("no backend is left", () -> postgres.backends("terafy/").isEmpty());
    }

    /** The first value of the last answer; empty if there was none. */
    private String ask(String database, String sql) {
        try (Connection connection = DriverManager.getConnection(
                        postgres.url(database), TestPostgres.SUPERUSER, postgres.password());
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (ResultSet row = statement.getResultSet()) {
                return row.next() ? String.valueOf(row.getString(1)) : "";
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    @Override
    public void close() {
        management.close();
        server.close();
        postgres.close();
    }
}
