package com.terafy.ra.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.SessionContext;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
}
