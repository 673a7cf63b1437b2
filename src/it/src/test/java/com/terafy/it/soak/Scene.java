package com.terafy.it.soak;

import com.terafy.it.Archives;
import com.terafy.it.Client;
import com.terafy.it.Management;
import com.terafy.it.PooledBackends;
import com.terafy.it.ServerSettings;
import com.terafy.it.SharedPostgres;
import com.terafy.testkit.Backend;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jboss.shrinkwrap.api.Filters;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/**
 * The shared server with terafy.ear and the application, the database, and a network between them. {@link #close()}
 * leaves the server as it was. Not thread-safe, except {@link #pooled()} and {@link #postgres()}.
 */
final class Scene implements AutoCloseable {

    /** Those of the application, at most. */
    static final int THREADS = 32;

    static final int MINIMUM = 2;
    static final int MAXIMUM = 10;

    private static final Duration ACQUIRE_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(2);
    /** For a busy machine, an attempt to connect that lasts a second, and the reset of the session. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    static final Duration LONGEST_OPERATION =
            ACQUIRE_TIMEOUT.plus(SOCKET_TIMEOUT).plus(SLACK);

    private static final String APPLICATION = "soak.war";

    private final TestPostgres postgres = SharedPostgres.get();
    private final FaultProxy network = FaultProxy.to(postgres);
    private final Management management = Management.ofServer();
    private final Client client = Client.ofServer();
    private final ServerSettings settings = new ServerSettings(management);
    private final Path application = export();
    private final ClassCounts classes = new ClassCounts();
    private final Path journal;
    private final long seed;
    private int epoch;

    private Scene(long seed) {
        this.seed = seed;
        this.journal = application.resolveSibling("journal");
    }

    static Scene open(long seed) {
        Scene scene = new Scene(seed);
        try {
            scene.configure();
            scene.management.deploy(Archives.earFile());
            scene.postgres.execute(
                    "DROP TABLE IF EXISTS soak_ledger",
                    "CREATE TABLE soak_ledger (id bigint PRIMARY KEY)",
                    "GRANT SELECT, INSERT ON soak_ledger TO terafy_app");
            scene.deployApplication();
            return scene;
        } catch (RuntimeException failed) {
            scene.close();
            throw failed;
        }
    }

    /** The times are short, so that sweeps, the maximum lifetime and the cleanup all have their part in it. */
    private void configure() {
        settings.set("terafy.db.host", network.host());
        settings.set("terafy.db.port", Integer.toString(network.port()));
        settings.set("terafy.db.pool.min", Integer.toString(MINIMUM));
        settings.set("terafy.db.pool.max", Integer.toString(MAXIMUM));
        settings.set("terafy.db.pool.acquire.timeout", ACQUIRE_TIMEOUT.toSeconds() + "s");
        settings.set("terafy.db.socket.timeout", SOCKET_TIMEOUT.toSeconds() + "s");
        settings.set("terafy.db.pool.validation.timeout", "1s");
        settings.set("terafy.db.pool.idle.timeout", "2s");
        settings.set("terafy.db.pool.sweep.interval", "1s");
        settings.set("terafy.db.pool.max.lifetime", "4s");
        settings.set("terafy.db.pool.leak.threshold", "20s");
        // A stranger at work pauses for seconds where the machine is busy with 32 threads and a fault.
        settings.set("terafy.db.cleanup.idle.limit", "20s");
    }

    private static Path export() {
        try {
            Path file = Files.createTempDirectory("terafy-soak-").resolve(APPLICATION);
            ShrinkWrap.create(WebArchive.class, APPLICATION)
                    .addPackages(false, Filters.exclude(".*Test"), Scene.class.getPackageName() + ".inside")
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

    private void deploy() {
        management.deploy(Archives.earFile());
        deployApplication();
    }

    private void deployApplication() {
        management.deploy(application);
        tell(
                "start&seed=" + seed + "&epoch=" + epoch++ + "&socketMillis=" + SOCKET_TIMEOUT.toMillis() + "&journal="
                        + URLEncoder.encode(journal.toString(), StandardCharsets.UTF_8),
                THREADS);
    }

    void redeployApplication() {
        management.undeploy(APPLICATION);
        deployApplication();
    }

    void redeployEar() {
        classes.deployed(management.loadedClasses());
        undeploy();
        classes.undeployed(management.loadedClasses());
        deploy();
    }

    /** What the redeployments of the EAR have left. */
    ClassCounts classes() {
        return classes;
    }

    void undeploy() {
        management.undeploy(APPLICATION);
        management.undeploy(Archives.earFile().getFileName().toString());
    }

    /** Commands the application, see {@code inside.SoakServlet}. */
    List<String> tell(String what, int count) {
        Client.Answer answer = client.get("/soak/?do=" + what + "&count=" + count);
        if (answer.status() != 200) {
            throw new IllegalStateException("The application answers " + answer);
        }
        return answer.lines();
    }

    TestPostgres postgres() {
        return postgres;
    }

    FaultProxy network() {
        return network;
    }

    Management management() {
        return management;
    }

    /** Where the application writes down what it does. */
    Path journal() {
        return journal;
    }

    /** The backends of the pool. */
    List<Backend> pooled() {
        return PooledBackends.of(postgres);
    }

    @Override
    public void close() {
        postgres.thaw();
        network.pass();
        undeploy();
        settings.close();
        management.close();
        network.close();
    }
}
