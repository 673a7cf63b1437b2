package com.terafy.ra.handles;

import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Properties;
import org.postgresql.jdbc.PgConnection;

/**
 * What a {@link ConnectionHandle} needs from the managed connection it is associated with.
 *
 * <p>Whatever changes session state or demarcates a transaction goes through the owner, because only
 * the owner knows whether a JTA transaction is active and what {@code cleanup()} has to restore.
 * Everything else goes straight to {@link #physical()}.
 *
 * <p>Like a JDBC connection, an owner is used by one thread at a time.
 */
public interface HandleOwner {

    /** The driver's connection. Never null; it may be closed or broken. */
    PgConnection physical();

    /**
     * Tells the owner about an error of the driver, just before it is thrown to the application. If
     * it ended the physical connection, the owner reports it to the container, once.
     *
     * @return the exception to throw: the same one
     */
    SQLException failed(SQLException error);

    /** The application closed this handle. Called once a handle, after its statements were closed. */
    void closed(ConnectionHandle handle);

    /** True while a JTA transaction controls commit and rollback. */
    boolean inManagedTransaction();

    /**
     * {@link java.sql.Connection#setAutoCommit}; in a JTA transaction {@code true} fails with 2D000
     * and {@code false} changes nothing.
     */
    void setAutoCommit(boolean autoCommit) throws SQLException;

    /** False in a JTA transaction. */
    boolean getAutoCommit() throws SQLException;

    /** Fails with 2D000 in a JTA transaction. */
    void commit() throws SQLException;

    /** Fails with 2D000 in a JTA transaction. */
    void rollback() throws SQLException;

    /** Fails with 2D000 in a JTA transaction. A null name means an unnamed savepoint. */
    Savepoint setSavepoint(@org.jspecify.annotations.Nullable String name) throws SQLException;

    /** Fails with 2D000 in a JTA transaction. */
    void rollback(Savepoint savepoint) throws SQLException;

    void setTransactionIsolation(int level) throws SQLException;

    void setReadOnly(boolean readOnly) throws SQLException;

    void setCatalog(String catalog) throws SQLException;

    void setSchema(String schema) throws SQLException;

    void setHoldability(int holdability) throws SQLException;

    void setNetworkTimeout(java.util.concurrent.@org.jspecify.annotations.Nullable Executor executor, int millis)
            throws SQLException;

    void setClientInfo(String name, @org.jspecify.annotations.Nullable String value)
            throws java.sql.SQLClientInfoException;

    void setClientInfo(Properties properties) throws java.sql.SQLClientInfoException;

    void setTypeMap(java.util.Map<String, Class<?>> map) throws SQLException;

    /** Ends the physical connection at once; the container is told and destroys it. */
    void abort(java.util.concurrent.Executor executor) throws SQLException;
}
