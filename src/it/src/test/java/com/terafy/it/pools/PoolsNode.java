package com.terafy.it.pools;

import com.terafy.it.Archives;
import com.terafy.it.Cli;
import com.terafy.it.Client;
import com.terafy.it.Management;
import com.terafy.server.WildflyServer;
import com.terafy.server.WildflyServerBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** A WildFly as it is downloaded, with the EAR and an application that answers about its pools. */
final class PoolsNode implements AutoCloseable {

    private static final Path HOME = Path.of(System.getProperty("it.wildfly"));
    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final String APPLICATION = "pools.war";

    private final WildflyServerBuilder builder;
    private final Path base;
    private final Client client;
    private final Path application;
    private WildflyServer server;

    /** Starts it, and does not wait. */
    PoolsNode(String name, int httpPort, int managementPort, Map<String, String> environment, Path directory) {
        this(name, httpPort, managementPort, environment, directory, builder -> {});
    }

    /** @param further what else there is to say before the start */
    PoolsNode(
            String name,
            int httpPort,
            int managementPort,
            Map<String, String> environment,
            Path directory,
            Consumer<WildflyServerBuilder> further) {
        application = directory.resolve(name + "-" + APPLICATION);
        ShrinkWrap.create(WebArchive.class, APPLICATION)
                .addClasses(PoolsServlet.class, Inserts.class)
                .addAsManifestResource(
                        new StringAsset("Manifest-Version: 1.0\nDependencies: deployment.terafy.ear\n"), "MANIFEST.MF")
                .as(ZipExporter.class)
                .exportTo(application.toFile());
        builder = WildflyServer.of(HOME)
                .httpPort(httpPort)
                .managementPort(managementPort)
                .property("jboss.node.name", name)
                .heapMegabytes(320);
        environment.forEach(builder::with);
        further.accept(builder);
        base = Path.of(System.getProperty("it.base")).resolveSibling("pools-" + name);
        server = builder.start(base);
        client = new Client(httpPort);
    }

    void awaitStarted() {
        server.awaitStarted(START_LIMIT);
    }

    void deploy() {
        awaitStarted();
        try (Management management = management()) {
            management.deploy(Archives.earFile());
        }
    }

    /** Ends the server's process and starts it again with the configuration and the deployments it has. */
    void restart() {
        server.close();
        server = builder.startAgain(base).awaitStarted(START_LIMIT);
    }

    /** Below the server's base directory. */
    Path file(String name) {
        return base.resolve(name);
    }

    void deployApplication() {
        try (Management management = management()) {
            management.deploy(application, APPLICATION);
        }
    }

    /** Further applications. */
    void deployAll(WebArchive... archives) {
        try (Management management = management()) {
            for (WebArchive archive : archives) {
                Path file = application.resolveSibling(archive.getName());
                archive.as(ZipExporter.class).exportTo(file.toFile(), true);
                management.deploy(file);
            }
        }
    }

    void undeployApplication() {
        try (Management management = management()) {
            management.undeploy(APPLICATION);
        }
    }

    Management management() {
        return new Management(server.managementPort());
    }

    Cli cli() {
        return new Cli(server.managementPort());
    }

    Cli.Said add(String pool) {
        return cli().script("add-pool.cli", "-Dpool=" + pool, "--resolve-parameter-values");
    }

    Cli.Said pause(String pool) {
        return cli().script("pause.cli", "-Dpool=" + pool, "--resolve-parameter-values");
    }

    Cli.Said resume(String pool) {
        return cli().script("resume.cli", "-Dpool=" + pool, "--resolve-parameter-values");
    }

    Cli.Said remove(String pool) {
        return cli().script("remove-pool.cli", "-Dpool=" + pool, "--resolve-parameter-values");
    }

    /** What {@link PoolsServlet} answers. */
    String ask(String what, String pool, String value) {
        Client.Answer answer = client.get("/pools/?do=" + what + "&pool=" + pool + "&value=" + value);
        if (answer.status() != 200) {
            throw new IllegalStateException(what + " of " + pool + " answers " + answer);
        }
        return answer.body();
    }

    /** What {@code inside.RemindersServlet} answers. */
    String reminders(String what, int id, int millis) {
        Client.Answer answer = client.get("/reminders/?do=" + what + "&id=" + id + "&millis=" + millis);
        return answer.status() == 200 ? answer.body() : answer.toString();
    }

    String ask(String what, String pool) {
        return ask(what, pool, "");
    }

    /** The lines of the log that begin with this message. */
    String messages(String id) {
        return server.log().lines().filter(line -> line.contains(id)).collect(Collectors.joining("\n"));
    }

    String log() {
        return server.log();
    }

    /** How many transactions a load has made so far. */
    int done(String pool) {
        return Integer.parseInt(ask("count", pool).split(" ", 2)[0]);
    }

    @Override
    public void close() {
        server.close();
    }
}
