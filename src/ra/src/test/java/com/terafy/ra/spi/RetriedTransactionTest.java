package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.FlushMode;
import com.terafy.api.RetryCause;
import com.terafy.api.RetryOutcome;
import com.terafy.api.RetryPolicy;
import com.terafy.api.SessionContext;
import com.terafy.pool.settings.Setting;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.LocalTransactionException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When the work of {@code withTransaction} with a policy is run again, and when it is not. */
class RetriedTransactionTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();
    private static final RetryPolicy POLICY = RetryPolicy.of(5, Duration.ofSeconds(30));
    private static final String END_MYSELF = "SELECT pg_terminate_backend(pg_backend_pid())";

    private final AtomicInteger runs = new AtomicInteger();
    private PoolFixture fixture;

    @BeforeEach
    void open() throws ResourceException {
        POSTGRES.execute("CREATE TABLE retried_test (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
        fixture = PoolFixture.shared();
    }

    @AfterEach
    void close() {
        fixture.close();
        POSTGRES.execute("DROP TABLE retried_test");
    }

    private static String rows() throws SQLException {
        try (Connection other = POSTGRES.superuser()) {
            return PoolFixture.query(other, "SELECT count(*) || ' of ' || count(DISTINCT id) FROM retried_test");
        }
    }

    private static void insert(Connection connection, int id) throws SQLException {
        PoolFixture.execute(connection, "INSERT INTO retried_test VALUES (" + id + ")");
    }

    private static String raise(String state) {
        return "DO $$ BEGIN RAISE EXCEPTION 'as asked' USING ERRCODE = '" + state + "'; END $$";
    }

    /** Inserts, and in the first run goes on to fail. */
    private int failingOnce(Connection connection, String how) throws SQLException {
        insert(connection, 1);
        if (runs.incrementAndGet() == 1) {
            PoolFixture.execute(connection, how);
        }
        return runs.get();
    }

    @Test
    void workThatReturnsIsCommittedAndRunOnce() throws Exception {
        int result = fixture.dataSource.withTransaction(POLICY, connection -> {
            insert(connection, 1);
            return runs.incrementAndGet();
        });

        assertThat(result).isEqualTo(1);
        assertThat(rows()).isEqualTo("1 of 1");
        assertThat(fixture.statistics().inUse()).isZero();
        assertThat(fixture.container.idle).hasSize(1);
    }

    /** Its end would be that of the work's first half, which a further run would do again. */
    @Test
    void noTransactionOfTheContainerBeginsInTheWork() throws Exception {
        assertThatThrownBy(() -> fixture.dataSource.withTransaction(POLICY, connection -> {
                    insert(connection, 1);
                    fixture.holderOf(connection).getLocalTransaction().begin();
                    return runs.incrementAndGet();
                }))
                .isInstanceOf(LocalTransactionException.class)
                .hasMessageContaining("TERAFY0292");
        assertThat(runs).hasValue(0);
        assertThat(rows()).isEqualTo("0 of 0");
    }

    @Test
    void workThatDoesNothingIsNoError() throws Exception {
        assertThat(fixture.dataSource.<String, RuntimeException>withTransaction(POLICY, connection -> "done"))
                .isEqualTo("done");
    }

    @Test
    void aSessionThatEndsInTheWorkRunsItAgain() throws Exception {
        int result = fixture.dataSource.withTransaction(POLICY, connection -> failingOnce(connection, END_MYSELF));

        assertThat(result).isEqualTo(2);
        assertThat(rows()).isEqualTo("1 of 1");
        assertThat(fixture.statistics().retried())
                .isEqualTo(Map.of(RetryOutcome.COMMITTED, 1L, RetryOutcome.UNKNOWN, 0L, RetryOutcome.GIVEN_UP, 0L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01"})
    void whatPostgresqlRollsBackForOthersRunsAgain(String state) throws Exception {
        int result = fixture.dataSource.withTransaction(POLICY, connection -> failingOnce(connection, raise(state)));

        assertThat(result).isEqualTo(2);
        assertThat(rows()).isEqualTo("1 of 1");
    }

    @Test
    void aLostSessionThatTheWorkKeepsToItselfRunsItAgain() throws Exception {
        int result = fixture.dataSource.withTransaction(POLICY, connection -> {
            try {
                return failingOnce(connection, END_MYSELF);
            } catch (SQLException kept) {
                return -1;
            }
        });

        assertThat(result).isEqualTo(2);
        assertThat(rows()).isEqualTo("1 of 1");
    }

    @Test
    void aFailureThatTheWorkKeepsToItselfRunsItAgain() throws Exception {
        int result = fixture.dataSource.withTransaction(POLICY, connection -> {
            try {
                return failingOnce(connection, raise("40001"));
            } catch (SQLException kept) {
                return -1;
            }
        });

        assertThat(result).isEqualTo(2);
        assertThat(rows()).isEqualTo("1 of 1");
    }

    @Test
    void aLostSessionWithinAnotherExceptionRunsItAgain() throws Exception {
        int result = fixture.dataSource.withTransaction(POLICY, connection -> {
            try {
                return failingOnce(connection, END_MYSELF);
            } catch (SQLException error) {
                throw new IllegalStateException("as a framework does", error);
            }
        });

        assertThat(result).isEqualTo(2);
    }

    @Test
    void aFailureAtTheCommitRunsItAgain() throws Exception {
        POSTGRES.execute(
                "CREATE SEQUENCE retried_commits",
                "CREATE FUNCTION retried_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " IF nextval('retried_commits') = 1 THEN RAISE EXCEPTION 'as asked' USING ERRCODE = '40001';"
                        + " END IF; RETURN NULL; END $$",
                "CREATE CONSTRAINT TRIGGER retried_commit AFTER INSERT ON retried_test DEFERRABLE INITIALLY DEFERRED"
                        + " FOR EACH ROW EXECUTE FUNCTION retried_commit()");
        try {
            int result = fixture.dataSource.withTransaction(POLICY, connection -> {
                insert(connection, 1);
                return runs.incrementAndGet();
            });

            assertThat(result).isEqualTo(2);
            assertThat(rows()).isEqualTo("1 of 1");
        } finally {
            POSTGRES.execute(
                    "DROP TRIGGER retried_commit ON retried_test",
                    "DROP FUNCTION retried_commit",
                    "DROP SEQUENCE retried_commits");
        }
    }

    @Test
    void anErrorAtTheCommitIsToldAndNotRunAgain() throws Exception {
        assertThatThrownBy(() -> fixture.dataSource.withTransaction(POLICY, connection -> {
                    insert(connection, 1);
                    insert(connection, 1);
                    return runs.incrementAndGet();
                }))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"));

        assertThat(runs).hasValue(1);
        assertThat(rows()).isEqualTo("0 of 0");
        assertThat(fixture.statistics().inUse()).isZero();
    }

    @Test
    void anyOtherErrorIsToldAndNotRunAgain() throws Exception {
        assertThatThrownBy(() -> fixture.dataSource.withTransaction(
                        POLICY, connection -> failingOnce(connection, raise("22012"))))
                .hasMessageContaining("as asked");

        assertThat(runs).hasValue(1);
        assertThat(rows()).isEqualTo("0 of 0");
    }

    @Test
    void aFailedTransactionThatTheWorkReturnsFromIsTold() throws Exception {
        assertThatThrownBy(() -> fixture.dataSource.withTransaction(POLICY, connection -> {
                    try {
                        return failingOnce(connection, raise("22012"));
                    } catch (SQLException kept) {
                        return -1;
                    }
                }))
                .hasMessageContaining("TERAFY0250");

        assertThat(runs).hasValue(1);
    }

    @Test
    void anExceptionOfTheWorksOwnIsToldAndNotRunAgain() throws Exception {
        assertThatThrownBy(() -> fixture.dataSource.withTransaction(POLICY, connection -> {
                    insert(connection, 1);
                    runs.incrementAndGet();
                    throw new IOException("no disk");
                }))
                .isInstanceOf(IOException.class)
                .hasNoSuppressedExceptions();

        assertThat(runs).hasValue(1);
        assertThat(rows()).isEqualTo("0 of 0");
    }

    @Test
    void theSerializationFailureOfAnotherDatabaseIsNotOurs() {
        assertThatThrownBy(() -> fixture.dataSource.withTransaction(POLICY, connection -> {
                    insert(connection, 1);
                    runs.incrementAndGet();
                    throw new SQLException("of another one", "40001");
                }))
                .hasMessage("of another one");

        assertThat(runs).hasValue(1);
    }

    @Test
    void workThatClosesItsConnectionIsNotCommittedAndNotRunAgain() throws Exception {
        assertThatThrownBy(() -> fixture.dataSource.withTransaction(POLICY, connection -> {
                    insert(connection, 1);
                    connection.close();
                    return runs.incrementAndGet();
                }))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08003"));

        assertThat(runs).hasValue(1);
        assertThat(rows()).isEqualTo("0 of 0");
    }

    @Test
    void theWorkCannotEndTheTransaction() throws Exception {
        assertRefused(Connection::commit);
        assertRefused(Connection::rollback);
        assertRefused(connection -> connection.setAutoCommit(true));
        assertRefused(connection -> PoolFixture.execute(connection, "COMMIT"));
        assertRefused(connection -> PoolFixture.execute(connection, "SELECT 1; /* now */ END"));
        assertRefused(connection -> PoolFixture.execute(connection, "PREPARE TRANSACTION 'mine'"));
        assertThat(rows()).isEqualTo("0 of 0");
    }

    private interface Step {
        void on(Connection connection) throws SQLException;
    }

    private void assertRefused(Step end) {
        assertThatThrownBy(() -> fixture.dataSource.withTransaction(POLICY, connection -> {
                    insert(connection, 1);
                    end.on(connection);
                    return null;
                }))
                .hasMessageContaining("TERAFY0284")
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("2D000"));
    }

    /** What was refused in one transaction is allowed to the next borrower. */
    @Test
    void theNextBorrowerEndsItsTransactionsItself() throws Exception {
        fixture.dataSource.withTransaction(POLICY, connection -> failingOnce(connection, raise("40001")));
        try (Connection connection = fixture.dataSource.getConnection()) {
            connection.setAutoCommit(false);
            insert(connection, 2);
            connection.commit();
            PoolFixture.execute(connection, "BEGIN; COMMIT");
        }
        assertThat(rows()).isEqualTo("2 of 2");
    }

    @Test
    void savepointsAreTheWorks() throws Exception {
        fixture.dataSource.withTransaction(POLICY, connection -> {
            Savepoint before = connection.setSavepoint();
            assertThatThrownBy(() -> PoolFixture.execute(connection, raise("40001")))
                    .isInstanceOf(SQLException.class);
            connection.rollback(before);
            insert(connection, 1);
            return runs.incrementAndGet();
        });

        assertThat(runs).hasValue(1);
        assertThat(rows()).isEqualTo("1 of 1");
    }

    @Test
    void inATransactionOfSomebodyElseItIsRefused() throws Exception {
        fixture.container.begin();
        assertThatThrownBy(() -> fixture.dataSource.withTransaction(POLICY, connection -> runs.incrementAndGet()))
                .hasMessageContaining("TERAFY0286")
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25001"));
        fixture.container.rollback();

        assertThat(runs).hasValue(0);
    }

    @Test
    void variablesAreSetInEachRun() throws Exception {
        List<String> seen = new ArrayList<>();
        fixture.dataSource.withTransaction(POLICY, SessionContext.of("app.user", "ana"), connection -> {
            seen.add(PoolFixture.query(connection, "SELECT current_setting('app.user')"));
            return failingOnce(connection, END_MYSELF);
        });

        assertThat(seen).containsExactly("ana", "ana");
        assertThat(rows()).isEqualTo("1 of 1");
    }

    @Test
    void anOperatorsFlushOfAllRunsItAgain() throws Exception {
        fixture.dataSource.withTransaction(POLICY, connection -> {
            insert(connection, 1);
            if (runs.incrementAndGet() == 1) {
                fixture.dataSource.operations().flush(FlushMode.ALL);
            }
            return null;
        });

        assertThat(runs).hasValue(2);
        assertThat(rows()).isEqualTo("1 of 1");
    }

    /** Each has another way to send a COMMIT, and the answer is read in all of them: nobody is asked, the session stays. */
    @ParameterizedTest
    @ValueSource(strings = {"preferQueryMode=simple", "preferQueryMode=extendedCacheEverything", "autosave=always"})
    void inEveryModeOfTheDriverTheAnswerIsRead(String property) throws Exception {
        try (PoolFixture other = PoolFixture.on(POSTGRES)
                .with(Setting.DB_DRIVER_PROPERTIES, property)
                .open()) {
            for (int i = 0; i < 10; i++) {
                int id = i;
                other.dataSource.withTransaction(POLICY, connection -> {
                    insert(connection, id);
                    return runs.incrementAndGet();
                });
            }

            assertThat(runs).hasValue(10);
            assertThat(rows()).isEqualTo("10 of 10");
            assertThat(other.statistics().created()).isEqualTo(1);
        }
    }

    @Test
    void whatIsDoneInItsFirstRunIsNotCounted() throws Exception {
        fixture.dataSource.withTransaction(POLICY, connection -> {
            insert(connection, 1);
            return runs.incrementAndGet();
        });
        assertThat(fixture.statistics().retried().values()).containsOnly(0L);
    }

    @Test
    void attemptsAreBounded() {
        assertThatThrownBy(() -> fixture.dataSource.withTransaction(
                        RetryPolicy.of(3, Duration.ofSeconds(30)), connection -> always(connection)))
                .isInstanceOfSatisfying(SQLException.class, e -> {
                    assertThat(e.getSQLState()).isEqualTo("40001");
                    assertThat(e.getSuppressed()[0]).hasMessageContaining("TERAFY0291");
                });

        assertThat(runs).hasValue(3);
        assertThat(fixture.statistics().retried())
                .containsEntry(RetryOutcome.GIVEN_UP, 1L)
                .containsEntry(RetryOutcome.COMMITTED, 0L);
    }

    private int always(Connection connection) throws SQLException {
        runs.incrementAndGet();
        PoolFixture.execute(connection, raise("40001"));
        return 0;
    }

    @Test
    void timeIsBounded() {
        RetryPolicy second = RetryPolicy.of(1000, Duration.ofSeconds(1));
        long began = System.nanoTime();
        assertThatThrownBy(() -> fixture.dataSource.withTransaction(second, this::always))
                .isInstanceOf(SQLException.class);

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        assertThat(runs.get()).isGreaterThan(1);
    }

    @ParameterizedTest
    @CsvSource({"DEADLOCK,40001,1", "SERIALIZATION_FAILURE,40001,2", "DEADLOCK,40P01,2"})
    void onlyThePolicysCausesCount(RetryCause cause, String state, int expected) {
        try {
            fixture.dataSource.withTransaction(POLICY.only(cause), connection -> failingOnce(connection, raise(state)));
        } catch (SQLException told) {
            assertThat(told.getSQLState()).isEqualTo(state);
        }
        assertThat(runs).hasValue(expected);
    }

    @Test
    void aPauseThatOutlastsTheWaitForAConnectionIsWaitedFor() throws Exception {
        try (PoolFixture paused = PoolFixture.on(POSTGRES)
                .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "500ms")
                .open()) {
            paused.dataSource.operations().pause();
            CompletableFuture<Void> resumed = CompletableFuture.runAsync(
                    () -> paused.dataSource.operations().resume(),
                    CompletableFuture.delayedExecutor(1200, TimeUnit.MILLISECONDS));

            paused.dataSource.withTransaction(POLICY, connection -> {
                insert(connection, 1);
                return runs.incrementAndGet();
            });

            resumed.get();
            assertThat(rows()).isEqualTo("1 of 1");
        }
    }

    @Test
    void aPauseThatOutlastsThePolicyIsTold() throws Exception {
        try (PoolFixture paused = PoolFixture.on(POSTGRES)
                .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "100ms")
                .open()) {
            paused.dataSource.operations().pause();
            ThrowingCallable inVain = () -> paused.dataSource.withTransaction(
                    RetryPolicy.of(5, Duration.ofSeconds(1)), connection -> runs.incrementAndGet());

            assertThatThrownBy(inVain).hasMessageContaining("TERAFY0255");
            assertThat(runs).hasValue(0);
        }
    }

    @Test
    void aPoolThatOthersHaveEmptiedIsNotAskedAgain() throws Exception {
        try (PoolFixture one = PoolFixture.on(POSTGRES)
                        .with(Setting.DB_POOL_MAX, "1")
                        .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "100ms")
                        .open();
                Connection held = one.dataSource.getConnection()) {
            long began = System.nanoTime();
            assertThatThrownBy(() -> one.dataSource.withTransaction(POLICY, connection -> runs.incrementAndGet()))
                    .hasMessageContaining("TERAFY0205");

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
            assertThat(held.isValid(5)).isTrue();
        }
    }

    /** The server is not told that the client is gone, and keeps the row locked. */
    @Test
    void whatIsLeftOfALostSessionLocksNothing() throws Exception {
        POSTGRES.execute("INSERT INTO retried_test VALUES (7)");
        try (FaultProxy proxy = FaultProxy.to(POSTGRES);
                PoolFixture through = PoolFixture.through(proxy, POSTGRES)
                        .with(Setting.DB_SOCKET_TIMEOUT, "1s")
                        .open()) {
            proxy.toServer().hideClose();
            long began = System.nanoTime();
            through.dataSource.withTransaction(POLICY, connection -> {
                PoolFixture.execute(connection, "UPDATE retried_test SET id = id WHERE id = 7");
                if (runs.incrementAndGet() == 1) {
                    PoolFixture.execute(connection, "SELECT pg_sleep(20)");
                }
                return null;
            });

            assertThat(runs).hasValue(2);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
        }
    }
}
