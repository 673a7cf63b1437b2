package com.terafy.it.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.it.Archives;
import com.terafy.it.dashboard.Browser.Look;
import com.terafy.it.monitor.Rest;
import com.terafy.it.monitor.User;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an operator changes of the pool on the page. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class PoolChangesIT {

    private final Rest rest = new Rest();
    private final Browser browser = new Browser();

    @Deployment(testable = false)
    static EnterpriseArchive ear() {
        return Archives.ear();
    }

    @BeforeEach
    void users() {
        User.makeKnown();
    }

    @AfterEach
    void putBack() {
        rest.post(User.OPERATOR, "/pools/TerafyDS/resume", Map.of("reason", "the end of the test"));
        rest.patch(
                User.OPERATOR,
                "/pools/TerafyDS/settings",
                Map.of("DB_POOL_MAX", "10", "reason", "the end of the test"));
        browser.close();
    }

    @Test
    void aSettingIsChangedInTheDialogAndMarkedWithWhatItWas() {
        try (DashboardPage page = browser.open(User.OPERATOR, Look.USUAL).live()) {
            page.await(() -> page.column("settings-table", 1).size() > 10);
            assertThat(page.text("#settings-count")).isEmpty();
            page.button("settings").click();
            page.await(() -> page.text("#action-preview").contains("Nothing is different yet"));
            assertThat(page.page().isDisabled("#action-confirm")).isTrue();
            page.page().fill("#action-choice input[name=DB_POOL_MAX]", "many");
            page.page().waitForSelector("#action-confirm:not([disabled])");
            page.page().fill("#action-reason", "More patients");
            page.page().click("#action-confirm");
            page.await(() -> page.text("#action-problem").matches("(?s).*TERAFY01.*DB_POOL_MAX.*many.*"));

            page.page().fill("#action-choice input[name=DB_POOL_MAX]", "12");
            page.await(() -> page.text("#action-preview").contains("DB_POOL_MAX: 10 → 12"));
            page.page().click("#action-confirm:not([disabled])");
            page.await(() -> page.text("#toast").contains("1 setting differs from the start"));
            page.await(() -> page.text("#settings-count").equals("1 differs from the start"));
            page.page().click("section[aria-labelledby=settings-title] summary");
            int row = page.column("settings-table", 1).indexOf("DB_POOL_MAX");
            assertThat(page.column("settings-table", 2).get(row)).isEqualTo("12");
            assertThat(page.column("settings-table", 3).get(row)).isEqualTo("10");
            page.await(() -> page.column("history-table", 4).contains("More patients"));
            page.page().click("#language");
            page.await(() -> page.text("#settings-count").equals("1 difere do início"));
            assertThat(page.complaints())
                    .filteredOn(text -> !text.contains("422"))
                    .isEmpty();
        }
        try (DashboardPage page = browser.open(User.WATCHER, Look.USUAL).live()) {
            page.await(() -> page.text("#settings-count").equals("1 differs from the start"));
            assertThat(page.button("settings").count()).isZero();
        }
    }

    @Test
    void aPauseIsTheHeadlineUntilThePoolIsResumed() {
        try (DashboardPage page = browser.open(User.OPERATOR, Look.USUAL).live()) {
            press(page, "pause", "PostgreSQL 19");
            page.await(() -> page.text("#verdict-headline").startsWith("The pool is paused"));
            page.await(() -> page.column("history-table", 4).contains("PostgreSQL 19"));
            press(page, "resume", "It is up");
            page.await(() -> !page.text("#verdict").contains("paused"));
            page.await(() -> page.button("pause").count() == 1);
            assertThat(page.complaints()).isEmpty();
        }
    }

    private static void press(DashboardPage page, String action, String reason) {
        page.button(action).click();
        page.page().waitForSelector("#action-confirm:not([disabled])");
        page.page().fill("#action-reason", reason);
        page.page().click("#action-confirm");
    }
}
