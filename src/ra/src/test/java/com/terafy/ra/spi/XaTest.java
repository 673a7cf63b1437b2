package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.terafy.api.RetryPolicy;
import com.terafy.pool.settings.Setting;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.security.PasswordCredential;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import javax.security.auth.Subject;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** Distributed transactions (Jakarta Connectors 2.1, 8.6) as a transaction manager drives them. */
class XaTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();

    private PoolFixture fixture;
    private TerafyManagedConnection connection;
    private XAResource resource;
    private Connection handle;

    @BeforeEach
    void borrow() throws ResourceException {
        POSTGRES.execute("CREATE TABLE xa_test (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
        fixture = PoolFixture.on(POSTGRES)
                .with(Setting.DB_TRANSACTION_SUPPORT, "xa")
                .open();
        connection = fixture.take();
        resource = connection.getXAResource();
        handle = fixture.handleOf(connection);
    }

    @AfterEach
    void close() throws Exception {
        assertThat(prepared()).as("branches that nobody ended").isEqualTo("0");
        fixture.close();
        POSTGRES.execute("DROP TABLE xa_test");
    }

    private static String ask(String sql) throws SQLException {
        try (Connection other = POSTGRES.superuser()) {
            return PoolFixture.query(other, sql);
        }
    }

    private static String rows() throws SQLException {
        return ask("SELECT count(*) FROM xa_test");
    }

    private static String prepared() throws SQLException {
        return ask("SELECT count(*) FROM pg_prepared_xacts");
    }

    private void insert(int id) throws SQLException {
        PoolFixture.execute(handle, "INSERT INTO xa_test VALUES (" + id + ")");
    }

    /** A branch with one row in it, as it is before prepare. */
    private Xid branchWith(int id) throws Exception {
        Xid xid = TestXid.next();
        resource.start(xid, XAResource.TMNOFLAGS);
        insert(id);
        resource.end(xid, XAResource.TMSUCCESS);
        return xid;
    }

    private void end(Xid xid, boolean onePhase) throws XAException {
        if (onePhase) {
            resource.commit(xid, true);
        } else {
            resource.prepare(xid);
        }
    }

    @Test
    void inTwoPhasesItIsPreparedThenCommitted() throws Exception {
        Xid xid = branchWith(1);
        assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
        assertThat(prepared()).isEqualTo("1");
        assertThat(rows()).isEqualTo("0");

        resource.commit(xid, false);

        assertThat(rows()).isEqualTo("1");
        assertThat(handle.getAutoCommit()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStatementThatFailsWhileTheEndWaitsForItIsReported(boolean onePhase) throws Exception {
        Xid xid = branchWith(1);
        FutureTask<Void> failing = new FutureTask<>(() -> {
            PoolFixture.execute(handle, "DO 'BEGIN PERFORM pg_catalog.pg_sleep(1); RAISE division_by_zero; END'");
            return null;
        });
        new Thread(failing, "failing").start();
        Awaitility.await().until(() -> connection.physical().isHeldByAnotherThread());

        assertThatThrownBy(() -> end(xid, onePhase))
                .isInstanceOfSatisfying(
                        XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XA_RBROLLBACK));
        assertThat(rows()).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rollback", "prepare", "commit"})
    void anUnfinishedCopyHoldsTheEndUpForNobody(String end) throws Exception {
        Xid xid = branchWith(1);
        handle.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY xa_test FROM STDIN");

        assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThatThrownBy(() -> {
                            switch (end) {
                                case "rollback" -> resource.rollback(xid);
                                case "prepare" -> resource.prepare(xid);
                                default -> resource.commit(xid, true);
                            }
                        })
                        .isInstanceOf(XAException.class)
                        .cause()
                        .hasMessageContaining("COPY"));
        Awaitility.await().untilAsserted(() -> assertThat(rows()).isEqualTo("0"));
    }

    @Test
    void aTransactionOfAThreadTakesInNoConnectionOfAnother() throws Exception {
        handle.close();
        handle = fixture.handleOf(fixture.take());
        FutureTask<Void> other = new FutureTask<>(() -> {
            resource.start(TestXid.next(), XAResource.TMNOFLAGS);
            return null;
        });
        new Thread(other, "other").start();

        assertThatThrownBy(other::get).cause().isInstanceOf(XAException.class).hasMessageContaining("TERAFY0288");
        insert(1);
        assertThat(rows()).isEqualTo("1");
    }

    @Test
    void inOnePhaseNothingIsPrepared() throws Exception {
        resource.commit(branchWith(1), true);

        assertThat(rows()).isEqualTo("1");
        assertThat(handle.getAutoCommit()).isTrue();
    }

    @Test
    void itIsRolledBackBeforeAndAfterPrepare() throws Exception {
        resource.rollback(branchWith(1));
        Xid second = branchWith(2);
        resource.prepare(second);
        resource.rollback(second);

        assertThat(rows()).isEqualTo("0");
        assertThat(handle.getAutoCommit()).isTrue();
    }

    @Test
    void anotherSessionRecoversWhatWasPrepared() throws Exception {
        Xid xid = branchWith(1);
        resource.prepare(xid);
        TerafyManagedConnection recovering = forRecovery();
        XAResource recovery = recovering.getXAResource();

        Xid[] found = recovery.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);
        assertThat(Arrays.stream(found).map(XaTest::global)).contains(global(xid));
        recovery.commit(xid, false);

        assertThat(rows()).isEqualTo("1");
        recovering.destroy();
    }

    private static ByteBuffer global(Xid xid) {
        return ByteBuffer.wrap(xid.getGlobalTransactionId());
    }

    /** As IronJacamar opens it: signed on with the descriptor's credentials, no listener. */
    private TerafyManagedConnection forRecovery() throws ResourceException {
        PasswordCredential credential = new PasswordCredential("DB_USER", "DB_PASSWORD".toCharArray());
        credential.setManagedConnectionFactory(fixture.factory);
        Subject subject = new Subject();
        subject.getPrivateCredentials().add(credential);
        return (TerafyManagedConnection) fixture.factory.createManagedConnection(subject, null);
    }

    @Test
    void theConnectionForRecoveryIsNoPartOfThePoolAndIsValidated() throws Exception {
        TerafyManagedConnection recovering = forRecovery();
        Association handed = (Association) recovering.getConnection(null, null);

        assertThat(handed.isValid(5)).isTrue();
        handed.close();
        assertThat(FakeContainer.handlesOf(recovering)).isEmpty();
        assertThat(fixture.statistics().total()).isEqualTo(1);
        POSTGRES.terminate(recovering.physical().backendPid());
        assertThat(isValid(handed)).isFalse();
        recovering.destroy();
    }

    private static boolean isValid(Association handed) {
        try {
            return handed.isValid(5);
        } catch (SQLException broken) {
            return false;
        }
    }

    @Test
    void recoveryWorksWithoutAHandleAndItsSessionEndsWithIt() throws Exception {
        TerafyManagedConnection recovering = forRecovery();
        assertThat(recovering.isBound()).isFalse();

        assertThat(recovering.getXAResource().recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN))
                .isEmpty();
        int pid = recovering.physical().backendPid();
        assertThat(fixture.sessions()).noneMatch(session -> PoolFixture.pid(session) == pid);

        recovering.destroy();
        Awaitility.await().until(() -> POSTGRES.backends().stream().noneMatch(backend -> backend.pid() == pid));
    }

    /** As the container does: start comes before the handle. */
    @Test
    void aBranchThatBeganBeforeTheSessionWasBoundHoldsForIt() throws Exception {
        connection = fixture.take();
        resource = connection.getXAResource();
        Xid xid = TestXid.next();
        resource.start(xid, XAResource.TMNOFLAGS);
        assertThat(connection.isBound()).isFalse();
        handle = fixture.handleOf(connection);
        insert(1);
        assertRefused(() -> handle.commit());
        resource.end(xid, XAResource.TMSUCCESS);
        assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
        resource.commit(xid, false);

        assertThat(rows()).isEqualTo("1");
        assertThat(handle.getAutoCommit()).isTrue();
    }

    @Test
    void aBranchForWhichNoSessionWasBoundHasNothingToCommit() throws Exception {
        connection = fixture.take();
        resource = connection.getXAResource();
        Xid first = begunAndEnded();
        assertThat(resource.prepare(first)).isEqualTo(XAResource.XA_RDONLY);
        resource.commit(begunAndEnded(), true);
        resource.rollback(begunAndEnded());

        assertThat(connection.isBound()).isFalse();
        handle = fixture.handleOf(connection);
        assertThat(handle.getAutoCommit()).isTrue();
        insert(1);
        assertThat(rows()).isEqualTo("1");
    }

    private Xid begunAndEnded() throws XAException {
        Xid xid = TestXid.next();
        resource.start(xid, XAResource.TMNOFLAGS);
        resource.end(xid, XAResource.TMSUCCESS);
        return xid;
    }

    @Test
    void aBranchMayBeSuspendedBeforeItsSessionIsBound() throws Exception {
        connection = fixture.take();
        resource = connection.getXAResource();
        Xid xid = TestXid.next();
        resource.start(xid, XAResource.TMNOFLAGS);
        resource.end(xid, XAResource.TMSUSPEND);
        resource.start(xid, XAResource.TMRESUME);
        handle = fixture.handleOf(connection);
        insert(1);
        resource.end(xid, XAResource.TMSUCCESS);
        resource.commit(xid, true);

        assertThat(rows()).isEqualTo("1");
    }

    @Test
    void theApplicationCannotEndTheBranch() throws Exception {
        Xid xid = TestXid.next();
        resource.start(xid, XAResource.TMNOFLAGS);
        insert(1);

        assertRefused(() -> handle.commit());
        assertRefused(() -> handle.rollback());
        assertRefused(() -> handle.setAutoCommit(true));
        assertRefused(() -> handle.setSavepoint());
        handle.setAutoCommit(false);
        assertThat(handle.getAutoCommit()).isFalse();
        assertThat(rows()).isEqualTo("0");
        resource.end(xid, XAResource.TMSUCCESS);
        resource.commit(xid, true);

        assertThat(rows()).isEqualTo("1");
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(SQLException.class, e -> {
            assertThat(e.getSQLState()).isEqualTo("2D000");
            assertThat(e.getMessage()).contains("TERAFY0222");
        });
    }

    @Test
    void largeObjectsWorkInABranch() throws Exception {
        Xid xid = TestXid.next();
        resource.start(xid, XAResource.TMNOFLAGS);
        var objects = handle.unwrap(PGConnection.class).getLargeObjectAPI();
        objects.open(objects.createLO()).close();
        resource.end(xid, XAResource.TMSUCCESS);
        resource.rollback(xid);
    }

    @Test
    void afterARefusedCommitInOnePhaseTheNextBranchWorks() throws Exception {
        Xid xid = twiceTheSame();
        assertThatThrownBy(() -> resource.commit(xid, true)).satisfies(XaTest::isRolledBack);

        assertThat(handle.getAutoCommit()).isTrue();
        resource.commit(branchWith(2), true);
        assertThat(rows()).isEqualTo("1");
    }

    @Test
    void afterARefusedPrepareTheNextBranchWorks() throws Exception {
        Xid xid = twiceTheSame();
        assertThatThrownBy(() -> resource.prepare(xid)).satisfies(XaTest::isRolledBack);
        resource.rollback(xid);

        resource.commit(branchWith(2), true);
        assertThat(rows()).isEqualTo("1");
    }

    private Xid twiceTheSame() throws Exception {
        Xid xid = TestXid.next();
        resource.start(xid, XAResource.TMNOFLAGS);
        insert(1);
        insert(1);
        resource.end(xid, XAResource.TMSUCCESS);
        return xid;
    }

    private static void isRolledBack(Throwable thrown) {
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        XAException.class,
                        e -> assertThat(e.errorCode).isBetween(XAException.XA_RBBASE, XAException.XA_RBEND));
    }

    @Test
    void aBranchThatWasLeftInTheMiddleIsNotMetByTheNextBorrower() throws Exception {
        branchWith(1);
        handle.close();

        connection = fixture.take();
        resource = connection.getXAResource();
        handle = fixture.handleOf(connection);
        resource.commit(branchWith(2), true);

        assertThat(rows()).isEqualTo("1");
        assertThat(ask("SELECT min(id) FROM xa_test")).isEqualTo("2");
    }

    @Test
    void aBranchOnAReadOnlyConnectionIsEnded() throws Exception {
        handle.setReadOnly(true);
        Xid xid = TestXid.next();
        resource.start(xid, XAResource.TMNOFLAGS);
        PoolFixture.query(handle, "SELECT count(*) FROM xa_test");
        resource.end(xid, XAResource.TMSUCCESS);
        if (resource.prepare(xid) == XAResource.XA_OK) {
            resource.commit(xid, false);
        }

        assertThat(prepared()).isEqualTo("0");
    }

    @Test
    void theEndOfTheConnectionIsReportedOnce() throws Exception {
        Xid xid = TestXid.next();
        FakeContainer.Listener listener = fixture.container.listenerOf(connection);
        resource.start(xid, XAResource.TMNOFLAGS);
        insert(1);
        POSTGRES.terminate(connection.physical().backendPid());
        resource.end(xid, XAResource.TMSUCCESS);

        assertThatThrownBy(() -> resource.prepare(xid)).isInstanceOf(XAException.class);
        assertThatThrownBy(() -> insert(2)).isInstanceOf(SQLException.class);

        assertThat(listener.ids()).containsOnlyOnce(ConnectionEvent.CONNECTION_ERROR_OCCURRED);
        assertThat(rows()).isEqualTo("0");
    }

    /** The transaction manager must not wait for another session only to be told so. */
    @Test
    void aBranchWhoseSessionEndedIsRolledBackWithoutAnother() throws Exception {
        Xid xid = TestXid.next();
        resource.start(xid, XAResource.TMNOFLAGS);
        assertThatThrownBy(() -> PoolFixture.execute(handle, "SELECT pg_terminate_backend(pg_backend_pid())"))
                .isInstanceOf(SQLException.class);
        fixture.dataSource.operations().pause();

        assertTimeout(Duration.ofSeconds(5), () -> {
            assertEnded(() -> resource.end(xid, XAResource.TMFAIL));
            assertEnded(() -> resource.rollback(xid));
        });
        assertThat(connection.isBound()).isFalse();
    }

    private static void assertEnded(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_RMFAIL));
    }

    @Test
    void withoutPreparedTransactionsEveryConnectionIsRefusedWithWhatToDo() throws Exception {
        try (TestPostgres none = TestPostgres.start("max_prepared_transactions", "0");
                PoolFixture refused = PoolFixture.on(none)
                        .with(Setting.DB_TRANSACTION_SUPPORT, "xa")
                        .open()) {
            assertThatThrownBy(() -> refused.dataSource.getConnection())
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("TERAFY0230")
                    .hasMessageContaining("max_prepared_transactions")
                    .hasMessageContaining("DB_TRANSACTION_SUPPORT");
        }
    }

    @Test
    void theResourceOfAConnectionIsAlwaysTheSame() throws Exception {
        assertThat(connection.getXAResource()).isSameAs(resource);
        assertThat(fixture.take().getXAResource()).isNotSameAs(resource);
    }

    @Test
    void callsOutOfOrderAreRefused() throws Exception {
        Xid xid = TestXid.next();
        assertOutOfOrder(() -> resource.end(xid, XAResource.TMSUCCESS));
        resource.start(xid, XAResource.TMNOFLAGS);
        assertOutOfOrder(() -> resource.start(TestXid.next(), XAResource.TMNOFLAGS));
        assertOutOfOrder(() -> resource.prepare(xid));
        assertOutOfOrder(() -> resource.commit(xid, true));
        resource.end(xid, XAResource.TMSUCCESS);
        assertOutOfOrder(() -> resource.start(null, XAResource.TMNOFLAGS));
        assertOutOfOrder(() -> resource.commit(TestXid.next(), false));

        resource.rollback(xid);
        resource.commit(branchWith(1), true);
        assertThat(rows()).isEqualTo("1");
    }

    private static void assertOutOfOrder(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        XAException.class,
                        e -> assertThat(e.errorCode).isBetween(XAException.XAER_OUTSIDE, XAException.XAER_ASYNC));
    }

    @Test
    void anXidComesBackBitForBit() throws Exception {
        Xid longest = new AnyXid(Integer.MIN_VALUE, bytes(Xid.MAXGTRIDSIZE, 7), bytes(Xid.MAXBQUALSIZE, 200));
        resource.start(longest, XAResource.TMNOFLAGS);
        insert(1);
        resource.end(longest, XAResource.TMSUCCESS);
        resource.prepare(longest);

        Xid[] found = resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);

        assertThat(found).singleElement().satisfies(xid -> {
            assertThat(xid.getFormatId()).isEqualTo(longest.getFormatId());
            assertThat(xid.getGlobalTransactionId()).isEqualTo(longest.getGlobalTransactionId());
            assertThat(xid.getBranchQualifier()).isEqualTo(longest.getBranchQualifier());
        });
        resource.rollback(found[0]);
    }

    private static byte[] bytes(int count, int first) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (first + i * 3);
        }
        return bytes;
    }

    @Test
    void whatIsNotPreparedIsNotRecoveredAndEndsWithItsSession() throws Exception {
        branchWith(1);

        assertThat(resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN))
                .isEmpty();
        POSTGRES.terminate(connection.physical().backendPid());
        assertThat(rows()).isEqualTo("0");
    }

    private record AnyXid(int getFormatId, byte[] getGlobalTransactionId, byte[] getBranchQualifier) implements Xid {}

    /** Its end would be that of the work's first half, which a further run would do again. */
    @Test
    void noBranchBeginsInAWorkThatMayBeRunAgain() throws Exception {
        RetryPolicy policy = RetryPolicy.of(2, Duration.ofSeconds(10));
        assertThatThrownBy(() -> fixture.dataSource.withTransaction(policy, work -> {
                    PoolFixture.execute(work, "INSERT INTO xa_test VALUES (1)");
                    fixture.holderOf(work).getXAResource().start(TestXid.next(), XAResource.TMNOFLAGS);
                    return 1;
                }))
                .isInstanceOfSatisfying(
                        XAException.class,
                        refused -> assertThat(refused.errorCode).isEqualTo(XAException.XAER_OUTSIDE));
        assertThat(ask("SELECT count(*) FROM xa_test")).isEqualTo("0");
    }

    private record TestXid(int number) implements Xid {

        private static final AtomicInteger LAST = new AtomicInteger();

        static TestXid next() {
            return new TestXid(LAST.incrementAndGet());
        }

        @Override
        public int getFormatId() {
            return 4711;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }

    @Test
    void afterARollbackByAnotherThreadNothingIsKept() throws Exception {
        fixture.registry.join();
        Xid xid = TestXid.next();
        resource.start(xid, XAResource.TMNOFLAGS);
        insert(1);
        FutureTask<Void> reaper = new FutureTask<>(() -> {
            resource.end(xid, XAResource.TMFAIL);
            resource.rollback(xid);
            return null;
        });
        new Thread(reaper, "reaper").start();
        reaper.get();

        assertThatThrownBy(() -> insert(2))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40000"));
        try (Statement slipped = ((Connection) connection.driverConnection()).createStatement()) {
            slipped.execute("INSERT INTO xa_test VALUES (3)"); // as if it had been checked before the rollback
        }
        fixture.registry.join();
        resource.commit(branchWith(4), true);

        assertThat(ask("SELECT string_agg(id::text, ',') FROM xa_test")).isEqualTo("4");
        fixture.registry.leave();
        insert(5);
        assertThat(rows()).isEqualTo("2");
    }

    @Test
    void aBranchThatFailedIsNeitherPreparedNorCommitted() throws Exception {
        for (boolean onePhase : new boolean[] {true, false}) {
            Xid xid = TestXid.next();
            resource.start(xid, XAResource.TMNOFLAGS);
            insert(1);
            assertThatThrownBy(() -> PoolFixture.execute(handle, "SELECT 1/0")).isInstanceOf(SQLException.class);
            resource.end(xid, XAResource.TMSUCCESS);

            assertThatThrownBy(() -> end(xid, onePhase))
                    .isInstanceOfSatisfying(
                            XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XA_RBROLLBACK))
                    .hasRootCauseMessage("ERROR: division by zero");
            resource.rollback(xid);
        }
        assertThat(rows()).isEqualTo("0");
        insert(1);
        assertThat(rows()).isEqualTo("1");
    }
}
