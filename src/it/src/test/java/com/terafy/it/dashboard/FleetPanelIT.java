package com.terafy.it.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.terafy.api.Lease;
import com.terafy.it.Archives;
import com.terafy.it.Awaiting;
import com.terafy.it.ServerLog;
import com.terafy.it.SharedPostgres;
import com.terafy.it.dashboard.Browser.Look;
import com.terafy.it.monitor.Rest;
import com.terafy.it.monitor.User;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two nodes on one PostgreSQL: the second one is a session that says what a lease says. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class FleetPanelIT {

    private static final String TAG = "terafy/second/TerafyDS/0f1ee700";
    private static final int TOO_MANY = 5000;

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
    void quit() {
        browser.close();
    }

    private static Connection second(int max) throws SQLException {
        Connection connection = SharedPostgres.get().connect("terafy_app", System.getProperty("it.app.password"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET application_name = '" + TAG + "/" + Lease.PURPOSE + "'");
        }
        say(connection, max);
        return connection;
    }

    private static void say(Connection connection, int max) throws SQLException {
        Lease lease = new Lease(2, max, 4, 3, 1, Instant.EPOCH, Lease.NO_RULES, List.of(), false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(lease.sql());
        }
    }

    private JsonNode fleet() {
        return rest.get(User.WATCHER, "/fleet").json();
    }

    @Test
    void thePoolsOfBothNodesAreShownAndWhatToSetWhereTheServerHasTooFewConnections() throws SQLException {
        ServerLog log = ServerLog.ofServer().mark();
        try (Connection other = second(TOO_MANY);
                DashboardPage page = browser.open(User.WATCHER, Look.USUAL).live()) {
            page.await(() -> page.column("fleet-table", 1).equals(List.of("second", "shared (this one)")));
            assertThat(page.column("fleet-table", 4).get(0)).isEqualTo(String.valueOf(TOO_MANY));
            assertThat(page.column("fleet-table", 5).get(0)).isEqualTo("4");
            page.await(() -> page.text("#verdict").contains("The 2 pools of this PostgreSQL may open "));
            int needed = fleet().path("summary").path("maxConnectionsToFit").asInt();
            assertThat(page.text("#verdict"))
                    .contains("DB_POOL_MAX to at most "
                            + fleet().path("summary").path("poolMaxToFit").asInt())
                    .contains("max_connections to at least " + needed);
            assertThat(page.text("#fleet-note")).contains("max_connections to at least " + needed);
            assertThat(rest.metrics()).containsPattern("terafy_fleet_connections_exceeded\\{[^}]*} 1\\.0");
            Awaiting.until("the log says it", () -> !log.messages("TERAFY0417").isEmpty());
            assertThat(log.messages("TERAFY0417"))
                    .singleElement()
                    .asString()
                    .contains("\"second/TerafyDS\"", String.valueOf(TOO_MANY), "max_connections to at least " + needed);

            say(other, 5);
            page.await(() -> !page.text("#verdict").contains("pools of this PostgreSQL"));
            page.await(() -> page.column("fleet-table", 4).get(0).equals("5"));
            assertThat(page.page().isHidden("#fleet-note")).isTrue();
            assertThat(rest.metrics()).containsPattern("terafy_fleet_connections_exceeded\\{[^}]*} 0\\.0");
            page.page().click("#language");
            page.await(() -> page.text("#fleet-title").equals("Todos os pools deste PostgreSQL"));
            assertThat(page.complaints()).isEmpty();
        }
        Awaiting.until("the second has gone", () -> fleet().path("pools").size() == 1);
        assertThat(fleet().path("pools").path(0).path("own").asBoolean()).isTrue();
    }
}
