package com.terafy.it.pools;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.it.Awaiting;
import com.terafy.it.Cli;
import com.terafy.it.Management;
import com.terafy.testkit.LocalPorts;
import com.terafy.testkit.PgBouncer;
import com.terafy.testkit.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two servers as they are downloaded, each with three pools on two databases, one of them behind PgBouncer: set up as the
 * README says, with nothing but the environment and config/wildfly/add-pool.cli.
 */
@Tag("unchanged-server")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FurtherPoolsIT {

    private static final List<String> POOLS = List.of("TerafyDS", "Pooled", "Reporting");

    private final String appPassword = System.getProperty("it.app.password");

    private TestPostgres postgres;
    private PgBouncer bouncer;
    private final List<PoolsNode> nodes = new ArrayList<>();

    @BeforeAll
    void startServers(@TempDir Path directory) throws Exception {
        postgres =
                TestPostgres.builder().with("max_prepared_transactions", "20").start();
        postgres.createRole("terafy_app", appPassword);
        postgres.execute("CREATE DATABASE reports", "CREATE DATABASE owned");
        for (String database : List.of("terafy_db", "reports")) {
            ask(
                    database,
                    "CREATE TABLE inserted (id bigint GENERATED ALWAYS AS IDENTITY); GRANT INSERT ON inserted TO"
                            + " terafy_app; SELECT 1");
        }
        bouncer = PgBouncer.before(postgres, Map.of("terafy_app", appPassword), "pool_mode = transaction");
        nodes.add(node("one", Integer.getInteger("it.http.port"), Integer.getInteger("it.management.port"), directory));
        nodes.add(node("two", LocalPorts.free(), LocalPorts.free(), directory));
        onEach(node -> {
            node.deploy();
            assertThat(node.add("Reporting").worked()).isTrue();
            assertThat(node.add("Pooled").worked()).isTrue();
            node.deployApplication();
        });
    }

    private PoolsNode node(String name, int httpPort, int managementPort, Path directory) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "DB_HOST", "localhost",
                "DB_PORT", Integer.toString(postgres.port()),
                "DB_PASSWORD", appPassword,
                "DB_POOL_MAX", "5",
                "REPORTING_DB_NAME", "reports",
                "REPORTING_DB_POOL_MAX", "4",
                "POOLED_DB_PORT", Integer.toString(bouncer.port()),
                "POOLED_DB_NAME", "reports",
                "POOLED_DB_PASSWORD", appPassword,
                "POOLED_DB_POOLER", "transaction"));
        environment.putAll(Map.of(
                "AWAY_DB_PORT", "1",
                "AWAY_DB_PASSWORD", "x",
                "AWAY_DB_POOL_ACQUIRE_TIMEOUT", "1s",
                "WRONG_DB_POOL_MAX", "none",
                "SCRATCH_DB_POOL_MAX", "3",
                "OWNED_DB_NAME", "owned",
                "OWNED_DB_ADMIN_USER", TestPostgres.SUPERUSER,
                "OWNED_DB_ADMIN_PASSWORD", postgres.password()));
        return new PoolsNode(name, httpPort, managementPort, environment, directory);
    }

    @FunctionalInterface
    private interface Step {
        void on(PoolsNode node) throws Exception;
    }

    /** At the same time. */
    private void onEach(Step step) {
        List<CompletableFuture<Void>> all = nodes.stream()
                .map(node -> CompletableFuture.runAsync(() -> {
                    try {
                        step.on(node);
                    } catch (Exception failed) {
                        throw new IllegalStateException(failed);
                    }
                }))
                .toList();
        all.forEach(CompletableFuture::join);
    }

    @AfterAll
    void stopServers() {
        nodes.forEach(PoolsNode::close);
        bouncer.close();
        postgres.close();
    }

    private String ask(String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        postgres.url(database), TestPostgres.SUPERUSER, postgres.password());
                Statement statement = connection.createStatement()) {
            boolean rows = statement.execute(sql);
            while (!rows) {
                rows = statement.getMoreResults();
            }
            ResultSet row = statement.getResultSet();
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    /** Of a pool on all nodes, without those that its lease and others have beside it. */
    private int backends(String pool) throws SQLException {
        return Integer.parseInt(ask(
                "postgres",
                "SELECT count(*) FROM pg_stat_activity WHERE application_name ~ '^terafy/[^/]+/" + pool
                        + "/[0-9a-f]{8}$'"));
    }

    @Test
    @Order(1)
    void eachPoolServesWithItsOwnSettingsAndWhatItInherits() throws Exception {
        for (PoolsNode node : nodes) {
            assertThat(node.ask("names", "")).isEqualTo("TerafyDS Pooled Reporting");
            assertThat(node.ask("where", "TerafyDS")).isEqualTo("terafy_db as terafy_app");
            assertThat(node.ask("where", "Reporting")).isEqualTo("reports as terafy_app");
            assertThat(node.ask("where", "Pooled")).isEqualTo("reports as terafy_app");
            assertThat(node.ask("origin", "Reporting", "DB_PASSWORD")).contains("INHERITED", "DB_PASSWORD");
            assertThat(node.messages("TERAFY0266: Pool Reporting"))
                    .contains(
                            "its own: REPORTING_DB_NAME, REPORTING_DB_POOL_MAX; inherited: DB_HOST, DB_PORT, DB_PASSWORD;");
            assertThat(node.messages("TERAFY0264")).contains("Pool Pooled").contains("POOLED_DB_POOLER");
        }
        Awaiting.until("the minimum of two nodes", () -> backends("Reporting") == 4 && backends("TerafyDS") == 4);
        assertThat(ask(
                        "postgres",
                        "SELECT count(DISTINCT datname) FROM pg_stat_activity WHERE application_name LIKE"
                                + " 'terafy/%/lease'"))
                .isEqualTo("2");
    }

    @Test
    @Order(2)
    void eachDatabaseIsCleanedOnceANode() {
        for (PoolsNode node : nodes) {
            Awaiting.until(
                    "the cleanup has seen them",
                    () -> node.messages("TERAFY0401").contains("Pool Reporting"));
            assertThat(node.messages("TERAFY0401")).contains("Pool TerafyDS");
        }
    }

    @Test
    @Order(3)
    void resizedUnderLoadNoOperationFails() {
        onEach(node -> POOLS.forEach(pool -> node.ask("load", pool)));
        for (String size : List.of("2", "12", "1", "6")) {
            onEach(node -> POOLS.forEach(pool -> {
                assertThat(node.ask("resize", pool, size)).contains("max=" + size);
                int before = node.done(pool);
                Awaiting.until("it goes on", () -> node.done(pool) > before + 20);
            }));
        }
        onEach(node ->
                POOLS.forEach(pool -> assertThat(node.ask("end", pool)).as(pool).matches("[1-9][0-9]+ 0 ")));
    }

    /** In transactions of the container, by the scripts; twice, since what they have set stays in the configuration. */
    @RepeatedTest(2)
    @Order(3)
    void aRestartOfPostgresqlBetweenPauseAndResumeFailsNoOperation() throws Exception {
        PoolsNode node = nodes.get(0);
        node.ask("patience", "TerafyDS", "5m"); // each script starts a JVM, which takes long on a busy machine
        node.ask("load", "TerafyDS");
        Awaiting.until("it works", () -> node.done("TerafyDS") > 20);

        Cli.Said paused = node.pause("TerafyDS");
        assertThat(paused.worked()).as(paused.text()).isTrue();
        Awaiting.until("none is left", () -> node.ask("paused", "TerafyDS").equals("true 0"));
        postgres.restartFast();
        int before = node.done("TerafyDS");
        Cli.Said resumed = node.resume("TerafyDS");
        assertThat(resumed.worked()).as(resumed.text()).isTrue();
        Awaiting.until("it goes on", () -> node.done("TerafyDS") > before + 20);

        assertThat(node.ask("end", "TerafyDS")).matches("[1-9][0-9]+ 0 ");
        assertThat(node.messages("TERAFY0256")).contains("Pool TerafyDS");
        assertThat(node.messages("TERAFY0257")).contains("Pool TerafyDS");
    }

    @Test
    @Order(4)
    void aSecondPoolWhoseSettingsWouldHaveTheSameNamesIsRefused() {
        PoolsNode node = nodes.get(0);

        Cli.Said said = node.add("reporting");

        assertThat(said.worked()).as(said.text()).isFalse();
        assertThat(node.messages("TERAFY0267")).contains("Pool reporting: the pool Reporting runs already");
        assertThat(node.ask("names", "")).isEqualTo("TerafyDS Pooled Reporting");
        assertThat(node.ask("where", "Reporting")).isEqualTo("reports as terafy_app");
        assertThat(node.remove("reporting").worked()).as("nothing was added").isFalse();
    }

    @Test
    @Order(5)
    void aNameThatWildflyAllowsAndWeDoNotIsRefusedWithWhatIsAllowed() {
        Cli.Said said = nodes.get(0).add("Main.DB");

        assertThat(said.worked()).as(said.text()).isFalse();
        assertThat(nodes.get(0).messages("TERAFY0125")).contains("Pool Main.DB: a pool's name has no word \"DB\"");
    }

    @Test
    @Order(6)
    void aWrongSettingOfItsOwnFailsThatPoolAlone() {
        Cli.Said said = nodes.get(1).add("Wrong");

        assertThat(said.worked()).as(said.text()).isFalse();
        assertThat(nodes.get(1).messages("TERAFY0102")).contains("Pool Wrong: WRONG_DB_POOL_MAX is \"none\"");
        assertThat(nodes.get(1).ask("names", "")).isEqualTo("TerafyDS Pooled Reporting");
    }

    @Test
    @Order(7)
    void aPoolIsRemovedWhileItIsInUse() throws Exception {
        PoolsNode node = nodes.get(0);
        assertThat(node.add("Scratch").worked()).isTrue();
        node.ask("load", "Scratch");
        Awaiting.until("it works", () -> node.done("Scratch") > 10);

        Cli.Said said = node.remove("Scratch");

        assertThat(said.worked()).as(said.text()).isTrue();
        assertThat(node.ask("end", "Scratch")).doesNotMatch("[0-9]+ 0 .*");
        Awaiting.until("no backend of it is left", () -> backends("Scratch") == 0);
        assertThat(node.ask("where", "Scratch")).startsWith("error javax.naming.NameNotFoundException");
        assertThat(node.ask("names", "")).isEqualTo("TerafyDS Pooled Reporting");
    }

    @Test
    @Order(8)
    void aDatabaseThatIsDownKeepsNoPoolFromBeingAdded() {
        PoolsNode node = nodes.get(1);

        assertThat(node.add("Away").worked()).isTrue();

        assertThat(node.ask("where", "Away")).startsWith("error").contains("TERAFY0206: Pool Away");
        assertThat(node.ask("names", "")).isEqualTo("TerafyDS Away Pooled Reporting");
        assertThat(node.ask("where", "Reporting")).isEqualTo("reports as terafy_app");
        assertThat(node.remove("Away").worked()).isTrue();
    }

    /** The role is there already, with the password that the pool inherits; what the administrator may is in that database. */
    @Test
    @Order(9)
    void aPoolWithAnAdministratorOfItsOwnHasItsDatabaseMigratedAndNoOther() throws Exception {
        PoolsNode node = nodes.get(1);

        Cli.Said said = node.add("Owned");

        assertThat(said.worked()).as(said.text()).isTrue();
        assertThat(node.messages("TERAFY0301"))
                .contains("Pool Owned")
                .doesNotContain("Pool TerafyDS", "Pool Reporting");
        assertThat(node.ask("where", "Owned")).isEqualTo("owned as terafy_app");
        String migrated = "SELECT count(*) FROM pg_namespace WHERE nspname = 'terafy_migration'";
        assertThat(ask("owned", migrated)).isEqualTo("1");
        for (String database : List.of("terafy_db", "reports")) {
            assertThat(ask(database, migrated)).as(database).isEqualTo("0");
        }
        assertThat(node.ask("where", "Reporting"))
                .as("with the password as before")
                .isEqualTo("reports as terafy_app");
        assertThat(node.remove("Owned").worked()).isTrue();
    }

    /** Its sizes are of managed connections: more than any pool may have, and in use as many as are borrowed. */
    @Test
    @Order(10)
    void whatTheModelCountsAsInUseIsTrueAndItsMaximumLimitsNothing() throws Exception {
        PoolsNode node = nodes.get(1);
        try (Management management = node.management()) {
            management.countInPool("Reporting");
            for (int held : List.of(1, 3)) {
                assertThat(node.ask("hold", "Reporting", Integer.toString(held)))
                        .contains("inUse=" + held);
                assertThat(management.countInPool("Reporting", "InUseCount")).isEqualTo(held);
                assertThat(node.ask("release", "Reporting")).contains("inUse=0");
                assertThat(management.countInPool("Reporting", "InUseCount")).isZero();
            }
            for (String size : List.of("2", "7")) {
                assertThat(node.ask("resize", "Reporting", size)).contains("max=" + size);
                assertThat(node.ask("hold", "Reporting", size)).contains("inUse=" + size);
                assertThat(management.countInPool("Reporting", "InUseCount")).isEqualTo(Integer.parseInt(size));
                assertThat(management.attributeOfPool("Reporting", "max-pool-size"))
                        .isEqualTo(100_000);
                node.ask("release", "Reporting");
            }
            assertThat(management.attributeOfPool("Reporting", "min-pool-size")).isZero();
        }
    }

    /** WildFly starts without the EAR and says nothing of the definitions; with the EAR the pools are there again. */
    @Test
    @Order(11)
    void thePoolsComeBackWithTheEarAndAfterAReload() throws Exception {
        PoolsNode node = nodes.get(0);
        nodes.get(1).close();
        node.undeployApplication();
        try (Management management = node.management()) {
            management.redeploy("terafy.ear");
            Awaiting.until("both are there", () -> backends("Reporting") == 2 && backends("TerafyDS") == 2);
            management.undeploy("terafy.ear");
            Awaiting.until("none is there", () -> backends("(Reporting|TerafyDS)") == 0);
            management.reload();
        }
        node.deploy();
        Awaiting.until("both are there", () -> backends("Reporting") == 2 && backends("TerafyDS") == 2);
        node.deployApplication();
        assertThat(node.ask("names", "")).isEqualTo("TerafyDS Pooled Reporting");
        assertThat(node.ask("where", "Pooled")).isEqualTo("reports as terafy_app");
    }

    /**
     * An application with its own Flyway, JPA and persistent timers of the container; and one that looks the pool up in code.
     * Everything starts at once, and each waits for what it needs.
     */
    @Test
    @Order(12)
    void whatKeepsItsDataInThePoolStartsAfterItAndRollsBackWithIt() throws Exception {
        PoolsNode node = nodes.get(0);
        ask("terafy_db", "GRANT CREATE ON SCHEMA public TO terafy_app; SELECT 1");
        Cli.Said said = node.cli()
                .commands("/subsystem=ejb3/service=timer-service/database-data-store=terafy:add("
                        + "datasource-jndi-name=java:/TerafyDS, database=postgresql, partition=practice)");
        assertThat(said.worked()).as(said.text()).isTrue();
        node.deployAll(Services.reminders(), Services.lookingUp());

        Awaiting.until("it ticks", () -> node.reminders("ticks", 0, 0).matches("[2-9]|[0-9]{2,}"));
        node.reminders("addInVain", 1, 1000);
        node.reminders("add", 2, 500);
        Awaiting.until("it fires", () -> node.reminders("state", 2, 0).equals("done"));
        assertThat(node.reminders("state", 1, 0)).isEqualTo("none");
        assertThat(timersOfOneTime()).isEqualTo("0");

        node.reminders("add", 3, 5000);
        assertThat(timersOfOneTime()).isEqualTo("1");
        String before = node.log();
        try (Management management = node.management()) {
            management.reload();
        }
        Awaiting.until("it fires", () -> node.reminders("state", 3, 0).equals("done"));
        Awaiting.until("it ticks", () -> node.reminders("ticks", 0, 0).matches("[2-9]|[0-9]{2,}"));
        assertThat(node.log().substring(before.length())).doesNotContain("WFLYCTL0184", "WFLYCTL0412", "NameNotFound");
    }

    private String timersOfOneTime() throws SQLException {
        return ask("terafy_db", "SELECT count(*) FROM jboss_ejb_timer WHERE schedule_expr_second IS NULL");
    }
}
