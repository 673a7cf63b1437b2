package com.terafy.ra.migration;

import static com.terafy.ra.migration.MigrationDatabase.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CreateAppUserScriptTest {

    private static final String WITH_PASSWORD = "-c terafy.app_password=by\\ hand";

    private final MigrationDatabase database = new MigrationDatabase();

    @AfterEach
    void drop() {
        database.close();
    }

    private void prepare() throws SQLException {
        database.execute(
                "CREATE TABLE customer (id serial PRIMARY KEY, name text)",
                "CREATE VIEW customers AS SELECT * FROM customer",
                "CREATE FUNCTION answer() RETURNS int LANGUAGE sql AS 'SELECT 42'",
                "REVOKE EXECUTE ON FUNCTION answer() FROM PUBLIC",
                "CREATE PROCEDURE work() LANGUAGE sql AS 'SELECT 1'",
                "REVOKE EXECUTE ON PROCEDURE work() FROM PUBLIC",
                "CREATE SCHEMA other",
                "CREATE TABLE other.hidden (id int)");
        database.runByHand(WITH_PASSWORD);
    }

    private void asApplication(String sql) throws SQLException {
        try (Connection connection = database.open("terafy_app", "by hand");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO customer (name) VALUES ('x')",
                "SELECT * FROM customers",
                "UPDATE customer SET name = 'y'",
                "DELETE FROM customer",
                "TRUNCATE customer",
                "SELECT nextval('customer_id_seq')",
                "SELECT setval('customer_id_seq', 7)",
                "SELECT answer()",
                "CALL work()",
                "CREATE TABLE mine (id int REFERENCES customer)",
                "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "CREATE TEMPORARY TABLE scratch (id int)",
            })
    void roleMay(String sql) throws SQLException {
        prepare();
        assertThatCode(() -> asApplication(sql)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM other.hidden",
                "CREATE TABLE other.mine (id int)",
                "CREATE SCHEMA mine",
                "DROP TABLE customer",
                "ALTER TABLE customer ADD COLUMN more int",
                "CREATE ROLE another",
                "CREATE DATABASE another",
                "ALTER ROLE terafy_app SUPERUSER",
                "ALTER ROLE terafy_app BYPASSRLS",
                "ALTER ROLE postgres PASSWORD 'x'",
                "SET ROLE postgres",
                "SELECT * FROM pg_authid",
                "SELECT pg_read_file('postgresql.conf')",
                "COPY customer TO PROGRAM 'cat'",
                "ALTER SYSTEM SET work_mem = '1MB'",
            })
    void roleMayNot(String sql) throws SQLException {
        prepare();
        assertThatThrownBy(() -> asApplication(sql))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }

    @Test
    void roleHasLoginAndNoOtherAttribute() throws SQLException {
        prepare();
        assertThat(database.query("SELECT rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolreplication,"
                        + " rolbypassrls, rolconfig::text FROM pg_roles WHERE rolname = 'terafy_app'"))
                .containsExactly("t|f|f|f|f|f|{idle_in_transaction_session_timeout=5min}");
    }

    @Test
    void attributesOfARoleThatWasThereAreTakenAway() throws SQLException {
        database.execute("CREATE ROLE terafy_app NOLOGIN SUPERUSER CREATEDB CREATEROLE REPLICATION BYPASSRLS");
        roleHasLoginAndNoOtherAttribute();
    }

    @Test
    void secondRunChangesNothing() throws SQLException {
        prepare();
        List<String> first = database.catalog();
        database.runByHand(WITH_PASSWORD);
        assertThat(database.catalog()).isEqualTo(first).anyMatch(row -> row.startsWith("relation|customer|"));
    }

    @Test
    void flywayGivesTheSameAsRunningItByHand() throws SQLException {
        prepare();
        List<String> byHand = database.catalog();
        try (MigrationDatabase other = new MigrationDatabase()) {
            database.execute("DROP OWNED BY terafy_app", "DROP ROLE terafy_app");
            other.execute(
                    "CREATE TABLE customer (id serial PRIMARY KEY, name text)",
                    "CREATE VIEW customers AS SELECT * FROM customer",
                    "CREATE FUNCTION answer() RETURNS int LANGUAGE sql AS 'SELECT 42'",
                    "REVOKE EXECUTE ON FUNCTION answer() FROM PUBLIC",
                    "CREATE PROCEDURE work() LANGUAGE sql AS 'SELECT 1'",
                    "REVOKE EXECUTE ON PROCEDURE work() FROM PUBLIC");
            RoleMigration.run(other.settings("by hand"), other::open);
            assertThat(other.catalog()).isEqualTo(byHand);
            other.execute("DROP OWNED BY terafy_app");
        }
    }

    @Test
    void packedScriptIsTheFileInConfig() throws IOException {
        assertThat(MigrationScript.load().text()).isEqualTo(Files.readString(MigrationDatabase.script()));
    }

    @Test
    void withoutPasswordANewRoleHasNoneAndAnOldOneKeepsIts() throws SQLException {
        String password = "SELECT rolpassword FROM pg_authid WHERE rolname = 'terafy_app'";
        database.runByHand("");
        assertThat(database.query(password)).containsExactly("null");
        database.runByHand(WITH_PASSWORD);
        List<String> verifier = database.query(password);
        assertThat(verifier.get(0)).startsWith("SCRAM-SHA-256$");
        database.runByHand("");
        assertThat(database.query(password)).isEqualTo(verifier);
        asApplication("SELECT 1");
    }

    @Test
    void runWithAnotherPasswordChangesIt() throws SQLException {
        database.runByHand("-c terafy.app_password=former");
        database.runByHand(WITH_PASSWORD);
        asApplication("SELECT 1");
    }

    @Test
    void createOfPublicIsRevokedAsOnAnUpgradedDatabase() throws SQLException {
        database.execute("GRANT CREATE ON SCHEMA public TO PUBLIC", "CREATE ROLE stranger LOGIN PASSWORD 'stranger'");
        prepare();
        assertThat(database.query("SELECT has_schema_privilege('stranger', 'public', 'CREATE')"))
                .containsExactly("f");
        asApplication("CREATE TABLE mine (id int)");
    }

    @Test
    void objectsThatAdministratorAndOwnersMakeLaterAreOpen() throws SQLException {
        SERVER.execute("CREATE ROLE dba");
        database.execute(
                "GRANT CREATE, USAGE ON SCHEMA public TO dba", "ALTER DATABASE " + database.name + " OWNER TO dba");
        prepare();
        database.execute(
                "CREATE TABLE later (id serial)",
                "CREATE FUNCTION later() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "REVOKE EXECUTE ON FUNCTION later() FROM PUBLIC",
                "SET ROLE dba",
                "CREATE TABLE later_of_owner (id serial)",
                "CREATE TABLE other_schema_is_closed (id int)");
        asApplication("INSERT INTO later DEFAULT VALUES");
        asApplication("INSERT INTO later_of_owner DEFAULT VALUES");
        asApplication("SELECT later()");
        database.execute("CREATE TABLE other.later (id int)");
        assertThatThrownBy(() -> asApplication("SELECT * FROM other.later")).hasMessageContaining("permission denied");
    }

    @Test
    void timeoutThatAnAdministratorRaisedIsKept() throws SQLException {
        prepare();
        database.execute("ALTER ROLE terafy_app SET idle_in_transaction_session_timeout = '10min'");
        database.runByHand(WITH_PASSWORD);
        assertThat(database.query("SELECT rolconfig::text FROM pg_roles WHERE rolname = 'terafy_app'"))
                .containsExactly("{idle_in_transaction_session_timeout=10min}");
    }

    @Test
    void runsAtOnceInTwoDatabasesAllSucceed() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (MigrationDatabase other = new MigrationDatabase()) {
            CyclicBarrier start = new CyclicBarrier(8);
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                MigrationDatabase target = i % 2 == 0 ? database : other;
                runs.add(threads.submit(() -> {
                    start.await();
                    target.runByHand(WITH_PASSWORD);
                    return null;
                }));
            }
            for (Future<?> run : runs) {
                run.get();
            }
            asApplication("CREATE TABLE mine (id int)");
            other.execute("DROP OWNED BY terafy_app");
            database.execute("DROP OWNED BY terafy_app");
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void passwordStaysOutOfTheLogEvenIfSettingItIsCancelled() throws SQLException {
        prepare();
        try (Connection holder = database.superuser();
                Statement lock = holder.createStatement()) {
            holder.setAutoCommit(false);
            lock.execute("ALTER ROLE terafy_app CONNECTION LIMIT 50");
            assertThatThrownBy(() ->
                            database.runByHand("-c statement_timeout=300 -c terafy.app_password=must-not-be-logged"))
                    .hasMessageContaining("the password of terafy_app was not set: canceling statement")
                    .hasMessageNotContaining("must-not-be-logged");
            holder.rollback();
        }
        assertThat(SERVER.serverLog()).contains("canceling statement").doesNotContain("must-not-be-logged");
    }
}
