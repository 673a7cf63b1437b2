package com.terafy.it.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.terafy.it.Archives;
import com.terafy.it.Management;
import com.terafy.it.ServerLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What was done, shown and refused is audited with address and node, and is in the history, also after a redeployment. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class HistoryIT {

    private static final String EAR = Archives.earFile().getFileName().toString();
    private static final Path FILES = Path.of(System.getProperty("it.base"), "data", "terafy", "TerafyDS", "history");
    private static final String PASSWORD = "a-wrong-password";

    private final Rest rest = new Rest();
    private final Management management = Management.ofServer();
    private Instant begin = Instant.now();

    /** Arquillian wants one; the EAR is deployed and undeployed here. */
    @Deployment(testable = false)
    static WebArchive nothing() {
        return ShrinkWrap.create(WebArchive.class, "nothing.war").addAsWebResource(new StringAsset("-"), "index.html");
    }

    @BeforeEach
    void deploy() {
        User.makeKnown();
        management.deploy(Archives.earFile());
        begin = Instant.now();
    }

    @AfterEach
    void undeploy() {
        management.undeploy(EAR);
        management.close();
    }

    /** Those of this test, the newest first. */
    private List<JsonNode> entries(String query) {
        JsonNode page =
                rest.get(User.WATCHER, "/history?since=" + begin + query).json();
        assertThat(page.path("durable").asBoolean()).isTrue();
        return list(page);
    }

    private static List<JsonNode> list(JsonNode page) {
        return StreamSupport.stream(page.path("entries").spliterator(), false).toList();
    }

    private Rest.Answer flush(String reason) {
        return rest.post(User.OPERATOR, "/pools/TerafyDS/flush", Map.of("mode", "idle", "reason", reason));
    }

    private static String basic(String user) {
        return "Basic " + encoded(user + ":" + PASSWORD);
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private Rest.Answer login(String path, String authorization) {
        return rest.send(User.STRANGER, "GET", path, Map.of("Authorization", authorization), "");
    }

    @Test
    void whatWasDoneShownAndRefusedIsThereAfterARedeployment() throws IOException {
        flush("new certificate");
        rest.get(User.AUDITOR, "/backends?query=full&user=terafy_app");
        rest.get(User.WATCHER, "/backends?query=full");
        rest.post(User.WATCHER, "/cleanup/run", Map.of("reason", "may I?"));
        rest.post(User.OPERATOR, "/cleanup/run", Map.of("reason", "a look"));
        rest.post(
                User.OPERATOR,
                "/backends/99999999/terminate",
                Map.of("backendStart", "2026-01-01T00:00:00Z", "reason", "stuck"));
        List<JsonNode> before = entries("");
        assertThat(before)
                .extracting(entry -> entry.path("kind").asText() + " "
                        + entry.path("outcome").asText() + " "
                        + entry.path("who").asText())
                .containsExactly(
                        "terminate gone-or-changed operator",
                        "cleanup-run done operator",
                        "refusal refused watcher",
                        "refusal refused watcher",
                        "query-texts done auditor",
                        "flush done operator");
        assertThat(before).allSatisfy(entry -> {
            assertThat(entry.path("from").asText()).isEqualTo("127.0.0.1");
            assertThat(entry.path("node").asText()).isNotEmpty();
            assertThat(entry.path("pool").asText()).isEqualTo("TerafyDS");
        });
        assertThat(before.get(5).path("why").asText()).isEqualTo("new certificate");
        assertThat(before.get(4).path("what").asText()).contains("user=terafy_app", "query=full");
        assertThat(before.get(4).path("pids")).isNotEmpty();
        assertThat(before.get(3).path("what").asText()).isEqualTo("GET /backends");
        assertThat(before.get(3).path("status").asInt()).isEqualTo(403);
        assertThat(before.get(0).path("target").path("pid").asInt()).isEqualTo(99999999);

        management.undeploy(EAR);
        management.deploy(Archives.earFile());
        assertThat(entries("")).isEqualTo(before);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(FILES)))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(FILES)) {
            for (Path file : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
                assertThat(Files.readString(file))
                        .doesNotContain(
                                "SELECT",
                                PASSWORD,
                                User.OPERATOR.password(),
                                System.getProperty("it.app.password"),
                                System.getProperty("it.admin.password"));
            }
        }
    }

    @Test
    void aLoginThatFailsIsAuditedWithNameAndAddressAndARequestWithoutOneIsNot() {
        ServerLog log = ServerLog.ofServer().mark();
        assertThat(rest.get(User.STRANGER, "/pools").status()).isEqualTo(401);
        assertThat(log.messages("TERAFY0504")).isEmpty();
        assertThat(login("/terafy/api/v1/pools", basic("mallory \"x\"\n")).status())
                .isEqualTo(401);
        assertThat(login("/terafy/", basic("operator")).status()).isEqualTo(401);
        assertThat(login("/terafy/metrics", "Basic " + encoded(PASSWORD)).status())
                .isEqualTo(401);
        assertThat(log.messages("TERAFY0504"))
                .hasSize(3)
                .allMatch(line -> line.contains(" from=\"127.0.0.1\" node=\""))
                .anyMatch(line -> line.contains("failed login who=\"mallory \\\"x\\\"\\u000a\""))
                .anyMatch(line -> line.contains("failed login who=\"operator\""));
        assertThat(log.text())
                .doesNotContain(
                        PASSWORD,
                        encoded(PASSWORD),
                        encoded("operator:" + PASSWORD),
                        encoded("mallory \"x\"\n:" + PASSWORD));
        assertThat(entries("&kind=failed-login"))
                .extracting(entry -> entry.path("who").asText())
                .containsExactly("", "operator", "mallory \"x\"\n");
    }

    @Test
    void aFloodOfFailedLoginsIsToldInPart() {
        ServerLog log = ServerLog.ofServer().mark();
        for (int i = 0; i < 100; i++) {
            login("/terafy/api/v1/me", basic("user" + i));
        }
        assertThat(log.messages("TERAFY0504")).hasSizeBetween(5, 11); // of one minute, or of two
        assertThat(entries("&kind=failed-login")).hasSizeBetween(5, 11);
        assertThat(rest.get(User.WATCHER, "/me").status()).isEqualTo(200);
    }

    @Test
    void pagesFollowEachOtherWhileEntriesCome() {
        for (int i = 0; i < 5; i++) {
            flush("first " + i);
        }
        String query = "/history?kind=flush&who=operator&limit=2&since=" + begin;
        List<String> seen = new ArrayList<>();
        String before = "";
        do {
            JsonNode page = rest.get(User.WATCHER, query + before).json();
            list(page).forEach(entry -> seen.add(entry.path("why").asText()));
            before = page.has("next") ? "&before=" + page.path("next").asText() : "";
            flush("later");
        } while (!before.isEmpty());
        assertThat(seen).containsExactly("first 4", "first 3", "first 2", "first 1", "first 0");
        assertThat(entries("&kind=cancel&kind=terminate")).isEmpty();
        assertThat(entries("&until=" + begin)).isEmpty();
    }

    @Test
    void whatIsNoFilterIsRefusedAndNamed() {
        for (String wrong : List.of(
                "kind=flushed",
                "since=yesterday",
                "until=2026-01-01",
                "before=1",
                "limit=501",
                "limit=0",
                "who=",
                "since=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z")) {
            Rest.Answer answer = rest.get(User.WATCHER, "/history?" + wrong);
            assertThat(answer.status()).as(wrong).isEqualTo(422);
            assertThat(wrong).contains(answer.json().path("parameter").asText() + "=");
            assertThat(answer.json().path("allowed")).as(wrong).isNotEmpty();
        }
    }

    @Test
    void entriesAreCountedInTheMetrics() {
        flush("to be counted");
        assertThat(rest.send(User.SCRAPER, "GET", "/terafy/metrics", Map.of(), "")
                        .text())
                .containsPattern("terafy_history_entries_total\\{[^}]*kind=\"flush\",outcome=\"done\"} 1\\.0")
                .containsPattern("terafy_history_entries_total\\{[^}]*kind=\"terminate\",outcome=\"ended\"} 0\\.0");
    }
}
