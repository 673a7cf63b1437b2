package com.terafy.ra.spi;

import com.terafy.api.EvictionReason;
import com.terafy.api.SessionContext;
import com.terafy.ra.connect.Credentials;
import com.terafy.ra.connect.PhysicalConnection;
import com.terafy.ra.handles.ConnectionHandle;
import com.terafy.ra.handles.HandleOwner;
import com.terafy.ra.session.SessionState.OuterContext;
import java.lang.ref.WeakReference;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;

/**
 * The tie between a handle and the managed connection it is associated with. This is what the container holds as "the
 * connection handle"; the application holds the {@link ConnectionHandle}, to which the tie is weak: so a handle that the
 * application dropped without closing it becomes unreachable, and is noticed.
 */
public final class Association implements HandleOwner {

    private volatile TerafyManagedConnection connection;
    private final WeakReference<ConnectionHandle> handle;

    /** What the variables of this borrow's context were before it; null without one or outside a JTA transaction. */
    private @Nullable OuterContext outerContext;

    /** Seen by the upkeep, one thread. */
    private boolean abandoned;

    /** Keeps the handle reachable until it is handed to the application. */
    private @Nullable ConnectionHandle untaken;

    Association(TerafyManagedConnection connection) {
        this.connection = connection;
        ConnectionHandle fresh = new ConnectionHandle(this);
        this.untaken = fresh;
        this.handle = new WeakReference<>(fresh);
    }

    /** Ticker reading when its connection was borrowed; before it was asked for where a transaction held it already. */
    long borrowedNanos() {
        return connection.borrowedNanos();
    }

    Credentials credentials() {
        return connection.credentials();
    }

    /** The handle for the application; once. */
    ConnectionHandle takeHandle() {
        ConnectionHandle taken = Objects.requireNonNull(untaken, "taken already");
        untaken = null;
        return taken;
    }

    /**
     * Sets variables for this borrow: until the end of the transaction where one is open, and in one that is not the
     * borrower's own until {@link #endContext}.
     */
    void beginContext(SessionContext context) throws SQLException {
        try {
            if (transaction().isManaged()) {
                outerContext = connection.session().replace(context);
            } else {
                boolean inTransaction = !physical().getAutoCommit();
                connection.session().set(context, inTransaction);
                transaction().hasContext(inTransaction);
            }
        } catch (SQLException failed) {
            throw failed(failed);
        }
    }

    /** The borrow ends. In a transaction that goes on, who shares the connection finds the variables as they were. */
    void endContext() throws SQLException {
        transaction().hasContext(false);
        OuterContext outer = outerContext;
        outerContext = null;
        if (outer == null) {
            return;
        }
        connection.session().ended(outer);
        if (connection.associations().hasOther(this)) {
            restoreContext();
        }
    }

    private void restoreContext() throws SQLException {
        try {
            connection.session().restore();
        } catch (SQLException failed) {
            throw failed(failed);
        }
    }

    /** True for the first caller after the application dropped its handle without closing it. */
    boolean isAbandonedFirst() {
        boolean first = !abandoned && untaken == null && handle.refersTo(null);
        abandoned |= first;
        return first;
    }

    /** False once the application or the container closed the handle, or the application dropped it. */
    boolean isOpen() {
        ConnectionHandle present = handle.get();
        return present != null && !present.isInvalid();
    }

    void moveTo(TerafyManagedConnection target) {
        connection.associations().remove(this);
        connection = target;
        target.associations().add(this);
        ConnectionHandle open = handle.get();
        if (open != null) {
            open.associate(this);
        }
    }

    /** False if a statement could not be closed: the physical connection is not fit for another use then. */
    boolean invalidate() {
        ConnectionHandle open = handle.get();
        return open == null || open.invalidate();
    }

    /** Gives the connection of an abandoned handle back to the container. */
    void reclaim() {
        connection.handleClosed(this);
    }

    /**
     * Whether the connection still works. IronJacamar's recovery looks for a method of this name on what it was handed;
     * without it, it opens two new connections at each of its passes.
     */
    public boolean isValid(int seconds) throws SQLException {
        return connection.physical().answersWithin(Duration.ofSeconds(seconds));
    }

    /** Invalidates the handle and tells the container; IronJacamar's recovery looks for this, too. */
    public void close() {
        invalidate();
        connection.handleClosed(this);
    }

    /** The session that its connection is bound to. */
    PhysicalConnection physicalConnection() {
        return connection.physical();
    }

    /** True if the session has ended, and the container was told. */
    boolean isBroken() {
        return connection.isBroken();
    }

    /** The transaction that begins is not the work's to end. */
    void endsWithWork() {
        transaction().endsWithWork();
    }

    /**
     * Before its commit.
     *
     * @throws SQLException if it is not to be committed: nothing was sent
     */
    void requireCommittable() throws SQLException {
        reporting(() -> transaction().requireCommittable());
    }

    /** It was committed. */
    void committedWithWork() {
        transaction().committedWithWork();
    }

    private LocalTransactionBoundary transaction() {
        return connection.transaction();
    }

    @Override
    public BaseConnection physical() {
        return connection.driverConnection();
    }

    @Override
    public SQLException failed(SQLException error) {
        connection.failed(error);
        return error;
    }

    @Override
    public void executing(String sql) throws SQLException {
        transaction().use();
        transaction().requireNoEnd(sql);
        connection.session().executing(sql);
    }

    @Override
    public void executingBatch() throws SQLException {
        transaction().use();
    }

    @Override
    public void touched() {
        if (connection.isBound()) {
            try {
                transaction().leaveEndedBehindIfLeft();
                connection.session().touched();
            } catch (SQLException error) {
                failed(error);
            }
        }
    }

    @Override
    public void addingDataType(String type) {
        if (connection.isBound()) {
            connection.session().addingDataType();
        }
    }

    @Override
    public void closed(ConnectionHandle closedHandle) {
        connection.handleClosed(this);
    }

    @Override
    public boolean inManagedTransaction() {
        return transaction().isManaged();
    }

    @Override
    public void setAutoCommit(boolean autoCommit) throws SQLException {
        reporting(() -> transaction().setAutoCommit(autoCommit));
    }

    @Override
    public boolean getAutoCommit() throws SQLException {
        return transaction().getAutoCommit();
    }

    @Override
    public void commit() throws SQLException {
        reporting(() -> transaction().commitByApplication());
    }

    @Override
    public void rollback() throws SQLException {
        reporting(() -> transaction().rollbackByApplication());
    }

    @Override
    public Savepoint setSavepoint(@Nullable String name) throws SQLException {
        transaction().use();
        transaction().refuseInManaged("setSavepoint");
        try {
            return name == null ? physical().setSavepoint() : physical().setSavepoint(name);
        } catch (SQLException error) {
            throw failed(error);
        }
    }

    @Override
    public void rollback(Savepoint savepoint) throws SQLException {
        transaction().use();
        transaction().refuseInManaged("rollback");
        reporting(() -> physical().rollback(savepoint));
    }

    @Override
    public void setTransactionIsolation(int level) throws SQLException {
        reporting(() -> connection.session().setTransactionIsolation(level));
    }

    @Override
    public void setReadOnly(boolean readOnly) throws SQLException {
        reporting(() -> connection.session().setReadOnly(readOnly));
    }

    @Override
    public void setCatalog(String catalog) throws SQLException {
        reporting(() -> connection.session().setCatalog(catalog));
    }

    @Override
    public void setSchema(String schema) throws SQLException {
        reporting(() -> connection.session().setSchema(schema));
    }

    @Override
    public void setHoldability(int holdability) throws SQLException {
        reporting(() -> connection.session().setHoldability(holdability));
    }

    @Override
    public void setNetworkTimeout(@Nullable Executor executor, int millis) throws SQLException {
        reporting(() -> connection.session().setNetworkTimeout(executor, millis));
    }

    /** What the driver says here reaches the container as well, just before it reaches the application. */
    private void reporting(DriverCall call) throws SQLException {
        transaction().use();
        try {
            call.run();
        } catch (SQLException error) {
            throw failed(error);
        }
    }

    @FunctionalInterface
    private interface DriverCall {
        void run() throws SQLException;
    }

    @Override
    public void setClientInfo(String name, @Nullable String value) throws SQLClientInfoException {
        try {
            connection.session().setClientInfo(name, value);
        } catch (SQLClientInfoException error) {
            connection.failed(error);
            throw error;
        }
    }

    @Override
    public void setClientInfo(Properties properties) throws SQLClientInfoException {
        try {
            connection.session().setClientInfo(properties);
        } catch (SQLClientInfoException error) {
            connection.failed(error);
            throw error;
        }
    }

    @Override
    public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
        reporting(() -> connection.session().setTypeMap(map));
    }

    @Override
    public void abort(Executor executor) throws SQLException {
        TerafyManagedConnection target = connection;
        int use = target.uses();
        executor.execute(() -> {
            if (target.uses() == use) { // otherwise it was closed meanwhile, and may be another borrower's
                target.abort(EvictionReason.ABORTED, new SQLException("The connection was aborted.", "08006"));
            }
        });
    }
}
