package com.terafy.it.switchover;

import com.terafy.it.Client;
import com.terafy.it.Management;
import com.terafy.it.switchover.inside.Attempt;
import com.terafy.server.WildflyServer;
import com.terafy.testkit.LocalPorts;
import com.terafy.testkit.PatroniCluster;
import com.terafy.testkit.TestPostgres;
import com.zaxxer.hikari.HikariDataSource;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** A cluster, and a WildFly with a pool of each {@link Peer} for each {@link Way} to it. Not thread-safe. */
final class SwitchoverStage implements AutoCloseable {

    private static final String APP = "terafy_app";
    private static final String DRIVER = "postgresql.jar";
    private static final String NAME = "db.terafy.test";
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    /** The driver's waits, the same for all: a server that is frozen must not hold anybody for longer. */
    private static final int CONNECT_SECONDS = 2;

    private static final int SOCKET_SECONDS = 5;

    private final String password = UUID.randomUUID().toString();
    private final PatroniCluster cluster;
    private final Path directory;
    private final WildflyServer server;
    private final Management management;
    private final Client client;

    /**
     * Starts.
     *
     * @param home the installation of WildFly
     * @param base a directory for the server of this run
     * @param ways those that there are pools for
     */
    SwitchoverStage(Path home, Path base, Path ear, Collection<Way> ways, Collection<Peer> peers) {
        cluster = PatroniCluster.start(3);
        try {
            cluster.execute("CREATE ROLE " + APP + " LOGIN PASSWORD '" + password + "'");
            cluster.execute("CREATE TABLE ledger (id bigint NOT NULL, load integer NOT NULL)");
            cluster.execute("CREATE INDEX ON ledger (id)");
            cluster.execute("GRANT SELECT, INSERT ON ledger TO " + APP);
            directory = Files.createTempDirectory("terafy-switchover-");
            int httpPort = LocalPorts.free();
            server = start(home, base, ear, httpPort);
            management = new Management(server.managementPort());
            client = new Client(httpPort);
            fill(ways, peers);
        } catch (IOException e) {
            cluster.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException failed) {
            cluster.close();
            throw failed;
        }
    }

    private WildflyServer start(Path home, Path base, Path ear, int httpPort) throws IOException {
        var builder = WildflyServer.of(home)
                .httpPort(httpPort)
                .managementPort(LocalPorts.free())
                // The JDK reads it before it reads the server's own properties.
                .with("JAVA_TOOL_OPTIONS", "-Djdk.net.hosts.file=" + names())
                .with("DB_USER", APP)
                .with("DB_PASSWORD", password)
                .with("DB_HOST", cluster.hosts())
                .with("DB_TARGET_SERVER_TYPE", "primary")
                .with("DB_CONNECT_TIMEOUT", CONNECT_SECONDS + "s")
                .with("DB_SOCKET_TIMEOUT", SOCKET_SECONDS + "s")
                .with("DB_POOL_MAX", Integer.toString(Goals.POOL))
                .with("DB_POOL_ACQUIRE_TIMEOUT", Goals.ACQUIRE_MILLIS + "ms")
                .with("DB_CLEANUP_ENABLED", "false"); // to it, the idle connections of the peers are orphans
        for (Way way : Way.values()) {
            for (Peer peer : Peer.values()) {
                String prefix = peer.pool(way).toUpperCase(Locale.ROOT);
                builder.with(prefix + "_DB_HOST", hosts(way)).with(prefix + "_DB_PASSWORD", password);
            }
        }
        WildflyServer started = builder.deploy(ear).start(base).awaitStarted(START_LIMIT);
        started.failedDeployments().forEach((name, reason) -> {
            started.close();
            throw new IllegalStateException(name + " could not be deployed: " + reason + "\nSee " + started.logFile());
        });
        return started;
    }

    /** What the name service is to that server: all that this machine knows, and one name with all addresses. */
    private Path names() throws IOException {
        Path known = Path.of("/etc/hosts");
        String text = (Files.exists(known) ? Files.readString(known) : "127.0.0.1 localhost\n")
                + cluster.addresses().stream()
                        .map(address -> "\n" + address + " " + NAME)
                        .collect(Collectors.joining())
                + "\n";
        return Files.writeString(directory.resolve("hosts"), text);
    }

    private String hosts(Way way) {
        return switch (way) {
            case LIST -> cluster.hosts();
            case HAPROXY -> "127.0.0.1:" + cluster.proxyPort();
            case NAME -> NAME + ":" + cluster.port();
        };
    }

    private void fill(Collection<Way> ways, Collection<Peer> peers) {
        management.deploy(library(org.postgresql.Driver.class).toPath(), DRIVER);
        management.deploy(application());
        for (Way way : ways) {
            String url = "jdbc:postgresql://" + hosts(way) + "/" + TestPostgres.DATABASE
                    + "?targetServerType=primary&connectTimeout=" + CONNECT_SECONDS + "&socketTimeout="
                    + SOCKET_SECONDS;
            for (Peer peer : peers) {
                switch (peer) {
                    case PAUSED, PLAIN, RETRIED -> management.addPool(peer.pool(way), Map.of());
                    case WILDFLY ->
                        management.addDatasource(peer.pool(way), DRIVER, url, APP, password, Goals.ACQUIRE_MILLIS);
                    case HIKARI -> ask("bring", peer.pool(way), Map.of("url", url));
                }
            }
        }
    }

    private static File library(Class<?> type) {
        return new File(URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    private Path application() {
        Path file = directory.resolve("switchover.war");
        ShrinkWrap.create(WebArchive.class, "switchover.war")
                .addPackage(Attempt.class.getPackage())
                .addAsLibrary(library(HikariDataSource.class))
                .addAsManifestResource(
                        new StringAsset("Manifest-Version: 1.0\nDependencies: deployment.terafy.ear, deployment."
                                + DRIVER + "\n"),
                        "MANIFEST.MF")
                .as(ZipExporter.class)
                .exportTo(file.toFile());
        return file;
    }

    PatroniCluster cluster() {
        return cluster;
    }

    /** The file with all that the server says. */
    Path serverLog() {
        return server.logFile();
    }

    /** What an operator does by hand where a pool does not recover, so that the next event finds all alike. */
    void refresh(Peer peer, Way way) {
        if (peer == Peer.WILDFLY) {
            management.flushDatasource(peer.pool(way));
        } else if (peer == Peer.HIKARI) {
            ask("evict", peer.pool(way), Map.of());
        }
    }

    /** See {@code SwitchoverServlet}. */
    List<String> ask(String what, String pool, Map<String, Object> more) {
        Map<String, Object> parameters = new HashMap<>(more);
        parameters.put("do", what);
        parameters.put("name", pool);
        String query = parameters.entrySet().stream()
                .map(each -> each.getKey() + "="
                        + URLEncoder.encode(String.valueOf(each.getValue()), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        Client.Answer answer = client.get("/switchover/?" + query);
        if (answer.status() != 200) {
            throw new IllegalStateException("The application answers " + answer + " to " + query);
        }
        return answer.lines();
    }

    @Override
    public void close() {
        management.close();
        server.close();
        cluster.close();
    }
}
