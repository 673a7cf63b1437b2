package com.terafy.portability;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.testkit.Backend;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each line of the table in {@code .github/decisions/portability.md}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenLibertyIT {

    private static final String APP = "terafy_app";
    private static final String PASSWORD = "only-for-the-application";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private TestPostgres postgres;

    @BeforeAll
    void startPostgres() {
        postgres =
                TestPostgres.builder().with("max_prepared_transactions", "10").start();
        postgres.createRole(APP, PASSWORD);
        postgres.execute("CREATE TABLE note (id int)", "GRANT INSERT ON note TO " + APP);
    }

    @AfterAll
    void stopPostgres() {
        postgres.close();
    }

    private Map<String, String> environment(String name, String value) {
        Map<String, String> environment = new HashMap<>();
        environment.put("DB_HOST", postgres.host());
        environment.put("DB_PORT", Integer.toString(postgres.port()));
        environment.put("DB_PASSWORD", PASSWORD);
        environment.put(name, value);
        return environment;
    }

    private List<Backend> backends() {
        return postgres.backends("terafy/");
    }

    /** Without the one that says that the pool lives. */
    private List<Backend> pooled() {
        return backends().stream()
                .filter(backend -> !backend.applicationName().endsWith("/lease"))
                .toList();
    }

    private String rows(int id) throws SQLException {
        try (Connection connection = postgres.superuser();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM note WHERE id = " + id)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void connectionsAreReusedAndReplacedWhereTheirBackendsEnded() {
        try (LibertyServer server = LibertyServer.start("reuse", environment("DB_NAME", "terafy_db"), "")) {
            assertThat(server.get("/hold?count=3")).hasSize(3).allMatch(line -> line.startsWith("pid "));
            List<String> open =
                    backends().stream().map(backend -> "pid " + backend.pid()).toList();
            assertThat(server.get("/hold?count=3")).hasSize(3).isSubsetOf(open);

            backends().forEach(backend -> postgres.terminate(backend.pid()));
            assertThat(server.get("/hold?count=3"))
                    .hasSize(3)
                    .allMatch(line -> line.startsWith("pid "))
                    .doesNotContainAnyElementsOf(open);
            assertThat(server.log()).doesNotContain(PASSWORD);
        }
        Awaitility.await("the end of every backend")
                .atMost(LIMIT)
                .until(() -> backends().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "xa"})
    void theContainersTransactionsCommitAndRollBack(String support) throws SQLException {
        int id = support.length() * 100;
        try (LibertyServer server =
                LibertyServer.start("transactions-" + support, environment("DB_TRANSACTION_SUPPORT", support), "")) {
            assertThat(server.get("/transaction?id=" + id + "&commit=true"))
                    .singleElement()
                    .asString()
                    .startsWith("error 2D000 TERAFY0222");
            assertThat(rows(id)).isEqualTo("1");
            assertThat(server.get("/transaction?id=" + (id + 1) + "&commit=false"))
                    .singleElement()
                    .asString()
                    .startsWith("error 2D000 TERAFY0222");
            assertThat(rows(id + 1)).isEqualTo("0");
        }
    }

    @Test
    void propertiesOfTheConnectionFactoryGoBeforeTheEnvironment() {
        String properties = "poolName=\"Other\" host=\"%s\" port=\"%d\" user=\"%s\" password=\"%s\""
                .formatted(postgres.host(), postgres.port(), APP, PASSWORD);
        Map<String, String> elsewhere = Map.of("DB_HOST", "nowhere.invalid");
        try (LibertyServer server = LibertyServer.start("properties", elsewhere, properties)) {
            assertThat(server.get("/hold?count=1"))
                    .singleElement()
                    .asString()
                    .as(server.log())
                    .startsWith("pid ");
            assertThat(backends()).allMatch(backend -> backend.applicationName().contains("/Other/"));
        }
    }

    @Test
    void thePoolHasTheSizesAndTimesOfTheEnvironment() {
        Map<String, String> small = environment("DB_POOL_MAX", "5");
        small.put("DB_POOL_MIN", "3");
        small.put("DB_POOL_ACQUIRE_TIMEOUT", "5s");
        small.put("DB_POOL_IDLE_TIMEOUT", "2s");
        small.put("DB_POOL_SWEEP_INTERVAL", "1s");
        try (LibertyServer server = LibertyServer.start("sizes", small, "")) {
            List<String> held = server.get("/hold?count=6");
            assertThat(held.subList(0, 5)).allMatch(line -> line.startsWith("pid "));
            assertThat(held.get(5)).startsWith("error 08001 TERAFY0205");

            awaitBackends("the sweep", 3);
            List<Backend> swept = pooled();
            swept.forEach(backend -> postgres.terminate(backend.pid()));
            Awaitility.await("the minimum again, with nobody borrowing")
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> pooled().size() == 3 && pooled().stream().noneMatch(swept::contains));
        }
    }

    private void awaitBackends(String why, int count) {
        Awaitility.await(why).atMost(LIMIT).until(() -> pooled().size() == count);
    }
}
