package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.LocalTransactionException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.FutureTask;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** Transactions that the container demarcates (Jakarta Connectors 2.1, 8.7), and what the application may do in them. */
class LocalTransactionTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();

    private PoolFixture fixture;
    private TerafyManagedConnection connection;
    private LocalTransaction transaction;
    private Connection handle;

    @BeforeEach
    void borrow() throws ResourceException {
        POSTGRES.execute("CREATE TABLE local_test (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
        fixture = PoolFixture.shared();
        connection = fixture.take();
        handle = fixture.handleOf(connection);
        transaction = connection.getLocalTransaction();
    }

    @AfterEach
    void close() {
        fixture.close();
        POSTGRES.execute("DROP TABLE local_test");
    }

    private String rows() throws SQLException {
        try (Connection other = POSTGRES.superuser()) {
            return PoolFixture.query(other, "SELECT count(*) FROM local_test");
        }
    }

    private void insert(int id) throws SQLException {
        PoolFixture.execute(handle, "INSERT INTO local_test VALUES (" + id + ")");
    }

    @Test
    void whatTheContainerCommitsIsThere() throws Exception {
        transaction.begin();
        insert(1);
        assertThat(rows()).isEqualTo("0");
        transaction.commit();

        assertThat(rows()).isEqualTo("1");
        assertThat(handle.getAutoCommit()).isTrue();
    }

    @Test
    void whatTheContainerRollsBackIsNot() throws Exception {
        transaction.begin();
        insert(1);
        transaction.rollback();

        assertThat(rows()).isEqualTo("0");
        assertThat(handle.getAutoCommit()).isTrue();
    }

    @Test
    void inTheContainersTransactionTheApplicationCannotEndIt() throws Exception {
        transaction.begin();
        insert(1);

        assertRefused(() -> handle.commit());
        assertRefused(() -> handle.rollback());
        assertRefused(() -> handle.setAutoCommit(true));
        assertRefused(() -> handle.setSavepoint());
        assertRefused(() -> handle.setSavepoint("here"));
        handle.setAutoCommit(false);
        assertThat(handle.getAutoCommit()).isFalse();
        assertThat(rows()).isEqualTo("0");
        transaction.commit();

        assertThat(rows()).isEqualTo("1");
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(SQLException.class, e -> {
            assertThat(e.getSQLState()).isEqualTo("2D000");
            assertThat(e.getMessage()).contains("TERAFY0222");
        });
    }

    @Test
    void afterAFailedCommitTheConnectionIsTheApplicationsAgain() throws Exception {
        transaction.begin();
        insert(1);
        insert(1);

        assertThatThrownBy(transaction::commit)
                .isInstanceOf(LocalTransactionException.class)
                .hasMessageContaining("TERAFY0221")
                .hasMessageContaining("23505");
        assertThat(handle.getAutoCommit()).isTrue();
        insert(2);
        assertThat(rows()).isEqualTo("1");
    }

    @Test
    void theContainerRollsBackWhatTheApplicationLeftOpen() throws Exception {
        handle.setAutoCommit(false);
        insert(1);

        transaction.rollback();

        assertThat(rows()).isEqualTo("0");
        assertThat(handle.getAutoCommit()).isTrue();
    }

    @Test
    void rollingBackAConnectionThatEndedIsNoError() throws Exception {
        transaction.begin();
        insert(1);
        assertThatThrownBy(() -> PoolFixture.execute(handle, "SELECT pg_terminate_backend(pg_backend_pid())"))
                .isInstanceOf(SQLException.class);

        transaction.rollback();

        assertThat(rows()).isEqualTo("0");
    }

    @Test
    void theNextBorrowerIsInNoTransaction() throws Exception {
        transaction.begin();
        insert(1);
        connection.cleanup();

        Connection next = fixture.handleOf(fixture.take());

        assertThat(next.getAutoCommit()).isTrue();
        PoolFixture.execute(next, "INSERT INTO local_test VALUES (2)");
        assertThat(rows()).isEqualTo("1");
    }

    @Test
    void transactionsDoNotNest() throws Exception {
        transaction.begin();
        insert(1);

        assertThatThrownBy(transaction::begin)
                .isInstanceOf(LocalTransactionException.class)
                .hasMessageContaining("TERAFY0246");

        transaction.commit();
        assertThat(rows()).isEqualTo("1");
        transaction.begin();
        transaction.rollback();
    }

    @Test
    void whatWasNotBegunCannotBeCommitted() {
        assertThatThrownBy(transaction::commit).isInstanceOf(LocalTransactionException.class);
    }

    /** As the transaction manager does when the time is over. */
    private void rollBackOnAnotherThread() throws Exception {
        onAnotherThread(transaction::rollback);
    }

    @Test
    void afterARollbackByAnotherThreadNothingIsExecutedInThatTransaction() throws Exception {
        fixture.registry.join();
        transaction.begin();
        insert(1);
        rollBackOnAnotherThread();

        assertRolledBack(() -> insert(2));
        assertRolledBack(() -> handle.prepareStatement("SELECT 1"));
        assertRolledBack(() -> handle.commit());
        assertRolledBack(() -> handle.setAutoCommit(true));
        assertThat(handle.getAutoCommit()).isFalse();
        assertThat(rows()).isEqualTo("0");
    }

    private static void assertRolledBack(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(SQLException.class, e -> {
            assertThat(e.getSQLState()).isEqualTo("40000");
            assertThat(e.getMessage()).contains("TERAFY0249");
        });
    }

    @Test
    void whatSlipsInAfterARollbackByAnotherThreadIsNotKept() throws Exception {
        fixture.registry.join();
        transaction.begin();
        insert(1);
        rollBackOnAnotherThread();
        try (Statement slipped = ((Connection) connection.driverConnection()).createStatement()) {
            slipped.execute("INSERT INTO local_test VALUES (2)"); // as if it had been checked before the rollback
        }
        fixture.registry.leave();

        assertThat(handle.getAutoCommit()).isFalse();
        insert(3);

        assertThat(handle.getAutoCommit()).isTrue();
        assertThat(rows()).isEqualTo("1");
    }

    /** It was given the connection, and is in no transaction. */
    @Test
    void afterARollbackByAnotherThreadAThirdOneExecutesNothingEither() throws Exception {
        fixture.registry.join();
        transaction.begin();
        insert(1);
        onAnotherThread(() -> insert(2));
        rollBackOnAnotherThread();

        onAnotherThread(() -> assertRolledBack(() -> insert(3)));
        assertRolledBack(() -> insert(4));
        onAnotherThread(() -> assertRolledBack(() -> insert(5)));
        assertThat(rows()).isEqualTo("0");

        fixture.registry.leave();
        insert(6);
        onAnotherThread(() -> insert(7));
        assertThat(rows()).isEqualTo("2");
    }

    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    private static void onAnotherThread(Step step) throws Exception {
        FutureTask<Void> task = new FutureTask<>(() -> {
            step.run();
            return null;
        });
        new Thread(task, "another").start();
        task.get();
    }

    @Test
    void aRollbackOfItsOwnThreadCancelsWhatAnotherExecutes() throws Exception {
        fixture.registry.join();
        transaction.begin();
        insert(1);
        FutureTask<Void> sleeping = new FutureTask<>(() -> {
            PoolFixture.query(handle, "SELECT pg_sleep(60)");
            return null;
        });
        new Thread(sleeping, "sleeping").start();
        Awaitility.await().until(() -> connection.physical().isHeldByAnotherThread());

        transaction.rollback();

        assertThatThrownBy(sleeping::get)
                .cause()
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
        assertThat(connection.driverConnection().isClosed()).isFalse();
        assertThat(rows()).isEqualTo("0");
    }

    @Test
    void whatIsCopiedAfterATransactionThatAnotherThreadHasRolledBackIsKept() throws Exception {
        fixture.registry.join();
        transaction.begin();
        insert(1);
        rollBackOnAnotherThread();
        fixture.registry.leave();

        handle.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY local_test FROM STDIN", new StringReader("2\n3\n"));
        handle.close();

        assertThat(rows()).isEqualTo("2");
    }

    @Test
    void aCommitThatIsNotAnsweredIsNoRollback() throws Exception {
        transaction.begin();
        PoolFixture.execute(handle, """
                CREATE FUNCTION pg_temp.wait() RETURNS trigger LANGUAGE plpgsql
                    AS 'BEGIN PERFORM pg_catalog.pg_sleep(1); RETURN NULL; END';
                CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON local_test DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION pg_temp.wait();
                INSERT INTO local_test VALUES (1)""");
        handle.setNetworkTimeout(Runnable::run, 200);

        assertThatThrownBy(transaction::commit)
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("TERAFY0287")
                .hasMessageContaining("08006");
        Awaitility.await().untilAsserted(() -> assertThat(rows()).isEqualTo("1"));
    }

    @Test
    void aStatementThatFailsWhileTheCommitWaitsForItIsReported() throws Exception {
        transaction.begin();
        assertReportsWhatFailsMeanwhile(transaction::commit);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void soIsOneThatFailsWhileTheCommitOfTheApplicationWaitsForIt(boolean byAutoCommit) throws Exception {
        handle.setAutoCommit(false);
        assertReportsWhatFailsMeanwhile(byAutoCommit ? () -> handle.setAutoCommit(true) : handle::commit);
    }

    private void assertReportsWhatFailsMeanwhile(ThrowingCallable commit) throws Exception {
        insert(1);
        FutureTask<Void> failing = new FutureTask<>(() -> {
            PoolFixture.execute(handle, "DO 'BEGIN PERFORM pg_catalog.pg_sleep(1); RAISE division_by_zero; END'");
            return null;
        });
        new Thread(failing, "failing").start();
        Awaitility.await().until(() -> connection.physical().isHeldByAnotherThread());

        assertThatThrownBy(commit).hasMessageContaining("TERAFY0250");
        assertThatThrownBy(failing::get).hasMessageContaining("division_by_zero");
        assertThat(rows()).isEqualTo("0");
    }

    /** The container knows of each thread what it has borrowed, and not that another thread has closed it. */
    @Test
    void aTransactionOfAThreadTakesInNoConnectionOfAnother() throws Exception {
        handle.close();
        handle = fixture.handleOf(fixture.take());
        assertThat(FakeContainer.handlesOf(connection)).hasSize(1);

        onAnotherThread(() -> assertThatThrownBy(transaction::begin)
                .isInstanceOf(LocalTransactionException.class)
                .hasMessageContaining("TERAFY0288"));
        insert(1);
        assertThat(rows()).isEqualTo("1");
    }

    /** The container listens no more once it has forgotten it. */
    @Test
    void theContainerLearnsThatAConnectionItForgetsIsNobodysAnyMore() throws Exception {
        FakeContainer.EventRecorder events = new FakeContainer.EventRecorder();
        handle.close();
        handle = fixture.handleOf(fixture.take());
        connection.addConnectionEventListener(events);

        connection.destroy();

        assertThat(events.ids()).containsExactly(ConnectionEvent.CONNECTION_CLOSED);
        insert(1);
        assertThat(rows()).isEqualTo("1");
    }

    @Test
    void aConnectionThatIsInATransactionIsGivenToNobody() throws Exception {
        handle.close();
        onAnotherThread(transaction::begin);

        assertThat(fixture.take()).isNotSameAs(connection);
    }

    @Test
    void theNextTransactionOfAThreadBeginsAfresh() throws Exception {
        fixture.registry.join();
        transaction.begin();
        insert(1);
        rollBackOnAnotherThread();

        fixture.registry.join();
        transaction.begin();
        insert(2);
        transaction.commit();

        assertThat(rows()).isEqualTo("1");
        assertThat(handle.getAutoCommit()).isTrue();
    }

    @Test
    void aRollbackByAnotherThreadCancelsWhatIsExecuted() throws Exception {
        fixture.registry.join();
        transaction.begin();
        FutureTask<Void> reaper = new FutureTask<>(() -> {
            awaitQuery("SELECT pg_sleep(60)");
            transaction.rollback();
            return null;
        });
        new Thread(reaper, "reaper").start();

        assertThatThrownBy(() -> PoolFixture.execute(handle, "SELECT pg_sleep(60)"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
        reaper.get();
        assertRolledBack(() -> insert(1));
    }

    private static void awaitQuery(String text) throws SQLException {
        try (Connection other = POSTGRES.superuser()) {
            String count = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = '" + text + "'";
            while (!PoolFixture.query(other, count).equals("1")) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aCommitThatPostgresqlTurnsIntoARollbackIsReported() throws Exception {
        transaction.begin();
        insert(1);
        assertThatThrownBy(() -> PoolFixture.execute(handle, "SELECT 1/0")).isInstanceOf(SQLException.class);

        assertThatThrownBy(transaction::commit)
                .isInstanceOf(LocalTransactionException.class)
                .hasMessageContaining("25P02")
                .hasMessageContaining("22012");
        assertThat(rows()).isEqualTo("0");
        insert(2);
        assertThat(rows()).isEqualTo("1");
    }

    @Test
    void soIsThatOfTheApplication() throws Exception {
        handle.setAutoCommit(false);
        insert(1);
        assertThatThrownBy(() -> PoolFixture.execute(handle, "SELECT 1/0")).isInstanceOf(SQLException.class);

        assertNotCommitted(() -> handle.commit());
        insert(2);
        handle.commit();
        assertThatThrownBy(() -> PoolFixture.execute(handle, "SELECT 1/0")).isInstanceOf(SQLException.class);
        assertNotCommitted(() -> handle.setAutoCommit(true));
        assertThat(rows()).isEqualTo("1");
    }

    private static void assertNotCommitted(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(SQLException.class, e -> {
            assertThat(e.getSQLState()).isEqualTo("25P02");
            assertThat(e.getMessage()).contains("TERAFY0250").contains("22012");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "commit",
                " /* /* a */ */ COMMIT AND CHAIN",
                "-- x\nend",
                "abort",
                "ROLLBACK",
                "rollback work and chain",
                "prepare transaction 'x'",
                "INSERT INTO local_test VALUES (7); COMMIT",
                "SELECT ';'; -- ;\n; END"
            })
    void sqlThatEndsTheContainersTransactionIsRefusedAsTheMethodIs(String sql) throws Exception {
        transaction.begin();
        insert(1);

        assertRefused(() -> PoolFixture.execute(handle, sql));
        assertRefused(() -> handle.prepareStatement(sql));
        assertRefused(() -> handle.createStatement().addBatch(sql));
        transaction.rollback();
        assertThat(rows()).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SAVEPOINT s; ROLLBACK TO SAVEPOINT s",
                "SAVEPOINT s; ROLLBACK WORK TO s",
                "PREPARE p AS SELECT 1",
                "SELECT 'a;COMMIT'",
                "SELECT 1 AS end"
            })
    void sqlThatDoesNotEndItIsNot(String sql) throws Exception {
        transaction.begin();
        insert(1);
        PoolFixture.execute(handle, sql);
        transaction.commit();
        assertThat(rows()).isEqualTo("1");
    }

    /** As the container does in a transaction: begin comes before the handle. */
    @Test
    void aTransactionThatBeganBeforeTheSessionWasBoundHoldsForIt() throws Exception {
        TerafyManagedConnection other = fixture.take();
        other.getLocalTransaction().begin();
        assertThat(other.isBound()).isFalse();
        handle = fixture.handleOf(other);

        assertThat(handle.getAutoCommit()).isFalse();
        insert(1);
        assertRefused(() -> handle.commit());
        assertThat(rows()).isEqualTo("0");
        other.getLocalTransaction().commit();

        assertThat(rows()).isEqualTo("1");
        assertThat(handle.getAutoCommit()).isTrue();
    }

    @Test
    void aTransactionInWhichNoSessionWasBoundEndsEitherWay() throws Exception {
        TerafyManagedConnection other = fixture.take();
        other.getLocalTransaction().begin();
        other.getLocalTransaction().commit();
        other.getLocalTransaction().begin();
        other.getLocalTransaction().rollback();

        assertThat(other.isBound()).isFalse();
        handle = fixture.handleOf(other);
        assertThat(handle.getAutoCommit()).isTrue();
        insert(1);
        assertThat(rows()).isEqualTo("1");
    }

    /** By whatever thread: the session that comes late is in no transaction that anybody would commit. */
    @Test
    void whatWasRolledBackByAnotherThreadBeforeTheSessionWasBoundKeepsNothing() throws Exception {
        fixture.registry.join();
        connection = fixture.take();
        transaction = connection.getLocalTransaction();
        transaction.begin();
        rollBackOnAnotherThread();
        handle = fixture.handleOf(connection);

        assertRolledBack(() -> insert(1));
        try (Statement slipped = ((Connection) connection.driverConnection()).createStatement()) {
            slipped.execute("INSERT INTO local_test VALUES (2)");
        }
        handle.close();

        assertThat(rows()).isEqualTo("0");
    }

    @Test
    void aTransactionWhoseSessionEndedGivesNoOtherAndSaysWhy() throws Exception {
        fixture.container.begin();
        handle = fixture.dataSource.getConnection();
        insert(1);
        terminate(handle);

        assertThatThrownBy(fixture.dataSource::getConnection).satisfies(LocalTransactionTest::tellsOfTheEnd);
        assertThatThrownBy(fixture.dataSource::getConnection).satisfies(LocalTransactionTest::tellsOfTheEnd);
        fixture.container.rollback();

        try (Connection next = fixture.dataSource.getConnection()) {
            assertThat(PoolFixture.query(next, "SELECT 1")).isEqualTo("1");
        }
        assertThat(rows()).isEqualTo("0");
    }

    @Test
    void soItDoesWhereAStatementMetTheEnd() throws Exception {
        fixture.container.begin();
        handle = fixture.dataSource.getConnection();
        insert(1);
        assertThatThrownBy(() -> PoolFixture.execute(handle, "SELECT pg_terminate_backend(pg_backend_pid())"))
                .isInstanceOf(SQLException.class);

        assertThatThrownBy(fixture.dataSource::getConnection).satisfies(LocalTransactionTest::tellsOfTheEnd);
        fixture.container.rollback();
    }

    private void terminate(Connection ended) throws SQLException {
        int pid = PoolFixture.pid(fixture.sessionOf(fixture.holderOf(ended)));
        POSTGRES.terminate(pid);
        Awaitility.await().until(() -> POSTGRES.backends().stream().noneMatch(backend -> backend.pid() == pid));
    }

    private static void tellsOfTheEnd(Throwable thrown) {
        assertThat(thrown).isInstanceOfSatisfying(SQLException.class, e -> {
            assertThat(e.getSQLState()).isEqualTo("08003");
            assertThat(e.getMessage())
                    .startsWith("TERAFY0251: Pool TerafyDS: ")
                    .contains("57P01")
                    .doesNotContain("\n");
        });
    }

    @Test
    void aTransactionThatCanOnlyBeRolledBackGivesNoConnection() throws Exception {
        fixture.container.begin();
        fixture.registry.setRollbackOnly();

        assertThatThrownBy(fixture.dataSource::getConnection).isInstanceOfSatisfying(SQLException.class, e -> {
            assertThat(e.getSQLState()).startsWith("25");
            assertThat(e.getMessage()).startsWith("TERAFY0252: Pool TerafyDS: ");
        });
        fixture.container.rollback();
    }

    @Test
    void aHandleLivesAcrossTheContainersTransactions() throws Exception {
        handle = fixture.dataSource.getConnection();
        String pid = PoolFixture.query(handle, "SELECT pg_backend_pid()");
        fixture.container.begin();
        try (Connection inside = fixture.dataSource.getConnection()) {
            PoolFixture.execute(inside, "INSERT INTO local_test VALUES (1)");
        }
        Connection outliving = fixture.dataSource.getConnection();
        fixture.container.commit();

        assertThat(rows()).isEqualTo("1");
        assertThat(PoolFixture.query(handle, "SELECT pg_backend_pid()")).isEqualTo(pid);
        assertThat(outliving.getAutoCommit()).isTrue();
        assertThat(PoolFixture.query(outliving, "SELECT 1")).isEqualTo("1");
        outliving.close();
        handle.close();
        assertThat(fixture.statistics().inUse()).isEqualTo(1);
    }

    @Test
    void afterACommitByAnotherThreadNothingIsExecutedInThatTransactionEither() throws Exception {
        fixture.registry.join();
        transaction.begin();
        insert(1);
        onAnotherThread(transaction::commit);

        assertRolledBack(() -> insert(2));
        assertThat(rows()).isEqualTo("1");
        fixture.registry.leave();
        insert(3);
        assertThat(rows()).isEqualTo("2");
        assertThat(handle.getAutoCommit()).isTrue();
    }

    /** As where the container could not bring a second connection into the transaction, and doomed it. */
    @Test
    void aConnectionThatIsNotInADoomedTransactionIsRefusedThere() throws Exception {
        fixture.registry.join();
        fixture.registry.setRollbackOnly();

        assertThatThrownBy(() -> insert(1)).isInstanceOfSatisfying(SQLException.class, e -> {
            assertThat(e.getSQLState()).isEqualTo("25000");
            assertThat(e.getMessage()).contains("TERAFY0283");
        });
        fixture.registry.leave();
        insert(2);
        assertThat(rows()).isEqualTo("1");
    }

    /** So the container need not destroy the connection because it refuses to commit. */
    @Test
    void aFailedTransactionIsMarkedForRollbackBeforeItIsCommitted() throws Exception {
        fixture.registry.join();
        transaction.begin();
        insert(1);
        assertThatThrownBy(() -> PoolFixture.execute(handle, "SELECT 1/0")).isInstanceOf(SQLException.class);

        assertThat(fixture.registry.mayCommit()).isFalse();
        transaction.rollback();
        fixture.registry.join();
        transaction.begin();
        insert(2);
        assertThat(fixture.registry.mayCommit()).isTrue();
        transaction.commit();
        assertThat(rows()).isEqualTo("1");
    }

    @Test
    void inADoomedTransactionTheContainerIsNotEvenAsked() throws Exception {
        fixture.registry.join();
        fixture.registry.setRollbackOnly();

        assertThatThrownBy(() -> fixture.dataSource.getConnection()).isInstanceOfSatisfying(SQLException.class, e -> {
            assertThat(e.getSQLState()).isEqualTo("25000");
            assertThat(e.getMessage()).contains("TERAFY0252");
            assertThat(e.getCause()).isNull();
        });
        fixture.registry.leave();
    }
}
