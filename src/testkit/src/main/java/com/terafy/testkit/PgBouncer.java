package com.terafy.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * The real PgBouncer in front of a {@link TestPostgres}; the machine must have one, or {@code -Dit.pgbouncer} names it. It
 * ends with this JVM, however that ends.
 *
 * <p>Not thread-safe.
 *
 * @see <a href="https://www.pgbouncer.org/config.html">PgBouncer, config</a>
 */
public final class PgBouncer implements AutoCloseable {

    /** Ends its child when the pipe from this JVM is closed, be it by kill -9. */
    private static final String SCRIPT = """
            "$@" &
            child=$!
            read -r end
            kill -KILL $child
            wait
            """;

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Path home;
    private final int port = LocalPorts.free();
    private final List<String> command;
    private Process shell;

    private PgBouncer(TestPostgres postgres, Map<String, String> passwords, List<String> settings) {
        ServerUser user = ServerUser.find(Binaries.unpacked());
        try {
            home = Files.createTempDirectory("terafy-pgbouncer-");
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
            List<String> users = passwords.entrySet().stream()
                    .map(each -> "\"" + each.getKey() + "\" \"" + each.getValue() + "\"")
                    .toList();
            Path userList = Files.write(home.resolve("users"), users);
            List<String> lines = new ArrayList<>(List.of(
                    "[databases]",
                    "* = host=127.0.0.1 port=" + postgres.port(),
                    "[pgbouncer]",
                    "listen_addr = 127.0.0.1",
                    "listen_port = " + port,
                    "unix_socket_dir =",
                    "auth_type = scram-sha-256",
                    "auth_file = " + userList,
                    "max_client_conn = 500"));
            lines.addAll(settings);
            Path ini = Files.write(home.resolve("pgbouncer.ini"), lines);
            for (Path file : List.of(home, userList, ini)) {
                user.giveTo(file);
            }
            command = user.command(List.of(program().toString(), ini.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot prepare PgBouncer", e);
        }
        shell = start();
    }

    /**
     * Starts one in front of the server.
     *
     * @param passwords of the roles that may log in
     * @param settings further lines of pgbouncer.ini
     * @throws IllegalStateException if the machine has none
     */
    public static PgBouncer before(TestPostgres postgres, Map<String, String> passwords, String... settings) {
        return new PgBouncer(postgres, passwords, List.of(settings));
    }

    private static Path program() {
        String named = System.getProperty("it.pgbouncer", "");
        if (!named.isEmpty()) {
            return Path.of(named);
        }
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
        return Arrays.stream(path.split(File.pathSeparator))
                .map(directory -> Path.of(directory, "pgbouncer"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "There is no pgbouncer on the PATH or in /usr/sbin. On Debian: apt-get install pgbouncer"));
    }

    /** The version of the machine's, as {@code 1.18.0}. */
    public static String version() {
        try {
            Process asked = Commands.prepare(List.of(program().toString(), "--version"))
                    .redirectErrorStream(true)
                    .start();
            String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return said.lines().findFirst().orElse("").replaceFirst("^PgBouncer ", "");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot ask PgBouncer for its version", e);
        }
    }

    public int port() {
        return port;
    }

    /** The JDBC URL of the tests' database through it, without user and password. */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + TestPostgres.DATABASE;
    }

    private Process start() {
        List<String> whole = new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, "terafy-pgbouncer"));
        whole.addAll(command);
        try {
            Process started = Commands.prepare(whole)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
            Awaitility.await("PgBouncer listens; " + log())
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(20))
                    .until(this::accepts);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start PgBouncer", e);
        }
    }

    private Path log() {
        return home.resolveSibling(home.getFileName() + ".log");
    }

    private boolean accepts() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** PAUSE: lets what is under way end, and holds what comes. */
    public void pause() {
        signal("USR1");
    }

    /** RESUME. */
    public void resume() {
        signal("USR2");
    }

    private void signal(String name) {
        long before = told(name);
        Commands.signal(name, shell.descendants().map(ProcessHandle::pid).toList());
        Awaitility.await("PgBouncer has got " + name)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> told(name) > before);
    }

    /** How often its log says that it got the signal: two that wait for it would not come in their order. */
    private long told(String name) {
        try (Stream<String> lines = Files.lines(log())) {
            return lines.filter(line -> line.contains("got SIG" + name)).count();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read PgBouncer's log", e);
        }
    }

    /** Ends it at once, with all connections, and starts it anew. */
    public void restart() {
        stop();
        shell = start();
    }

    private void stop() {
        try {
            shell.getOutputStream().close();
            shell.waitFor();
        } catch (IOException ended) {
            shell.destroy();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
        Directories.delete(home);
        Directories.delete(log());
    }
}
