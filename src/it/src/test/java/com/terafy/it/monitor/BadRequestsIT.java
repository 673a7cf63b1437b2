package com.terafy.it.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.terafy.it.Archives;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
        String body = method.equals("post") ? nastyBody(operation) : "";
        Rest.Answer answer = rest.send(
                User.OPERATOR,
                method.toUpperCase(java.util.Locale.ROOT),
                "/terafy" + Rest.API + whole,
                method.equals("post") ? AS_CLIENT : Map.of(),
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
        assertProblem(
                405, "method-not-allowed", rest.send(User.OPERATOR, "DELETE", "/terafy/api/v1/pools", AS_CLIENT, ""));
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
                Map.of("Content-Type", "application/json", "X-Terafy-Request", "1", "Sec-Fetch-Site", "same-site"));
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
