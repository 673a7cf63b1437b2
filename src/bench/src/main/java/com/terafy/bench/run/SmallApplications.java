package com.terafy.bench.run;

import com.terafy.bench.inside.SmallServlet;
import com.terafy.server.WildflyServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Deployments that use one pool: each a WAR with one servlet and an injected {@code java:/TerafyDS}. */
record SmallApplications(int count) {

    private static final String CLASS_FILE = SmallServlet.class.getName().replace('.', '/') + ".class";

    private List<String> names() {
        return IntStream.rangeClosed(1, count).mapToObj(i -> "small-" + i).toList();
    }

    /** Writes the archives, if there are any. */
    List<Path> make(Path directory) throws IOException {
        Files.createDirectories(directory);
        List<Path> archives =
                names().stream().map(name -> directory.resolve(name + ".war")).toList();
        for (Path archive : archives) {
            try (ZipOutputStream made = new ZipOutputStream(Files.newOutputStream(archive));
                    InputStream servlet = SmallServlet.class.getClassLoader().getResourceAsStream(CLASS_FILE)) {
                made.putNextEntry(new ZipEntry("WEB-INF/classes/" + CLASS_FILE));
                Objects.requireNonNull(servlet, CLASS_FILE).transferTo(made);
                made.closeEntry();
            }
        }
        return archives;
    }

    /** Has each borrow a connection once. */
    void useEach(WildflyServer server) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        for (String name : names()) {
            URI uri = URI.create(server.url() + "/" + name + "/small");
            HttpResponse<String> answer =
                    client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException("HTTP " + answer.statusCode() + " of " + uri + ": " + answer.body());
            }
        }
    }
}
