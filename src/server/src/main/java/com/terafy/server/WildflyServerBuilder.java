package com.terafy.server;

import com.terafy.testkit.LocalPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wildfly.core.launcher.StandaloneCommandBuilder;

/** Describes a {@link WildflyServer} before it is started. Not thread-safe. */
public final class WildflyServerBuilder {

    private final Path home;
    private final Map<String, @Nullable String> environment = new LinkedHashMap<>();
    private final List<Path> deployments = new ArrayList<>();
    private final List<ApplicationUser> users = new ArrayList<>();
    private final List<Path> modules = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();
    private int heapMegabytes = 512;
    private @Nullable Path javaHome;
    private int httpPort = 8080;
    private int managementPort = 9990;

    WildflyServerBuilder(Path home) {
        this.home = home;
    }

    /** A variable of the server's environment. */
    public WildflyServerBuilder with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** A variable that the server must not inherit. */
    public WildflyServerBuilder without(String variable) {
        environment.put(variable, null);
        return this;
    }

    /** A system property of the server. */
    public WildflyServerBuilder property(String name, String value) {
        arguments.add("-D" + name + "=" + value);
        return this;
    }

    /** Something to put into the directory {@code deployments} before the start. */
    public WildflyServerBuilder deploy(Path archive) {
        deployments.add(archive);
        return this;
    }

    /** A user of the server's application realm. */
    public WildflyServerBuilder user(String name, String password, String... roles) {
        users.add(new ApplicationUser(name, password, List.of(roles)));
        return this;
    }

    /** A directory with further modules of the server, beside its own. */
    public WildflyServerBuilder modules(Path directory) {
        modules.add(directory);
        return this;
    }

    /** The largest heap of the server; 512 MB unless told. */
    public WildflyServerBuilder heapMegabytes(int most) {
        this.heapMegabytes = most;
        return this;
    }

    /** The installation of the JDK that the server runs on; that of this JVM unless told. */
    public WildflyServerBuilder java(Path installation) {
        this.javaHome = installation;
        return this;
    }

    /** The port of the applications; 8080 unless told. */
    public WildflyServerBuilder httpPort(int port) {
        this.httpPort = port;
        return this;
    }

    /** The port of the management interface; 9990 unless told. */
    public WildflyServerBuilder managementPort(int port) {
        this.managementPort = port;
        return this;
    }

    /**
     * Starts the process and returns at once, see {@link WildflyServer#awaitStarted}.
     *
     * @param base the server's own directory: configuration, log, data; what it holds is thrown away
     */
    public WildflyServer start(Path base) {
        try {
            deleteAll(base);
            copyAll(home.resolve("standalone"), base);
            deleteAll(base.resolve("log")); // of whatever the installation was configured with
            return startIn(base);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start WildFly in " + base, e);
        }
    }

    /**
     * Starts a server that was here before with the configuration and the data it left, among them its log of
     * transactions; only what it logged is thrown away.
     *
     * @param base the base directory of {@link #start(Path)}
     */
    public WildflyServer startAgain(Path base) {
        try {
            deleteAll(base.resolve("log"));
            deleteAll(base.resolve("deployments"));
            Files.createDirectories(base.resolve("deployments"));
            return startIn(base);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start WildFly again in " + base, e);
        }
    }

    private WildflyServer startIn(Path base) throws IOException {
        for (Path archive : deployments) {
            Files.copy(archive, base.resolve("deployments").resolve(archive.getFileName()));
        }
        for (ApplicationUser user : users) {
            user.addTo(base.resolve("configuration"));
        }
        Path logs = Files.createDirectories(base.resolve("log"));
        ProcessBuilder server = new ProcessBuilder(command(base))
                .redirectErrorStream(true)
                .redirectOutput(logs.resolve("console.log").toFile());
        apply(server.environment());
        List<String> names = deployments.stream()
                .map(archive -> archive.getFileName().toString())
                .toList();
        return new WildflyServer(server.start(), base, names, httpPort, managementPort);
    }

    private List<String> command(Path base) {
        StandaloneCommandBuilder command = StandaloneCommandBuilder.of(home);
        modules.forEach(directory -> command.addModuleDir(directory.toString()));
        if (javaHome != null) {
            command.setJavaHome(javaHome);
        }
        return command.setBaseDirectory(base)
                .setJavaOptions("-Xmx" + heapMegabytes + "m")
                .addServerArguments(arguments)
                .addServerArguments(
                        "-Djboss.bind.address=127.0.0.1",
                        "-Djboss.bind.address.management=127.0.0.1",
                        "-Djboss.http.port=" + httpPort,
                        "-Djboss.https.port=" + LocalPorts.free(),
                        "-Djboss.management.http.port=" + managementPort,
                        "-Djboss.management.https.port=" + LocalPorts.free())
                .build();
    }

    private void apply(Map<String, String> inherited) {
        environment.forEach((variable, value) -> {
            if (value == null) {
                inherited.remove(variable);
            } else {
                inherited.put(variable, value);
            }
        });
    }

    private static void deleteAll(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void copyAll(Path source, Path target) throws IOException {
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(target.resolve(source.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, target.resolve(source.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
