package com.terafy.bench.run;

import com.terafy.server.WildflyServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The adapter of an EAR once more in the same server, as an archive of its own at {@code java:/TerafyLeaksDS}, with leak
 * detection on. The setting holds for a whole server: it is there only while this archive is deployed.
 */
final class SecondAdapter {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final String PROPERTY = "terafy.db.pool.leak.threshold";
    private static final String FILE = "terafy-leaks.rar";

    private SecondAdapter() {}

    /** Returns when it can be used. */
    static void deploy(Path ear, WildflyServer server, Path base) throws IOException, InterruptedException {
        property(server, "&value=1m");
        Path deployments = base.resolve("deployments");
        Path made = base.resolve(FILE);
        AdapterArchive.make(ear, made, List.of("TerafyLeaks"));
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
}
