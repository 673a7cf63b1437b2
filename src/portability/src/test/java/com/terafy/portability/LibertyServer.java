package com.terafy.portability;

import com.terafy.api.TerafyDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** An Open Liberty with the adapter standing alone and the probe in it; closing it ends the process. */
final class LibertyServer implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final int STOP_SECONDS = 30;

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port = Integer.getInteger("portability.http.port");
    private final Process process;
    private final Path log;

    private LibertyServer(Process process, Path log) {
        this.process = process;
        this.log = log;
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /**
     * Starts one and waits until it is ready.
     *
     * @param name of its directory, and of the pool's in it
     * @param environment the settings
     * @param properties attributes of the connection factory's properties
     */
    static LibertyServer start(String name, Map<String, String> environment, String properties) {
        Path home = Path.of(System.getProperty("portability.liberty"));
        Path users = Path.of(System.getProperty("portability.users"), name);
        Path directory = users.resolve("servers").resolve("terafy");
        try {
            deleteAll(users);
            Files.createDirectories(directory.resolve("apps"));
            Archive.adapter(
                    Path.of(System.getProperty("portability.rar")), apiJar(), directory.resolve("terafy-ra.rar"));
            Archive.application(ProbeServlet.class, directory.resolve("apps").resolve("probe.war"));
            Files.writeString(directory.resolve("server.xml"), configuration(properties));
            Path tools = home.resolve("bin").resolve("tools");
            ProcessBuilder server = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx512m",
                            "@" + home.resolve(Path.of("lib", "platform", "java", "java9.options")),
                            "-javaagent:" + tools.resolve("ws-javaagent.jar"),
                            "-jar",
                            tools.resolve("ws-server.jar").toString(),
                            "terafy")
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("console.log").toFile());
            server.environment().put("WLP_USER_DIR", users.toString());
            server.environment().putAll(environment);
            LibertyServer started =
                    new LibertyServer(server.start(), directory.resolve("logs").resolve("messages.log"));
            started.awaitReady();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Also the log of an earlier run, which says that the server is ready. */
    private static void deleteAll(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static Path apiJar() {
        return Path.of(URI.create(TerafyDataSource.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString()));
    }

    private static String configuration(String properties) {
        return """
                <server>
                  <featureManager>
                    <feature>servlet-6.0</feature><feature>connectors-2.1</feature><feature>jndi-1.0</feature>
                  </featureManager>
                  <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="%s" httpsPort="-1"/>
                  <resourceAdapter id="terafy" location="${server.config.dir}/terafy-ra.rar"/>
                  <connectionFactory id="TerafyDS" jndiName="jdbc/TerafyDS">
                    <connectionManager maxPoolSize="0"/>
                    <properties.terafy %s/>
                  </connectionFactory>
                  <webApplication location="probe.war"/>
                </server>
                """.formatted(System.getProperty("portability.http.port"), properties);
    }

    /** With all of its applications. */
    private void awaitReady() {
        Awaitility.await("CWWKF0011I in " + log)
                .atMost(START_LIMIT)
                .failFast("Open Liberty has ended", () -> !process.isAlive())
                .until(() -> log().contains("CWWKF0011I"));
    }

    String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the probe answers, line by line. */
    List<String> get(String path) {
        try {
            return http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/probe" + path))
                                    .build(),
                            BodyHandlers.ofString())
                    .body()
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
