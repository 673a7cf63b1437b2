package com.terafy.bench.run;

import com.terafy.server.WildflyServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * The adapter of an EAR once more in the same server, as an archive of its own at {@code java:/TerafyLeaksDS}, with leak
 * detection on. The setting holds for a whole server: it is there only while this archive is deployed.
 */
final class SecondAdapter {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final String PROPERTY = "terafy.db.pool.leak.threshold";
    private static final String NAME = "TerafyLeaks";
    private static final String FILE = "terafy-leaks.rar";

    private SecondAdapter() {}

    /** Returns when it can be used. */
    static void deploy(Path ear, WildflyServer server, Path base) throws IOException, InterruptedException {
        property(server, "&value=1m");
        Path deployments = base.resolve("deployments");
        Path made = base.resolve(FILE);
        make(ear, made);
        Files.move(made, deployments.resolve(FILE));
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!Files.exists(deployments.resolve(FILE + ".deployed"))) {
            if (Files.exists(deployments.resolve(FILE + ".failed")) || System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(FILE + " could not be deployed. See " + server.logFile());
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
        property(server, "");
    }

    private static void property(WildflyServer server, String value) throws IOException, InterruptedException {
        URI uri = URI.create(server.url() + "/bench/property?name=" + PROPERTY + value);
        int status = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
                .statusCode();
        if (status != 200) {
            throw new IllegalStateException("HTTP " + status + " of " + uri);
        }
    }

    /** The EAR's adapter with the EAR's library in it and names of its own. */
    private static void make(Path ear, Path rar) throws IOException {
        try (ZipFile whole = new ZipFile(ear.toFile());
                ZipInputStream adapter = new ZipInputStream(open(whole, "terafy-ra.rar"));
                ZipOutputStream made = new ZipOutputStream(Files.newOutputStream(rar))) {
            for (ZipEntry entry = adapter.getNextEntry(); entry != null; entry = adapter.getNextEntry()) {
                byte[] content = adapter.readAllBytes();
                add(made, entry.getName(), entry.getName().endsWith("ironjacamar.xml") ? renamed(content) : content);
            }
            try (InputStream api = open(whole, "lib/terafy-api.jar")) {
                add(made, "terafy-api.jar", api.readAllBytes());
            }
        }
    }

    private static InputStream open(ZipFile archive, String name) throws IOException {
        ZipEntry entry = archive.getEntry(name);
        if (entry == null) {
            throw new IllegalStateException(archive.getName() + " has no " + name);
        }
        return new ByteArrayInputStream(archive.getInputStream(entry).readAllBytes());
    }

    private static byte[] renamed(byte[] descriptor) {
        return new String(descriptor, StandardCharsets.UTF_8)
                .replace("java:/TerafyDS", "java:/" + NAME + "DS")
                .replace("pool-name=\"TerafyDS\"", "pool-name=\"" + NAME + "\"")
                .replace(">TerafyDS<", ">" + NAME + "<")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void add(ZipOutputStream archive, String name, byte[] content) throws IOException {
        archive.putNextEntry(new ZipEntry(name));
        archive.write(content);
        archive.closeEntry();
    }
}
