package com.terafy.ra.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.SessionContext;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** Variables for exactly one borrow. */
class SessionContextTest {

    private static final String DATABASE = "session_context";
    private static final TestPostgres POSTGRES = TestPostgres.shared();
    private static final SessionContext ANA =
            SessionContext.of("app.user_id", "ana").and("app.user_role", "therapist");
    private static final SessionContext BENTO = SessionContext.of("app.user_id", "bento");

    private OneConnection pool;

    @BeforeAll
    static void makeDatabase() {
        POSTGRES.execute("DROP DATABASE IF EXISTS " + DATABASE, "CREATE DATABASE " + DATABASE);
    }

    @AfterEach
    void closePool() {
        pool.close();
    }

    private void pool(String mode) throws Exception {
        pool = OneConnection.to(POSTGRES, DATABASE, mode);
    }

    private static String seen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT coalesce(current_setting('app.user_id', true), '') || '/'"
                                + " || coalesce(current_setting('app.user_role', true), '')")) {
            row.next();
            return row.getString(1);
        }
    }

    private String seenByNext() throws SQLException {
        String seen = pool.dataSource().withConnection(SessionContextTest::seen);
        assertThat(pool.opened()).isEqualTo(1);
        return seen;
    }

    @ParameterizedTest
    @ValueSource(strings = {"always", "off"})
    void variablesAreThereForOneBorrow(String mode) throws Exception {
        pool(mode);
        assertThat(pool.dataSource().withConnection(ANA, SessionContextTest::seen))
                .isEqualTo("ana/therapist");
        assertThat(seenByNext()).isEqualTo("/");
        assertThat(pool.dataSource().withTransaction(BENTO, SessionContextTest::seen))
                .isEqualTo("bento/");
        assertThat(seenByNext()).isEqualTo("/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"always", "off"})
    void variablesAreGoneAfterAnException(String mode) throws Exception {
        pool(mode);
        assertThatThrownBy(() -> pool.dataSource().withConnection(ANA, connection -> {
                    throw new IllegalStateException("work");
                }))
                .hasMessage("work")
                .hasNoSuppressedExceptions();
        assertThat(seenByNext()).isEqualTo("/");
        assertThatThrownBy(() -> pool.dataSource().withTransaction(ANA, connection -> {
                    try (Statement statement = connection.createStatement()) {
                        return statement.execute("SELECT 1 / 0");
                    }
                }))
                .isInstanceOf(SQLException.class)
                .hasNoSuppressedExceptions();
        assertThat(seenByNext()).isEqualTo("/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"always", "off"})
    void variablesOutliveTheTransactionsOfTheWork(String mode) throws Exception {
        pool(mode);
        String seen = pool.dataSource().withConnection(ANA, connection -> {
            connection.setAutoCommit(false);
            connection.commit();
            connection.rollback();
            return seen(connection);
        });
        assertThat(seen).isEqualTo("ana/therapist");
        assertThat(seenByNext()).isEqualTo("/");
    }

    @Test
    void valuesAreBoundAndNamesAreThoseOfCustomOptionsOnly() throws Exception {
        pool("always");
        String hostile = "'); DROP TABLE x; -- \\ \" $$ ? :a {fn now()} \u00e9\ud83d\ude00";
        assertThat(pool.dataSource()
                        .withConnection(SessionContext.of("app.user_id", hostile), SessionContextTest::seen))
                .isEqualTo(hostile + "/");
        for (String name : new String[] {"role", "a b.c", "a.b'); --", "search_path", "a.", ".b", "a..b", "\"a\".b"}) {
            assertThatThrownBy(() -> SessionContext.of(name, "x")).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(SessionContext.of("app.user_id", "secret").toString()).doesNotContain("secret");
    }

    @Test
    void inATransactionOfTheContainerTheyAreGoneWithIt() throws Exception {
        pool("always");
        pool.inTransaction(
                true,
                () -> assertThat(pool.dataSource().withConnection(ANA, SessionContextTest::seen))
                        .isEqualTo("ana/therapist"));
        assertThat(seenByNext()).isEqualTo("/");
        pool.inTransaction(
                false,
                () -> assertThat(pool.dataSource().withTransaction(ANA, SessionContextTest::seen))
                        .isEqualTo("ana/therapist"));
        assertThat(seenByNext()).isEqualTo("/");
    }

    @Test
    void theInnerBorrowGivesTheOuterOneItsVariablesBack() throws Exception {
        pool("always");
        pool.inTransaction(
                true,
                () -> pool.dataSource().withConnection(ANA, outer -> {
                    String seenInside = pool.dataSource().withConnection(BENTO, inner -> {
                        assertThat(seen(outer)).isEqualTo("bento/therapist"); // one session
                        return seen(inner);
                    });
                    assertThat(seenInside).isEqualTo("bento/therapist");
                    assertThat(seen(outer)).isEqualTo("ana/therapist");
                    assertThatThrownBy(() -> pool.dataSource().withTransaction(BENTO, inner -> {
                                throw new IllegalStateException("work");
                            }))
                            .hasMessage("work");
                    assertThat(seen(outer)).isEqualTo("ana/therapist");
                    return null;
                }));
        assertThat(seenByNext()).isEqualTo("/");
    }

    @Test
    void theNextBorrowInTheSameTransactionSeesThemAsTheyWereBefore() throws Exception {
        pool("always");
        pool.inTransaction(true, () -> {
            pool.dataSource().withConnection(connection -> {
                try (Statement statement = connection.createStatement()) {
                    return statement.execute("SET LOCAL app.user_id = 'caio'");
                }
            });
            pool.dataSource().withConnection(ANA, SessionContextTest::seen);
            assertThat(pool.dataSource().withConnection(SessionContextTest::seen))
                    .isEqualTo("caio/");
            pool.dataSource().withConnection(ANA, SessionContextTest::seen);
            assertThat(pool.dataSource().withConnection(BENTO, SessionContextTest::seen))
                    .isEqualTo("bento/");
        });
        assertThat(seenByNext()).isEqualTo("/");
    }

    /** The driver waits for ever by itself. */
    @Test
    void aSilentServerHoldsUpTheNextBorrowOfTheTransactionForTheValidationTimeout() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(POSTGRES)) {
            pool = OneConnection.to(
                    POSTGRES,
                    proxy.port(),
                    DATABASE,
                    Map.of("session.reset", "always", "pool.validation.timeout", "1s"));
            assertThatThrownBy(() -> pool.inTransaction(false, () -> {
                        pool.dataSource().withConnection(ANA, SessionContextTest::seen);
                        proxy.freeze();
                        long before = System.nanoTime();
                        try {
                            pool.dataSource().getConnection().close();
                        } finally {
                            proxy.pass();
                            assertThat(Duration.ofNanos(System.nanoTime() - before))
                                    .isBetween(Duration.ofMillis(900), Duration.ofSeconds(4));
                        }
                    }))
                    .isInstanceOf(Exception.class);
        }
    }

    @Test
    void whatWasSetInOneTransactionIsNotRestoredInAnother() throws Exception {
        pool("always");
        pool.inTransaction(true, () -> {
            pool.dataSource().withConnection(ANA, SessionContextTest::seen);
            pool.dataSource().withConnection(BENTO, SessionContextTest::seen);
        });
        pool.inTransaction(
                true,
                () -> assertThat(pool.dataSource().withConnection(SessionContextTest::seen))
                        .isEqualTo("/"));
    }

    @Test
    void inAFailedTransactionTheWorksExceptionIsTheOneThatCounts() throws Exception {
        pool("always");
        pool.inTransaction(
                false,
                () -> pool.dataSource().withConnection(ANA, outer -> {
                    assertThatThrownBy(() -> pool.dataSource().withConnection(BENTO, inner -> {
                                try (Statement statement = inner.createStatement()) {
                                    return statement.execute("SELECT 1 / 0");
                                }
                            }))
                            .hasMessageContaining("division by zero")
                            .hasNoSuppressedExceptions();
                    return null;
                }));
        assertThat(seenByNext()).isEqualTo("/");
    }

    /** The search path of the borrow may have another set_config; ours is the server's. */
    @Test
    void noOtherFunctionOfTheSameNameIsCalled() throws Exception {
        pool("always");
        pool.dataSource().withConnection(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute("CREATE OR REPLACE FUNCTION set_config(varchar, varchar, boolean) RETURNS text"
                        + " LANGUAGE sql AS $$SELECT 'stolen'$$");
            }
        });
        assertThat(pool.dataSource().withConnection(ANA, SessionContextTest::seen))
                .isEqualTo("ana/therapist");
    }

    /** A delay that is long against everything else counts the round trips. */
    @Test
    void theyTravelWithTheFirstStatement() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(POSTGRES)) {
            pool = OneConnection.to(POSTGRES, proxy.port(), DATABASE, Map.of("session.reset", "always"));
            pool.dataSource().withConnection(SessionContextTest::seen);
            pool.dataSource().withConnection(connection -> null); // reads the answer to the reset
            proxy.toServer().delay(Duration.ofSeconds(1));
            long before = System.nanoTime();
            String seen = pool.dataSource().withConnection(ANA, SessionContextTest::seen);
            Duration took = Duration.ofNanos(System.nanoTime() - before);
            proxy.pass();
            assertThat(seen).isEqualTo("ana/therapist");
            assertThat(took).isLessThan(Duration.ofMillis(1900));
        }
    }

    /** What failed does not take them back with it. */
    @Test
    void theyAreThereAfterAStatementThatFailed() throws Exception {
        pool("always");
        pool.dataSource().withConnection(ANA, connection -> {
            assertThatThrownBy(() -> execute(connection, "SELECT 1 / 0")).hasMessageContaining("division by zero");
            assertThat(seen(connection)).isEqualTo("ana/therapist");
            assertThatThrownBy(() -> execute(connection, "no such command")).isInstanceOf(SQLException.class);
            connection.setAutoCommit(false);
            assertThat(seen(connection)).isEqualTo("ana/therapist");
            assertThatThrownBy(() -> execute(connection, "SELECT 1 / 0")).hasMessageContaining("division by zero");
            connection.rollback();
            assertThat(seen(connection)).isEqualTo("ana/therapist");
            return null;
        });
        assertThat(seenByNext()).isEqualTo("/");
    }

    /** An option of a language that is loaded cannot be made up. */
    /** The driver executes again by itself what it had prepared before the table was altered. */
    @Test
    void theyAreThereWhereTheDriverExecutesAStatementAgain() throws Exception {
        pool("always");
        String read = "SELECT *, current_setting('app.user_id', true) FROM altered";
        pool.dataSource().withConnection(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute("DROP TABLE IF EXISTS altered; CREATE TABLE altered (id int);"
                        + " INSERT INTO altered VALUES (1)");
            }
        });
        for (int i = 0; i < 10; i++) {
            pool.dataSource().withConnection(connection -> lastOfFirstRow(connection, read));
        }
        try (Connection other = DriverManager.getConnection(POSTGRES.url(DATABASE), "postgres", POSTGRES.password());
                Statement statement = other.createStatement()) {
            statement.execute("ALTER TABLE altered ADD COLUMN more int");
        }

        pool.dataSource().withConnection(ANA, connection -> {
            assertThat(lastOfFirstRow(connection, read)).isEqualTo("ana");
            assertThat(seen(connection)).isEqualTo("ana/therapist");
            return null;
        });
        assertThat(seenByNext()).isEqualTo("/");
    }

    private static String lastOfFirstRow(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getString(row.getMetaData().getColumnCount());
        }
    }

    @Test
    void withoutThemNoStatementIsExecuted() throws Exception {
        pool("always");
        pool.dataSource().withConnection(connection -> {
            execute(connection, "CREATE TABLE IF NOT EXISTS visit (id int)");
            return execute(connection, "DO $$ BEGIN END $$");
        });
        SessionContext wrong = SessionContext.of("plpgsql.no_such_option", "1");
        assertThatThrownBy(() -> pool.dataSource()
                        .withConnection(wrong, connection -> execute(connection, "INSERT INTO visit VALUES (1)")))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("plpgsql.no_such_option");
        assertThatThrownBy(() -> pool.dataSource()
                        .withConnection(wrong, connection -> execute(connection, "/* */ INSERT INTO visit VALUES (1)")))
                .hasMessageContaining("plpgsql.no_such_option");
        pool.dataSource().withConnection(wrong, connection -> {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> execute(connection, "INSERT INTO visit VALUES (1)"))
                        .hasMessageContaining("plpgsql.no_such_option");
            }
            return null;
        });
        int rows = pool.dataSource().withConnection(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT count(*) FROM visit")) {
                row.next();
                return row.getInt(1);
            }
        });
        assertThat(rows).isZero();
        assertThat(pool.opened()).isEqualTo(1);
    }

    @FunctionalInterface
    private interface First {
        void run(Connection connection) throws SQLException;
    }

    /** What comes first may be anything, and need not come to anything. */
    static Stream<First> firsts() {
        return Stream.of(
                connection -> {},
                connection -> execute(connection, "VACUUM"),
                connection -> execute(connection, "-- what for\nVACUUM"),
                connection -> connection.prepareStatement("SELECT 1").close(),
                connection -> connection.prepareStatement("SELECT ?"),
                connection -> connection.prepareStatement("SELECT ?").getParameterMetaData(),
                connection -> assertThatThrownBy(
                                () -> connection.prepareStatement("SELECT ?").executeQuery())
                        .hasMessageContaining("parameter 1"),
                connection -> connection
                        .getMetaData()
                        .getTables(null, "public", null, null)
                        .close(),
                connection -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE),
                connection -> connection.setAutoCommit(false),
                connection -> {
                    connection.setAutoCommit(false);
                    execute(connection, "SELECT 1");
                    connection.rollback();
                },
                connection -> {
                    try (PreparedStatement statement = connection.prepareStatement("SELECT ?")) {
                        connection.setAutoCommit(false);
                        statement.setInt(1, 1);
                        statement.execute();
                        connection.rollback();
                    }
                },
                connection -> execute(connection, "SELECT 1; SELECT 2; SET app.user_role = 'therapist'"),
                connection -> execute(connection, "DO $$ BEGIN PERFORM 1; END $$"),
                connection -> execute(connection, "DISCARD PLANS"),
                connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.addBatch("SELECT 1");
                        statement.addBatch("INSERT INTO heard VALUES (1)");
                        statement.executeBatch();
                    }
                },
                connection -> {
                    try (PreparedStatement statement = connection.prepareStatement("INSERT INTO heard VALUES (?)")) {
                        for (int i = 0; i < 1000; i++) {
                            statement.setInt(1, i);
                            statement.addBatch();
                        }
                        statement.executeBatch();
                    }
                },
                connection -> {
                    try {
                        connection
                                .unwrap(PGConnection.class)
                                .getCopyAPI()
                                .copyIn("COPY heard FROM STDIN", new StringReader("1\n2\n"));
                    } catch (IOException e) {
                        throw new SQLException(e);
                    }
                },
                connection -> execute(connection, "LISTEN news; NOTIFY news"),
                connection -> execute(connection, "SELECT repeat('x', 100000) FROM generate_series(1, 50)"));
    }

    @ParameterizedTest
    @MethodSource("firsts")
    void theyAreThereWhateverComesFirst(First first) throws Exception {
        pool("always");
        pool.dataSource()
                .withConnection(connection -> execute(connection, "CREATE TABLE IF NOT EXISTS heard (id int)"));
        String seen = pool.dataSource().withConnection(ANA, connection -> {
            first.run(connection);
            return seen(connection);
        });
        assertThat(seen).isEqualTo("ana/therapist");
        assertThat(seenByNext()).isEqualTo("/");
    }

    @Test
    void theTransactionThatTheyBelongToIsNotTheWorksToEnd() throws Exception {
        pool("always");
        for (First end : List.<First>of(
                Connection::commit,
                Connection::rollback,
                connection -> connection.setAutoCommit(true),
                connection -> execute(connection, "COMMIT"),
                connection -> execute(connection, "SELECT 1; rollback"))) {
            String seen = pool.dataSource().withTransaction(ANA, connection -> {
                execute(connection, "SELECT 1");
                assertThatThrownBy(() -> end.run(connection))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                refused -> assertThat(refused.getSQLState()).isEqualTo("2D000"))
                        .hasMessageStartingWith("TERAFY0284");
                return seen(connection);
            });
            assertThat(seen).isEqualTo("ana/therapist");
        }
        pool.dataSource().withTransaction(connection -> {
            execute(connection, "SELECT 1");
            connection.commit();
            return null;
        });
        assertThat(seenByNext()).isEqualTo("/");
    }

    private static boolean execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
        }
    }
}
