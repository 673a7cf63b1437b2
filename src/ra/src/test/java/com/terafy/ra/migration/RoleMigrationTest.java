package com.terafy.ra.migration;

import static com.terafy.ra.migration.MigrationDatabase.SERVER;
import static com.terafy.ra.migration.MigrationDatabase.login;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.pool.settings.PoolSettings;
import com.terafy.ra.errors.PostgresErrors;
import com.terafy.testkit.TestPostgres;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLHandshakeException;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoleMigrationTest {

    private MigrationDatabase database = new MigrationDatabase();

    @AfterEach
    void drop() {
        database.close();
    }

    private MigrationOutcome run(PoolSettings settings) throws SQLException {
        return RoleMigration.run(settings, database::open);
    }

    private void assertLogsIn(String password) throws SQLException {
        try (Connection connection = database.open("terafy_app", password)) {
            assertThat(connection.isValid(5)).isTrue();
        }
    }

    @Test
    void firstRunMakesARoleThatLogsIn() throws SQLException {
        assertThat(run(database.settings("first secret"))).isEqualTo(MigrationOutcome.APPLIED);
        assertLogsIn("first secret");
    }

    @Test
    void secondRunChangesNothing() throws SQLException {
        run(database.settings("same"));
        String versions = "SELECT xmin FROM pg_authid WHERE rolname = 'terafy_app' UNION ALL SELECT xmin FROM"
                + " pg_namespace WHERE nspname = 'public'";
        List<String> before = database.query(versions);
        assertThat(run(database.settings("same"))).isEqualTo(MigrationOutcome.UP_TO_DATE);
        assertThat(database.query(versions)).isEqualTo(before);
    }

    @Test
    void changedPasswordIsSetAtTheNextRun() throws SQLException {
        run(database.settings("old"));
        assertThat(run(database.settings("new"))).isEqualTo(MigrationOutcome.REPEATED);
        assertLogsIn("new");
        assertThatThrownBy(() -> database.open("terafy_app", "old"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
    }

    @Test
    void droppedRoleIsMadeAgain() throws SQLException {
        run(database.settings("secret"));
        database.execute("DROP OWNED BY terafy_app", "DROP ROLE terafy_app");
        assertThat(run(database.settings("secret"))).isEqualTo(MigrationOutcome.REPEATED);
        assertLogsIn("secret");
    }

    @Test
    void scriptThatChangedSinceIsRunAgainOnce() throws SQLException {
        run(database.settings("secret"));
        database.execute("UPDATE terafy_migration.schema_history SET checksum = 1 WHERE version IS NOT NULL");
        assertThat(run(database.settings("secret"))).isEqualTo(MigrationOutcome.REPEATED);
        assertThat(run(database.settings("secret"))).isEqualTo(MigrationOutcome.UP_TO_DATE);
    }

    @Test
    void withoutAdministratorNothingIsAsked() throws SQLException {
        PoolSettings settings = database.settings(login("terafy_app", "secret"), Optional.empty());
        MigrationOutcome outcome = RoleMigration.run(settings, login -> {
            throw new AssertionError("opened a connection");
        });
        assertThat(outcome).isEqualTo(MigrationOutcome.NOT_CONFIGURED);
    }

    @Test
    void poolOfAnotherRoleLeavesThePasswordAlone() throws SQLException {
        PoolSettings.Login superuser = login(TestPostgres.SUPERUSER, SERVER.password());
        PoolSettings settings = database.settings(superuser, Optional.of(superuser));
        assertThat(run(settings)).isEqualTo(MigrationOutcome.APPLIED);
        assertThat(run(settings)).isEqualTo(MigrationOutcome.UP_TO_DATE);
        assertThat(database.query("SELECT rolpassword FROM pg_authid WHERE rolname = 'terafy_app'"))
                .containsExactly("null");
    }

    /** Requirements, section 5: run the file by hand, change .env, restart the server. */
    @Test
    void stepsOfTheRequirementsLeadToALogin() throws SQLException {
        PoolSettings.Login superuser = login(TestPostgres.SUPERUSER, SERVER.password());
        run(database.settings(superuser, Optional.of(superuser)));
        database.runByHand("");
        assertThat(run(database.settings("terafy_app_password"))).isEqualTo(MigrationOutcome.REPEATED);
        assertLogsIn("terafy_app_password");
    }

    @Test
    void unreachableServerFailsWithTheDriversOwnException() {
        SQLException refused = new SQLException("Connection refused", "08001");
        assertThatThrownBy(() -> RoleMigration.run(database.settings("secret"), login -> {
                    throw refused;
                }))
                .isSameAs(refused);
    }

    @Test
    void settingThatKeepsTheDriverFromConnectingIsNamedAndDoesNotPass() {
        SQLException wrong = new SQLException("SSL error", "08006", new SSLHandshakeException("no trust"));

        assertThatThrownBy(() -> RoleMigration.run(database.settings("secret"), login -> {
                    throw wrong;
                }))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        e -> assertThat(PostgresErrors.mayPass(e)).isFalse())
                .hasMessageContainingAll("TERAFY0304", "TERAFY0317", "DB_SSL_ROOT_CERT");
    }

    @Test
    void refusedAdministratorIsToldWhatToRunByHand() {
        PoolSettings settings = database.settings(
                login("terafy_app", "hidden one"), Optional.of(login(TestPostgres.SUPERUSER, "hidden two")));
        assertThatThrownBy(() -> run(settings)).isInstanceOfSatisfying(SQLException.class, e -> {
            assertThat(e.getSQLState()).isEqualTo("28P01");
            assertThat(e.getMessage())
                    .startsWith("TERAFY0304: Pool TerafyDS, ")
                    .contains("psql -h localhost -p " + SERVER.port() + " -U postgres -d " + database.name
                            + " -f config/migrations/20251124000000_create_app_user.sql")
                    .doesNotContain("hidden");
        });
    }

    @Test
    void nodesThatStartAtOnceAllFindTheRole() throws Exception {
        int nodes = 6;
        CyclicBarrier start = new CyclicBarrier(nodes);
        ExecutorService threads = Executors.newFixedThreadPool(nodes);
        try {
            List<Future<MigrationOutcome>> runs = new ArrayList<>();
            for (int i = 0; i < nodes; i++) {
                runs.add(threads.submit(() -> {
                    start.await();
                    return run(database.settings("shared secret"));
                }));
            }
            List<MigrationOutcome> outcomes = new ArrayList<>();
            for (Future<MigrationOutcome> run : runs) {
                outcomes.add(run.get());
            }
            assertThat(outcomes).containsOnlyOnce(MigrationOutcome.APPLIED);
            assertThat(outcomes).containsOnly(MigrationOutcome.APPLIED, MigrationOutcome.UP_TO_DATE);
        } finally {
            threads.shutdownNow();
        }
        assertLogsIn("shared secret");
    }

    @Test
    void ownerOfTheDatabaseWhoMayCreateRolesSuffices() throws SQLException {
        database.close();
        database = MigrationDatabase.ownedBy("dba");
        PoolSettings settings = database.settings(login("terafy_app", "secret"), Optional.of(login("dba", "owner")));
        assertThat(run(settings)).isEqualTo(MigrationOutcome.APPLIED);
        PoolSettings changed = database.settings(login("terafy_app", "other"), Optional.of(login("dba", "owner")));
        assertThat(run(changed)).isEqualTo(MigrationOutcome.REPEATED);
        try (Connection connection = database.open("terafy_app", "other");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE made_by_application (id int)");
        }
    }

    @Test
    void administratorWithoutRightsOnTheDatabaseFailsAndLeavesNothing() throws SQLException {
        SERVER.execute("CREATE ROLE weak_dba LOGIN CREATEROLE PASSWORD 'weak'");
        PoolSettings settings =
                database.settings(login("terafy_app", "secret"), Optional.of(login("weak_dba", "weak")));
        assertThatThrownBy(() -> run(settings)).isInstanceOfSatisfying(SQLException.class, e -> {
            assertThat(e.getSQLState()).isEqualTo("42501");
            assertThat(e.getMessage()).startsWith("TERAFY0304: ").contains("failed as weak_dba");
        });
        assertThat(database.query("SELECT 1 FROM pg_roles WHERE rolname = 'terafy_app'"))
                .isEmpty();
    }

    @Test
    void applicationsOwnFlywayBeginsInSchemaPublicAsIfWeWereNotThere(@TempDir Path directory) throws Exception {
        run(database.settings("secret"));
        Files.writeString(directory.resolve("V1__first.sql"), "CREATE TABLE customer (id int);");
        Flyway application = Flyway.configure()
                .dataSource(SERVER.url(database.name), "terafy_app", "secret")
                .locations("filesystem:" + directory)
                .load();
        assertThat(application.migrate().migrationsExecuted).isEqualTo(1);
        assertThat(database.query("SELECT tableowner FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"))
                .containsExactly("terafy_app", "terafy_app");
        assertThat(run(database.settings("secret"))).isEqualTo(MigrationOutcome.UP_TO_DATE);
    }

    @Test
    void tablesThatAreThereAlreadyAreNoObstacle() throws SQLException {
        database.execute("CREATE TABLE old (id serial)", "CREATE TABLE flyway_schema_history (id int)");
        assertThat(run(database.settings("secret"))).isEqualTo(MigrationOutcome.APPLIED);
        try (Connection connection = database.open("terafy_app", "secret");
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("INSERT INTO old DEFAULT VALUES"))
                    .isEqualTo(1);
        }
    }

    @Test
    void applicationCannotTouchTheHistory() throws SQLException {
        run(database.settings("secret"));
        try (Connection connection = database.open("terafy_app", "secret");
                Statement statement = connection.createStatement()) {
            for (String touch : List.of(
                    "DELETE FROM terafy_migration.schema_history",
                    "UPDATE terafy_migration.schema_history SET checksum = 1",
                    "INSERT INTO terafy_migration.schema_history SELECT * FROM terafy_migration.schema_history",
                    "TRUNCATE terafy_migration.schema_history",
                    "CREATE TABLE terafy_migration.mine (id int)")) {
                assertThatThrownBy(() -> statement.execute(touch)).hasMessageContaining("permission denied");
            }
        }
    }

    /** As pg_dump does it: a lock on every table of the database, then everything is read. */
    @Test
    void applicationCanDumpTheDatabase() throws SQLException {
        database.execute("CREATE TABLE old (id serial)");
        run(database.settings("secret"));
        assertCanDump();
    }

    @Test
    void applicationCanDumpADatabaseThatAnOlderScriptHasMigrated() throws SQLException {
        run(database.settings("secret"));
        database.execute(
                "REVOKE ALL ON SCHEMA terafy_migration FROM terafy_app",
                "REVOKE ALL ON terafy_migration.schema_history FROM terafy_app",
                "UPDATE terafy_migration.schema_history SET checksum = 1 WHERE version IS NOT NULL");
        assertThat(run(database.settings("secret"))).isEqualTo(MigrationOutcome.REPEATED);
        assertCanDump();
    }

    private void assertCanDump() throws SQLException {
        List<String> tables = database.query("SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n"
                + " ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema'"
                + " AND n.nspname NOT LIKE 'pg\\_%'");
        assertThat(tables).contains("terafy_migration.schema_history");
        try (Connection connection = database.open("terafy_app", "secret");
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String table : tables) {
                statement.execute("LOCK TABLE " + table + " IN ACCESS SHARE MODE");
                statement.executeQuery("SELECT * FROM " + table).close();
            }
            connection.rollback();
        }
    }

    @Test
    void passwordNeverReachesTheServersLog() throws SQLException {
        run(database.settings("Sehr geheim 1"));
        run(database.settings("Sehr geheim 2"));
        assertThat(SERVER.serverLog())
                .contains("create_app_user", "terafy.app_password")
                .doesNotContain("Sehr geheim");
    }

    /** Behind a pooler the administrator's session goes on to serve other clients. */
    @Test
    void nothingOfThePasswordStaysInASession() throws SQLException {
        List<String> left = new ArrayList<>();
        LoginOpener opener = login -> {
            Connection real = database.open(login);
            return (Connection) Proxy.newProxyInstance(
                    Connection.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("close") && !real.isClosed()) {
                            left.add(told(real));
                        }
                        return method.invoke(real, arguments);
                    });
        };
        assertThat(RoleMigration.run(database.settings("first"), opener)).isEqualTo(MigrationOutcome.APPLIED);
        assertThat(RoleMigration.run(database.settings("second"), opener)).isEqualTo(MigrationOutcome.REPEATED);
        assertThat(left).hasSizeGreaterThan(2).containsOnly("");
        assertLogsIn("second");
    }

    private static String told(Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.rollback();
        }
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT coalesce(current_setting('terafy.app_password', true), '')")) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void worksUnderAnyContextClassLoader() throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader stranger = new URLClassLoader(new URL[0], null)) {
            thread.setContextClassLoader(stranger);
            assertThat(run(database.settings("secret"))).isEqualTo(MigrationOutcome.APPLIED);
            thread.setContextClassLoader(null);
            assertThat(run(database.settings("secret"))).isEqualTo(MigrationOutcome.UP_TO_DATE);
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
