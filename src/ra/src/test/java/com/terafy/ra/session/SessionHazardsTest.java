package com.terafy.ra.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.testkit.ManualTicker;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What changes a session without a sign of it in the text of SQL. */
class SessionHazardsTest {

    private static final String DATABASE = "session_hazards";
    private static final TestPostgres POSTGRES = TestPostgres.shared();
    private static final Duration INTERVAL = Duration.ofSeconds(15);

    private static final String SETS = "set_config('app.user_id', '7', false)";
    private static final String FUNCTION = "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$SELECT " + SETS + "$$;";
    private static final String TRIGGER_FUNCTION =
            "CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM " + SETS + "; RETURN NEW; END$$;";

    /** What the owner of the database made, and an innocent text that brings it about. */
    record Hazard(String made, String text) {

        @Override
        public String toString() {
            return made + " — " + text;
        }
    }

    private Connection owner;

    @BeforeAll
    static void makeDatabase() throws SQLException {
        POSTGRES.execute("DROP DATABASE IF EXISTS " + DATABASE, "CREATE DATABASE " + DATABASE);
    }

    @BeforeEach
    void makeSchema() throws SQLException {
        owner = DriverManager.getConnection(POSTGRES.url(DATABASE), TestPostgres.SUPERUSER, POSTGRES.password());
        make("DROP SCHEMA IF EXISTS hidden CASCADE; DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;"
                + " CREATE TABLE visit (id serial, note text); INSERT INTO visit (note) VALUES ('x');");
    }

    @AfterEach
    void closeOwner() throws SQLException {
        owner.close();
    }

    private void make(String sql) throws SQLException {
        try (Statement statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }

    static Stream<Hazard> hazards() {
        return Stream.of(
                new Hazard(
                        FUNCTION + "CREATE FUNCTION lower(visit) RETURNS text LANGUAGE sql AS 'SELECT f()'",
                        "SELECT lower(visit) FROM visit"),
                new Hazard(
                        FUNCTION + "CREATE FUNCTION note2(visit) RETURNS text LANGUAGE sql AS 'SELECT f()'",
                        "SELECT visit.note2 FROM visit"),
                new Hazard(
                        "CREATE FUNCTION upper(a int) RETURNS text LANGUAGE plpgsql AS $$BEGIN\n"
                                + " /* SET */ SET app.user_id = '7'; RETURN a; END$$",
                        "SELECT upper(1)"),
                new Hazard(
                        "CREATE FUNCTION upper(a int) RETURNS text LANGUAGE plpgsql AS $$BEGIN IF true THEN SET"
                                + " SESSION app.user_id = '7'; END IF; RETURN a; END$$",
                        "SELECT upper(1)"),
                new Hazard(
                        "CREATE FUNCTION upper(a int) RETURNS text LANGUAGE plpgsql AS $$BEGIN"
                                + " EXECUTE format('S%s app.user_id = 7', 'ET'); RETURN a; END$$",
                        "SELECT upper(1)"),
                new Hazard(
                        "CREATE FUNCTION upper(a int) RETURNS text LANGUAGE plpgsql AS $$BEGIN"
                                + " CREATE TEMP TABLE t (a int); RETURN a; END$$",
                        "SELECT upper(1)"),
                new Hazard(
                        "CREATE FUNCTION upper(a int) RETURNS text LANGUAGE plpgsql AS $$BEGIN"
                                + " PERFORM pg_advisory_lock(a); RETURN a; END$$",
                        "SELECT upper(1)"),
                new Hazard("CREATE FUNCTION upper(a int) RETURNS text LANGUAGE sql RETURN " + SETS, "SELECT upper(1)"),
                new Hazard(
                        "CREATE FUNCTION upper(a int) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT " + SETS + "; END",
                        "SELECT upper(1)"),
                new Hazard(
                        "CREATE FUNCTION upper(a int, b text DEFAULT " + SETS + ") RETURNS text LANGUAGE sql"
                                + " AS 'SELECT $2'",
                        "SELECT upper(1)"),
                new Hazard(
                        "CREATE FUNCTION upper(text, text, boolean) RETURNS text LANGUAGE internal"
                                + " AS 'set_config_by_name'",
                        "SELECT upper('app.user_id', '7', false)"),
                new Hazard(
                        "CREATE FUNCTION upper(a int) RETURNS int LANGUAGE sql AS" + " $$LISTEN news; SELECT 1$$",
                        "SELECT upper(1)"),
                new Hazard(
                        "CREATE SCHEMA IF NOT EXISTS hidden; CREATE OR REPLACE FUNCTION hidden.f() RETURNS text"
                                + " LANGUAGE sql AS $$SELECT " + SETS + "$$; CREATE VIEW v AS SELECT hidden.f()",
                        "SELECT * FROM v"),
                new Hazard("CREATE VIEW v AS SELECT " + SETS, "SELECT * FROM v"),
                new Hazard("CREATE VIEW v AS SELECT " + SETS, "TABLE v"),
                new Hazard(
                        "CREATE VIEW v AS SELECT count(*) FILTER (WHERE " + SETS + " = '7') FROM visit",
                        "SELECT * FROM v"),
                new Hazard(
                        "CREATE VIEW v AS SELECT word FROM ts_stat($$SELECT to_tsvector(" + SETS + ")$$)",
                        "SELECT * FROM v"),
                new Hazard(
                        "CREATE RULE r AS ON INSERT TO visit DO ALSO SELECT " + SETS,
                        "INSERT INTO visit (note) VALUES ('y')"),
                new Hazard(
                        "CREATE RULE r AS ON INSERT TO visit WHERE " + SETS + " = '7' DO INSTEAD NOTHING",
                        "INSERT INTO visit (note) VALUES ('y')"),
                new Hazard(
                        TRIGGER_FUNCTION + "CREATE TRIGGER t BEFORE INSERT ON visit FOR EACH ROW EXECUTE FUNCTION g()",
                        "INSERT INTO visit (note) VALUES ('y')"),
                new Hazard(
                        "CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
                                + " CREATE TRIGGER t BEFORE INSERT ON visit FOR EACH ROW WHEN (" + SETS + " = '7')"
                                + " EXECUTE FUNCTION quiet()",
                        "INSERT INTO visit (note) VALUES ('y')"),
                new Hazard("ALTER TABLE visit ALTER note SET DEFAULT " + SETS, "INSERT INTO visit VALUES (DEFAULT)"),
                new Hazard(
                        "ALTER TABLE visit ADD CHECK (" + SETS + " = '7') NOT VALID",
                        "INSERT INTO visit (note) VALUES ('y')"),
                new Hazard("CREATE DOMAIN word AS text CHECK (" + SETS + " = '7')", "SELECT 'x'::word"),
                new Hazard(
                        "CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = pg_try_advisory_lock)",
                        "SELECT 1 ### 2"),
                new Hazard(
                        FUNCTION + "CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'SELECT length(f())';"
                                + "CREATE OPERATOR ## (RIGHTARG = text, FUNCTION = f)",
                        "SELECT ## 'x'::text"),
                new Hazard(
                        FUNCTION + "CREATE TYPE pair AS (a text); CREATE FUNCTION to_pair(int) RETURNS pair"
                                + " LANGUAGE sql AS 'SELECT ROW(f())::pair'; CREATE CAST (int AS pair) WITH FUNCTION"
                                + " to_pair(int)",
                        "SELECT 1::pair"),
                new Hazard(
                        "CREATE AGGREGATE max(text, boolean) (SFUNC = set_config, STYPE = text,"
                                + " INITCOND = 'app.user_id')",
                        "SELECT max('7', false)"));
    }

    @ParameterizedTest
    @MethodSource("hazards")
    void nextBorrowerSeesNothing(Hazard hazard) throws Exception {
        make(hazard.made());
        assertThat(pictureAfter(hazard, "tracked"))
                .doesNotContain("app.user_id 7")
                .isEqualTo(pictureBefore());
    }

    @ParameterizedTest
    @MethodSource("hazards")
    void withoutResetTheNextBorrowerSeesItAndNoTextShowsIt(Hazard hazard) throws Exception {
        make(hazard.made());
        assertThat(SqlText.mayChangeSession(hazard.text())).isFalse();
        assertThat(pictureAfter(hazard, "off")).isNotEqualTo(pictureBefore());
    }

    private static String pictureBefore() throws Exception {
        try (OneConnection pool = OneConnection.to(POSTGRES, DATABASE, "off");
                Connection connection = pool.dataSource().getConnection()) {
            return normal(SessionPicture.of(connection));
        }
    }

    private static String pictureAfter(Hazard hazard, String mode) throws Exception {
        try (OneConnection pool = OneConnection.to(POSTGRES, DATABASE, mode)) {
            run(pool, hazard.text());
            try (Connection connection = pool.dataSource().getConnection()) {
                assertThat(pool.opened()).isEqualTo(1);
                return normal(SessionPicture.of(connection));
            }
        }
    }

    private static void run(OneConnection pool, String text) throws SQLException {
        try (Connection connection = pool.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private static String normal(String picture) {
        return picture.replaceAll("application_name=terafy/\\S+", "application_name=terafy");
    }

    @Test
    void theReadingIsRenewedWhenItIsTooOld() throws Exception {
        ManualTicker ticker = new ManualTicker();
        SessionHazards hazards = new SessionHazards("test", ticker, INTERVAL);
        assertThat(hazards.present()).isTrue(); // not known yet
        hazards.refresh(owner);
        assertThat(hazards.present()).isFalse();

        make("CREATE VIEW v AS SELECT " + SETS);
        hazards.refresh(owner);
        assertThat(hazards.present()).isFalse(); // documented: seen at the next sweep

        ticker.advance(INTERVAL);
        hazards.refresh(owner);
        assertThat(hazards.present()).isTrue();

        make("DROP VIEW v");
        ticker.advance(INTERVAL);
        hazards.refresh(owner);
        assertThat(hazards.present()).isFalse();
    }

    /** CREATE OR REPLACE keeps the number and the OIDs. */
    @Test
    void aReplacedBodyIsNoticed() throws Exception {
        ManualTicker ticker = new ManualTicker();
        SessionHazards hazards = new SessionHazards("test", ticker, INTERVAL);
        make("CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT 1::text'");
        hazards.refresh(owner);
        assertThat(hazards.present()).isFalse();
        make(FUNCTION.replace("CREATE", "CREATE OR REPLACE"));
        ticker.advance(INTERVAL);
        hazards.refresh(owner);
        assertThat(hazards.present()).isTrue();
    }

    @Test
    void whatIsDefinedThroughThePoolCountsAtOnce() throws Exception {
        try (OneConnection pool = OneConnection.to(POSTGRES, DATABASE, "tracked")) {
            run(pool, "CREATE VIEW v AS SELECT " + SETS);
            run(pool, "SELECT * FROM v");
            try (Connection connection = pool.dataSource().getConnection()) {
                assertThat(SessionPicture.of(connection)).contains("app.user_id unset");
            }
        }
    }

    @Test
    void aReadingThatBeganBeforeADefinitionDoesNotCount() {
        SessionHazards hazards = new SessionHazards("test", new ManualTicker(), INTERVAL);
        hazards.defined();
        assertThat(hazards.present()).isTrue();
    }

    @Test
    void anyRoleMayReadThem() throws Exception {
        POSTGRES.execute("DROP ROLE IF EXISTS session_nobody");
        POSTGRES.createRole("session_nobody", "only-for-a-test");
        make("CREATE SCHEMA hidden; CREATE TABLE hidden.t (a int)");
        make("CREATE FUNCTION hidden.s() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT a FROM hidden.t; END");
        SessionHazards hazards = new SessionHazards("test", new ManualTicker(), INTERVAL);
        try (Connection nobody =
                DriverManager.getConnection(POSTGRES.url(DATABASE), "session_nobody", "only-for-a-test")) {
            hazards.refresh(nobody);
        }
        assertThat(hazards.present()).isFalse();
    }

    /** Deparsing a body would wait for the lock of the table that it reads. */
    @Test
    void readingWaitsForNoLockOfATable() throws Exception {
        make("CREATE FUNCTION s() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM visit; END");
        make("CREATE VIEW v AS SELECT * FROM visit");
        SessionHazards hazards = new SessionHazards("test", new ManualTicker(), INTERVAL);
        owner.setAutoCommit(false);
        make("LOCK TABLE visit IN ACCESS EXCLUSIVE MODE");
        try (OneConnection pool =
                        OneConnection.to(POSTGRES, POSTGRES.port(), DATABASE, Map.of("statement.timeout", "5s"));
                Connection other = pool.dataSource().getConnection()) {
            hazards.refresh(other);
        }
        owner.rollback();
        owner.setAutoCommit(true);
        assertThat(hazards.present()).isFalse();
    }

    @Test
    void whereTheCatalogsCannotBeReadThereMayBeAny() throws Exception {
        SessionHazards hazards = new SessionHazards("test", new ManualTicker(), INTERVAL);
        owner.setAutoCommit(false);
        assertThatThrownBy(() -> make("SELECT broken")).isInstanceOf(SQLException.class);
        hazards.refresh(owner); // fails: the transaction is aborted
        owner.rollback();
        owner.setAutoCommit(true);
        assertThat(hazards.present()).isTrue();
    }
}
