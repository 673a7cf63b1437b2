package com.terafy.it.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.options.RequestOptions;
import com.terafy.it.Archives;
import com.terafy.it.Awaiting;
import com.terafy.it.PooledBackends;
import com.terafy.it.ServerLog;
import com.terafy.it.SharedPostgres;
import com.terafy.it.dashboard.Browser.Look;
import com.terafy.it.monitor.Deployments;
import com.terafy.it.monitor.Rest;
import com.terafy.it.monitor.User;
import com.terafy.testkit.Backend;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the page shows and does. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class DashboardIT {

    private static final int MAX = 10;
    private static final int LIVE = 0x0a0b0c0d;
    private static final String HOSTILE = "<img src=x onerror=alert(1)>";
    private static final List<String> RULES =
            List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

    private static Browser browser;

    private final Rest rest = new Rest();

    @Deployment(name = "ear", order = 1, testable = false)
    static EnterpriseArchive ear() {
        return Archives.ear();
    }

    @Deployment(name = "holder", order = 2, testable = false)
    static WebArchive holder() {
        return Deployments.holder();
    }

    @BeforeAll
    static void launch() {
        browser = new Browser();
    }

    @AfterAll
    static void quit() {
        browser.close();
    }

    @BeforeEach
    void users() {
        User.makeKnown();
    }

    @AfterEach
    void giveBack() {
        Awaiting.until("nothing is held", () -> {
            Deployments.release(rest); // also what was lent after the last time
            return inUse() == 0;
        });
    }

    private int inUse() {
        return json("/pools").path("pools").path(0).path("inUse").asInt();
    }

    private JsonNode json(String path) {
        return rest.get(User.WATCHER, path).json();
    }

    private List<JsonNode> list(String path, String name) {
        return StreamSupport.stream(json(path).path(name).spliterator(), false).toList();
    }

    private void hold(int connections) {
        IntStream.range(0, connections).forEach(each -> Deployments.hold(rest, "SELECT 1"));
        Awaiting.until("they are held", () -> inUse() == Math.min(MAX, connections));
    }

    private DashboardPage open(User user) {
        return browser.open(user, Look.USUAL).live();
    }

    @Test
    void whatIsShownEqualsWhatTheApiSays() {
        hold(3);
        try (DashboardPage page = open(User.WATCHER)) {
            page.await(() -> {
                JsonNode pool = json("/pools").path("pools").path(0);
                return page.figure("in-use") == pool.path("inUse").asInt()
                        && page.figure("idle") == pool.path("idle").asInt()
                        && page.figure("leaks") == pool.path("leaks").asInt()
                        && page.figure("waiting") == 0;
            });
            page.await(() -> equal(
                    page.column("connections-table", 7),
                    pids("/pools/TerafyDS/connections", "connections", "backendPid")));
            page.await(() -> equal(page.column("backends-table", 1), pids("/backends", "backends", "pid")));
            page.await(() -> equal(page.column("users-table", 2), byUser()));
            assertThat(page.column("connections-table", 3))
                    .filteredOn(holder -> holder.startsWith("HolderServlet:"))
                    .hasSize(3);
            assertThat(page.text("#cleanup-pairs")).contains("Next").contains("timer");
            JsonNode server = json("/summary").path("server");
            assertThat(page.text("#users-count"))
                    .contains("of " + server.path("maxConnections").asInt());
        }
    }

    private List<String> pids(String path, String list, String member) {
        return list(path, list).stream().map(each -> each.path(member).asText()).toList();
    }

    private List<String> byUser() {
        return json("/summary").path("summary").path("byUser").findValuesAsText("connections");
    }

    private static boolean equal(List<String> shown, List<String> said) {
        return shown.stream().sorted().toList().equals(said.stream().sorted().toList());
    }

    @Test
    void anExhaustedPoolIsTheHeadline() {
        hold(MAX);
        try (DashboardPage page = open(User.WATCHER)) {
            page.await(() -> page.text("#verdict-headline").contains("All 10 connections are in use"));
            page.await(() -> {
                if (json("/pools").path("pools").path(0).path("waiting").asInt() == 0) {
                    Deployments.hold(rest, "SELECT 1"); // waits for 3 s
                }
                return page.text("#verdict-headline").contains("exhausted");
            });
            assertThat(page.text("#verdict-level")).isEqualTo("Act now");
        }
    }

    @Test
    void blockedAndBlockingAreShownWithTheCode() {
        Deployments.hold(rest, "SELECT pg_advisory_xact_lock(4712)");
        Awaiting.until("it is held", () -> inUse() == 1);
        Deployments.hold(rest, "SELECT pg_advisory_xact_lock(4712)");
        try (DashboardPage page = open(User.WATCHER)) {
            page.await(() -> page.column("locks-table", 2).size() == 2);
            assertThat(page.column("locks-table", 2).get(0)).isEqualTo("blocks 1 session");
            assertThat(page.column("locks-table", 2).get(1))
                    .startsWith("waits for ")
                    .contains("advisory");
            assertThat(page.column("locks-table", 5)).allMatch(code -> code.startsWith("HolderServlet:"));
        }
    }

    @Test
    void anOperatorEndsTheBackendThatTheDialogNamesAndNoOther() {
        hold(2);
        Awaiting.until("their backends are seen", () -> held().size() == 2); // a snapshot lives a second
        try (DashboardPage page = open(User.OPERATOR)) {
            page.await(() -> page.figure("in-use") == 2);
            page.page().click("#connections-table tbody tr:first-child button");
            String pid = page.text("#detail-body h3:has-text('PostgreSQL') + dl dd:first-of-type");
            String other = held().stream()
                    .filter(each -> !each.equals(pid))
                    .findFirst()
                    .orElseThrow();
            page.button("terminate").click();
            page.page().waitForSelector("#action-confirm:not([disabled])");
            assertThat(page.text("#action-preview")).contains(pid).contains("HolderServlet");
            page.page().fill("#action-reason", "It hangs");
            page.page().click("#action-confirm");
            page.await(() -> page.text("#toast").contains("Backend " + pid));
            assertThat(pooled()).doesNotContain(pid).contains(other);
        }
    }

    private List<String> held() {
        return pids("/backends?class=ours-borrowed", "backends", "pid");
    }

    /** Process ids of the pool's backends, as PostgreSQL has them. */
    private static List<String> pooled() {
        return PooledBackends.of(SharedPostgres.get()).stream()
                .map(Backend::pid)
                .map(String::valueOf)
                .toList();
    }

    @Test
    void whatMayBeAnotherNodesIsEndedByTheSecondPress() throws SQLException {
        try (Connection lent = ofAnotherNode("")) {
            String pid = pid(lent);
            Awaiting.until(
                    "it is seen",
                    () -> pids("/backends?class=other-node", "backends", "pid").contains(pid));
            try (DashboardPage page = open(User.OPERATOR)) {
                page.await(() -> page.column("backends-table", 1).contains(pid));
                page.page().click("#backends-table button:text-is('" + pid + "')");
                page.button("terminate").click();
                page.page().waitForSelector("#action-confirm:not([disabled])");
                page.page().fill("#action-reason", "It hangs");
                page.page().click("#action-confirm");
                page.await(() -> page.text("#action-problem").contains("Press again to confirm"));
                assertThat(isThere(pid)).isTrue();
                page.page().click("#action-confirm:not([disabled])");
                page.await(() -> page.text("#toast").contains("Backend " + pid));
                assertThat(isThere(pid)).isFalse();
            }
        }
    }

    @Test
    void whatHasMovedOnSinceTheDialogShowedItIsLeftAlone() throws SQLException {
        try (Connection session = asApplication("pg_dump")) { // the cleanup here ends others after 5 s
            String pid = pid(session);
            Awaiting.until(
                    "it is seen",
                    () -> pids("/backends?application=pg_dump", "backends", "pid")
                            .contains(pid));
            try (DashboardPage page = open(User.OPERATOR)) {
                page.await(() -> page.column("backends-table", 1).contains(pid));
                page.page().click("#backends-table button:text-is('" + pid + "')");
                page.button("terminate").click();
                page.page().waitForSelector("#action-confirm:not([disabled])");
                page.page().fill("#action-reason", "Idle for too long");
                assertThat(session.isValid(5)).isTrue(); // a query
                page.page().click("#action-confirm");
                page.await(() -> page.text("#action-problem").startsWith("It has changed"));
                assertThat(session.isValid(5)).isTrue();
                page.await(
                        () -> { // until the dialog shows it as it is: a snapshot lives a second
                            page.page().click("#action-confirm:not([disabled])");
                            page.page().waitForTimeout(500);
                            return page.text("#toast").contains("Backend " + pid);
                        });
                assertThat(isThere(pid)).isFalse();
            }
        }
    }

    private static boolean isThere(String pid) {
        return SharedPostgres.get().backends().stream()
                .anyMatch(backend -> String.valueOf(backend.pid()).equals(pid));
    }

    private static Connection ofAnotherNode(String purpose) throws SQLException {
        String name = String.format("terafy/other/TerafyDS/%08x", LIVE);
        return asApplication(purpose.isEmpty() ? name : name + "/" + purpose);
    }

    private static Connection asApplication(String name) throws SQLException {
        Connection connection = SharedPostgres.get().connect("terafy_app", System.getProperty("it.app.password"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET application_name = '" + name + "'");
        }
        return connection;
    }

    private static String pid(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void whatARunningQueryWaitsForAndItsAgeAreInTheList() {
        Deployments.hold(rest, "SELECT pg_sleep(8)");
        try (DashboardPage page = open(User.WATCHER)) {
            page.page().click("#backends-classes [data-class=ours-borrowed]");
            page.await(() -> page.text("#backends-table").matches("(?s).*active\\s+Timeout: PgSleep.*"));
            assertThat(page.column("backends-table", 7))
                    .singleElement()
                    .asString()
                    .contains("s");
            page.await(() -> page.text("#backends-table").contains("idle in transaction"));
            assertThat(page.column("backends-table", 7)).containsExactly(""); // it runs none any more
        }
    }

    @Test
    void aCutTextIsMarkedInTheListAndExplainedInTheDetail() {
        Deployments.hold(rest, "SELECT " + "1, ".repeat(500) + "2");
        try (DashboardPage page = open(User.WATCHER)) {
            page.page().click("#backends-classes [data-class=ours-borrowed]");
            page.await(() ->
                    page.column("backends-table", 9).stream().anyMatch(text -> text.startsWith("[cut] SELECT ?")));
            page.page().click("#backends-table tbody tr:first-child button");
            page.await(() -> page.text("#detail-body").contains("Only the beginning"));
            page.page().keyboard().press("Escape");
            page.page().click("#backends-classes [data-class=ours-borrowed]");
            assertThat(page.page().locator("#backends-table .cut").count()).isEqualTo(1);
        }
    }

    @Test
    void theListIsSearchedByTheKeyboard() throws SQLException {
        try (Connection foreign = SharedPostgres.get().superuser();
                Statement statement = foreign.createStatement()) {
            statement.execute("SET application_name = 'Nightly batch (4711)'");
            try (DashboardPage page = open(User.WATCHER)) {
                page.await(() -> page.text("#backends-table").contains("4711"));
                Page keys = page.page();
                keys.keyboard().press("/");
                assertThat(focused(keys, "id")).isEqualTo("backends-search");
                keys.keyboard().type("(4711 POSTGRES");
                page.await(() -> page.column("backends-table", 1).size() == 1);
                assertThat(page.column("backends-table", 4)).containsExactly("Nightly batch (4711)");
                assertThat(page.text("#backends-count")).startsWith("1 backend of ");
                keys.keyboard().type(" nothing");
                page.await(() -> page.text("#backends-empty").equals("No backend has these words."));
                keys.keyboard().press("Escape");
                page.await(() -> page.column("backends-table", 1).size() > 1);
                assertThat(page.complaints()).isEmpty();
            }
        }
    }

    /** What the server answers, with some of it changed: the page judges by these answers alone. */
    private String verdict(String path, UnaryOperator<String> changed, String expected) {
        try (DashboardPage page = browser.open(User.WATCHER, Look.USUAL)) {
            page.page()
                    .route(
                            "**/api/v1" + path,
                            route -> fulfil(route, changed.apply(json(path).toString())));
            page.live();
            page.await(() -> page.text("#verdict").contains(expected));
            assertThat(page.complaints()).isEmpty();
            return page.text("#verdict-level");
        }
    }

    @Test
    void backendsOfInstancesThatHaveGoneAreInTheVerdict() {
        String line = "{\"name\":\"orphan\",\"connections\":2},";
        assertThat(verdict(
                        "/summary",
                        text -> text.replace("\"byClass\":[", "\"byClass\":[" + line),
                        "2 backends belong to instances that show no sign of life"))
                .isEqualTo("Have a look");
    }

    @Test
    void transactionsThatAreIdleBeyondTheLimitOfTheSettingsAreInTheVerdict() {
        hold(1);
        assertThat(verdict(
                        "/pools/TerafyDS",
                        text -> text.replaceFirst("(DB_CLEANUP_IDLE_IN_TRANSACTION_LIMIT\":)\"[^\"]*\"", "$1\"1s\""),
                        "1 transaction has been idle for more than 1s"))
                .isEqualTo("Have a look");
    }

    @Test
    void loginsOfThePoolThatFailAreInTheVerdict() {
        int failed = json("/pools").at("/pools/0/creationFailures").asInt();
        verdict(
                "/pools/TerafyDS",
                text -> text.replaceFirst("\"creationFailures\":\\d+", "\"creationFailures\":" + (failed + 3)),
                "logins of the pool have failed in the last 15 minutes");
    }

    @Test
    void aLostLeaseIsInTheVerdictAsText() {
        String lost =
                "\"lease\":{\"held\":false,\"renewedAt\":\"2026-01-31T08:15:30Z\",\"problem\":\"" + HOSTILE + "\"}";
        verdict(
                "/pools/TerafyDS",
                text -> "{" + lost + ","
                        + text.replaceFirst("\"lease\":\\{[^}]*},", "").substring(1),
                HOSTILE);
    }

    private static void fulfil(Route route, String body) {
        route.fulfill(new FulfillOptions()
                .setStatus(200)
                .setContentType("application/json")
                .setBody(body));
    }

    @Test
    void theDatabaseIsShownAtAGlance() {
        try (DashboardPage page = open(User.WATCHER)) {
            page.await(() -> page.text("#database-pairs").matches("(?s).*Size\\s+[\\d.]+\u00a0MB.*"));
            page.await(() -> page.text("#database-pairs").matches("(?s).*Commits\\s+[\\d.]+ a second.*"));
            assertThat(page.text("#database-pairs"))
                    .contains("primary of 0 replicas")
                    .doesNotContain("lag");
        }
    }

    @Test
    void withoutAReasonNothingIsDone() {
        try (DashboardPage page = open(User.OPERATOR)) {
            page.button("flush").click();
            page.page().waitForSelector("#action-confirm:not([disabled])");
            page.page().click("#action-confirm");
            assertThat(page.page().locator("#action").isVisible()).isTrue();
            assertThat(page.addresses()).noneMatch(address -> address.endsWith("/flush"));
        }
    }

    @Test
    void aPassOfTheCleanupIsPreviewedAndRun() {
        try (DashboardPage page = open(User.OPERATOR)) {
            page.button("cleanup").click();
            page.page().waitForSelector("#action-confirm:not([disabled])");
            assertThat(page.text("#action-preview"))
                    .contains("0 backends will be ended")
                    .contains("this pool");
            page.page().fill("#action-reason", "A look");
            page.page().click("#action-confirm");
            page.await(() -> page.text("#toast").startsWith("Cleanup done"));
        }
    }

    @Test
    void whoMayOnlyReadSeesNoAction() {
        try (DashboardPage page = open(User.WATCHER)) {
            page.page().click("#connections-table tbody tr:first-child button");
            assertThat(page.page().locator("button[data-action]").count()).isZero();
        }
    }

    @Test
    void whoMayNotEvenReadIsToldWhy() {
        try (DashboardPage page = browser.open(User.NOBODY, Look.USUAL)) {
            page.page().waitForSelector("body[data-phase=refused]");
            assertThat(page.text("#stopped")).contains("terafy-monitor");
        }
    }

    @Test
    void theNameOfAnApplicationIsTextAndNothingElse() throws SQLException {
        try (Connection foreign = SharedPostgres.get().superuser();
                Statement statement = foreign.createStatement()) {
            statement.execute("SET application_name = '" + HOSTILE + "'");
            try (DashboardPage page = open(User.WATCHER)) {
                page.await(() -> page.text("#backends-table").replace("\n", "").contains(HOSTILE));
                assertThat(page.page().locator("#backends-table img").count()).isZero();
                assertThat(page.complaints()).isEmpty();
            }
        }
    }

    @Test
    void nothingGoesElsewhereAndNothingIsComplainedOf() {
        hold(1);
        try (DashboardPage page = open(User.OPERATOR)) {
            page.page().click("#language");
            page.page().waitForSelector("html[lang=pt-BR]");
            page.page().click("#theme");
            page.page().click("#connections-table tbody tr:first-child button");
            page.page().keyboard().press("Escape");
            assertThat(page.complaints()).isEmpty();
            assertThat(page.addresses()).allMatch(address -> address.startsWith(DashboardPage.SERVER + "/terafy/"));
        }
    }

    @Test
    void everythingIsServedWithAStrictPolicy() {
        try (DashboardPage page = open(User.WATCHER)) {
            String policy = page.page()
                    .request()
                    .get(DashboardPage.SERVER + "/terafy/", RequestOptions.create())
                    .headers()
                    .get("content-security-policy");
            assertThat(policy).contains("default-src 'none'").doesNotContain("unsafe");
        }
    }

    /** States of the page that are looked at with axe. */
    enum Scene {
        LIGHT,
        DARK,
        NARROW,
        WALL,
        DETAIL,
        ACTION;

        Look look() {
            return switch (this) {
                case DARK, ACTION -> Look.USUAL.dark();
                case NARROW -> Look.USUAL.narrow().portuguese();
                case WALL -> Look.USUAL.wide();
                default -> Look.USUAL;
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Scene.class)
    void axeFindsNoViolation(Scene scene) {
        hold(2);
        try (DashboardPage page = browser.open(User.OPERATOR, scene.look()).live()) {
            if (scene == Scene.DETAIL) {
                page.page().click("#connections-table tbody tr:first-child button");
            } else if (scene == Scene.ACTION) {
                page.button("flush").click();
                page.page().waitForSelector("#action-confirm:not([disabled])");
            }
            List<Rule> violations =
                    new AxeBuilder(page.page()).withTags(RULES).analyze().getViolations();
            assertThat(violations)
                    .extracting(rule -> rule.getId() + " " + rule.getNodes())
                    .isEmpty();
        }
    }

    @Test
    void theKeyboardAloneReachesAnActionAndLeavesIt() {
        try (DashboardPage page = open(User.OPERATOR)) {
            Page keys = page.page();
            for (int steps = 0; steps < 30 && !focused(keys, "data-action").equals("flush"); steps++) {
                keys.keyboard().press("Tab");
            }
            assertThat(focused(keys, "data-action")).isEqualTo("flush");
            keys.keyboard().press("Enter");
            keys.waitForSelector("#action[open]");
            assertThat(focused(keys, "id")).isEqualTo("action-reason");
            keys.keyboard().press("Escape");
            assertThat(focused(keys, "data-action")).isEqualTo("flush");
        }
    }

    private static String focused(Page page, String attribute) {
        return String.valueOf(page.evaluate("name => document.activeElement.getAttribute(name)", attribute));
    }

    @Test
    void nothingScrollsSidewaysOnANarrowPhone() {
        hold(2);
        try (DashboardPage page =
                browser.open(User.OPERATOR, Look.USUAL.narrow().portuguese()).live()) {
            Object width = page.page().evaluate("document.documentElement.scrollWidth");
            assertThat(width).isEqualTo(320);
            assertThat(page.text("#verdict-level")).isNotEmpty();
        }
    }

    @Test
    void whatHasNotChangedIsNotReadAgain() {
        try (DashboardPage page = open(User.WATCHER)) {
            page.page().route("**/history", route -> {
                boolean tagged = route.request().headers().containsKey("if-none-match");
                route.fulfill(new FulfillOptions().setStatus(tagged ? 304 : 500));
            });
            page.page().waitForResponse(response -> response.status() == 304, () -> {});
            assertThat(page.page().locator("#chart canvas").isVisible()).isTrue();
            assertThat(page.complaints()).isEmpty();
        }
    }

    @Test
    void agesGoOnWhileNothingIsSentAgain() {
        hold(1);
        try (DashboardPage page = browser.open(User.WATCHER, Look.USUAL)) {
            page.page().route("**/backends?limit=1000", route -> {
                if (route.request().headers().containsKey("if-none-match")) {
                    route.fulfill(new FulfillOptions().setStatus(304));
                } else {
                    route.resume();
                }
            });
            page.live();
            String since = page.column("backends-table", 6).get(0);
            page.page().waitForResponse(response -> response.status() == 304, () -> {});
            page.await(() -> !page.column("backends-table", 6).get(0).equals(since));
        }
    }

    @Test
    void aHiddenTabAsksNothingUntilItIsSeenAgain() {
        try (DashboardPage page = open(User.WATCHER)) {
            show(page, "hidden");
            int asked = page.addresses().size();
            page.page().waitForTimeout(3_000); // longer than the shortest interval
            assertThat(page.addresses()).hasSize(asked);
            page.page().waitForRequest("**/api/v1/pools/TerafyDS", () -> show(page, "visible"));
        }
    }

    private static void show(DashboardPage page, String visibility) {
        page.page()
                .evaluate(
                        "state => {"
                                + " Object.defineProperty(document, 'visibilityState', {value: state, configurable: true});"
                                + " document.dispatchEvent(new Event('visibilitychange')); }",
                        visibility);
    }

    @Test
    void whileNothingIsKnownItSaysThatItIsLoading() {
        try (DashboardPage page = browser.open(User.WATCHER, Look.USUAL)) {
            page.page()
                    .addInitScript("const ask = window.fetch; window.fetch = (path, options) =>"
                            + " path.includes('/pools') ? new Promise(() => {}) : ask(path, options)");
            page.page().reload();
            page.await(() -> page.text("#verdict-headline").startsWith("Loading"));
        }
    }

    @Test
    void anAddressWithUserAndPasswordIsAsGoodAsAnother() {
        try (DashboardPage page = open(User.WATCHER)) {
            String login = User.WATCHER.login() + ":" + User.WATCHER.password() + "@";
            page.page().navigate(DashboardPage.SERVER.replace("//", "//" + login) + "/terafy/");
            page.live();
            assertThat(page.complaints()).isEmpty();
        }
    }

    @Test
    void whereThereIsNothingItSaysSo() {
        try (DashboardPage page = open(User.WATCHER)) {
            page.await(() -> page.text("#locks-empty").equals("No session waits for a lock."));
            page.await(() -> page.text("#gaps-empty").equals("Pool and PostgreSQL agree."));
            assertThat(page.column("locks-table", 1)).isEmpty();
            assertThat(page.column("gaps-table", 1)).isEmpty();
        }
    }

    @Test
    void fullQueryTextsAreShownToWhoMaySeeThemAndWhenHeAsks() {
        Deployments.hold(rest, "SELECT 'secret'");
        Awaiting.until(
                "its backend is seen",
                () -> held().size() == 1
                        && !list("/backends?state=idle%20in%20transaction", "backends")
                                .isEmpty());
        try (DashboardPage page = open(User.AUDITOR)) {
            detailOfHeld(page);
            assertThat(page.text("#detail-body")).contains("SELECT ?").doesNotContain("secret");
            ServerLog log = ServerLog.ofServer().mark();
            page.button("query").click();
            page.await(() -> page.text("#detail-body").contains("SELECT 'secret'"));
            assertThat(log.messages("TERAFY0502"))
                    .singleElement()
                    .asString()
                    .contains("full query texts of 1 backends shown who=\"auditor\"");
        }
        try (DashboardPage page = open(User.OPERATOR)) {
            detailOfHeld(page);
            assertThat(page.button("query").count()).isZero();
        }
    }

    private static void detailOfHeld(DashboardPage page) {
        page.page().click("#backends-classes [data-class=ours-borrowed]");
        page.page().click("#backends-table tbody tr:first-child button");
        page.await(() -> page.text("#detail-body").contains("SELECT"));
    }

    @Test
    void anEndedSessionIsSaidAndNothingIsAskedAnyMore() {
        try (DashboardPage page = open(User.WATCHER)) {
            page.page().route("**/api/v1/**", route -> route.fulfill(new FulfillOptions().setStatus(401)));
            page.page().waitForSelector("body[data-phase=stopped]");
            assertThat(page.text("#stopped")).contains("Your session has ended");
            int asked = page.addresses().size();
            page.page().waitForTimeout(3_000); // longer than the shortest interval
            assertThat(page.addresses()).hasSize(asked);
        }
    }

    @Test
    void aDatabaseThatIsDownIsTheHeadlineUntilItIsUp() {
        try (DashboardPage page = open(User.WATCHER)) {
            SharedPostgres.get().stopFast();
            try {
                page.await(() -> page.text("#verdict-headline").startsWith("The database has"));
                page.await(() -> page.text("#locks-empty").startsWith("Not known"));
            } finally {
                SharedPostgres.get().start();
                SharedPostgres.get().awaitAccepting();
            }
            page.await(() -> !page.text("#verdict-headline").startsWith("The database has"));
        }
    }

    /** While the EAR is being deployed anew, the server itself says 404. */
    @Test
    void aRedeploymentIsWaitedForAndAMissingPoolIsNot() {
        String missing = rest.get(User.WATCHER, "/pools/Other").json().toString();
        try (DashboardPage page = open(User.WATCHER)) {
            String pool = "**/pools/TerafyDS";
            page.page().route(pool, route -> route.fulfill(new FulfillOptions().setStatus(404)));
            page.await(() -> page.text("#verdict-headline").startsWith("The server has not answered"));
            page.page().unroute(pool);
            page.await(() -> !page.text("#verdict-headline").startsWith("The server has not answered"));
            page.page()
                    .route(
                            pool,
                            route -> route.fulfill(
                                    new FulfillOptions().setStatus(404).setBody(missing)));
            page.page().waitForSelector("body[data-phase=stopped]");
            assertThat(page.text("#stopped")).startsWith("There is no pool TerafyDS");
        }
    }

    @Test
    void timesAreTheServersWhateverTheClockHereSays() {
        try (DashboardPage page = browser.open(User.WATCHER, Look.USUAL)) {
            page.page()
                    .addInitScript("const real = Date; const behind = 2 * 24 * 3600 * 1000;"
                            + " window.Date = class extends real {"
                            + " constructor(...given) { super(...(given.length > 0 ? given : [real.now() - behind])); }"
                            + " static now() { return real.now() - behind; } };");
            page.page().reload();
            page.live();
            assertThat(page.text("#live")).as("of today").matches("Read at [0-9:]+");
        }
    }

    @Test
    void thatAnotherPoolDoesTheCleanupIsSaid() {
        try (DashboardPage page = browser.open(User.WATCHER, Look.USUAL)) {
            page.page()
                    .route(
                            "**/api/v1/cleanup",
                            route -> route.fulfill(new FulfillOptions().setBody("{\"doneBy\":\"Reporting\"}")));
            page.live();
            page.await(() -> page.text("#cleanup-pairs").contains("Done by pool Reporting"));
        }
    }

    @Test
    void whatIsFocusedOrSelectedStaysWhileAgesAndCountsGoOn() {
        hold(1);
        try (DashboardPage page = open(User.WATCHER)) {
            String chip = "#backends-classes [data-class=ours-borrowed]";
            page.await(() -> page.text(chip).endsWith("1"));
            page.page().focus(chip);
            Deployments.hold(rest, "SELECT 1");
            page.await(() -> page.text(chip).endsWith("2"));
            assertThat(focused(page.page(), "data-class")).isEqualTo("ours-borrowed");
            detailOfHeld(page);
            page.page().focus("#detail-body pre");
            page.page().evaluate("getSelection().selectAllChildren(document.querySelector('#detail-body pre'))");
            String ages = page.text("#detail-body");
            page.await(() -> !page.text("#detail-body").equals(ages));
            assertThat(page.page().evaluate("document.activeElement.tagName")).isEqualTo("PRE");
            assertThat(page.page().evaluate("getSelection().toString()")).isEqualTo("SELECT ?");
        }
    }

    @Test
    void theEndOfAnActionWhoseDialogIsClosedIsNoneOfTheNextOnes() {
        hold(2);
        try (DashboardPage page = open(User.OPERATOR)) {
            List<Route> kept = new ArrayList<>();
            page.page().route("**/terminate", kept::add);
            toTerminate(page, 1);
            page.page().waitForSelector("#action-confirm:not([disabled])");
            page.page().fill("#action-reason", "It hangs");
            page.page().click("#action-confirm");
            page.await(() -> kept.size() == 1);
            page.page().keyboard().press("Escape");
            page.page().route("**/api/v1/backends/*", kept::add);
            toTerminate(page, 2);
            page.await(() -> kept.size() == 2);
            kept.get(0).fulfill(new FulfillOptions().setStatus(500));
            page.await(
                    () -> page.text("#action [role=alert]:not(#action-problem)").startsWith("The server"));
            assertThat(page.text("#action-problem")).isEmpty();
            assertThat(page.page().isDisabled("#action-confirm")).isTrue();
            kept.get(1).resume();
            page.page().waitForSelector("#action-confirm:not([disabled])");
        }
    }

    private static void toTerminate(DashboardPage page, int row) {
        page.page().click("#connections-table tbody tr:nth-child(" + row + ") button");
        page.button("terminate").click();
    }

    @Test
    void whatFailsWhileADialogIsOpenIsSaidInIt() {
        hold(1);
        try (DashboardPage page = open(User.AUDITOR)) {
            detailOfHeld(page);
            page.page().route("**/backends/*?query=full", route -> route.fulfill(new FulfillOptions().setStatus(500)));
            page.button("query").click();
            page.await(() -> page.text("#detail [role=alert]").startsWith("The server"));
        }
    }

    @Test
    void aPageLeftOpenKeepsTheNewestEntriesOnly() {
        AtomicInteger asked = new AtomicInteger();
        try (DashboardPage page = browser.open(User.WATCHER, Look.USUAL)) {
            page.page().route("**/history?limit=50", route -> {
                asked.incrementAndGet();
                route.fulfill(new FulfillOptions().setBody(entries(asked.get())));
            });
            page.live();
            page.await(() ->
                    asked.get() > 1 && page.column("history-table", 3).get(0).equals("user " + (asked.get() + 49)));
            assertThat(page.column("history-table", 3)).hasSize(50);
        }
    }

    /** A page of the history, the newest first, that begins with the entry of that number. */
    private static String entries(int first) {
        String entry = "{\"id\":\"%032x\",\"at\":\"%s\",\"who\":\"user %d\",\"kind\":\"flush\",\"pids\":[]}";
        return IntStream.range(first, first + 50)
                .mapToObj(number -> String.format(entry, number, Instant.now(), number))
                .sorted(Comparator.reverseOrder())
                .collect(Collectors.joining(",", "{\"durable\":true,\"entries\":[", "],\"next\":\"x\"}"));
    }
}
