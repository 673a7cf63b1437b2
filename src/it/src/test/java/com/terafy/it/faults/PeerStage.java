package com.terafy.it.faults;

import com.terafy.it.Awaiting;
import com.terafy.it.Client;
import com.terafy.it.Management;
import com.terafy.server.WildflyServer;
import com.terafy.testkit.Backend;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.LocalPorts;
import com.terafy.testkit.TestPostgres;
import com.zaxxer.hikari.HikariDataSource;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** WildFly with all {@link Peer}s, a PostgreSQL, and a network between them. Not thread-safe. */
final class PeerStage implements AutoCloseable {

    static final String APP = "terafy_app";

    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final String password = UUID.randomUUID().toString();
    private final TestPostgres postgres = TestPostgres.builder().start();
    private final FaultProxy network = FaultProxy.to(postgres);
    private final WildflyServer server;
    private final Management management;
    private final Client client;

    /**
     * @param home the installation of WildFly, with the peers in it
     * @param base a directory for the server of this run
     */
    PeerStage(Path home, Path base, Path ear) {
        postgres.createRole(APP, password);
        int httpPort = LocalPorts.free();
        server = WildflyServer.of(home)
                .httpPort(httpPort)
                .managementPort(LocalPorts.free())
                .with("DB_HOST", network.host())
                .with("DB_PORT", Integer.toString(network.port()))
                .with("DB_USER", APP)
                .with("DB_PASSWORD", password)
                .with("DB_CLEANUP_ENABLED", "false") // to it, the idle connections of the peers are orphans
                .with("BENCH_URL", network.url(TestPostgres.DATABASE))
                .deploy(ear)
                .deploy(export())
                .start(base)
                .awaitStarted(START_LIMIT);
        server.failedDeployments().forEach((name, reason) -> {
            throw new IllegalStateException(name + " could not be deployed: " + reason + "\nSee " + server.logFile());
        });
        management = new Management(server.managementPort());
        client = new Client(httpPort);
    }

    private static Path export() {
        try {
            Path file = Files.createTempDirectory("terafy-load-").resolve("load.war");
            ShrinkWrap.create(WebArchive.class, "load.war")
                    .addClasses(LoadServlet.class, Load.class, Operation.class, HikariPeer.class)
                    .addAsLibrary(new File(URI.create(HikariDataSource.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toString())))
                    .addAsManifestResource(
                            new StringAsset(
                                    "Manifest-Version: 1.0\nDependencies: deployment.terafy.ear, org.postgresql\n"),
                            "MANIFEST.MF")
                    .as(ZipExporter.class)
                    .exportTo(file.toFile());
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TestPostgres postgres() {
        return postgres;
    }

    FaultProxy network() {
        return network;
    }

    List<Backend> backends() {
        return postgres.backends(APP);
    }

    /** Nobody has a broken connection any more, and the pool of this one is full. */
    void fill(Peer peer) {
        for (Peer other : Peer.values()) {
            flush(other);
        }
        Awaiting.until("the pool to be full", () -> {
            List<String> lines = ask("hold", peer, PeerFaults.POOL);
            return lines.size() == PeerFaults.POOL && lines.stream().noneMatch(line -> line.startsWith("error"));
        });
    }

    /** What an operator does by hand where a pool does not recover. */
    private void flush(Peer peer) {
        switch (peer) {
            case WILDFLY, VALIDATED -> management.flushDatasource(peer.resource());
            case AGROAL -> management.flushAgroal(peer.resource());
            case TERAFY, HIKARI -> {
                return;
            }
        }
    }

    /** Ends the backends of all peers, so of this one, too; at once, and returns when they are gone. */
    void terminateAll() {
        List<Backend> before = backends();
        postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + APP + "'");
        Awaiting.until("the backends to end", () -> backends().stream().noneMatch(before::contains));
    }

    /** One of the peer's, returns after the crash recovery. */
    void crash(Peer peer) {
        long victim = Long.parseLong(ask("hold", peer, 1).get(0));
        postgres.killBackend(victim);
        Awaiting.until("the crash recovery", () -> {
            try {
                return postgres.backends().stream().noneMatch(backend -> backend.pid() == victim);
            } catch (IllegalStateException recovering) {
                return false;
            }
        });
    }

    /** PostgreSQL lets nobody of the peers in: 53300, too many connections. */
    void full() {
        postgres.execute("ALTER ROLE " + APP + " CONNECTION LIMIT 0");
    }

    void notFull() {
        postgres.execute("ALTER ROLE " + APP + " CONNECTION LIMIT -1");
    }

    /** See {@link LoadServlet}. */
    List<String> ask(String what, Peer peer, int count) {
        Client.Answer answer = client.get(
                "/load/?do=" + what + "&datasource=" + peer.lookup() + "&count=" + count + "&transactions=false");
        if (answer.status() != 200) {
            throw new IllegalStateException("The application answers " + answer);
        }
        return answer.lines();
    }

    @Override
    public void close() {
        management.close();
        server.close();
        network.close();
        postgres.close();
    }
}
