package com.terafy.it.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import com.terafy.it.Archives;
import com.terafy.it.Awaiting;
import com.terafy.it.Management;
import com.terafy.it.SharedPostgres;
import com.terafy.it.dashboard.Browser.Look;
import com.terafy.it.monitor.Deployments;
import com.terafy.it.monitor.Rest;
import com.terafy.it.monitor.User;
import com.terafy.testkit.FaultProxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
import org.junit.jupiter.params.provider.ValueSource;

/** A second pool on the server, whose database can be frozen: what the API and the page say of both. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class SeveralPoolsIT {

    private static final String SECOND = "Reporting";
    private static final List<String> RULES =
            List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

    private static Browser browser;
    private static FaultProxy proxy;

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
        proxy = FaultProxy.to(SharedPostgres.get());
    }

    @AfterAll
    static void quit() {
        try (Management management = Management.ofServer()) {
            management.removePool(SECOND);
        }
        proxy.close();
        browser.close();
    }

    @BeforeEach
    void secondPool() {
        User.makeKnown();
        if (get("/pools").path("pools").size() == 1) {
            try (Management management = Management.ofServer()) {
                String password = System.getProperty("it.app.password"); // inherited by none with a port of its own
                management.addPool(SECOND, Map.of("port", String.valueOf(proxy.port()), "password", password));
            }
        }
    }

    @AfterEach
    void giveBack() {
        proxy.pass();
        Awaiting.until("nothing is held", () -> {
            Deployments.release(rest);
            return inUse(0) + inUse(1) == 0;
        });
    }

    private int inUse(int pool) {
        return get("/pools").path("pools").path(pool).path("inUse").asInt();
    }

    private JsonNode get(String path) {
        return rest.get(User.WATCHER, path).json();
    }

    private void hold(String pool, int connections) {
        for (int i = 0; i < connections; i++) {
            Deployments.hold(rest, pool, "SELECT 1");
        }
        int index = pool.equals(SECOND) ? 1 : 0;
        Awaiting.until("they are held", () -> inUse(index) == connections);
    }

    private static DashboardPage open(String query) {
        return browser.open(User.OPERATOR, Look.USUAL, query).live();
    }

    @Test
    void everyAnswerIsOfThePoolThatIsAskedFor() {
        hold(SECOND, 2);
        assertThat(get("/pools").path("pools").findValuesAsText("name")).containsExactly("TerafyDS", SECOND);
        assertThat(get("/pools/Reporting/connections?state=in-use")
                        .path("matching")
                        .asInt())
                .isEqualTo(2);
        assertThat(get("/pools/Reporting").path("tag").path("applicationName").asText())
                .contains("/Reporting/");
        Awaiting.until(
                "the reading shows them",
                () -> get("/backends?pool=Reporting&class=ours-borrowed")
                                .path("matching")
                                .asInt()
                        == 2);
        assertThat(get("/backends?class=ours-borrowed").path("matching").asInt())
                .as("they are none of the default pool's")
                .isZero();
        assertThat(get("/pools/Reporting/history").path("pool").asText()).isEqualTo(SECOND);
        for (String path : List.of("/summary", "/database", "/locks", "/truth-gap", "/fleet", "/cleanup")) {
            assertThat(rest.get(User.WATCHER, path + "?pool=Reporting").status())
                    .as(path)
                    .isEqualTo(200);
        }
        assertThat(get("/overview").path("pools").findValuesAsText("pool")).containsExactly("TerafyDS", SECOND);
        JsonNode fleet = get("/fleet");
        assertThat(fleet.path("pools").findValuesAsText("pool")).containsExactly(SECOND, "TerafyDS");
        assertThat(fleet.path("pools").findValuesAsText("own")).containsExactly("true", "true");
    }

    @Test
    void aNameThatNoPoolHasIsAnsweredWithThoseThatThereAre() {
        for (String path : List.of("/pools/Other", "/pools/Other/connections", "/backends?pool=Other")) {
            Rest.Answer answer = rest.get(User.WATCHER, path);
            assertThat(answer.status()).as(path).isEqualTo(path.contains("?") ? 422 : 404);
            assertThat(answer.json().path("allowed").toString()).isEqualTo("[\"TerafyDS\",\"Reporting\"]");
        }
    }

    @Test
    void metricsHaveBothPoolsInEachFamily() {
        hold(SECOND, 1);
        assertThat(rest.metrics())
                .contains("db_client_connection_max{db_client_connection_pool_name=\"TerafyDS\"} 10.0")
                .contains("db_client_connection_max{db_client_connection_pool_name=\"Reporting\"} 10.0")
                .contains("db_client_connection_count{db_client_connection_pool_name=\"Reporting\","
                        + "db_client_connection_state=\"used\"} 1.0");
        assertThat(rest.metrics().lines().filter(line -> line.startsWith("# TYPE")))
                .doesNotHaveDuplicates();
    }

    @Test
    void aSilentDatabaseHoldsUpNoAnswerAboutTheOtherPool() {
        get("/overview");
        proxy.freeze();
        Thread asking = new Thread(() -> get("/summary?pool=Reporting"));
        asking.start();
        for (int i = 0; i < 10; i++) {
            long begin = System.nanoTime();
            JsonNode answer = get("/summary");
            assertThat(answer.path("database").path("state").asText()).isEqualTo("up");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
            Awaiting.until(
                    "the next reading is due",
                    () -> !get("/summary").path("readAt").equals(answer.path("readAt")));
        }
        Awaiting.until(
                "it is said of the second",
                () -> List.of("slow", "down")
                        .contains(get("/overview").at("/pools/1/database/state").asText()));
        assertThat(get("/overview").at("/pools/0/database/state").asText()).isEqualTo("up");
        try (DashboardPage page = browser.open(User.WATCHER, Look.USUAL).live()) {
            page.await(() -> page.column("overview-table", 2).get(1).contains("The database"));
            assertThat(page.column("overview-table", 2).get(0)).doesNotContain("The database has");
            assertThat(page.column("overview-table", 5).get(1)).matches("(?s)(slow|away).*");
            assertThat(page.text("#verdict-headline")).doesNotContain("The database has");
        }
        proxy.pass();
        Awaiting.until(
                "it answers again",
                () -> get("/overview").at("/pools/1/database/state").asText().equals("up"));
    }

    @Test
    void theOverviewLeadsToEachPoolByTheKeyboardAndTheAddressKeepsIt() {
        hold(SECOND, 3);
        try (DashboardPage page = open("")) {
            page.await(() -> page.column("overview-table", 1).equals(List.of("TerafyDS", SECOND)));
            page.await(() -> page.column("overview-table", 3).get(1).startsWith("3 of 10"));
            assertThat(page.text("#pool-name")).isEqualTo("TerafyDS");
            assertThat(page.figure("in-use")).isZero();
            Page keys = page.page();
            for (int steps = 0; steps < 30 && !focused(keys).equals(SECOND); steps++) {
                keys.keyboard().press("Tab");
            }
            keys.keyboard().press("Enter");
            keys.waitForURL("**/terafy/?pool=Reporting");
            page.live();
            page.await(() -> page.figure("in-use") == 3);
            assertThat(page.text("#pool-name")).isEqualTo(SECOND);
            page.await(() -> keys.title().contains(" – Reporting – Terafy"));
            assertThat(keys.locator("#overview-table a[aria-current=page]").allInnerTexts())
                    .containsExactly(SECOND);
            keys.reload();
            page.live();
            page.await(() -> page.figure("in-use") == 3);
            keys.click("#overview-table a:text-is('TerafyDS')");
            keys.waitForURL("**/terafy/");
            page.live();
            page.await(() -> page.figure("in-use") == 0);
            assertThat(page.complaints()).isEmpty();
        }
    }

    private static String focused(Page page) {
        return String.valueOf(page.evaluate("() => document.activeElement.textContent"));
    }

    @Test
    void anActionIsOnThePoolOfThePage() {
        hold(SECOND, 1);
        hold("TerafyDS", 1);
        try (DashboardPage page = open("?pool=Reporting")) {
            page.page().click("#connections-table tbody tr:first-child button");
            String pid = page.text("#detail-body h3:has-text('PostgreSQL') + dl dd:first-of-type");
            assertThat(get("/pools/Reporting/connections?state=in-use")
                            .at("/connections/0/backendPid")
                            .asText())
                    .isEqualTo(pid);
            page.button("terminate").click();
            page.page().waitForSelector("#action-confirm:not([disabled])");
            page.page().fill("#action-reason", "It hangs");
            page.page().click("#action-confirm");
            page.await(() -> page.text("#toast").contains("Backend " + pid));
            page.button("flush").click();
            page.page().waitForSelector("#action-confirm:not([disabled])");
            page.page().fill("#action-reason", "For the second pool");
            page.page().click("#action-confirm");
            page.await(() -> page.text("#toast").contains("connection"));
            page.await(() -> page.text("#history-table").contains("For the second pool"));
            assertThat(page.column("history-table", 2).get(0)).isEqualTo(SECOND);
        }
        assertThat(get("/pools").at("/pools/0/evicted/flush").asInt()).isZero();
        assertThat(get("/history?pool=Reporting&limit=2").path("entries").findValuesAsText("kind"))
                .containsExactly("flush", "terminate");
        assertThat(get("/history?pool=TerafyDS&limit=2").path("entries").findValuesAsText("why"))
                .doesNotContain("For the second pool");
    }

    @Test
    void aPoolThatHasGoneIsSaidWithTheWayToTheOthers() {
        try (DashboardPage page = open("?pool=Reporting")) {
            try (Management management = Management.ofServer()) {
                management.removePool(SECOND);
            }
            page.page().waitForSelector("body[data-phase=stopped]");
            assertThat(page.text("#stopped")).contains("There is no pool Reporting on this server");
            page.page().click("#overview-table a:text-is('TerafyDS')");
            page.live();
            page.await(() -> page.text("#pool-name").equals("TerafyDS"));
            assertThat(page.page().isHidden("#overview"))
                    .as("one pool needs no overview")
                    .isTrue();
        }
        assertThat(rest.metrics()).doesNotContain(SECOND);
        assertThat(rest.get(User.WATCHER, "/pools/Reporting").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark", "narrow", "wall"})
    void theOverviewIsForEveryone(String scene) {
        hold(SECOND, 2);
        Look look = switch (scene) {
            case "dark" -> Look.USUAL.dark();
            case "narrow" -> Look.USUAL.narrow().portuguese();
            case "wall" -> Look.USUAL.wide();
            default -> Look.USUAL;
        };
        try (DashboardPage page =
                browser.open(User.OPERATOR, look, "?pool=Reporting").live()) {
            page.await(() -> page.column("overview-table", 1).size() == 2);
            boolean portuguese = scene.equals("narrow");
            assertThat(page.text("#overview-title"))
                    .isEqualTo(portuguese ? "Todos os pools deste servidor" : "All pools of this server");
            List<Rule> violations =
                    new AxeBuilder(page.page()).withTags(RULES).analyze().getViolations();
            assertThat(violations)
                    .extracting(rule -> rule.getId() + " " + rule.getNodes())
                    .isEmpty();
            Object width = page.page().evaluate("document.documentElement.scrollWidth");
            assertThat(width).isEqualTo(look.width());
            Pictures.keep(page, "several-pools-" + scene);
        }
    }
}
