package com.terafy.ra.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.core.BaseConnection;

/**
 * Every way to leave something in a session that a text of SQL shows. Each case is a real leak: in mode off the next
 * borrower sees it.
 */
class SessionStateTest {

    private static final String DATABASE = "session_plain";
    private static final TestPostgres POSTGRES = TestPostgres.shared();

    private static String pictureOfFresh;

    /** What a borrower does. */
    @FunctionalInterface
    interface Borrower {
        void use(Connection connection) throws SQLException;
    }

    record Leak(String name, Borrower borrower) {

        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void makeDatabase() throws Exception {
        POSTGRES.execute(
                "DROP DATABASE IF EXISTS " + DATABASE,
                "CREATE DATABASE " + DATABASE,
                "DROP ROLE IF EXISTS session_other",
                "CREATE ROLE session_other");
        try (Connection connection = fresh();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA other; CREATE TABLE visit (id serial PRIMARY KEY, note text)");
            statement.execute("GRANT ALL ON visit TO PUBLIC");
        }
        try (OneConnection pool = OneConnection.to(POSTGRES, DATABASE, "off");
                Connection connection = pool.dataSource().getConnection()) {
            pictureOfFresh = normal(SessionPicture.of(connection));
        }
    }

    private static Connection fresh() throws SQLException {
        return DriverManager.getConnection(POSTGRES.url(DATABASE), TestPostgres.SUPERUSER, POSTGRES.password());
    }

    static Stream<Leak> leaksBySql() {
        return Stream.of(
                sql("SET app.user_id = '7'"),
                sql("SET SESSION app.user_id = '7'"),
                sql("set\tapp.user_id\nto '7'"),
                sql("/* a */ SET -- b\n app.user_id = '7'"),
                sql("SET \"app\".user_id = '7'"),
                sql("SET local.user_id = '7'"),
                sql("SET local.user_id TO '7'"),
                sql("BEGIN; SET app.user_id = '7'; COMMIT"),
                sql("BEGIN; SET LOCAL app.user_id = '1'; SET app.user_id = '7'; END"),
                sql("SELECT 1; SET app.user_id = '7'"),
                sql("SELECT 1 /* ; */ ; /* SELECT */ SET app.user_id = '7' -- ;"),
                sql("SELECT ';' ; SET app.user_id = '7'"),
                sql("SET TIME ZONE 'UTC-5'"),
                sql("SET ROLE session_other"),
                sql("SET SESSION AUTHORIZATION session_other"),
                sql("SET SESSION AUTHORIZATION session_other; SET ROLE session_other"),
                sql("SET search_path = other"),
                sql("SET SCHEMA 'other'"),
                sql("SET statement_timeout = '61s'"),
                sql("SET application_name = 'somebody else'"),
                sql("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"),
                sql("SET session_replication_role = replica"),
                sql("SET DateStyle = 'ISO, DMY'"),
                sql("SET extra_float_digits = -1"),
                sql("SET row_security = off"),
                sql("SELECT set_config('app.user_id', '7', false)"),
                sql("SELECT SET_CONFIG('app.user_id', '7', false)"),
                sql("SELECT \"set_config\"('app.user_id', '7', false)"),
                sql("SELECT pg_catalog.set_config('app.user_id', '7', false)"),
                sql("SELECT pg_catalog . \"set_config\" ('app.user_id', '7', false)"),
                sql("SELECT set_config/* ( */('app.user_id', '7', false)"),
                sql("SELECT set_config -- (\n ('app.user_id', '7', false)"),
                sql("SELECT set_config('app.user_id', '7', not true)"),
                sql("SELECT set_config('app.user_id', set_config('app.user_id', '7', true), false)"),
                sql("SELECT set_config('app.user_id', set_config('app.user_id', '7', false), true)"),
                sql("SELECT U&\"s\\0065t_config\"('app.user_id', '7', false)"),
                sql("SELECT u&\"s!0065t_config\" UESCAPE '!' ('app.user_id', '7', false)"),
                sql("SELECT 1 --\r, set_config('app.user_id', '7', false)"),
                sql("SELECT $a$ $b$a$, set_config('app.user_id', '7', false)"),
                sql("SELECT a$b$ FROM (SELECT 1 AS a$b$) x, set_config('app.user_id', '7', false) AS b$b$"),
                sql("SELECT /* /* */ ' */ 1, set_config('app.user_id', '7', false) /* ' */"),
                sql("SELECT (SELECT set_config('app.user_id', '7', false))"),
                sql("(SELECT set_config('app.user_id', '7', false))"),
                sql("WITH a AS (SELECT set_config('app.user_id', '7', false)) SELECT * FROM a"),
                sql("SELECT 1 WHERE set_config('app.user_id', '7', false) IS NOT NULL"),
                sql("SELECT * FROM set_config('app.user_id', '7', false)"),
                sql("SELECT * FROM set_config('app.user_id', '7', false) AS x(a)"),
                sql("SELECT * FROM ROWS FROM (set_config('app.user_id', '7', false)) AS r"),
                sql("VALUES (set_config('app.user_id', '7', false))"),
                sql("SELECT DISTINCT ON (1) set_config('app.user_id', '7', false)"),
                sql("SELECT CASE WHEN set_config('app.user_id', '7', false) = '' THEN 1 END"),
                sql("SELECT 1 ORDER BY set_config('app.user_id', '7', false)"),
                sql("SELECT count(*) FILTER (WHERE set_config('app.user_id', '7', false) = '')"
                        + " FROM (VALUES (1)) AS x"),
                sql("SELECT array_agg(x ORDER BY set_config('app.user_id', '7', false))"
                        + " FROM (VALUES (1)) AS y(x)"),
                sql("INSERT INTO visit (note) VALUES (set_config('app.user_id', '7', false))"),
                sql("INSERT INTO visit (note) VALUES ('x') RETURNING set_config('app.user_id', '7', false)"),
                sql("UPDATE visit SET note = set_config('app.user_id', '7', false)"),
                sql("UPDATE visit SET (note) = (SELECT set_config('app.user_id', '7', false))"),
                sql("DELETE FROM visit WHERE set_config('app.user_id', '7', false) IS NOT NULL"),
                sql("SELECT query_to_xml_and_friends FROM (SELECT ts_stat($$SELECT to_tsvector("
                        + "set_config('app.user_id', '7', false))$$)) AS s(query_to_xml_and_friends)"),
                sql("EXPLAIN ANALYZE SELECT set_config('app.user_id', '7', false)"),
                sql("DO $$ BEGIN PERFORM set_config('app.user_id', '7', false); END $$"),
                sql("DO $$ BEGIN EXECUTE 'SET app.' || 'user_id = 7'; END $$"),
                sql("PREPARE p AS SELECT set_config('app.user_id', '7', false); EXECUTE p; DEALLOCATE p"),
                sql("PREPARE p AS SELECT 1"),
                sql("PREPARE \"odd \"\" name;\" AS SELECT 1"),
                sql("CREATE TEMP TABLE t (a int)"),
                sql("CREATE TEMPORARY TABLE visit (a int)"),
                sql("CREATE LOCAL TEMP TABLE t (a int)"),
                sql("CREATE TABLE pg_temp.t (a int)"),
                sql("CREATE TEMP VIEW v AS SELECT 1"),
                sql("CREATE TEMP SEQUENCE s"),
                sql("CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'"),
                sql("SELECT 1 AS a INTO TEMP t"),
                sql("SELECT 1 AS a INTO TEMPORARY TABLE t"),
                sql("WITH i AS (INSERT INTO visit (note) VALUES ('x') RETURNING id)" + " SELECT id INTO TEMP t FROM i"),
                sql("SET search_path = pg_temp; CREATE TABLE t (a int)"),
                sql("SELECT pg_advisory_lock(1)"),
                sql("SELECT pg_advisory_lock_shared(1)"),
                sql("SELECT pg_try_advisory_lock(1, 2)"),
                sql("SELECT 1 FROM (VALUES (1)) AS v WHERE pg_try_advisory_lock(3)"),
                sql("LISTEN news"),
                sql("DECLARE c CURSOR WITH HOLD FOR SELECT 1"),
                new Leak("set_config in a committed transaction", connection -> {
                    connection.setAutoCommit(false);
                    execute(connection, "SELECT set_config('app.user_id', '7', false)");
                    connection.commit();
                }),
                new Leak("set_config with bound parameters", connection -> {
                    try (PreparedStatement statement = connection.prepareStatement("SELECT set_config(?, ?, ?)")) {
                        statement.setString(1, "app.user_id");
                        statement.setString(2, "7");
                        statement.setBoolean(3, false);
                        statement.execute();
                    }
                }),
                new Leak("set_config by a call", connection -> {
                    try (CallableStatement call = connection.prepareCall("{? = call set_config(?, ?, ?)}")) {
                        call.registerOutParameter(1, Types.VARCHAR);
                        call.setString(2, "app.user_id");
                        call.setString(3, "7");
                        call.setBoolean(4, false);
                        call.execute();
                    }
                }),
                new Leak("SET in a batch", connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.addBatch("INSERT INTO visit (note) VALUES ('x')");
                        statement.addBatch("SET app.user_id = '7'");
                        statement.executeBatch();
                    }
                }),
                new Leak(
                        "SET by the driver's own object",
                        connection -> execute(connection.unwrap(BaseConnection.class), "SET app.user_id = 7")),
                new Leak("SET while auto-commit is off, and a rollback to before", connection -> {
                    connection.setAutoCommit(false);
                    Savepoint before = connection.setSavepoint();
                    execute(connection, "SET app.user_id = '1'");
                    connection.rollback(before);
                    execute(connection, "SET app.user_id = '7'");
                    connection.commit();
                }));
    }

    /** What JDBC's own setters leave is put back in every mode. */
    static Stream<Leak> leaksBySetter() {
        return Stream.of(
                new Leak("setSchema", connection -> connection.setSchema("other")),
                new Leak(
                        "setTransactionIsolation",
                        connection -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE)),
                new Leak("setClientInfo", connection -> connection.setClientInfo("ApplicationName", "x")));
    }

    private static Leak sql(String text) {
        return new Leak(text, connection -> execute(connection, text));
    }

    private static void execute(Connection connection, String text) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    static Stream<Arguments> leaksByMode() {
        Stream<Arguments> setters =
                Stream.of("always", "off").flatMap(mode -> leaksBySetter().map(leak -> Arguments.of(mode, leak)));
        Stream<Arguments> texts =
                Stream.of("always").flatMap(mode -> leaksBySql().map(leak -> Arguments.of(mode, leak)));
        return Stream.concat(setters, texts);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("leaksByMode")
    void nextBorrowerSeesNothing(String mode, Leak leak) throws Exception {
        assertThat(pictureAfter(leak, mode)).isEqualTo(pictureOfFresh);
    }

    @ParameterizedTest
    @MethodSource("leaksBySql")
    void withoutResetTheNextBorrowerSeesIt(Leak leak) throws Exception {
        assertThat(pictureAfter(leak, "off")).isNotEqualTo(pictureOfFresh);
    }

    private static String pictureAfter(Leak leak, String mode) throws ResourceException, SQLException {
        try (OneConnection pool = OneConnection.to(POSTGRES, DATABASE, mode)) {
            try (Connection connection = pool.dataSource().getConnection()) {
                leak.borrower().use(connection);
            }
            assertThat(pool.refused()).isNull();
            try (Connection connection = pool.dataSource().getConnection()) {
                assertThat(pool.opened()).isEqualTo(1);
                return normal(SessionPicture.of(connection));
            }
        }
    }

    /** Every pool has an instance number in its application name. */
    private static String normal(String picture) {
        return picture.replaceAll("application_name=terafy/\\S+", "application_name=terafy");
    }
}
