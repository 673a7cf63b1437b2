package com.terafy.it.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.it.Archives;
import com.terafy.it.Management;
import com.terafy.it.dashboard.Browser.Look;
import com.terafy.it.monitor.Rest;
import com.terafy.it.monitor.User;
import java.util.Map;
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

/** The history on the page, before and after a redeployment. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class HistoryPanelIT {

    private static final String EAR = Archives.earFile().getFileName().toString();
    private static final String HOSTILE = "<img src=x onerror=alert(1)>";
    private static final int PAGE = 50;

    private final Rest rest = new Rest();
    private final Browser browser = new Browser();
    private final Management management = Management.ofServer();

    /** Arquillian wants one; the EAR is deployed and undeployed here. */
    @Deployment(testable = false)
    static WebArchive nothing() {
        return ShrinkWrap.create(WebArchive.class, "nothing.war").addAsWebResource(new StringAsset("-"), "index.html");
    }

    @BeforeEach
    void deploy() {
        User.makeKnown();
        management.deploy(Archives.earFile());
    }

    @AfterEach
    void undeploy() {
        management.undeploy(EAR);
        management.close();
        browser.close();
    }

    private void flush(String reason) {
        rest.post(User.OPERATOR, "/pools/TerafyDS/flush", Map.of("mode", "idle", "reason", reason));
    }

    @Test
    void whatWasDoneIsThereAtOnceAndAfterARedeploymentAndIsTextAndNothingElse() {
        String reason = HOSTILE + System.nanoTime();
        try (DashboardPage page = browser.open(User.WATCHER, Look.USUAL).live()) {
            flush(reason);
            page.await(() -> page.column("history-table", 4).contains(reason));
            assertThat(page.column("history-table", 2).get(0))
                    .startsWith("Flush")
                    .contains("flush mode=idle");
            assertThat(page.column("history-table", 3).get(0))
                    .startsWith("operator")
                    .contains("127.0.0.1");
            assertThat(page.column("history-table", 6).get(0)).startsWith("done (");
            assertThat(page.page().locator("#history-table img").count()).isZero();
            assertThat(page.complaints()).isEmpty();
        }
        management.undeploy(EAR);
        management.deploy(Archives.earFile());
        try (DashboardPage page = browser.open(User.WATCHER, Look.USUAL).live()) {
            page.await(() -> page.column("history-table", 4).contains(reason));
            assertThat(page.text("#history-count")).isEmpty();
        }
    }

    @Test
    void olderEntriesAreLoadedWhenTheyAreAskedForAndStay() {
        for (int i = 0; i < PAGE + 5; i++) {
            flush("flush " + i);
        }
        try (DashboardPage page = browser.open(User.WATCHER, Look.USUAL).live()) {
            page.await(() -> page.column("history-table", 4).size() == PAGE);
            assertThat(page.column("history-table", 4)).doesNotContain("flush 0");
            page.page().click("#history-more");
            page.await(() -> page.column("history-table", 4).contains("flush 0"));
            flush("the newest");
            page.await(() -> page.column("history-table", 4).get(0).equals("the newest"));
            assertThat(page.column("history-table", 4))
                    .filteredOn(reason -> reason.startsWith("flush "))
                    .hasSize(PAGE + 5)
                    .doesNotHaveDuplicates();
        }
    }
}
