package com.terafy.it.nodes;

import com.terafy.it.Client;
import com.terafy.it.Management;
import com.terafy.server.WildflyServer;
import com.terafy.testkit.LocalPorts;
import com.terafy.testkit.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/** A server with terafy.ear and the application. Not thread-safe. */
final class Node implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(5);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
    private static final int HEAP_MEGABYTES = 256;
    private static final String OPERATOR = "operator";

    private final String operatorPassword = UUID.randomUUID().toString();
    private final NodeSettings settings;
    private final WildflyServer server;
    private final Client client;
    private final NodeLog log;

    /** Starts it, and does not wait for it. */
    Node(NodeSettings settings, Path home, Path base, TestPostgres postgres, String password, List<Path> archives) {
        this.settings = settings;
        int httpPort = LocalPorts.free();
        var builder = WildflyServer.of(home)
                .heapMegabytes(HEAP_MEGABYTES)
                .httpPort(httpPort)
                .managementPort(LocalPorts.free())
                .property("jboss.https.port", Integer.toString(LocalPorts.free()))
                .property("jboss.management.https.port", Integer.toString(LocalPorts.free()))
                .property("jboss.node.name", settings.nodeName())
                .property("jboss.tx.node.id", settings.nodeName())
                .user(OPERATOR, operatorPassword, "terafy-monitor", "terafy-operator")
                .with("DB_HOST", postgres.host())
                .with("DB_PORT", Integer.toString(postgres.port()))
                .with("DB_NAME", TestPostgres.DATABASE)
                .with("DB_USER", NodesRun.ROLE)
                .with("DB_PASSWORD", password)
                .with("DB_CLEANUP_ALLOW_USERS", Crowd.ROLE)
                .without("DB_PASSWORD_FILE");
        settings.environment().forEach(builder::with);
        archives.forEach(builder::deploy);
        server = builder.start(base);
        client = new Client(httpPort);
        log = new NodeLog(settings.nodeName(), server.logFile());
    }

    void awaitStarted() {
        server.awaitStarted(START_LIMIT).failedDeployments().forEach((name, reason) -> {
            throw new IllegalStateException(name + " could not be deployed: " + reason + "\nSee " + server.logFile());
        });
    }

    NodeSettings settings() {
        return settings;
    }

    NodeLog log() {
        return log;
    }

    /** Commands the application: {@code keep} or {@code release}; see {@code inside.KeeperServlet}. */
    List<String> tell(String what, int count) {
        Client.Answer answer = client.get("/keeper/?do=" + what + "&count=" + count);
        if (answer.status() != 200) {
            throw new IllegalStateException("The application of node " + settings + " answers " + answer);
        }
        return answer.lines();
    }

    /** A pass on an operator's word; gives the status of the answer. */
    int runNow() throws IOException, InterruptedException {
        String login = OPERATOR + ":" + operatorPassword;
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/terafy/api/v1/cleanup/run"))
                .timeout(ANSWER_LIMIT)
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)))
                .header("X-Terafy-Request", "1")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"reason\":\"the run between nodes\"}"))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        return answer.statusCode();
    }

    void freeze() {
        server.freeze();
    }

    void thaw() {
        server.thaw();
    }

    void suspend() {
        try (Management management = new Management(server.managementPort())) {
            management.suspend();
        }
    }

    void resume() {
        try (Management management = new Management(server.managementPort())) {
            management.resume();
        }
    }

    boolean isAlive() {
        return server.isAlive();
    }

    @Override
    public void close() {
        if (server.isAlive()) {
            server.thaw();
        }
        server.close();
    }

    @Override
    public String toString() {
        return settings.toString();
    }
}
