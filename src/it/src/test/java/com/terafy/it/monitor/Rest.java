package com.terafy.it.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client of the monitoring. Every answer of the API is checked against the document of the server, and no answer of
 * anything may have a password in it.
 */
public final class Rest {

    static final String API = "/api/v1";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final List<String> SECRETS =
            List.of(System.getProperty("it.app.password"), System.getProperty("it.admin.password"));

    private final HttpClient http = HttpClient.newHttpClient();
    private final String server = "http://127.0.0.1:" + Integer.getInteger("it.http.port");
    private @Nullable Contract contract;

    /** What came back. */
    public record Answer(int status, HttpResponse<String> response) {

        String text() {
            return response.body();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public JsonNode json() {
            try {
                return JSON.readTree(text());
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }

        String code() {
            return json().path("code").asText();
        }
    }

    /** GET under the API. */
    public Answer get(User user, String path) {
        return get(user, path, path.contains("query=full") ? Map.of("X-Terafy-Request", "1") : Map.of());
    }

    Answer get(User user, String path, Map<String, String> headers) {
        return checked(user, "GET", path, headers, "");
    }

    /** POST under the API, as a client that is no browser does it. */
    public Answer post(User user, String path, Map<String, String> body) {
        Map<String, String> headers = new HashMap<>();
        headers.put("X-Terafy-Request", "1");
        headers.put("Content-Type", "application/json");
        try {
            return checked(user, "POST", path, headers, JSON.writeValueAsString(body));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** PATCH under the API, as a client that is no browser does it. */
    public Answer patch(User user, String path, Map<String, String> body) {
        Map<String, String> headers = Map.of("X-Terafy-Request", "1", "Content-Type", "application/json");
        try {
            return checked(user, "PATCH", path, headers, JSON.writeValueAsString(body));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Anything under the API. */
    Answer checked(User user, String method, String path, Map<String, String> headers, String body) {
        Answer answer = send(user, method, "/terafy" + API + path, headers, body);
        contract().check(method, path.replaceFirst("\\?.*", ""), answer);
        return answer;
    }

    /** What Prometheus would scrape. */
    public String metrics() {
        return send(User.SCRAPER, "GET", "/terafy/metrics", Map.of(), "").text();
    }

    Contract contract() {
        Contract known = contract;
        if (known == null) {
            known = new Contract(send(User.WATCHER, "GET", "/terafy" + API + "/openapi", Map.of(), "")
                    .json());
            contract = known;
        }
        return known;
    }

    /** Anything on the server. */
    Answer send(User user, String method, String path, Map<String, String> headers, String body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server + path)).timeout(LIMIT);
        if (user != User.STRANGER && !headers.containsKey("Authorization")) {
            request.header("Authorization", user.authorization());
        }
        headers.forEach(request::header);
        request.method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            assertThat(response.body()).as("%s %s", method, path).doesNotContain(SECRETS);
            return new Answer(response.statusCode(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for an answer", e);
        }
    }
}
