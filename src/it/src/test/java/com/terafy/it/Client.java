package com.terafy.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A client of what is deployed. */
public final class Client {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final HttpClient http = HttpClient.newHttpClient();
    private final String server;
    private final String authorization;

    public Client(int httpPort) {
        this("http://127.0.0.1:" + httpPort, "");
    }

    private Client(String server, String authorization) {
        this.server = server;
        this.authorization = authorization;
    }

    /** Of the server that the build has reserved the ports for. */
    public static Client ofServer() {
        return new Client(Integer.getInteger("it.http.port"));
    }

    /** The same, logged in. */
    public Client as(String name, String password) {
        byte[] login = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
        return new Client(server, "Basic " + Base64.getEncoder().encodeToString(login));
    }

    /** What came back. */
    public record Answer(int status, String body) {

        public List<String> lines() {
            return body.lines().toList();
        }
    }

    public Answer get(String path) {
        return send(HttpRequest.newBuilder(URI.create(server + path)));
    }

    public Answer post(String path, Map<String, String> form) {
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send(HttpRequest.newBuilder(URI.create(server + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body)));
    }

    /** Borrows that many connections at once in the server, see {@link ProbeServlet}. */
    public List<String> hold(int connections) {
        Answer answer = get("/probe/?hold=" + connections);
        if (answer.status() != 200) {
            throw new IllegalStateException("The probe answers " + answer);
        }
        return answer.lines();
    }

    private Answer send(HttpRequest.Builder request) {
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        try {
            HttpResponse<String> response = http.send(request.timeout(LIMIT).build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for an answer", e);
        }
    }
}
