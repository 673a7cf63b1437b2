package com.terafy.ra.spi;

import com.terafy.ra.Messages;
import com.terafy.ra.driver.DriverStream;
import jakarta.resource.ResourceException;
import java.sql.SQLException;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;
import org.postgresql.xa.PGXAConnection;

/**
 * The connection in a distributed transaction (Jakarta Connectors 2.1, 8.6): the driver speaks the protocol, this keeps
 * the application from ending the branch itself, reports what ended the connection, and sees to it that a branch that
 * failed leaves nothing behind for the next one. A branch begins on the server when a session is bound; one that never was
 * has nothing to commit.
 *
 * <p>Used by the transaction manager, one thread at a time.
 */
final class XaBoundary implements XAResource {

    private final TerafyManagedConnection connection;

    /** Begun by the transaction manager, not yet on the server. */
    private @Nullable Xid awaited;

    private @Nullable Xid current;

    /** PostgreSQL has rolled it back as it refused to prepare or commit it; the transaction manager may not know yet. */
    private @Nullable Xid refused;

    XaBoundary(TerafyManagedConnection connection) {
        this.connection = connection;
    }

    @Override
    public void start(Xid xid, int flags) throws XAException {
        if (flags != TMNOFLAGS) {
            if (!xid.equals(awaited)) {
                run(() -> driver().start(xid, flags));
            }
            return;
        }
        if (!connection.take()) {
            XAException anothers = new XAException(Messages.anothersConnection(connection.toString()));
            anothers.errorCode = XAException.XAER_RMERR;
            throw anothers;
        }
        if (awaited != null || current != null) {
            throw new XAException(XAException.XAER_PROTO);
        }
        if (connection.transaction().isTheWorks()) {
            throw new XAException(XAException.XAER_OUTSIDE);
        }
        awaited = xid;
        try {
            connection.transaction().leaveEndedBehind();
            if (connection.isBound()) {
                bound();
            }
            connection.transaction().began();
        } catch (SQLException failed) {
            throw told(failed, XAException.XAER_RMFAIL);
        }
    }

    /** The connection is bound to a session: an awaited branch begins there. */
    void bound() throws SQLException {
        Xid beginning = awaited;
        if (beginning != null) {
            try {
                run(() -> driver().start(beginning, TMNOFLAGS));
            } catch (XAException failed) {
                throw failed.getCause() instanceof SQLException cause
                        ? cause
                        : new SQLException(failed.getMessage(), "25000", failed);
            }
            current = beginning;
            awaited = null;
        }
    }

    private PGXAConnection driver() throws XAException {
        try {
            connection.bindForRecovery();
            return connection.boundSession().xa();
        } catch (ResourceException | SQLException failed) {
            XAException told = new XAException(XAException.XAER_RMFAIL);
            told.initCause(failed);
            throw told;
        }
    }

    /** The branch is still the transaction manager's; the application has no more to do with it. */
    @Override
    public void end(Xid xid, int flags) throws XAException {
        if (!xid.equals(awaited)) {
            run(() -> driver().end(xid, flags));
        }
    }

    /**
     * Never votes XA_RDONLY, as the driver does for a connection that JDBC calls read-only: it has prepared the branch by
     * then, and nobody would end it.
     */
    @Override
    public int prepare(Xid xid) throws XAException {
        if (isNeverBegun(xid)) {
            return XA_RDONLY;
        }
        runLast(xid, () -> driver().prepare(xid));
        return XA_OK;
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        if (isNeverBegun(xid)) {
            return;
        }
        if (onePhase) {
            runLast(xid, () -> driver().commit(xid, true));
        } else {
            run(() -> driver().commit(xid, false));
        }
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        if (xid.equals(refused)) {
            refused = null;
            return;
        }
        boolean behind = isManaged(xid) && connection.transaction().rollbackBegins();
        try {
            if (!isNeverBegun(xid)) {
                if (xid.equals(current)) {
                    rollBackCurrent(xid);
                } else {
                    run(() -> driver().rollback(xid));
                }
                finished(xid, behind);
            }
        } finally {
            connection.transaction().endIsDone();
        }
    }

    /** Within the validation timeout; after that the session is ended, and the branch with it. */
    private void rollBackCurrent(Xid xid) throws XAException {
        requireNoCopy();
        Runnable lift = connection.limitAnswer();
        try {
            run(() -> driver().rollback(xid));
        } finally {
            lift.run();
        }
    }

    /** The driver would wait for its end for ever. */
    private void requireNoCopy() throws XAException {
        try {
            connection.requireNoCopy();
        } catch (SQLException unfinished) {
            throw told(unfinished, XAException.XAER_RMFAIL);
        }
    }

    private boolean isManaged(Xid xid) {
        return xid.equals(current) || xid.equals(awaited);
    }

    /** True if it was begun but no session was bound, so that there is nothing to end; it has ended then. */
    private boolean isNeverBegun(Xid xid) throws XAException {
        if (!xid.equals(awaited)) {
            return false;
        }
        awaited = null;
        try {
            connection.transaction().ended();
            connection.leaveIfDone();
        } catch (SQLException failed) {
            throw told(failed, XAException.XAER_RMFAIL);
        }
        return true;
    }

    /** PostgreSQL would answer by rolling back, which is no error to the driver. */
    private void requireNotFailed() throws XAException {
        try {
            connection.transaction().requireNotFailed();
        } catch (SQLException failed) {
            XAException told = new XAException(XAException.XA_RBROLLBACK);
            told.initCause(failed);
            throw told;
        }
    }

    @Override
    public void forget(Xid xid) throws XAException {
        run(() -> driver().forget(xid));
    }

    @Override
    public Xid[] recover(int flag) throws XAException {
        Xid[][] found = new Xid[1][];
        run(() -> found[0] = driver().recover(flag));
        return found[0];
    }

    /** Only itself: a branch lives in one session. */
    @Override
    public boolean isSameRM(XAResource other) {
        return this == other;
    }

    /** PostgreSQL has no timeout for a branch that is not prepared beyond the session's own. */
    @Override
    public boolean setTransactionTimeout(int seconds) {
        return false;
    }

    @Override
    public int getTransactionTimeout() {
        return 0;
    }

    /**
     * The connection goes to the next borrower, and the reset rolls back what is open.
     *
     * @return true if a branch was left in the middle
     */
    boolean forget() {
        boolean inBranch = current != null;
        refused = null;
        awaited = null;
        current = null;
        return inBranch;
    }

    /**
     * What ends the transaction in this session, also when it fails: PostgreSQL has rolled back then. No other thread gets in between
     * the look whether a statement has failed and the end.
     */
    private void runLast(Xid xid, XaCall call) throws XAException {
        boolean behind = xid.equals(current) && connection.transaction().endsBehindItsUser();
        try {
            if (xid.equals(current)) {
                alone(call);
            } else {
                run(call);
            }
            finished(xid, behind);
        } catch (XAException failed) {
            if (failed.getCause() instanceof SQLException && xid.equals(current)) {
                endInDriver(xid, behind);
                refused = xid;
            }
            throw failed;
        } finally {
            connection.transaction().endIsDone();
        }
    }

    private void alone(XaCall call) throws XAException {
        requireNoCopy();
        DriverStream stream = connection.physical().stream();
        stream.hold();
        try {
            run(() -> {
                requireNotFailed();
                call.run();
            });
        } finally {
            stream.letGo();
        }
    }

    /** The driver still takes the branch for open, so that it would refuse the next one. */
    private void endInDriver(Xid xid, boolean behind) {
        try {
            driver().rollback(xid);
            finished(xid, behind);
        } catch (XAException ended) {
            // So has the connection, and with it the branch.
        }
    }

    private void finished(Xid xid, boolean behind) throws XAException {
        if (xid.equals(current)) {
            current = null;
            try {
                connection.transaction().rollbackEnds(behind);
                connection.leaveIfDone();
            } catch (SQLException failed) {
                throw told(failed, XAException.XAER_RMFAIL);
            }
        }
    }

    private void run(XaCall call) throws XAException {
        try {
            call.run();
        } catch (XAException failed) {
            if (failed.getCause() instanceof SQLException cause) {
                connection.failed(cause);
            }
            throw failed;
        }
    }

    private XAException told(SQLException failed, int code) {
        connection.failed(failed);
        XAException told = new XAException(code);
        told.initCause(failed);
        return told;
    }

    @FunctionalInterface
    private interface XaCall {
        void run() throws XAException;
    }
}
