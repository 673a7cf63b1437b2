package com.terafy.it.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.terafy.it.Archives;
import com.terafy.it.Management;
import java.io.IOException;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is wrong is refused with a problem, whatever it is, and never with a 500. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class BadRequestsIT {

    private static final List<String> NASTY = List.of(
            "",
            " ",
            "0",
            "-1",
            "1.5",
            "99999999999999999999",
            "2147483648",
            "NaN",
            "null",
            "' OR 1=1 --",
            "../../etc/passwd",
            "..%2f",
            "<script>alert(1)</script>",
            "\u0000",
            "\r\nX-Injected: yes",
            "\u202e\ud83d\ude00é",
            "x".repeat(3000),
            "${jndi:ldap://x}",
            "{}",
            "[]",
            "a;b=c",
            "%",
            "5m",
            "idle");

    private static final Map<String, String> AS_CLIENT =
            Map.of("X-Terafy-Request", "1", "Content-Type", "application/json");

    private final Rest rest = new Rest();
    private final Random random = new Random(20251124);

    @Deployment(testable = false)
    static EnterpriseArchive ear() {
        return Archives.ear();
    }

    @BeforeEach
    void users() {
        User.makeKnown();
    }

    private String nasty() {
        return NASTY.get(random.nextInt(NASTY.size()));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** A refusal is a problem and shows nothing of the inside. */
    private static void assertNoFault(String what, Rest.Answer answer) {
        assertThat(answer.status()).as("%s: %s", what, answer.text()).isLessThan(500);
        if (answer.status() >= 400) {
            assertThat(answer.header("content-type")).as(what).startsWith("application/problem+json");
            assertThat(answer.text())
                    .as(what)
                    .doesNotContain("Exception", "at com.", "SELECT", "jdbc:", "\tat ", "RESTEASY");
            assertThat(answer.header("x-injected")).isEmpty();
        }
    }

    @Test
    void nothingAtAnyParameterOfAnyOperationIsAFault() {
        int asked = 0;
        for (Map.Entry<String, JsonNode> path :
                rest.contract().document().path("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                for (int round = 0; round < 40; round++) {
                    askNastily(operation.getKey(), path.getKey(), operation.getValue());
                    asked++;
                }
            }
        }
        assertThat(asked).isGreaterThan(500);
    }

    private void askNastily(String method, String template, JsonNode operation) {
        String path = template;
        List<String> query = new ArrayList<>();
        for (JsonNode parameter : operation.path("parameters")) {
            String name = parameter.path("name").asText();
            String in = parameter.path("in").asText();
            if (in.equals("path")) {
                String value = encoded(nasty());
                path = path.replace("{" + name + "}", value.isEmpty() ? "%20" : value);
            } else if (in.equals("query") && random.nextBoolean()) {
                query.add(name + "=" + encoded(nasty()));
            }
        }
        if (random.nextInt(4) == 0) {
            query.add(encoded(nasty()) + "=" + encoded(nasty()));
        }
        String whole = path + (query.isEmpty() ? "" : "?" + String.join("&", query));
        boolean acts = !method.equals("get");
        String body = acts ? nastyBody(operation) : "";
        Rest.Answer answer = rest.send(
                User.OPERATOR,
                method.toUpperCase(java.util.Locale.ROOT),
                "/terafy" + Rest.API + whole,
                acts ? AS_CLIENT : Map.of(),
                body);
        rest.contract().check(method, template, answer);
        if (template.equals("/cleanup/plan") || template.equals("/cleanup/run")) {
            assertThat(answer.status()).as(answer.text()).isNotEqualTo(500);
        } else {
            assertNoFault(method + " " + whole + " " + body, answer);
        }
    }

    private String nastyBody(JsonNode operation) {
        if (random.nextInt(5) == 0) {
            return nasty();
        }
        List<String> members = new ArrayList<>();
        operation
                .path("requestBody")
                .path("content")
                .path("application/json")
                .path("schema")
                .path("properties")
                .fieldNames()
                .forEachRemaining(name -> members.add("\"" + name + "\":"
                        + (random.nextBoolean() ? "\"" + nasty().replace("\"", "") + "\"" : nasty())));
        return "{" + String.join(",", members) + "}";
    }

    @Test
    void anUnknownParameterIsNamedWithThoseThatThereAre() {
        Rest.Answer answer = rest.get(User.WATCHER, "/backends?usr=ana");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.code()).isEqualTo("invalid-parameter");
        assertThat(answer.json().path("parameter").asText()).isEqualTo("usr");
        assertThat(answer.json().path("allowed")).extracting(JsonNode::asText).contains("user", "minIdle");
    }

    @Test
    void everyRefusalOfTheContainerIsAProblemToo() {
        assertProblem(404, "not-found", rest.get(User.WATCHER, "/nothing"));
        assertProblem(404, "not-found", rest.get(User.WATCHER, "/pools/Other"));
        assertProblem(404, "not-found", rest.send(User.WATCHER, "GET", "/terafy/nothing", Map.of(), ""));
        Rest.Answer wrongMethod = rest.checked(User.OPERATOR, "DELETE", "/pools", AS_CLIENT, "");
        assertProblem(405, "method-not-allowed", wrongMethod);
        assertThat(wrongMethod.header("allow")).contains("GET");
        assertProblem(405, "method-not-allowed", rest.send(User.SCRAPER, "POST", "/terafy/metrics", Map.of(), ""));
        assertProblem(406, "not-acceptable", rest.get(User.WATCHER, "/pools", Map.of("Accept", "text/xml")));
        assertProblem(
                415,
                "unsupported-media-type",
                rest.checked(
                        User.OPERATOR,
                        "POST",
                        "/cleanup/run",
                        Map.of("X-Terafy-Request", "1", "Content-Type", "text/plain"),
                        "{\"reason\":\"x\"}"));
        assertProblem(
                413,
                "body-too-large",
                rest.checked(User.OPERATOR, "POST", "/cleanup/run", AS_CLIENT, " ".repeat(5000)));
        assertProblem(400, "bad-request", rest.checked(User.OPERATOR, "POST", "/cleanup/run", AS_CLIENT, "{"));
        assertProblem(422, "invalid-body", rest.post(User.OPERATOR, "/cleanup/run", Map.of("reason", " ")));
    }

    /** Our client cannot send these. */
    @Test
    void aRequestThatNobodyCanReadIsRefused() throws IOException {
        for (String target : List.of("/backends?user=%zz", "/pools/%zz", "/pools/%", "/a b")) {
            String answer = raw("GET /terafy/api/v1" + target + " HTTP/1.1");
            assertThat(answer).as(target).startsWith("HTTP/1.1 400 ").doesNotContain("Exception", "\tat ");
        }
        assertThat(raw("GET /terafy/api/v1/me HTTP/1.1")).startsWith("HTTP/1.1 200 ");
    }

    private static String raw(String requestLine) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", Integer.getInteger("it.http.port"))) {
            String request = requestLine + "\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: "
                    + User.WATCHER.authorization() + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The document is open for new members, our check of it is not. */
    @Test
    void aMemberThatTheDocumentDoesNotKnowFailsOurCheck() {
        ObjectNode pools = (ObjectNode) rest.get(User.WATCHER, "/pools").json();
        rest.contract().checkDone("GET", "/pools", pools);
        ObjectNode inside = pools.deepCopy();
        ((ObjectNode) inside.path("pools").path(0)).put("unknown", 1);
        pools.put("unknown", 1);
        for (JsonNode answer : List.of(pools, inside)) {
            assertThatThrownBy(() -> rest.contract().checkDone("GET", "/pools", answer))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("unknown");
        }
    }

    private static void assertProblem(int status, String code, Rest.Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.json().path("status").asInt()).isEqualTo(status);
        assertThat(answer.header("content-security-policy")).contains("default-src 'none'");
    }

    @Test
    void anotherSiteCannotAct() {
        List<Map<String, String>> crossSite = List.of(
                Map.of("Content-Type", "application/json"),
                Map.of("Content-Type", "application/json", "X-Terafy-Request", "1", "Origin", "https://evil.example"),
                Map.of("Content-Type", "application/json", "X-Terafy-Request", "1", "Origin", "null"),
                Map.of("Content-Type", "application/json", "X-Terafy-Request", "1", "Sec-Fetch-Site", "cross-site"),
                Map.of("Content-Type", "application/json", "X-Terafy-Request", "1", "Sec-Fetch-Site", "same-site"),
                with(Map.of("Origin", "https://evil.example", "Sec-Fetch-Site", "none")),
                with(Map.of("Origin", "https://evil.example", "X-Forwarded-Host", "evil.example")),
                with(Map.of("Origin", "https://evil.example", "Forwarded", "host=evil.example")));
        for (Map<String, String> headers : crossSite) {
            assertProblem(
                    403,
                    "cross-site-request",
                    rest.checked(User.OPERATOR, "POST", "/cleanup/run", headers, "{\"reason\":\"x\"}"));
        }
        Map<String, String> ours = Map.of(
                "Content-Type", "application/json",
                "X-Terafy-Request", "1",
                "Origin", "http://127.0.0.1:" + Integer.getInteger("it.http.port"),
                "Sec-Fetch-Site", "same-origin");
        assertThat(rest.checked(
                                User.OPERATOR,
                                "POST",
                                "/pools/TerafyDS/flush",
                                ours,
                                "{\"mode\":\"idle\",\"reason\":\"x\"}")
                        .status())
                .isEqualTo(200);
    }

    private static Map<String, String> with(Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(AS_CLIENT);
        all.putAll(headers);
        return all;
    }

    private Rest.Answer flush(Map<String, String> headers) {
        return rest.checked(
                User.OPERATOR, "POST", "/pools/TerafyDS/flush", with(headers), "{\"mode\":\"idle\",\"reason\":\"x\"}");
    }

    /** Our client asks 127.0.0.1, as a proxy does that rewrites Host. */
    @Test
    void behindAProxyThatRewritesHostActionsWorkOrItSaysWhatToSet() {
        Map<String, String> plain = Map.of("Origin", "http://admin.example.com");
        Map<String, String> forwarded =
                Map.of("Origin", "http://admin.example.com", "X-Forwarded-Host", "admin.example.com");
        assertThat(flush(Map.of("Origin", "https://admin.example.com", "Sec-Fetch-Site", "same-origin"))
                        .status())
                .isEqualTo(200);
        for (Map<String, String> headers : List.of(plain, forwarded)) {
            Rest.Answer refused = flush(headers);
            assertProblem(403, "cross-site-request", refused);
            assertThat(refused.json().path("detail").asText())
                    .contains("admin.example.com", "127.0.0.1", "proxy-address-forwarding=true", "proxy_set_header");
        }
        try (Management management = Management.ofServer()) {
            management.believeForwardedAddresses(true);
            try {
                assertThat(flush(forwarded).status()).isEqualTo(200);
                assertProblem(403, "cross-site-request", flush(plain));
                assertProblem(
                        403,
                        "cross-site-request",
                        flush(Map.of("Origin", "http://evil.example", "X-Forwarded-Host", "admin.example.com")));
            } finally {
                management.believeForwardedAddresses(false);
            }
            assertThat(flush(forwarded).status()).isEqualTo(403);
        }
    }

    @Test
    void noAnswerMayBeCachedFramedOrReadByAnotherSite() {
        for (Rest.Answer answer : List.of(
                rest.get(User.WATCHER, "/pools", Map.of("Origin", "https://evil.example")),
                rest.get(User.STRANGER, "/pools"),
                rest.send(User.STRANGER, "GET", "/terafy/health/live", Map.of(), ""),
                rest.send(User.SCRAPER, "GET", "/terafy/metrics", Map.of(), ""))) {
            assertThat(answer.header("cache-control")).isEqualTo("no-store");
            assertThat(answer.header("content-security-policy")).contains("frame-ancestors 'none'");
            assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
            assertThat(answer.header("access-control-allow-origin")).isEmpty();
        }
    }

    @Test
    void whatHasNotChangedIsNotSentAgain() {
        Rest.Answer first = rest.get(User.WATCHER, "/me");
        String tag = first.header("etag");
        Rest.Answer second = rest.get(User.WATCHER, "/me", Map.of("If-None-Match", tag));
        assertThat(tag).startsWith("W/\"");
        assertThat(second.status()).isEqualTo(304);
        assertThat(second.text()).isEmpty();
    }
}
