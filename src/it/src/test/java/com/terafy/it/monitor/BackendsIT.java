package com.terafy.it.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.terafy.it.Archives;
import com.terafy.it.Awaiting;
import com.terafy.it.PooledBackends;
import com.terafy.it.ServerLog;
import com.terafy.it.SharedPostgres;
import com.terafy.testkit.Backend;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The requirements' queries and their kill, over HTTP. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class BackendsIT {

    private final Rest rest = new Rest();

    @Deployment(name = "ear", order = 1, testable = false)
    static EnterpriseArchive ear() {
        return Archives.ear();
    }

    @Deployment(name = "holder", order = 2, testable = false)
    static WebArchive holder() {
        return Deployments.holder();
    }

    @BeforeEach
    void users() {
        User.makeKnown();
    }

    @AfterEach
    void giveBack() {
        Deployments.release(rest);
        Awaiting.until(
                "nothing is held", () -> backends("?class=ours-borrowed").isEmpty()); // a snapshot lives a second
    }

    private List<JsonNode> backends(String query) {
        JsonNode list = rest.get(User.WATCHER, "/backends" + query).json();
        return StreamSupport.stream(list.path("backends").spliterator(), false).toList();
    }

    /** The one backend that a borrower holds, with the code that does. */
    private JsonNode awaitHeld() {
        Awaiting.until(
                "one held connection is seen",
                () -> backends("?class=ours-borrowed").size() == 1);
        return backends("?class=ours-borrowed").get(0);
    }

    @Test
    void aHeldConnectionShowsTheCodeThatHoldsIt() {
        Deployments.hold(rest, "SELECT 'secret', 42");
        JsonNode held = awaitHeld();
        assertThat(held.path("user").asText()).isEqualTo("terafy_app");
        assertThat(held.path("borrower").path("location").asText()).startsWith("com.terafy.it.monitor.HolderServlet:");
        assertThat(held.path("borrower").path("thread").asText()).isEqualTo("holder");
        Awaiting.until(
                "it is seen idle in transaction",
                () -> backends("?class=ours-borrowed&state=idle%20in%20transaction")
                                .size()
                        == 1);
        JsonNode idle = backends("?class=ours-borrowed").get(0);
        assertThat(idle.path("query").asText()).isEqualTo("SELECT ?, ?");
        assertThat(idle.path("borrower").path("inTransaction").asBoolean()).isTrue();
    }

    @Test
    void fullQueryTextsAreAudited() {
        Deployments.hold(rest, "SELECT 'secret'");
        awaitHeld();
        ServerLog log = ServerLog.ofServer().mark();
        Awaiting.until(
                "the text is seen",
                () -> rest.get(User.AUDITOR, "/backends?query=full").text().contains("SELECT 'secret'"));
        assertThat(log.messages("TERAFY0502")).first().asString().contains("who=\"auditor\"");
    }

    @Test
    void aForeignSessionIsForeignAndFiltersFindIt() throws SQLException {
        try (Connection foreign = SharedPostgres.get().superuser()) {
            assertThat(foreign.isValid(1)).isTrue();
            Awaiting.until(
                    "it is seen",
                    () -> !backends("?user=postgres&class=foreign").isEmpty());
            assertThat(backends("?user=terafy_app&class=foreign")).isEmpty();
            assertThat(backends("?minIdle=3650d")).isEmpty();
            assertThat(backends("?limit=1&sort=-pid")).hasSize(1);
        }
    }

    @Test
    void theSummaryCountsByUserAgainstMaxConnections() {
        JsonNode counts = rest.get(User.WATCHER, "/summary").json();
        assertThat(counts.path("server").path("maxConnections").asInt()).isPositive();
        assertThat(counts.path("summary").path("byUser").findValuesAsText("name"))
                .contains("terafy_app");
        assertThat(counts.path("database").path("state").asText()).isEqualTo("up");
    }

    @Test
    void whoBlocksWhomIsShownWithTheCodeAtBothEnds() {
        Deployments.hold(rest, "SELECT pg_advisory_xact_lock(4711)");
        awaitHeld();
        Deployments.hold(rest, "SELECT pg_advisory_xact_lock(4711)");
        Awaiting.until(
                "one waits",
                () -> rest.get(User.WATCHER, "/locks").json().path("waiting").asInt() == 1);
        JsonNode root = rest.get(User.WATCHER, "/locks").json().path("roots").path(0);
        JsonNode waiting = root.path("blocks").path(0);
        assertThat(waiting.path("waitsFor").path("type").asText()).isEqualTo("advisory");
        for (JsonNode end : List.of(root, waiting)) {
            assertThat(end.path("backend").path("borrower").path("location").asText())
                    .startsWith("com.terafy.it.monitor.HolderServlet:");
        }
        Deployments.release(rest);
    }

    @Test
    void aBackendIsEndedByPidAndStartAndOnlyByBoth() {
        Deployments.hold(rest, "SELECT 1");
        JsonNode held = awaitHeld();
        String path = "/backends/" + held.path("pid").asInt() + "/terminate";
        ServerLog log = ServerLog.ofServer().mark();
        Rest.Answer another =
                rest.post(User.OPERATOR, path, Map.of("backendStart", "2026-01-01T00:00:00Z", "reason", "stuck"));
        assertThat(another.status()).isEqualTo(409);
        assertThat(another.code()).isEqualTo("backend-changed");

        Map<String, String> body =
                Map.of("backendStart", held.path("backendStart").asText(), "reason", "stuck since \"noon\"");
        Rest.Answer done = rest.post(User.OPERATOR, path, body);
        assertThat(done.status()).as(done.text()).isEqualTo(200);
        assertThat(done.json().path("outcome").asText()).isEqualTo("ended");
        assertThat(rest.post(User.OPERATOR, path, body).status()).isEqualTo(409);
        assertThat(log.messages("TERAFY0420"))
                .singleElement()
                .asString()
                .contains(" from=\"127.0.0.1\" node=\"")
                .contains("who=\"operator\" why=\"stuck since \\\"noon\\\"\" outcome=ENDED");
        assertThat(log.messages("TERAFY0423")).hasSize(2).allMatch(line -> line.contains(" from=\"127.0.0.1\" "));
    }

    @Test
    void whatABackendRunsIsCancelled() throws SQLException {
        Deployments.hold(rest, "SELECT pg_sleep(60)");
        Awaiting.until(
                "it runs", () -> backends("?class=ours-borrowed&state=active").size() == 1);
        JsonNode running = backends("?class=ours-borrowed&state=active").get(0);
        Rest.Answer done = rest.post(
                User.OPERATOR,
                "/backends/" + running.path("pid").asInt() + "/cancel",
                Map.of("backendStart", running.path("backendStart").asText(), "reason", "too slow"));
        assertThat(done.json().path("outcome").asText()).isEqualTo("signalled");
        Awaiting.until(
                "it stopped",
                () -> backends("?class=ours-borrowed&state=active").isEmpty());
    }

    @Test
    void aSuperusersBackendIsNotTouched() throws SQLException {
        try (Connection superuser = SharedPostgres.get().superuser();
                Statement statement = superuser.createStatement()) {
            var row = statement.executeQuery("SELECT pid, to_char(backend_start AT TIME ZONE 'UTC',"
                    + " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM pg_stat_activity WHERE pid = pg_backend_pid()");
            row.next();
            Rest.Answer refused = rest.post(
                    User.OPERATOR,
                    "/backends/" + row.getInt(1) + "/terminate",
                    Map.of("backendStart", row.getString(2), "reason", "test"));
            assertThat(refused.status()).isEqualTo(409);
            // The application's role cannot even see its backend_start, unless it has pg_read_all_stats
            assertThat(refused.code()).isIn("backend-protected", "backend-changed");
            assertThat(superuser.isValid(5)).isTrue();
        }
    }

    @Test
    void aFlushClosesTheIdleOnesAndIsAudited() {
        ServerLog log = ServerLog.ofServer().mark();
        Rest.Answer done =
                rest.post(User.OPERATOR, "/pools/TerafyDS/flush", Map.of("mode", "idle", "reason", "new certificate"));
        assertThat(done.json().path("connections").asInt()).isPositive();
        assertThat(log.messages("TERAFY0501"))
                .anyMatch(line -> line.contains("flush mode=idle who=\"operator\" why=\"new certificate\""));
    }

    @Test
    void aFlushOfAllEndsWhatIsHeldAndAGracefulOneDoesNot() {
        Deployments.hold(rest, "SELECT 1");
        String pid = awaitHeld().path("pid").asText();
        assertThat(flush("gracefully")).isPositive();
        assertThat(PooledBackends.of(SharedPostgres.get())).anyMatch(backend -> isHeld(backend, pid));
        assertThat(flush("all")).isPositive();
        Awaiting.until(
                "it is ended",
                () -> PooledBackends.of(SharedPostgres.get()).stream().noneMatch(backend -> isHeld(backend, pid)));
    }

    private int flush(String mode) {
        JsonNode done = rest.post(User.OPERATOR, "/pools/TerafyDS/flush", Map.of("mode", mode, "reason", "test"))
                .json();
        assertThat(done.path("mode").asText()).isEqualTo(mode);
        return done.path("connections").asInt();
    }

    private static boolean isHeld(Backend backend, String pid) {
        return String.valueOf(backend.pid()).equals(pid);
    }

    @Test
    void thePoolRemembersTheLastMinutes() {
        Awaiting.until(
                "there is a sample",
                () -> !rest.get(User.WATCHER, "/pools/TerafyDS/history")
                        .json()
                        .path("samples")
                        .isEmpty());
    }

    @Test
    void thePlanSaysWhyEachBackendIsSpared() {
        JsonNode verdicts =
                rest.get(User.WATCHER, "/cleanup/plan").json().path("report").path("verdicts");
        assertThat(verdicts.findValuesAsText("reason")).contains("own-pool");
    }

    @Test
    void whatOnlyTheClockHasChangedIsNotSentAgain() throws SQLException {
        try (Connection foreign = SharedPostgres.get().superuser()) {
            assertThat(foreign.isValid(1)).isTrue();
            for (String path : List.of("/backends?user=postgres&class=foreign", "/truth-gap", "/locks")) {
                Awaiting.until("304 for " + path, () -> isUnchangedInTheNextReading(path));
            }
        }
    }

    /** Whether there was another reading meanwhile, and the client's tag still held. */
    private boolean isUnchangedInTheNextReading(String path) {
        Rest.Answer known = rest.get(User.WATCHER, path);
        String readAt = known.json().path("readAt").asText();
        Awaiting.until(
                "the next reading",
                () -> !rest.get(User.WATCHER, path)
                        .json()
                        .path("readAt")
                        .asText()
                        .equals(readAt));
        return rest.get(User.WATCHER, path, Map.of("If-None-Match", known.header("etag")))
                        .status()
                == 304;
    }

    @Test
    void aConnectionThatIsGoneIsAGapUntilThePoolFindsItOut() {
        Deployments.hold(rest, "SELECT 1"); // an idle one would be found within a second
        Awaiting.until("it is held", () -> backends("?class=ours-borrowed").size() == 1);
        SharedPostgres.get()
                .execute("SELECT pg_terminate_backend("
                        + backends("?class=ours-borrowed").get(0).path("pid") + ")");
        Awaiting.until("a gap is seen", () -> {
            return rest.get(User.WATCHER, "/truth-gap")
                    .json()
                    .path("gaps")
                    .findValuesAsText("kind")
                    .contains("gone");
        });
    }

    @Test
    void anExhaustedPoolIsShownWithoutAConnectionOfIt() {
        for (int i = 0; i < 10; i++) {
            Deployments.hold(rest, "SELECT 1");
        }
        Awaiting.until("all are held", () -> backends("?class=ours-borrowed").size() == 10);
        for (String path : List.of("/pools", "/summary", "/locks", "/truth-gap", "/cleanup/plan")) {
            assertThat(rest.get(User.WATCHER, path).status()).as(path).isEqualTo(200);
        }
    }

    @Test
    void oneBackendIsThatOfTheList() {
        Deployments.hold(rest, "SELECT 'secret'");
        Awaiting.until(
                "it is seen idle in transaction",
                () -> backends("?class=ours-borrowed&state=idle%20in%20transaction")
                                .size()
                        == 1);
        JsonNode listed =
                backends("?class=ours-borrowed&state=idle%20in%20transaction").get(0);
        String path = "/backends/" + listed.path("pid").asInt();
        JsonNode one = rest.get(User.WATCHER, path).json().path("backend");
        assertThat(one.fieldNames()).toIterable().containsExactlyElementsOf(() -> listed.fieldNames());
        assertThat(one.path("query").asText()).isEqualTo("SELECT ?");
        assertThat(one.path("transactionAge").asDouble()).isPositive();
        assertThat(one.has("queryAge")).isFalse(); // it runs none

        ServerLog log = ServerLog.ofServer().mark();
        assertThat(rest.get(User.AUDITOR, path + "?query=full").text()).contains("SELECT 'secret'");
        assertThat(log.messages("TERAFY0502"))
                .singleElement()
                .asString()
                .contains("who=\"auditor\"", "pid=" + listed.path("pid").asInt());
        assertThat(rest.get(User.WATCHER, "/backends/99999999").code()).isEqualTo("not-found");
    }

    @Test
    void whoGoesFromPageToPageMeetsEveryBackend() {
        for (int i = 0; i < 4; i++) {
            Deployments.hold(rest, "SELECT 1");
        }
        Awaiting.until("all are held", () -> backends("?class=ours-borrowed").size() == 4);
        List<Integer> met = new ArrayList<>();
        String next = "";
        do {
            String after = next.isEmpty() ? "" : "&after=" + next;
            JsonNode page = rest.get(
                            User.WATCHER, "/backends?class=ours-borrowed&sort=-transaction-age&limit=1" + after)
                    .json();
            assertThat(page.path("backends")).hasSizeLessThanOrEqualTo(1);
            page.path("backends").forEach(backend -> met.add(backend.path("pid").asInt()));
            next = page.path("next").asText();
        } while (!next.isEmpty());
        assertThat(met).hasSize(4).doesNotHaveDuplicates();

        String cursor = rest.get(User.WATCHER, "/backends?limit=1&sort=pid")
                .json()
                .path("next")
                .asText();
        Rest.Answer otherSort = rest.get(User.WATCHER, "/backends?sort=-pid&after=" + cursor);
        assertThat(otherSort.code()).isEqualTo("invalid-parameter");
        assertThat(otherSort.json().path("allowed").toString()).contains("sort=pid");
    }

    @Test
    void backendsAreFoundByApplicationClientAndAge() {
        Deployments.hold(rest, "SELECT 1");
        JsonNode held = awaitHeld();
        String name = held.path("applicationName").asText();
        assertThat(backends("?class=ours-borrowed&application=" + name)).hasSize(1);
        assertThat(backends("?class=ours-borrowed&application=terafy/*")).hasSize(1);
        assertThat(backends("?class=ours-borrowed&application=terafy")).isEmpty();
        assertThat(backends("?class=ours-borrowed&client=127.0.0.1")).hasSize(1);
        assertThat(backends("?class=ours-borrowed&client=127.0.0.2")).isEmpty();
        assertThat(rest.get(User.WATCHER, "/backends?client=localhost").status())
                .isEqualTo(422);
        Awaiting.until(
                "its transaction is old enough",
                () -> backends("?class=ours-borrowed&minTransactionAge=1s").size() == 1);
        assertThat(backends("?minTransactionAge=1h")).isEmpty();
        assertThat(backends("?class=ours-borrowed&minQueryAge=0s")).isEmpty(); // it runs none
    }

    @Test
    void aBackendThatHasMovedOnSinceItWasSeenIsLeftAlone() {
        Deployments.hold(rest, "SELECT 1");
        Awaiting.until(
                "it is seen idle in transaction",
                () -> backends("?state=idle%20in%20transaction").size() == 1);
        JsonNode seen = backends("?state=idle%20in%20transaction").get(0);
        String start = seen.path("backendStart").asText();
        for (String action : List.of("cancel", "terminate")) {
            String path = "/backends/" + seen.path("pid").asInt() + "/" + action;
            for (Map<String, String> other : List.of(
                    Map.of("backendStart", start, "reason", "test", "state", "active"),
                    Map.of("backendStart", start, "reason", "test", "queryStart", "2026-01-01T00:00:00Z"))) {
                Rest.Answer refused = rest.post(User.OPERATOR, path, other);
                assertThat(refused.code()).as("%s %s", action, other).isEqualTo("backend-changed");
                assertThat(refused.json().path("detail").asText()).contains("look at it again");
            }
            Rest.Answer nonsense =
                    rest.post(User.OPERATOR, path, Map.of("backendStart", start, "reason", "test", "state", "asleep"));
            assertThat(nonsense.code()).isEqualTo("invalid-body");
            assertThat(nonsense.json().path("allowed").toString()).contains("idle in transaction");
            Map<String, String> asSeen = Map.of(
                    "backendStart",
                    start,
                    "reason",
                    "test",
                    "state",
                    seen.path("state").asText(),
                    "queryStart",
                    seen.path("queryStart").asText());
            assertThat(rest.post(User.OPERATOR, path, asSeen).status()).isEqualTo(200);
        }
    }

    @Test
    void oneBackendIsAskedForByItsPid() {
        Deployments.hold(rest, "SELECT 1");
        String pid = awaitHeld().path("pid").asText();
        assertThat(backends("?pid=" + pid))
                .singleElement()
                .satisfies(backend -> assertThat(backend.path("pid").asText()).isEqualTo(pid));
    }
}
