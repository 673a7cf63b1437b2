package com.terafy.ra.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.SessionContext;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a reset costs, in bytes that go to the server while a connection comes back. */
class ResetRoundTripTest {

    private static final String DATABASE = "session_cost";
    private static final TestPostgres POSTGRES = TestPostgres.shared();

    /** What an updated_at trigger, a policy and a view of an application look like. */
    private static final String APPLICATION = """
            CREATE TABLE visit (id serial PRIMARY KEY, owner text, note text, changed timestamptz,
                CHECK (length(note) > 0));
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    UPDATE visit AS v SET note = v.note WHERE false; -- SET after a name is no statement
                    INSERT INTO visit VALUES (-1, 'a', 'b') ON CONFLICT (id) DO UPDATE SET note = 'c';
                    PERFORM set_config('app.touched', NEW.id::text, true);
                    NEW.changed := now();
                    RETURN NEW;
                END $$;
            CREATE FUNCTION shout(text) RETURNS text LANGUAGE sql AS 'SELECT upper($1)';
            CREATE FUNCTION whisper(a text) RETURNS text RETURN lower(a);
            CREATE TRIGGER touch BEFORE UPDATE ON visit FOR EACH ROW EXECUTE FUNCTION touch();
            CREATE VIEW loud AS SELECT id, shout(note) AS note FROM visit;
            ALTER TABLE visit ENABLE ROW LEVEL SECURITY;
            CREATE POLICY own ON visit USING (owner = nullif(current_setting('app.user_id', true), ''));
            """;

    private FaultProxy proxy;
    private OneConnection pool;

    @BeforeAll
    static void makeDatabase() throws SQLException {
        POSTGRES.execute("DROP DATABASE IF EXISTS " + DATABASE, "CREATE DATABASE " + DATABASE);
        try (Connection connection = DriverManager.getConnection(
                        POSTGRES.url(DATABASE), TestPostgres.SUPERUSER, POSTGRES.password());
                Statement statement = connection.createStatement()) {
            statement.execute(APPLICATION);
        }
    }

    @BeforeEach
    void openPool() {
        proxy = FaultProxy.to(POSTGRES);
    }

    @AfterEach
    void closePool() {
        pool.close();
        proxy.close();
    }

    private void pool(String mode) throws Exception {
        pool = OneConnection.to(POSTGRES, proxy.port(), DATABASE, Map.of("session.reset", mode));
        assertThat(resetBytes(connection -> {})).isGreaterThanOrEqualTo(0);
    }

    private long resetBytes(SessionStateTest.Borrower borrower) throws SQLException {
        Connection connection = pool.dataSource().getConnection();
        borrower.use(connection);
        long before = proxy.toServer().bytes();
        connection.close();
        assertThat(pool.refused()).isNull();
        return proxy.toServer().bytes() - before;
    }

    private static SessionStateTest.Borrower sql(String... texts) {
        return connection -> {
            try (Statement statement = connection.createStatement()) {
                for (String text : texts) {
                    statement.execute(text);
                }
            }
        };
    }

    @Test
    void whatApplicationsDoCostsNothing() throws Exception {
        pool("tracked");
        assertThat(resetBytes(connection -> {})).isZero();
        assertThat(resetBytes(sql("SELECT id, note FROM loud WHERE note LIKE 'A%'")))
                .isZero();
        assertThat(resetBytes(sql("INSERT INTO visit (owner, note) VALUES ('7', 'x') RETURNING id")))
                .isZero();
        assertThat(resetBytes(sql("UPDATE visit SET note = 'y'", "DELETE FROM visit")))
                .isZero();
        assertThat(resetBytes(connection -> {
                    connection.setAutoCommit(false);
                    sql("SELECT nextval('visit_id_seq')", "SET LOCAL app.user_id = '7'")
                            .use(connection);
                    connection.commit();
                }))
                .isZero();
        assertThat(resetBytes(connection -> {
                    connection.setReadOnly(true);
                    connection.setNetworkTimeout(null, 60_000);
                    connection.setHoldability(ResultSet.CLOSE_CURSORS_AT_COMMIT);
                }))
                .isZero();
        assertThat(resetBytes(ResetRoundTripTest::batch)).isZero();
    }

    private static void batch(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT INTO visit (owner, note) VALUES (?, ?) ON CONFLICT DO NOTHING")) {
            for (int i = 0; i < 10; i++) {
                statement.setString(1, "7");
                statement.setString(2, "batch");
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    @Test
    void changesCostOneMessage() throws Exception {
        pool("tracked");
        assertThat(resetBytes(sql("SET app.user_id = '7'"))).isPositive();
        assertThat(resetBytes(sql("SELECT shout('x')"))).isPositive();
        assertThat(resetBytes(sql("SELECT 1"))).isZero();
    }

    @Test
    void modeOffSendsNothingButWhatASetterLeft() throws Exception {
        pool("off");
        assertThat(resetBytes(sql("SET app.user_id = '7'", "SELECT shout('x')")))
                .isZero();
        assertThat(resetBytes(connection -> connection.setSchema("public"))).isPositive();
    }

    @Test
    void modeAlwaysResetsEveryBorrow() throws Exception {
        pool("always");
        assertThat(resetBytes(connection -> {})).isPositive();
    }

    @Test
    void contextOfAnOwnTransactionNeedsNoReset() throws Exception {
        pool("tracked");
        SessionContext context = SessionContext.of("app.user_id", "7");
        long before = proxy.toServer().bytes();
        pool.dataSource().withTransaction(connection -> null);
        long empty = proxy.toServer().bytes() - before;
        assertThat(empty).isZero();
        String seen = pool.dataSource().withTransaction(context, connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT current_setting('app.user_id')")) {
                row.next();
                return row.getString(1);
            }
        });
        assertThat(seen).isEqualTo("7");
        Connection connection = pool.dataSource().getConnection();
        assertThat(SessionPicture.of(connection)).contains("app.user_id unset");
        connection.close();
        assertThat(resetBytesOfTransactionWith(context)).isLessThan(resetBytes(sql("SET app.user_id = '7'")));
    }

    /** The commit alone: one message of few bytes. */
    private long resetBytesOfTransactionWith(SessionContext context) throws SQLException {
        long[] before = new long[1];
        pool.dataSource().withTransaction(context, connection -> {
            before[0] = proxy.toServer().bytes();
            return null;
        });
        return proxy.toServer().bytes() - before[0];
    }
}
