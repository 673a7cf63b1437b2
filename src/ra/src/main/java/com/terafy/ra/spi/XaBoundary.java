package com.terafy.ra.spi;

import java.sql.SQLException;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;
import org.postgresql.xa.PGXAConnection;

/**
 * The connection in a distributed transaction (Jakarta Connectors 2.1, 7.6): the driver speaks the protocol, this keeps
 * the application from ending the branch itself and reports what ended the connection.
 *
 * <p>Used by the transaction manager, one thread at a time.
 */
final class XaBoundary implements XAResource {

    private final TerafyManagedConnection connection;
    private final PGXAConnection driver;
    private @Nullable Xid current;

    XaBoundary(TerafyManagedConnection connection) throws SQLException {
        this.connection = connection;
        this.driver = new PGXAConnection(connection.driverConnection());
    }

    @Override
    public void start(Xid xid, int flags) throws XAException {
        run(() -> driver.start(xid, flags));
        current = xid;
        connection.transaction().managedByXa(true);
    }

    /** The branch is still the transaction manager's; the application has no more to do with it. */
    @Override
    public void end(Xid xid, int flags) throws XAException {
        run(() -> driver.end(xid, flags));
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        int[] vote = new int[1];
        run(() -> vote[0] = driver.prepare(xid));
        finished(xid);
        return vote[0];
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        run(() -> driver.commit(xid, onePhase));
        finished(xid);
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        run(() -> driver.rollback(xid));
        finished(xid);
    }

    @Override
    public void forget(Xid xid) throws XAException {
        run(() -> driver.forget(xid));
    }

    @Override
    public Xid[] recover(int flag) throws XAException {
        Xid[][] found = new Xid[1][];
        run(() -> found[0] = driver.recover(flag));
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

    private void finished(Xid xid) {
        if (xid.equals(current)) {
            current = null;
            connection.transaction().managedByXa(false);
        }
    }

    private void run(XaCall call) throws XAException {
        try {
            connection.requireNoCopy();
            call.run();
        } catch (SQLException unfinishedCopy) {
            throw lost(unfinishedCopy);
        } catch (XAException failed) {
            if (failed.getCause() instanceof SQLException cause) {
                connection.failed(cause);
            }
            throw failed;
        }
    }

    /** The session is gone, and what was not prepared in it is rolled back. */
    private static XAException lost(SQLException why) {
        XAException lost = new XAException(XAException.XA_RBROLLBACK);
        lost.initCause(why);
        return lost;
    }

    @FunctionalInterface
    private interface XaCall {
        void run() throws XAException;
    }
}
