package com.terafy.it.pools;

import com.terafy.it.Archives;
import com.terafy.it.Client;
import com.terafy.it.Management;
import com.terafy.server.WildflyServer;
import com.terafy.server.WildflyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** A WildFly as it is downloaded, with the EAR and an application that answers about its pools. */
final class PoolsNode implements AutoCloseable {

    /** What a command said, and whether it worked. */
    record Said(boolean worked, String text) {}

    private static final Path HOME = Path.of(System.getProperty("it.wildfly"));
    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final String APPLICATION = "pools.war";

    private final WildflyServer server;
    private final Client client;
    private final Path application;

    /** Starts it, and does not wait. */
    PoolsNode(String name, int httpPort, int managementPort, Map<String, String> environment, Path directory) {
        application = directory.resolve(name + "-" + APPLICATION);
        ShrinkWrap.create(WebArchive.class, APPLICATION)
                .addClasses(PoolsServlet.class, Inserts.class)
                .addAsManifestResource(
                        new StringAsset("Manifest-Version: 1.0\nDependencies: deployment.terafy.ear\n"), "MANIFEST.MF")
                .as(ZipExporter.class)
                .exportTo(application.toFile());
        WildflyServerBuilder builder = WildflyServer.of(HOME)
                .httpPort(httpPort)
                .managementPort(managementPort)
                .property("jboss.node.name", name)
                .heapMegabytes(320);
        environment.forEach(builder::with);
        server = builder.start(Path.of(System.getProperty("it.base")).resolveSibling("pools-" + name));
        client = new Client(httpPort);
    }

    void deploy() {
        server.awaitStarted(START_LIMIT);
        try (Management management = management()) {
            management.deploy(Archives.earFile());
        }
    }

    void deployApplication() {
        try (Management management = management()) {
            management.deploy(application, APPLICATION);
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

    Said add(String pool) {
        return run("add-pool.cli", pool);
    }

    Said remove(String pool) {
        return run("remove-pool.cli", pool);
    }

    Said pause(String pool) {
        return run("pause.cli", pool);
    }

    Said resume(String pool) {
        return run("resume.cli", pool);
    }

    /** As the first lines of the script say. */
    private Said run(String script, String pool) {
        try {
            Process cli = new ProcessBuilder(
                            HOME.resolve("bin/jboss-cli.sh").toString(),
                            "--connect",
                            "--controller=127.0.0.1:" + server.managementPort(),
                            "-Dpool=" + pool,
                            "--resolve-parameter-values",
                            "--file=" + Path.of("../../config/wildfly", script).toAbsolutePath())
                    .redirectErrorStream(true)
                    .start();
            cli.getOutputStream().close();
            String said = new String(cli.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Said(cli.waitFor() == 0, said);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + script, stop);
        }
    }

    /** What {@link PoolsServlet} answers. */
    String ask(String what, String pool, String value) {
        Client.Answer answer = client.get("/pools/?do=" + what + "&pool=" + pool + "&value=" + value);
        if (answer.status() != 200) {
            throw new IllegalStateException(what + " of " + pool + " answers " + answer);
        }
        return answer.body();
    }

    String ask(String what, String pool) {
        return ask(what, pool, "");
    }

    /** The lines of the log that begin with this message. */
    String messages(String id) {
        return server.log().lines().filter(line -> line.contains(id)).collect(Collectors.joining("\n"));
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
