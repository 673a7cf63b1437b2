package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.Lease;
import com.terafy.api.LeaseStatus;
import com.terafy.api.PoolOperations;
import com.terafy.pool.sessions.PooledSession;
import com.terafy.pool.settings.Setting;
import com.terafy.ra.connect.Credentials;
import com.terafy.testkit.ManualTicker;
import com.terafy.testkit.RecordingLog;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a pool shows that it lives, on a server that can be full. */
class LeaseTest {

    private static final String ROLE = "some_application";
    private static final Duration PATIENCE = Duration.ofMillis(200);

    private static TestPostgres postgres;
    private static String password;

    private final RecordingLog log = RecordingLog.of("com.terafy.lease");
    private final Slots slots = new Slots(postgres, ROLE, password);
    private PoolFixture fixture;

    @BeforeAll
    static void start() {
        postgres = TestPostgres.builder().maxConnections(12).start();
        password = UUID.randomUUID().toString();
        postgres.createRole(ROLE, password);
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @AfterEach
    void close() throws SQLException {
        slots.giveBack();
        if (fixture != null) {
            fixture.close();
        }
        log.close();
        Awaitility.await().until(() -> postgres.backends(ROLE).isEmpty());
    }

    private void open() throws ResourceException {
        fixture = pool().open();
    }

    private static PoolFixture.Builder pool() {
        return PoolFixture.on(postgres).with(Setting.DB_USER, ROLE).with(Setting.DB_PASSWORD, password);
    }

    private PoolOperations operations() {
        return fixture.dataSource.operations();
    }

    private LeaseStatus lease() {
        return operations().lease().orElseThrow();
    }

    @Test
    void itSaysWhatThePoolHasAndWhatIsLent() throws Exception {
        open();
        fixture.prefill(3);
        PooledSession<Credentials, Session> first = fixture.lend();
        PooledSession<Credentials, Session> second = fixture.lend();
        fixture.pool.keepLease();
        Lease said = said();
        assertThat(said)
                .usingRecursiveComparison()
                .ignoringFields("since")
                .isEqualTo(new Lease(
                        0,
                        10,
                        3,
                        2,
                        0,
                        said.since(),
                        "own-role,5m,5m," + Integer.toHexString(";".hashCode()) + ",ends",
                        List.of(PoolFixture.pid(first), PoolFixture.pid(second)),
                        false));
        assertThat(lease().held()).isTrue();
        assertThat(lease().renewedAt()).isPresent();
        fixture.pool.sessions().giveBack(first);
        fixture.pool.sessions().giveBack(second);
    }

    @Test
    void theUpkeepRenewsItEveryFiveSeconds() throws Exception {
        ManualTicker clock = new ManualTicker();
        fixture = pool().at(clock).open();
        fixture.look();
        Awaitility.await().until(() -> lease().held());
        String before = changed("/lease");
        clock.advance(Lease.INTERVAL.minusMillis(1));
        fixture.look();
        Thread.sleep(100);
        assertThat(changed("/lease")).isEqualTo(before);
        clock.advance(Duration.ofMillis(1));
        fixture.look();
        Awaitility.await().until(() -> !changed("/lease").equals(before));
    }

    @Test
    void itsSessionIsOpenedAnewAtOnceWhereItHasEnded() throws Exception {
        open();
        fixture.pool.keepLease();
        long first = leasePid();
        assertThat(postgres.terminate(first)).isTrue();
        fixture.pool.keepLease();
        assertThat(leasePid()).isNotEqualTo(first);
        assertThat(log.messages(Level.WARNING)).isEmpty();
    }

    /** Should it end as soon as the one before, its sign of life is gone with it; that in the pool's own session stays. */
    @Test
    void afterALossAnIdleSessionShowsLifeBesidesUntilItIsRenewedInTheNext() throws Exception {
        open();
        fixture.prefill(1);
        fixture.pool.keepLease();
        String before = changed("");
        fixture.pool.keepLease();
        assertThat(changed("")).isEqualTo(before);
        assertThat(postgres.terminate(leasePid())).isTrue();
        operations().onLease(PATIENCE, connection -> null); // as the backend cleanup does
        fixture.pool.keepLease();
        assertThat(changed("")).isNotEqualTo(before);
        before = changed("");
        fixture.pool.keepLease();
        assertThat(changed("")).isEqualTo(before);
    }

    @Test
    void soItDoesAfterAPause() throws Exception {
        ManualTicker clock = new ManualTicker();
        fixture = pool().at(clock).open();
        fixture.prefill(1);
        fixture.pool.keepLease();
        String before = changed("");
        clock.advance(Lease.INTERVAL.multipliedBy(3));
        fixture.pool.keepLease();
        assertThat(changed("")).isEqualTo(before);
        clock.advance(Lease.INTERVAL.multipliedBy(3).plusMillis(1));
        fixture.pool.keepLease();
        assertThat(changed("")).isNotEqualTo(before);
    }

    @Test
    void whereTheServerIsFullAnIdleSessionShowsLifeAndTheLossIsTold() throws Exception {
        open();
        fixture.prefill(2);
        slots.takeAll();
        String before = changed("");

        fixture.pool.keepLease();
        fixture.pool.keepLease();

        assertThat(changed("")).isNotEqualTo(before);
        assertThat(lease().held()).isFalse();
        assertThat(lease().problem()).get().asString().contains("53300");
        assertThat(log.messages(Level.WARNING))
                .singleElement()
                .asString()
                .startsWith("TERAFY0260: Pool TerafyDS: ")
                .contains("53300", "max_connections");

        slots.giveBack();
        Awaitility.await().until(() -> {
            fixture.pool.keepLease();
            return lease().held();
        });
        assertThat(log.messages()).last().asString().startsWith("TERAFY0261: Pool TerafyDS: ");
    }

    @Test
    void aLoginToTheServerHastensIt() throws Exception {
        ManualTicker clock = new ManualTicker();
        fixture = pool().at(clock).open();
        slots.takeAll();
        fixture.look();
        Awaitility.await().until(() -> lease().problem().isPresent());
        slots.giveBack();
        Awaitility.await().ignoreExceptions().until(() -> {
            fixture.dataSource.getConnection().close();
            return true;
        });
        fixture.look();
        Awaitility.await().until(() -> lease().held());
    }

    /** In each state a borrower may be in between two statements; nothing changes for him. */
    @ParameterizedTest
    @ValueSource(strings = {"auto-commit", "begun", "in transaction", "aborted", "cursor", "notified"})
    void whereAllIsLentALentSessionShowsLife(String state) throws Exception {
        open();
        try (Connection lent = fixture.dataSource.getConnection()) {
            BorrowerIn borrower = new BorrowerIn(state, lent);
            slots.takeAll();
            String before = changed("");
            fixture.pool.keepLease();
            assertThat(changed("")).isNotEqualTo(before);
            borrower.goOn();
        }
        assertThat(fixture.statistics().evicted().values()).allMatch(count -> count == 0);
    }

    /** Under a name of its borrower's a session is no sign of life of this pool. */
    @Test
    void whereOneThatIsLentHasAnotherNameTheOthersShowLife() throws Exception {
        open();
        try (Connection first = fixture.dataSource.getConnection();
                Connection second = fixture.dataSource.getConnection();
                Connection third = fixture.dataSource.getConnection()) {
            PoolFixture.query(second, "SELECT 1");
            first.setClientInfo("ApplicationName", "report");
            PoolFixture.execute(third, "SET application_name = 'another report'");
            slots.takeAll();
            String before = changed("");
            fixture.pool.keepLease();
            assertThat(changed("")).isNotEqualTo(before);
        }
    }

    /** Puts a connection into a state, and later finds it in that. */
    private static final class BorrowerIn {

        private final String state;
        private final Connection connection;
        private final Statement statement;
        private ResultSet rows;

        BorrowerIn(String state, Connection connection) throws SQLException {
            this.state = state;
            this.connection = connection;
            this.statement = connection.createStatement();
            PoolFixture.query(connection, "SELECT 1");
            connection.setAutoCommit(state.equals("auto-commit") || state.equals("notified"));
            switch (state) {
                case "in transaction" -> PoolFixture.execute(connection, "SET LOCAL work_mem = '1MB'");
                case "aborted" ->
                    assertThatThrownBy(() -> PoolFixture.query(connection, "SELECT 1/0"))
                            .isInstanceOf(SQLException.class);
                case "cursor" -> {
                    statement.setFetchSize(2);
                    rows = statement.executeQuery("SELECT generate_series(1, 5)");
                    rows.next();
                }
                case "notified" -> PoolFixture.execute(connection, "LISTEN news");
                default -> assertThat(state).isIn("auto-commit", "begun");
            }
            if (state.equals("notified")) {
                try (Connection other = postgres.superuser()) {
                    PoolFixture.execute(other, "NOTIFY news, 'heard'");
                }
            }
        }

        void goOn() throws SQLException {
            switch (state) {
                case "begun" -> {
                    sleep();
                    assertThat(PoolFixture.query(connection, "SELECT clock_timestamp() - now() < interval '200 ms'"))
                            .as("the transaction begins now")
                            .isEqualTo("t");
                    connection.rollback();
                }
                case "in transaction" -> {
                    assertThat(PoolFixture.query(connection, "SHOW work_mem")).isEqualTo("1MB");
                    connection.commit();
                }
                case "aborted" -> {
                    assertThatThrownBy(() -> PoolFixture.query(connection, "SELECT 1"))
                            .isInstanceOfSatisfying(
                                    SQLException.class,
                                    error -> assertThat(error.getSQLState()).isEqualTo("25P02"));
                    connection.rollback();
                }
                case "cursor" -> {
                    for (int number = 2; number <= 5; number++) {
                        assertThat(rows.next()).isTrue();
                        assertThat(rows.getInt(1)).isEqualTo(number);
                    }
                    connection.commit();
                }
                case "notified" ->
                    assertThat(connection
                                    .unwrap(org.postgresql.PGConnection.class)
                                    .getNotifications(1000))
                            .singleElement()
                            .satisfies(notification ->
                                    assertThat(notification.getParameter()).isEqualTo("heard"));
                default -> assertThat(connection.getAutoCommit()).isTrue();
            }
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(300);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aBorrowerInTheMiddleOfAStatementIsNotWaitedFor() throws Exception {
        open();
        try (Connection lent = fixture.dataSource.getConnection()) {
            PoolFixture.query(lent, "SELECT 1");
            slots.takeAll();
            Thread busy = new Thread(() -> {
                try {
                    PoolFixture.execute(lent, "SELECT pg_sleep(3)");
                } catch (SQLException failed) {
                    throw new IllegalStateException(failed);
                }
            });
            busy.start();
            Awaitility.await()
                    .until(() -> PoolFixture.query(
                                    slots.any(),
                                    "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%sleep%'"
                                            + " AND pid <> pg_backend_pid()")
                            .equals("1"));
            long begun = System.nanoTime();
            fixture.pool.keepLease();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
            busy.join();
        }
    }

    @Test
    void othersWorkWithItsSessionOneAtATime() throws Exception {
        open();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Thread other = new Thread(() -> work(inside, leave));
        other.start();
        inside.await();
        assertThatThrownBy(() -> operations().onLease(PATIENCE, connection -> null))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        busy -> assertThat(busy.getSQLState()).isEqualTo("55P03"))
                .hasMessageStartingWith("TERAFY0262: Pool TerafyDS: ");
        assertThat(fixture.pool.lease().renew())
                .as("who works with it shows life")
                .isTrue();
        leave.countDown();
        other.join();
        int pid = operations().onLease(PATIENCE, LeaseTest::pid);
        assertThat(pid).isEqualTo((int) leasePid());
    }

    private void work(CountDownLatch inside, CountDownLatch leave) {
        try {
            operations().onLease(PATIENCE, connection -> {
                inside.countDown();
                try {
                    leave.await();
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                }
                return null;
            });
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Whoever looks in between would find a pool that does not say what it has lent. */
    @Test
    void itIsSaidAgainAsSoonAsOthersHaveWorkedWithItsSession() throws Exception {
        open();
        operations().onLease(PATIENCE, connection -> PoolFixture.query(connection, "SELECT 42"));
        assertThat(said().max()).isEqualTo(10);
    }

    /** As many sessions as there are threads for them never answer. */
    @Test
    void sessionsThatNeverAnswerDoNotHoldItUp() throws Exception {
        open();
        fixture.pool.keepLease();
        String before = changed("/lease");
        fixture.pool.keepLease(neverDone -> {});
        assertThat(changed("/lease")).isNotEqualTo(before);
    }

    @Test
    void whoLeavesATransactionOpenCostsItTheSession() throws Exception {
        open();
        int first = operations().onLease(PATIENCE, LeaseTest::pid);
        assertThatThrownBy(() -> operations().onLease(PATIENCE, connection -> {
                    PoolFixture.execute(connection, "BEGIN");
                    return PoolFixture.query(connection, "SELECT 1/0");
                }))
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(
                        () -> operations().onLease(PATIENCE, connection -> PoolFixture.query(connection, "SELECT 1/0")))
                .isInstanceOf(SQLException.class);
        int second = operations().onLease(PATIENCE, LeaseTest::pid);
        assertThat(second).isNotEqualTo(first);
        assertThat(operations().<Integer, RuntimeException>onLease(PATIENCE, LeaseTest::pid))
                .isEqualTo(second);
    }

    @Test
    void afterTheStopThereIsNone() throws Exception {
        open();
        fixture.pool.keepLease();
        fixture.pool.lease().close();
        assertThat(fixture.pool.lease().renew()).isTrue();
        assertThatThrownBy(() -> operations().onLease(PATIENCE, connection -> null))
                .hasMessageStartingWith("TERAFY0");
        Awaitility.await().until(() -> changed("/lease").isEmpty());
        assertThat(log.messages(Level.WARNING)).isEmpty();
    }

    private static int pid(Connection connection) throws SQLException {
        return Integer.parseInt(PoolFixture.query(connection, "SELECT pg_backend_pid()"));
    }

    private Lease said() {
        return Lease.parse(asked("query", "/lease")).orElseThrow();
    }

    private long leasePid() {
        return Long.parseLong(asked("pid::text", "/lease"));
    }

    private String changed(String suffix) {
        return asked("state_change::text", suffix);
    }

    /** Of all sessions of that name, in one text; empty if there is none. */
    private String asked(String column, String suffix) {
        try (Connection superuser = postgres.superuser();
                PreparedStatement statement = superuser.prepareStatement("SELECT coalesce(string_agg(" + column
                        + ", ' ' ORDER BY pid), '') FROM pg_stat_activity WHERE application_name = ?")) {
            statement.setString(1, fixture.pool.identity().applicationName() + suffix);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
