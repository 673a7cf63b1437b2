package com.terafy.ra.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.testkit.TestPostgres;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;
import org.postgresql.core.BaseConnection;
import org.postgresql.jdbc.AutoSave;
import org.postgresql.util.PGobject;

/** What a borrower leaves in the driver, and what the session has that no picture of it shows. */
class DriverStateTest {

    private static final String DATABASE = "session_driver";
    private static final TestPostgres POSTGRES = TestPostgres.shared();

    /** As often as a text must be executed for the driver to prepare it in the server. */
    private static final int PREPARE_THRESHOLD = 5;

    private OneConnection pool;

    @BeforeAll
    static void makeDatabase() throws SQLException {
        POSTGRES.execute("DROP DATABASE IF EXISTS " + DATABASE, "CREATE DATABASE " + DATABASE);
        try (Connection connection = DriverManager.getConnection(
                        POSTGRES.url(DATABASE), TestPostgres.SUPERUSER, POSTGRES.password());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE visit (id serial, note text); CREATE SCHEMA other;"
                    + " CREATE TABLE other.visit (id text, note int);"
                    + " INSERT INTO visit (note) VALUES ('public'); INSERT INTO other.visit VALUES ('x', 1)");
        }
    }

    @AfterEach
    void closePool() {
        pool.close();
    }

    private void pool(String mode) throws Exception {
        pool = OneConnection.to(POSTGRES, DATABASE, mode);
    }

    private Connection borrow() throws SQLException {
        return pool.dataSource().getConnection();
    }

    private static String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A class of the borrower's. */
    public static final class Note extends PGobject {

        private static final long serialVersionUID = 1L;
    }

    @ParameterizedTest
    @ValueSource(strings = {"always", "off"})
    void settersOfTheConnectionArePutBack(String mode) throws Exception {
        pool(mode);
        String before;
        try (Connection connection = borrow()) {
            before = settings(connection);
            PGConnection postgres = connection.unwrap(PGConnection.class);
            connection.setReadOnly(true);
            connection.setNetworkTimeout(Runnable::run, 12_345);
            connection.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT);
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            connection.setSchema("other");
            connection.setClientInfo("ApplicationName", "mine");
            connection.setTypeMap(Map.of("visit", Note.class));
            postgres.setPrepareThreshold(1);
            postgres.setDefaultFetchSize(7);
            postgres.setQueryTimeout(9);
            postgres.setAutosave(AutoSave.ALWAYS);
            postgres.setAdaptiveFetch(true);
            connection.setAutoCommit(false);
            assertThat(settings(connection)).isNotEqualTo(before);
            connection.commit();
        }
        try (Connection connection = borrow()) {
            assertThat(settings(connection)).isEqualTo(before);
            assertThat((Throwable) connection.getWarnings()).isNull();
        }
        assertThat(pool.opened()).isEqualTo(1);
    }

    private static String settings(Connection connection) throws SQLException {
        PGConnection postgres = connection.unwrap(PGConnection.class);
        return String.join(
                " ",
                "" + connection.getAutoCommit(),
                "" + connection.isReadOnly(),
                "" + connection.getNetworkTimeout(),
                "" + connection.getHoldability(),
                "" + connection.getTransactionIsolation(),
                connection.getSchema(),
                connection.getCatalog(),
                connection.getClientInfo("ApplicationName"),
                "" + connection.getTypeMap(),
                "" + postgres.getPrepareThreshold(),
                "" + postgres.getDefaultFetchSize(),
                "" + postgres.getQueryTimeout(),
                "" + postgres.getAutosave(),
                "" + postgres.getAdaptiveFetch());
    }

    @Test
    void theDriversOwnTypeMapIsEmptied() throws Exception {
        pool("always");
        try (Connection connection = borrow()) {
            connection.getTypeMap().put("visit", Note.class);
        }
        try (Connection connection = borrow()) {
            assertThat(connection.getTypeMap()).isEmpty();
        }
    }

    @Test
    void classesOfDataTypesAreForgotten() throws Exception {
        pool("always");
        try (Connection connection = borrow()) {
            connection.unwrap(PGConnection.class).addDataType("visit", Note.class);
            connection.unwrap(PGConnection.class).addDataType("point", Note.class);
            assertThat(value(connection, "SELECT visit FROM visit")).isInstanceOf(Note.class);
        }
        try (Connection connection = borrow()) {
            assertThat(value(connection, "SELECT visit FROM visit")).isExactlyInstanceOf(PGobject.class);
            assertThat(value(connection, "SELECT point(1, 2)")).isInstanceOf(org.postgresql.geometric.PGpoint.class);
        }
        assertThat(pool.opened()).isEqualTo(1);
    }

    private static Object value(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getObject(1);
        }
    }

    @Test
    void warningsAreForgotten() throws Exception {
        pool("always");
        try (Connection connection = borrow()) {
            execute(connection, "DO $$ BEGIN RAISE WARNING 'old'; END $$");
            ((org.postgresql.jdbc.PgConnection) connection.unwrap(BaseConnection.class))
                    .addWarning(new java.sql.SQLWarning("old"));
        }
        try (Connection connection = borrow()) {
            assertThat((Throwable) connection.getWarnings()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"always"})
    void driversPreparedStatementsSurviveTheReset(String mode) throws Exception {
        pool(mode);
        String prepared = "SELECT string_agg(name || prepare_time, ' ' ORDER BY name) FROM pg_prepared_statements"
                + " WHERE NOT from_sql AND statement LIKE '%note = $1'";
        try (Connection connection = borrow()) {
            execute(
                    connection,
                    "SET app.user_id = '7'"); // before 18 the driver prepares anew after the first RESET ALL
        }
        String before;
        try (Connection connection = borrow()) {
            for (int i = 0; i <= PREPARE_THRESHOLD; i++) {
                find(connection);
            }
            execute(connection, "SET app.user_id = '7'");
            before = text(connection, prepared);
            assertThat(before).isNotNull();
        }
        try (Connection connection = borrow()) {
            find(connection);
            assertThat(text(connection, prepared)).isEqualTo(before);
        }
    }

    private static void find(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT id FROM visit WHERE note = ?")) {
            statement.setString(1, "public");
            statement.executeQuery().close();
            assertThat(statement.unwrap(PGStatement.class)).isNotNull();
        }
    }

    /** The statement of the same text was prepared for the other borrower's schema, where the types differ. */
    @ParameterizedTest
    @ValueSource(strings = {"SET search_path = other", "SELECT set_config('search_path', 'other', false)", "setSchema"})
    void preparedStatementsOfAnotherSearchPathAreNotUsed(String change) throws Exception {
        pool("always");
        for (int round = 0; round < 3; round++) {
            try (Connection connection = borrow()) {
                if (change.equals("setSchema")) {
                    connection.setSchema("other");
                } else {
                    execute(connection, change);
                }
                connection.setAutoCommit(false);
                assertThat(read(connection, round)).isEqualTo("x");
            }
            try (Connection connection = borrow()) {
                connection.setAutoCommit(false);
                assertThat(read(connection, round)).isEqualTo("1");
            }
        }
    }

    private static String read(Connection connection, int round) throws SQLException {
        String last = "";
        for (int i = 0; i <= PREPARE_THRESHOLD; i++) {
            try (PreparedStatement statement = connection.prepareStatement("SELECT * FROM visit -- " + round);
                    ResultSet row = statement.executeQuery()) {
                row.next();
                last = row.getString(1);
            }
        }
        return last;
    }

    @ParameterizedTest
    @ValueSource(strings = {"always"})
    void notificationsOfTheListenerAreNotHeardByTheNext(String mode) throws Exception {
        pool(mode);
        try (Connection connection = borrow()) {
            execute(connection, "LISTEN news");
            execute(connection, "NOTIFY news, 'secret'");
        }
        try (Connection connection = borrow()) {
            execute(connection, "NOTIFY news, 'secret, too'");
            assertThat(text(connection, "SELECT 1")).isEqualTo("1");
            assertThat(connection.unwrap(PGConnection.class).getNotifications()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT setseed(0.5)", "SET SEED = 0.5", "SELECT set_config('seed', '0.5', false)"})
    void nobodyCanForetellWhatTheNextOneDraws(String seed) throws Exception {
        pool("always");
        try (Connection connection = borrow()) {
            execute(connection, seed);
        }
        String first;
        try (Connection connection = borrow()) {
            first = text(connection, "SELECT random()");
        }
        try (Connection connection = borrow()) {
            execute(connection, seed);
            assertThat(text(connection, "SELECT random()")).isNotEqualTo(first);
        }
    }

    @Test
    void theRoleIsTheOneOfTheLogin() throws Exception {
        POSTGRES.execute("DROP ROLE IF EXISTS session_login", "DROP ROLE IF EXISTS session_restricted");
        POSTGRES.createRole("session_login", "only-for-a-test");
        POSTGRES.execute(
                "CREATE ROLE session_restricted",
                "GRANT session_restricted TO session_login",
                "ALTER ROLE session_login SET role = 'session_restricted'");
        pool = OneConnection.to(
                POSTGRES,
                POSTGRES.port(),
                DATABASE,
                "session_login",
                "only-for-a-test",
                Map.of("session.reset", "always"));
        for (int i = 0; i < 2; i++) {
            try (Connection connection = borrow()) {
                assertThat(text(connection, "SELECT current_user")).isEqualTo("session_restricted");
                execute(connection, "SET ROLE session_login");
            }
        }
    }

    @Test
    void aReadOnlyPoolStaysReadOnly() throws Exception {
        pool = OneConnection.to(
                POSTGRES,
                POSTGRES.port(),
                DATABASE,
                Map.of("session.reset", "always", "driver.properties", "readOnly=true;readOnlyMode=always"));
        for (int i = 0; i < 2; i++) {
            try (Connection connection = borrow()) {
                assertThat(text(connection, "SHOW transaction_read_only")).isEqualTo("on");
                execute(connection, "SET default_transaction_read_only = off");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"always"})
    void sequencesAreForgottenWhereTheSessionIsReset(String mode) throws Exception {
        pool(mode);
        try (Connection connection = borrow()) {
            execute(connection, "SELECT nextval('visit_id_seq'), lastval()");
        }
        try (Connection connection = borrow()) {
            assertThatThrownBy(() -> execute(connection, "SELECT lastval()")).hasMessageContaining("lastval");
        }
    }

    @Test
    void whatNoResetTakesAwayClosesTheConnection() throws Exception {
        pool("always");
        try (Connection connection = borrow()) {
            execute(connection, "LOAD 'auto_explain'");
        }
        assertThat(pool.refused())
                .endsWith(
                        "TERAFY0243: backend " + pool.lastPid()
                                + " was used for LOAD, a base backup or a replication origin, which lasts as long as the session.");
        try (Connection connection = borrow()) {
            assertThat(text(connection, "SELECT 1")).isEqualTo("1");
        }
        assertThat(pool.opened()).isEqualTo(2);
    }

    @Test
    void anOpenTransactionIsRolledBack() throws Exception {
        pool("off");
        try (Connection connection = borrow()) {
            execute(connection, "BEGIN; INSERT INTO visit (note) VALUES ('open')");
        }
        try (Connection connection = borrow()) {
            assertThat(text(connection, "SELECT count(*) FROM visit WHERE note = 'open'"))
                    .isEqualTo("0");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto-commit", "transaction", "own object of the driver", "out"})
    @Timeout(60)
    void anUnfinishedCopyClosesTheConnectionAndHangsNobody(String how) throws Exception {
        pool("always");
        try (Connection connection = borrow()) {
            connection.setAutoCommit(!how.equals("transaction"));
            PGConnection postgres = how.startsWith("own")
                    ? connection.unwrap(BaseConnection.class)
                    : connection.unwrap(PGConnection.class);
            if (how.equals("out")) {
                CopyOut copy = postgres.getCopyAPI().copyOut("COPY (SELECT generate_series(1, 100000)) TO STDOUT");
                assertThat(copy.readFromCopy()).isNotNull();
            } else {
                CopyIn copy = postgres.getCopyAPI().copyIn("COPY visit (note) FROM STDIN");
                copy.writeToCopy(new byte[] {'a'}, 0, 1);
            }
        }
        assertThat(pool.refused())
                .endsWith("TERAFY0240: a COPY on backend " + pool.lastPid()
                        + " was begun and neither ended nor cancelled, so that"
                        + " the connection is closed. Call endCopy or cancelCopy, also after an exception.");
        try (Connection connection = borrow()) {
            assertThat(text(connection, "SELECT count(*) FROM visit WHERE note = 'a'"))
                    .isEqualTo("0");
        }
        assertThat(pool.opened()).isEqualTo(2);
    }

    @Test
    @Timeout(60)
    void anUnfinishedCopyFailsTheCommitOfATransactionManager() throws Exception {
        pool("always");
        assertThatThrownBy(() -> pool.inTransaction(true, () -> {
                    Connection connection = borrow();
                    connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY visit (note) FROM STDIN");
                }))
                .hasMessageContaining("TERAFY0240");
        try (Connection connection = borrow()) {
            assertThat(connection.isValid((int) Duration.ofSeconds(5).toSeconds()))
                    .isTrue();
        }
        assertThat(pool.opened()).isEqualTo(2);
    }

    @Test
    void aFinishedCopyKeepsTheConnection() throws Exception {
        pool("always");
        try (Connection connection = borrow()) {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY visit (note) FROM STDIN", new StringReader("copied\n"));
        }
        try (Connection connection = borrow()) {
            assertThat(text(connection, "DELETE FROM visit WHERE note = 'copied' RETURNING note"))
                    .isEqualTo("copied");
        }
        assertThat(pool.opened()).isEqualTo(1);
    }
}
