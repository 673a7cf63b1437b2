package com.terafy.it.faults;

import com.terafy.it.Archives;
import com.terafy.it.Awaiting;
import com.terafy.it.Client;
import com.terafy.it.Management;
import com.terafy.it.PooledBackends;
import com.terafy.it.ServerSettings;
import com.terafy.it.SharedPostgres;
import com.terafy.testkit.Backend;
import com.terafy.testkit.TestPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/**
 * The shared server with the EAR, with a datasource of WildFly's own on the same database, and with an application that
 * works on either. {@link #close()} leaves the server as it was.
 */
final class Stage implements AutoCloseable {

    static final String TERAFY = "TerafyDS";

    /** WildFly's own, with the same sizes and the same time to wait; all else as WildFly has it. */
    static final String WILDFLY = "WildflyDS";

    private static final String DRIVER = "postgresql.jar";
    private static final String APP = "terafy_app";

    private final TestPostgres postgres = SharedPostgres.get();
    private final Management management = Management.ofServer();
    private final Client client = Client.ofServer();
    private final ServerSettings settings = new ServerSettings(management);
    private final Path application;

    private Stage(Path application) {
        this.application = application;
    }

    /**
     * Deploys.
     *
     * @param settings system properties of settings and their values, by turns
     */
    static Stage with(String... settings) {
        Stage stage = new Stage(export());
        try {
            stage.settings.set(
                    "terafy.db.cleanup.enabled", "false"); // to it, the idle connections of the peer are orphans
            for (int i = 0; i < settings.length; i += 2) {
                stage.settings.set(settings[i], settings[i + 1]);
            }
            stage.deploy();
            return stage;
        } catch (RuntimeException failed) {
            stage.close();
            throw failed;
        }
    }

    void deploy() {
        management.deploy(Archives.earFile());
        management.deploy(application);
    }

    void undeploy() {
        management.undeploy(application.getFileName().toString());
        management.undeploy(Archives.earFile().getFileName().toString());
    }

    private static Path export() {
        try {
            Path file = Files.createTempDirectory("terafy-load-").resolve("load.war");
            ShrinkWrap.create(WebArchive.class, "load.war")
                    .addClasses(LoadServlet.class, Load.class, Operation.class)
                    .addAsManifestResource(
                            new StringAsset("Manifest-Version: 1.0\nDependencies: deployment.terafy.ear\n"),
                            "MANIFEST.MF")
                    .as(ZipExporter.class)
                    .exportTo(file.toFile());
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds the datasource of WildFly's own, on the same server. */
    Stage withPeer(long waitMillis) {
        return withPeer(postgres.url(), waitMillis);
    }

    /** The same, by another way. */
    Stage withPeer(String url, long waitMillis) {
        File jar = new File(URI.create(org.postgresql.Driver.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString()));
        management.deploy(jar.toPath(), DRIVER);
        management.addDatasource(WILDFLY, DRIVER, url, APP, System.getProperty("it.app.password"), waitMillis);
        return this;
    }

    TestPostgres postgres() {
        return postgres;
    }

    Management management() {
        return management;
    }

    /** The backends of both datasources. */
    List<Backend> backends() {
        return postgres.backends().stream()
                .filter(backend -> backend.usename().equals(APP))
                .toList();
    }

    /** The backends of the pool, without those of the cleanup and other purposes. */
    List<Backend> pooled() {
        return PooledBackends.of(postgres);
    }

    /** Borrows that many at once and gives them back; a line with its backend for each. */
    List<String> hold(String datasource, int count) {
        return ask("hold", datasource, count, false);
    }

    /** That many operations on four threads, as fast as they go. */
    Outcome operate(String datasource, int count, boolean transactions) {
        return Outcome.of(ask("operate", datasource, count, transactions));
    }

    /** Begins a load of four threads and waits until it is under way. */
    void start(String datasource, boolean transactions) {
        ask("start", datasource, 4, transactions);
        awaitOperations(datasource, 100);
    }

    /** Waits for so many more operations, successful or not. */
    void awaitOperations(String datasource, int more) {
        int wanted = done(datasource) + more;
        Awaiting.until(more + " operations", () -> done(datasource) >= wanted);
    }

    /** Waits for so many more failed operations. */
    void awaitFailures(String datasource, int more) {
        int wanted = failed(datasource) + more;
        Awaiting.until(more + " failures", () -> failed(datasource) >= wanted);
    }

    private int failed(String datasource) {
        return Integer.parseInt(ask("count", datasource, 0, false).get(1));
    }

    private int done(String datasource) {
        return Integer.parseInt(ask("count", datasource, 0, false).get(0));
    }

    Outcome stop(String datasource) {
        return Outcome.of(ask("stop", datasource, 0, false));
    }

    /** Kills a backend and waits for the end of the crash recovery, which ends all the others. */
    void crash(Backend victim) {
        postgres.killBackend(victim.pid());
        Awaiting.until("the crash recovery", () -> isGone(victim));
    }

    /** In shared memory the killed backend lives on until the recovery begins; while that lasts, nobody is let in. */
    private boolean isGone(Backend victim) {
        try {
            return postgres.backends().stream().noneMatch(backend -> backend.pid() == victim.pid());
        } catch (IllegalStateException recovering) {
            return false;
        }
    }

    /** The pids of the pool's backends. */
    Set<Long> pids() {
        return pooled().stream().map(Backend::pid).collect(Collectors.toSet());
    }

    /** What else {@link LoadServlet} can do. */
    List<String> ask(String what, String datasource, int count, boolean transactions) {
        String query = "do=" + what + "&datasource=" + datasource + "&count=" + count + "&transactions=" + transactions;
        Client.Answer answer = client.get("/load/?" + query);
        if (answer.status() != 200) {
            throw new IllegalStateException("The application answers " + answer);
        }
        return answer.lines();
    }

    @Override
    public void close() {
        undeploy();
        management.removeDatasource(WILDFLY);
        management.undeploy(DRIVER);
        settings.close();
        management.close();
    }
}
