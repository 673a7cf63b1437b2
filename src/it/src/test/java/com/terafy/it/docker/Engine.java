package com.terafy.it.docker;

import com.terafy.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A Docker engine for these tests alone, see {@code src/test/engine/engine.sh}, with stand-ins for the images that
 * docker/ names. It ends with this JVM, however that ends, and leaves nothing behind outside its directory.
 *
 * <p>Not thread-safe.
 */
final class Engine implements AutoCloseable {

    private static final Path SCRIPTS = Path.of("src/test/engine").toAbsolutePath();
    private static final Duration START = Duration.ofSeconds(40);

    /** On a busy machine the end of a namespace and the deletion of the images take longer than one would think. */
    private static final Duration END = Duration.ofMinutes(2);

    private static final List<String> PROGRAMS = List.of(
            "dockerd --version",
            "docker --version",
            "docker compose version",
            "docker buildx version",
            "iptables --version",
            "ip -V",
            "unshare --version",
            "nsenter --version",
            "curl --version",
            "openssl version",
            "script --version",
            "psql --version",
            "pgbouncer --version",
            "dpkg-query --version");

    private final Path directory;
    private final Process process;

    private Engine(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
    }

    /** Cannot be had on this machine; the message says why. */
    static final class UnavailableException extends Exception {

        private static final long serialVersionUID = 1;

        UnavailableException(String reason) {
            super(reason);
        }
    }

    /** Starts one that keeps everything in the directory, what that held before is thrown away. */
    static Engine start(Path directory) throws UnavailableException, IOException {
        Files.createDirectories(directory);
        Terminal terminal = new Terminal(directory, Map.of());
        if (!terminal.run("id -u").strip().equals("0")) {
            throw new UnavailableException("Only root can start a Docker engine of its own.");
        }
        for (String program : PROGRAMS) {
            Terminal.Outcome outcome = terminal.attempt(program);
            if (outcome.exitCode() != 0) {
                throw new UnavailableException(
                        "'" + program + "' fails: " + outcome.output().strip());
            }
        }
        terminal.run("rm -rf ./*");
        Process process = new ProcessBuilder("sh", SCRIPTS.resolve("engine.sh").toString(), directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("script.log").toFile())
                .start();
        Engine engine = new Engine(directory, process);
        try {
            Awaitility.await()
                    .atMost(START)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() ->
                            engine.terminal(directory).attempt("docker info").exitCode() == 0);
        } catch (ConditionTimeoutException never) {
            engine.close();
            throw new UnavailableException("dockerd does not start: "
                    + terminal.run("tail -n 5 engine.log").strip());
        }
        return engine;
    }

    /** Command lines in the directory; {@code docker} means this engine. */
    Terminal terminal(Path at) {
        return new Terminal(at, Map.of("DOCKER_HOST", "unix://" + directory.resolve("docker.sock")));
    }

    /** What makes a command see the ports that containers publish: they are in the engine's network namespace. */
    String inside() {
        Terminal terminal = new Terminal(directory, Map.of());
        return "nsenter --net --target "
                + terminal.run("pgrep -P $(cat unshare.pid)").strip() + " -- ";
    }

    /** Makes the images; takes about 20 seconds. The engine may start where it may run no container. */
    void makeImages(Path wildfly) throws UnavailableException {
        terminal(directory)
                .run(String.join(
                        " ",
                        "sh",
                        SCRIPTS.resolve("images.sh").toString(),
                        directory.toString(),
                        System.getProperty("java.home"),
                        wildfly.toString(),
                        TestPostgres.installation().toString()));
        Terminal.Outcome outcome = terminal(directory).attempt("docker run --rm --memory 100m postgres:18 true");
        if (outcome.exitCode() != 0) {
            throw new UnavailableException(
                    "No container can be run: " + outcome.output().strip());
        }
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("The engine does not end; see " + directory);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
