package com.terafy.ra.spi;

import com.terafy.ra.Messages;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.LocalTransactionException;
import java.sql.SQLException;
import org.postgresql.core.BaseConnection;

/**
 * Who begins and ends transactions on a connection: the container between {@link #begin()} and its commit or rollback
 * (Jakarta Connectors 2.1, 8.7), the application otherwise. Only the application's transactions are told to the
 * container by events.
 *
 * <p>Used by whoever holds the connection, one thread at a time.
 */
final class LocalTransactionBoundary implements LocalTransaction {

    private final TerafyManagedConnection connection;

    /** A volatile write is not needed: the container hands the connection from thread to thread safely. */
    private boolean managed;

    /** The application turned auto-commit off outside a managed transaction. */
    private boolean applicationDemarcates;

    LocalTransactionBoundary(TerafyManagedConnection connection) {
        this.connection = connection;
    }

    /**
     * A branch of a distributed transaction began. The driver begins it on the server and leaves its own auto-commit as
     * it was; but it refuses large objects and reads with a cursor where that is on.
     */
    void branchBegan() throws SQLException {
        managed = true;
        connection.session().transactionChanged();
        driver().setAutoCommit(false);
    }

    /** It ended, so that there is nothing to commit for the driver. */
    void branchEnded() throws SQLException {
        endManaged();
    }

    boolean isManaged() {
        return managed;
    }

    private BaseConnection driver() {
        return connection.driverConnection();
    }

    /** Transactions do not nest (23.2.1). */
    @Override
    public void begin() throws ResourceException {
        if (managed) {
            throw new LocalTransactionException(Messages.alreadyBegun(connection.toString()));
        }
        try {
            driver().setAutoCommit(false);
            managed = true;
            connection.session().transactionChanged();
        } catch (SQLException failed) {
            throw told("begin", failed);
        }
    }

    @Override
    public void commit() throws ResourceException {
        try {
            connection.requireNoCopy();
            driver().commit();
            endManaged();
        } catch (SQLException failed) {
            leaveFailed();
            throw told("commit", failed);
        }
    }

    /**
     * Also what the container calls for a transaction that an application left open. Where the connection has ended, the
     * server has rolled back already.
     */
    @Override
    public void rollback() throws ResourceException {
        forget();
        try {
            if (!driver().isClosed()) {
                connection.requireNoCopy();
                connection.session().endTransaction();
            }
        } catch (SQLException failed) {
            throw told("rollback", failed);
        }
    }

    /** The server has rolled back what it could not commit, and the container does not ask for it. */
    private void leaveFailed() {
        managed = false;
        try {
            if (!driver().isClosed()) {
                connection.session().endTransaction();
            }
        } catch (SQLException broken) {
            connection.failed(broken);
        }
    }

    private void endManaged() throws SQLException {
        managed = false;
        connection.session().transactionChanged();
        driver().setAutoCommit(!applicationDemarcates);
    }

    private LocalTransactionException told(String what, SQLException failed) {
        connection.failed(failed);
        return new LocalTransactionException(Messages.transactionFailed(connection.toString(), what, failed), failed);
    }

    /** Forgets whose turn it is; the reset has ended what was open. */
    void forget() {
        managed = false;
        applicationDemarcates = false;
    }

    boolean getAutoCommit() throws SQLException {
        return !managed && driver().getAutoCommit();
    }

    void setAutoCommit(boolean autoCommit) throws SQLException {
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
        driver().setAutoCommit(autoCommit);
        applicationDemarcates = !autoCommit;
        connection.fireLocalTransaction(
                autoCommit ? ConnectionEvent.LOCAL_TRANSACTION_COMMITTED : ConnectionEvent.LOCAL_TRANSACTION_STARTED);
    }

    void commitByApplication() throws SQLException {
        refuseInManaged("commit");
        connection.requireNoCopy();
        driver().commit();
        ended(ConnectionEvent.LOCAL_TRANSACTION_COMMITTED);
    }

    void rollbackByApplication() throws SQLException {
        refuseInManaged("rollback");
        connection.requireNoCopy();
        driver().rollback();
        ended(ConnectionEvent.LOCAL_TRANSACTION_ROLLEDBACK);
    }

    /** With auto-commit off the next transaction begins where the last one ended. */
    private void ended(int eventType) {
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
