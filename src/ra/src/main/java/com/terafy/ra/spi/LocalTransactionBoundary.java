package com.terafy.ra.spi;

import com.terafy.ra.Messages;
import com.terafy.ra.driver.CommitAnswer;
import com.terafy.ra.driver.DriverStream;
import com.terafy.ra.errors.PostgresErrors;
import com.terafy.ra.handles.ClosedErrors;
import com.terafy.ra.session.TransactionControl;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.LocalTransactionException;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * Who begins and ends transactions on a connection: the container between {@link #begin()} and its commit or rollback
 * (Jakarta Connectors 2.1, 8.7), the application otherwise. Only the application's transactions are told to the
 * container by events.
 *
 * <p>The container may roll back on a thread of its own, when the transaction's time is over, while the application's
 * thread goes on. So auto-commit stays off in the driver then, and whatever the application still sends falls into a
 * transaction that nobody commits, until its thread has left the one that was rolled back.
 *
 * <p>Used by whoever holds the connection, one thread at a time, but for {@link #rollback()}.
 */
final class LocalTransactionBoundary implements LocalTransaction {

    private static final String FAILED_TRANSACTION = "25P02";
    private static final long PAUSE_NANOS = 50_000;

    private final TerafyManagedConnection connection;

    private volatile boolean managed;

    /** The container's transaction, and who was last seen to work in it. */
    private volatile @Nullable Object key;

    private volatile @Nullable Thread user;

    /** What another thread has ended behind its user's back; null if there is nothing to be told or put back. */
    private volatile @Nullable EndedBehind endedBehind;

    /** Another thread is at it. */
    private volatile boolean ending;

    /** The application turned auto-commit off outside a managed transaction. */
    private boolean applicationDemarcates;

    /** The application's transaction has a session context. */
    private boolean hasContext;

    /** The application's transaction is one of {@link RetriedTransaction}, which ends it. */
    private boolean endsWithWork;

    /** The error by which the transaction under way failed; null while it has not. */
    private @Nullable SQLException failure;

    LocalTransactionBoundary(TerafyManagedConnection connection) {
        this.connection = connection;
    }

    /**
     * @param key of the transaction; null where the container has no registry
     * @param user who was in it
     */
    private record EndedBehind(
            @Nullable Object key, @Nullable Thread user) {}

    /** Transactions do not nest (23.2.1). */
    @Override
    public void begin() throws ResourceException {
        if (!connection.take()) {
            throw new LocalTransactionException(Messages.anothersConnection(connection.toString()));
        }
        if (managed) {
            throw new LocalTransactionException(Messages.alreadyBegun(connection.toString()));
        }
        if (endsWithWork) {
            throw new LocalTransactionException(Messages.beginsInWork(connection.toString()));
        }
        try {
            leaveEndedBehind();
            began();
            connection.threadTransaction().rollBackInsteadIf(this::hasFailed);
        } catch (SQLException failed) {
            throw told("begin", failed);
        }
    }

    /**
     * A transaction of the container began. For a branch of a distributed one the driver begins it on the server and
     * leaves its own auto-commit as it was; but it refuses large objects and reads with a cursor where that is on.
     */
    void began() throws SQLException {
        managed = true;
        key = connection.threadTransaction().key();
        user = Thread.currentThread();
        bound();
    }

    /** The connection is bound to a session, maybe after the transaction began, maybe after it was ended. */
    void bound() throws SQLException {
        if (connection.isBound() && (managed || endedBehind != null)) {
            connection.session().completeContext();
            connection.session().transactionChanged();
            driver().setAutoCommit(false);
        }
    }

    /** Before a transaction of the container begins: nothing is left of the one before. */
    void leaveEndedBehind() throws SQLException {
        if (endedBehind != null) {
            putBack();
        }
    }

    boolean isManaged() {
        return managed;
    }

    private BaseConnection driver() {
        return connection.driverConnection();
    }

    @Override
    public void commit() throws ResourceException {
        if (!connection.isBound()) {
            managed = false;
            return;
        }
        try {
            connection.requireNoCopy();
            requireNotFailed();
            boolean behind = endsBehindItsUser();
            commitOnServer();
            rollbackEnds(behind);
        } catch (SQLException failed) {
            leaveFailed();
            throw told("commit", failed);
        } finally {
            endIsDone();
            connection.leaveIfDone();
        }
    }

    /**
     * Has it committed, and believes nothing but what the server says to that.
     *
     * @throws SQLException if it was not committed
     * @throws ResourceException if the server has not answered
     */
    private void commitOnServer() throws SQLException, ResourceException {
        if (driver().getTransactionState() == TransactionState.IDLE) { // nothing was sent in it, or nothing was begun
            driver().commit();
            return;
        }
        CommitAnswer answer = new CommitAnswer();
        try {
            connection.physical().stream().commit(answer);
        } catch (SQLException failed) {
            if (!answer.saysCommitted() && PostgresErrors.saysRolledBack(failed)) {
                throw failed;
            }
            connection.failed(failed);
            if (!answer.saysCommitted()) {
                throw CommitInDoubt.exception(Messages.commitInDoubt(connection.toString(), failed), failed);
            }
        }
        if (answer.saysRolledBack()) { // another thread's statement has failed since the state was looked at
            throw commitOfFailed();
        }
    }

    /**
     * Also what the container calls for a transaction that an application left open. Where the connection has ended, the
     * server has rolled back already.
     */
    @Override
    public void rollback() throws ResourceException {
        if (!managed) {
            applicationDemarcates = false;
        }
        boolean behind = rollbackBegins();
        try {
            if (connection.isBound() && !driver().isClosed()) {
                connection.requireNoCopy();
                connection.rollBack();
                rollbackEnds(behind);
            }
        } catch (SQLException failed) {
            throw told("rollback", failed);
        } finally {
            endIsDone();
            connection.leaveIfDone();
        }
    }

    /**
     * The container is about to roll back. What another thread executes is cancelled; if that is the transaction's user, the rest
     * is refused to it.
     *
     * @return true if its user may be in the middle of something
     */
    boolean rollbackBegins() {
        boolean behind = endsBehindItsUser();
        if (connection.isBound()) {
            connection.cancelStatement();
        }
        return behind;
    }

    /** The container ends its transaction; true if another thread was last seen to work in it, which is then told. */
    boolean endsBehindItsUser() {
        boolean behind = managed && !Thread.currentThread().equals(user);
        if (behind) {
            ending = true;
            endedBehind = new EndedBehind(key, user);
            connection.threadTransaction().endedElsewhere(key);
        }
        managed = false;
        return behind;
    }

    /** What {@link #endsBehindItsUser} began is done, whatever came of it. */
    void endIsDone() {
        ending = false;
    }

    /** Another thread may still be about to send the end of that transaction, which must not meet the next one. */
    private void awaitEnd() throws SQLException {
        long deadline = System.nanoTime() + connection.validationTimeout().toNanos();
        while (ending) {
            if (System.nanoTime() - deadline > 0) {
                throw new SQLTransactionRollbackException(
                        Messages.transactionEndedElsewhere(connection.toString()), "40000");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** True if the container's transaction can only be rolled back by PostgreSQL. */
    private boolean hasFailed() {
        return managed && connection.isBound() && driver().getTransactionState() == TransactionState.FAILED;
    }

    void rollbackEnds(boolean behind) throws SQLException {
        if (!behind) {
            ended();
        }
    }

    /** The container's transaction ended on the thread of its user, so that there is nothing to commit for the driver. */
    void ended() throws SQLException {
        managed = false;
        failure = null;
        if (connection.isBound()) {
            connection.session().transactionChanged();
            if (!driver().isClosed()) {
                driver().setAutoCommit(!applicationDemarcates);
            }
        }
    }

    /** The server has rolled back what it could not commit, and the container does not ask for it. */
    private void leaveFailed() {
        managed = false;
        failure = null;
        try {
            if (connection.isBound() && !driver().isClosed()) { // else the container has destroyed it meanwhile
                connection.session().endTransaction();
            }
        } catch (SQLException broken) {
            connection.failed(broken);
        }
    }

    private LocalTransactionException told(String what, SQLException failed) {
        connection.failed(failed);
        return new LocalTransactionException(Messages.transactionFailed(connection.toString(), what, failed), failed);
    }

    /** Forgets whose turn it is; the reset has ended what was open. */
    void forget() {
        managed = false;
        endedBehind = null;
        failure = null;
        applicationDemarcates = false;
        hasContext = false;
        endsWithWork = false;
    }

    /** Before the application does anything with the connection. */
    void use() throws SQLException {
        if (!connection.isBound()) { // another thread has closed the handle meanwhile
            throw ClosedErrors.connection();
        }
        if (!leaveEndedBehindIfLeft()) {
            throw new SQLTransactionRollbackException(
                    Messages.transactionEndedElsewhere(connection.toString()), "40000");
        }
        if (managed) {
            noteUser();
        } else if (connection.threadTransaction().isOver()) {
            throw new SQLException(Messages.statementInDoomed(connection.toString()), "25000");
        } else if (connection.isDestroyed() && connection.threadTransaction().key() != null) {
            throw new SQLException(Messages.notInThisTransaction(connection.toString()), "08003");
        }
    }

    /**
     * What another thread has ended stays ended for everybody, until the thread that was in it has left it.
     *
     * @return false if it has not
     */
    boolean leaveEndedBehindIfLeft() throws SQLException {
        EndedBehind past = endedBehind;
        if (past != null) {
            if (past.key == null
                    || !Thread.currentThread().equals(past.user)
                    || past.key.equals(connection.threadTransaction().key())) {
                return false;
            }
            putBack();
        }
        return true;
    }

    /** A thread outside of the transaction, to which its user has given the connection, is not in it. */
    private void noteUser() {
        Thread current = Thread.currentThread();
        if (!current.equals(user) // written seldom, since that costs more than to read
                && Objects.equals(key, connection.threadTransaction().key())) {
            user = current;
        }
    }

    private void putBack() throws SQLException {
        awaitEnd();
        connection.rollBack();
        endedBehind = null;
        ended();
    }

    /** A text that would end the transaction is refused where the method would be. */
    void requireNoEnd(String sql) throws SQLException {
        if (managed || isNotTheWorks()) {
            Optional<String> command = TransactionControl.in(sql, driver().getStandardConformingStrings());
            if (command.isPresent()) {
                refuseInManaged(command.get());
                refuseInContext(command.get());
            }
        }
    }

    /** From now on the work must not end its transaction, which may be run again. */
    void endsWithWork() {
        endsWithWork = true;
    }

    /** A transaction of the container's would end it, and what it ended might be run again. */
    boolean isTheWorks() {
        return endsWithWork;
    }

    private boolean isNotTheWorks() {
        return hasContext || endsWithWork;
    }

    /**
     * Before the commit of a transaction that ends with its work.
     *
     * @throws SQLException if it is not to be committed: nothing was sent
     */
    void requireCommittable() throws SQLException {
        use();
        refuseInManaged("commit");
        connection.requireNoCopy();
        requireNotFailed();
    }

    /** A transaction that ends with its work was committed. */
    void committedWithWork() {
        endsWithWork = false;
        ended(ConnectionEvent.LOCAL_TRANSACTION_COMMITTED);
    }

    /** The context of a {@code withTransaction} lasts as long as its transaction, which is not the work's to end. */
    void hasContext(boolean now) {
        hasContext = now;
    }

    private void refuseInContext(String method) throws SQLException {
        if (isNotTheWorks()) {
            throw new SQLException(Messages.transactionHasContext(method), "2D000");
        }
    }

    /** The application was told of an error. */
    void failedBy(SQLException error) {
        if (failure == null && driver().getTransactionState() == TransactionState.FAILED) {
            failure = error;
        }
    }

    /** PostgreSQL answers a COMMIT in a failed transaction by rolling back, which is no error to the driver. */
    void requireNotFailed() throws SQLException {
        if (driver().getTransactionState() == TransactionState.FAILED) {
            throw commitOfFailed();
        }
    }

    private SQLException commitOfFailed() {
        return new SQLException(Messages.commitOfFailed(connection.toString(), failure), FAILED_TRANSACTION, failure);
    }

    boolean getAutoCommit() throws SQLException {
        return !managed && endedBehind == null && driver().getAutoCommit();
    }

    void setAutoCommit(boolean autoCommit) throws SQLException {
        use();
        if (managed) {
            if (autoCommit) {
                refuseInManaged("setAutoCommit(true)");
            }
            return;
        }
        if (autoCommit == driver().getAutoCommit()) {
            return;
        }
        connection.requireNoCopy();
        if (autoCommit) {
            refuseInContext("setAutoCommit(true)");
            commitAlone();
        } else {
            connection.session().completeContext();
        }
        driver().setAutoCommit(autoCommit);
        applicationDemarcates = !autoCommit;
        connection.fireLocalTransaction(
                autoCommit ? ConnectionEvent.LOCAL_TRANSACTION_COMMITTED : ConnectionEvent.LOCAL_TRANSACTION_STARTED);
    }

    void commitByApplication() throws SQLException {
        use();
        refuseInManaged("commit");
        refuseInContext("commit");
        commitAlone();
        ended(ConnectionEvent.LOCAL_TRANSACTION_COMMITTED);
    }

    /** No other thread's statement fails between the look whether one has failed and the commit. */
    private void commitAlone() throws SQLException {
        DriverStream stream = connection.physical().stream();
        stream.hold();
        try {
            connection.requireNoCopy();
            commitOrRollBack();
        } finally {
            stream.letGo();
        }
    }

    /** What cannot be committed is rolled back, and the caller is told. */
    private void commitOrRollBack() throws SQLException {
        try {
            requireNotFailed();
        } catch (SQLException failed) {
            driver().rollback();
            ended(ConnectionEvent.LOCAL_TRANSACTION_ROLLEDBACK);
            throw failed;
        }
        driver().commit();
    }

    void rollbackByApplication() throws SQLException {
        use();
        refuseInManaged("rollback");
        refuseInContext("rollback");
        connection.requireNoCopy();
        driver().rollback();
        ended(ConnectionEvent.LOCAL_TRANSACTION_ROLLEDBACK);
    }

    /** With auto-commit off the next transaction begins where the last one ended. */
    private void ended(int eventType) {
        failure = null;
        connection.fireLocalTransaction(eventType);
        connection.fireLocalTransaction(ConnectionEvent.LOCAL_TRANSACTION_STARTED);
    }

    /** JDBC leaves commit and its kin to the transaction manager: 2D000, invalid transaction termination. */
    void refuseInManaged(String method) throws SQLException {
        if (managed) {
            throw new SQLException(Messages.managedTransaction(method), "2D000");
        }
    }
}
