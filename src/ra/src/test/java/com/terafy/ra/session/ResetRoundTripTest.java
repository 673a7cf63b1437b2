package com.terafy.ra.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
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
        long before = settled();
        connection.close();
        assertThat(pool.refused()).isNull();
        return settled() - before;
    }

    /** Nobody waits for the reset: what has passed by the time that nothing passes any more. */
    private long settled() {
        long[] seen = {-1};
        Awaitility.await()
                .pollDelay(Duration.ofMillis(50))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> seen[0] == (seen[0] = proxy.toServer().bytes()));
        return seen[0];
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
    void aBorrowInWhichNothingWasSentNeedsNoReset() throws Exception {
        pool("always");
        assertThat(resetBytes(connection -> {})).isZero();
        assertThat(resetBytes(connection -> {
                    connection.setReadOnly(true);
                    connection.setNetworkTimeout(null, 60_000);
                    connection.setHoldability(ResultSet.CLOSE_CURSORS_AT_COMMIT);
                }))
                .isZero();
    }

    @Test
    void anyOtherIsFollowedByOneMessageAndNothingBeforeTheNextOne() throws Exception {
        pool("always");
        long reset = resetBytes(sql("SELECT 1"));
        assertThat(reset).isBetween(100L, 600L);
        assertThat(resetBytes(sql("SELECT id, note FROM loud WHERE note LIKE 'A%'")))
                .isBetween(100L, 600L);
        assertThat(resetBytes(sql("SET app.user_id = '7'"))).isBetween(100L, 600L);
        assertThat(resetBytes(ResetRoundTripTest::batch)).isBetween(100L, 600L);
        long before = settled();
        pool.dataSource().getConnection().close();
        assertThat(settled() - before).isZero();
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
    void modeOffSendsNothingButWhatASetterLeft() throws Exception {
        pool("off");
        assertThat(resetBytes(sql("SET app.user_id = '7'", "SELECT shout('x')")))
                .isZero();
        assertThat(resetBytes(connection -> connection.setSchema("public"))).isPositive();
    }
}
