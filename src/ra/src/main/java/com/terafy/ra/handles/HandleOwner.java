package com.terafy.ra.handles;

import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;

/**
 * What a {@link ConnectionHandle} needs from the managed connection it is associated with.
 *
 * <p>Whatever changes session state or demarcates a transaction goes through the owner, because only
 * the owner knows whether a JTA transaction is active and what {@code cleanup()} has to restore.
 * Everything else goes straight to {@link #physical()}.
 *
 * <p>Errors: a handle passes the errors of its own calls to the driver through {@link #failed}. What the methods here
 * throw they have reported themselves; the handle throws it on as it is.
 *
 * <p>Like a JDBC connection, an owner is used by one thread at a time, except {@link #abort}, which any thread may call.
 */
public interface HandleOwner {

    /** The driver's connection, always the same one. It may be closed or broken. */
    BaseConnection physical();

    /**
     * Tells the owner about an error of the driver, just before it is thrown to the application. If
     * it ended the physical connection, the owner reports it to the container, once. Must not throw.
     *
     * @return the exception to throw: the same one
     */
    SQLException failed(SQLException error);

    /**
     * The application sends this text: called before it is prepared, executed or added to a batch, and again, with the
     * same reference, before each execution of a prepared statement. This is the one place where SQL passes. The text
     * may hold secrets. Must be cheap.
     *
     * @throws SQLException if it must not be sent; not reported to the owner again
     */
    default void executing(String sql) throws SQLException {}

    /**
     * The application is about to execute what has passed {@link #executing} before.
     *
     * @throws SQLException if it must not
     */
    default void executingBatch() throws SQLException {}

    /**
     * The application is about to change settings of the driver's object that no other method here tells about, or gets
     * hold of the driver's object itself: {@code unwrap}, the copy, large object, fastpath and replication APIs, {@code setPrepareThreshold}, {@code setDefaultFetchSize}, {@code setAutosave}, {@code
     * setAdaptiveFetch}, {@code setQueryTimeout}. Must not throw.
     */
    default void touched() {}

    /** The application is about to give a type of the server a class of its own. Must not throw. */
    default void addingDataType(String type) {}

    /** The application closed this handle. Called at most once a handle, after its statements were closed. */
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
    Savepoint setSavepoint(@Nullable String name) throws SQLException;

    /** Fails with 2D000 in a JTA transaction. */
    void rollback(Savepoint savepoint) throws SQLException;

    void setTransactionIsolation(int level) throws SQLException;

    void setReadOnly(boolean readOnly) throws SQLException;

    void setCatalog(String catalog) throws SQLException;

    void setSchema(String schema) throws SQLException;

    void setHoldability(int holdability) throws SQLException;

    void setNetworkTimeout(@Nullable Executor executor, int millis) throws SQLException;

    void setClientInfo(String name, @Nullable String value) throws SQLClientInfoException;

    void setClientInfo(Properties properties) throws SQLClientInfoException;

    void setTypeMap(Map<String, Class<?>> map) throws SQLException;

    /**
     * Ends the physical connection at once; the container is told and destroys it. The handle is closed afterwards
     * without a call of {@link #closed}.
     */
    void abort(Executor executor) throws SQLException;
}
