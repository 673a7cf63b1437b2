package com.terafy.ra.handles;

import com.terafy.delegates.GenerateDelegate;
import com.terafy.delegates.GenerateDelegate.Hook;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.Array;
import java.sql.CallableStatement;
import java.sql.ClientInfoStatus;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Wrapper;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.postgresql.jdbc.PgArray;
import org.postgresql.jdbc.PgResultSet;
import org.postgresql.util.PGobject;

/**
 * The application's connection: a connection handle in the sense of Jakarta Connectors 2.1, 7.4.3. It stands for a
 * managed connection until the application closes it or the container takes it back, and may be moved to another one
 * meanwhile.
 *
 * <p>It implements {@link PGConnection} as well, so that a cast works where {@code unwrap} would. A method on a closed
 * handle fails with SQLSTATE 08003, or with an {@link IllegalStateException} where it declares no {@link SQLException};
 * {@code close} and {@code abort} do nothing then, {@code isClosed} is true and {@code isValid} false, as JDBC says.
 *
 * <p>For one thread at a time; {@link #close}, {@link #invalidate} and {@link #abort} may be called by any thread, and
 * whichever comes first ends the handle.
 */
@GenerateDelegate(
        name = "ConnectionDelegate",
        superclass = Handle.class,
        driver = BaseConnection.class,
        of = {Connection.class, PGConnection.class},
        inherited = Wrapper.class,
        wrapped = {Statement.class, Array.class},
        wrappedWithText = {PreparedStatement.class, CallableStatement.class},
        hooks =
                @Hook(
                        methods = {
                            "getCopyAPI",
                            "getFastpathAPI",
                            "getLargeObjectAPI",
                            "getReplicationAPI",
                            "setAdaptiveFetch",
                            "setAutosave",
                            "setDefaultFetchSize",
                            "setPrepareThreshold",
                            "setQueryTimeout"
                        },
                        before = "touched"))
public final class ConnectionHandle extends ConnectionDelegate {

    private static final System.Logger LOG = System.getLogger(ConnectionHandle.class.getName());
    private static final VarHandle OWNER;

    static {
        try {
            OWNER = MethodHandles.lookup().findVarHandle(ConnectionHandle.class, "owner", HandleOwner.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** Null once this handle is closed. Whoever sets it to null, by {@link #OWNER}, closes what is to be closed. */
    private volatile @Nullable HandleOwner owner;

    private @Nullable DatabaseMetaDataHandle metaData;

    /** An open handle of that owner's physical connection. */
    public ConnectionHandle(HandleOwner owner) {
        super(owner.physical());
        this.owner = owner;
    }

    /**
     * Moves this handle to another managed connection (Jakarta Connectors 2.1, 8.11.2). Statements of
     * the former physical connection are closed; errors of that are ignored.
     *
     * @throws IllegalStateException if this handle is closed
     */
    @SuppressWarnings("ReferenceEquality") // the very same physical connection is meant
    public void associate(HandleOwner newOwner) {
        HandleOwner former = owner;
        if (former == null || !OWNER.compareAndSet(this, former, newOwner)) {
            throw new IllegalStateException(ClosedErrors.connectionMessage());
        }
        BaseConnection physical = newOwner.physical();
        if (physical != connection) {
            forgetMetaData();
            closeStatements(null);
            connection = physical;
        }
    }

    /**
     * Closes this handle without telling the owner, because the container has taken the managed connection back. Its
     * statements are closed, errors of that ignored, without a round trip; one that another thread is executing is left
     * alone, because closing it would have to wait.
     *
     * @return false if a statement was left alone: the physical connection is not fit for another use then
     */
    public boolean invalidate() {
        return release() == null || closeStatements(null);
    }

    /** True once it was closed, invalidated or aborted; whatever became of the physical connection. */
    public boolean isInvalid() {
        return owner == null;
    }

    @Override
    public void close() {
        HandleOwner former = release();
        if (former != null) {
            try {
                closeStatements(former);
            } finally {
                former.closed(this);
            }
        }
    }

    /** Marks this handle closed; gives the owner to the one caller that did it. */
    private @Nullable HandleOwner release() {
        HandleOwner former = (HandleOwner) OWNER.getAndSet(this, null);
        if (former != null) {
            detach();
            forgetMetaData();
        }
        return former;
    }

    private void forgetMetaData() {
        DatabaseMetaDataHandle forgotten = metaData;
        if (forgotten != null) {
            forgotten.detach();
            metaData = null;
        }
    }

    /**
     * Closes the open statements.
     *
     * @param former whom to tell about errors; null: nobody, and nothing that another thread is executing is touched
     * @return whether all are closed
     */
    private boolean closeStatements(@Nullable HandleOwner former) {
        boolean all = true;
        for (Handle child = takeChild(); child != null; child = takeChild()) {
            try {
                all &= child.closeWithParent(former == null);
            } catch (SQLException e) {
                if (former != null) {
                    former.failed(e);
                }
            } catch (RuntimeException e) {
                LOG.log(Level.DEBUG, "The driver failed to close a statement", e);
            }
        }
        return all;
    }

    @Override
    public boolean isClosed() throws SQLException {
        BaseConnection driver = connection;
        return driver == null || driver.isClosed();
    }

    @Override
    public boolean isValid(int timeoutSeconds) throws SQLException {
        return owner != null && super.isValid(timeoutSeconds);
    }

    /** As JDBC says, nothing on a closed connection. The driver's statements end with the physical connection. */
    @Override
    public void abort(@Nullable Executor executor) throws SQLException {
        HandleOwner aborted = owner;
        if (aborted != null) {
            if (executor == null) {
                throw ClosedErrors.noExecutor();
            }
            aborted.abort(executor);
            if (release() != null) {
                detachStatements();
            }
        }
    }

    private void detachStatements() {
        for (Handle child = takeChild(); child != null; child = takeChild()) {
            child.detach();
        }
    }

    private HandleOwner owner() throws SQLException {
        HandleOwner current = owner;
        if (current == null) {
            throw closedError();
        }
        return current;
    }

    void executingBatch() throws SQLException {
        owner().executingBatch();
    }

    void executing(String sql) throws SQLException {
        owner().executing(sql);
    }

    /** Where a closed handle is to fail, the caller has seen to it. */
    @Override
    void touched() {
        HandleOwner current = owner;
        if (current != null) {
            current.touched();
        }
    }

    @Override
    public void addDataType(String type, Class<? extends PGobject> valueClass) throws SQLException {
        owner().addingDataType(type);
        super.addDataType(type, valueClass);
    }

    @Override
    @Deprecated
    @SuppressWarnings("deprecation")
    public void addDataType(String type, String className) {
        HandleOwner current = owner;
        if (current != null) {
            current.addingDataType(type);
        }
        super.addDataType(type, className);
    }

    @Override
    SQLException failed(SQLException error) {
        HandleOwner current = owner;
        return current == null ? error : current.failed(error);
    }

    @Override
    SQLException closedError() {
        return ClosedErrors.connection();
    }

    @Override
    boolean isOpen() {
        return owner != null;
    }

    @Override
    Wrapper driver() throws SQLException {
        return connection();
    }

    /** A connection is nobody's child. */
    @Override
    boolean closeWithParent(boolean gently) {
        throw new IllegalStateException(toString());
    }

    @Override
    Statement handle(Statement driver) {
        StatementHandle handle = new StatementHandle(this, driver);
        adopt(handle);
        return handle;
    }

    @Override
    PreparedStatement handle(PreparedStatement driver, String sql) throws SQLException {
        executing(sql);
        PreparedStatementHandle handle = new PreparedStatementHandle(this, sql, driver);
        adopt(handle);
        return handle;
    }

    @Override
    CallableStatement handle(CallableStatement driver, String sql) throws SQLException {
        executing(sql);
        CallableStatementHandle handle = new CallableStatementHandle(this, sql, driver);
        adopt(handle);
        return handle;
    }

    @Override
    @Nullable
    Array handle(@Nullable Array driver) {
        return driver == null ? null : new ArrayHandle(this, driver);
    }

    /**
     * A handle for what would lead to the driver's connection, such as a cursor. Asks for the driver's classes, not for
     * the interfaces: that costs one comparison each.
     */
    @Nullable
    Object handleOrValue(@Nullable Object value) throws SQLException {
        if (value instanceof PgResultSet cursor) {
            return handle(cursor);
        }
        return value instanceof PgArray array ? handle(array) : value;
    }

    /** The same for a value of a wanted type; the value itself where that is a class of the driver. */
    <T> @Nullable T handleOrValue(@Nullable T value, Class<T> type) throws SQLException {
        Object handle = handleOrValue(value);
        return type.isInstance(handle) ? type.cast(handle) : value;
    }

    ResultSetHandle handle(ResultSet driver) throws SQLException {
        return StatementHandle.behind(this, driver);
    }

    @Override
    public DatabaseMetaData getMetaData() throws SQLException {
        connection();
        DatabaseMetaDataHandle handle = metaData;
        if (handle == null) {
            handle = new DatabaseMetaDataHandle(this, super.getMetaData());
            metaData = handle;
        }
        return handle;
    }

    @Override
    public void setAutoCommit(boolean autoCommit) throws SQLException {
        owner().setAutoCommit(autoCommit);
    }

    @Override
    public boolean getAutoCommit() throws SQLException {
        return owner().getAutoCommit();
    }

    @Override
    public void commit() throws SQLException {
        owner().commit();
    }

    @Override
    public void rollback() throws SQLException {
        owner().rollback();
    }

    @Override
    public void rollback(Savepoint savepoint) throws SQLException {
        owner().rollback(savepoint);
    }

    @Override
    public Savepoint setSavepoint() throws SQLException {
        return owner().setSavepoint(null);
    }

    @Override
    public Savepoint setSavepoint(@Nullable String name) throws SQLException {
        return owner().setSavepoint(name);
    }

    @Override
    public void setTransactionIsolation(int level) throws SQLException {
        owner().setTransactionIsolation(level);
    }

    @Override
    public void setReadOnly(boolean readOnly) throws SQLException {
        owner().setReadOnly(readOnly);
    }

    @Override
    public void setCatalog(String catalog) throws SQLException {
        owner().setCatalog(catalog);
    }

    @Override
    public void setSchema(String schema) throws SQLException {
        owner().setSchema(schema);
    }

    @Override
    public void setHoldability(int holdability) throws SQLException {
        owner().setHoldability(holdability);
    }

    @Override
    public void setNetworkTimeout(@Nullable Executor executor, int millis) throws SQLException {
        owner().setNetworkTimeout(executor, millis);
    }

    @Override
    public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
        owner().setTypeMap(map);
    }

    @Override
    public void setClientInfo(String name, @Nullable String value) throws SQLClientInfoException {
        HandleOwner current = owner;
        if (current == null) {
            throw clientInfoOnClosed(Set.of(name));
        }
        current.setClientInfo(name, value);
    }

    @Override
    public void setClientInfo(Properties properties) throws SQLClientInfoException {
        HandleOwner current = owner;
        if (current == null) {
            throw clientInfoOnClosed(properties.stringPropertyNames());
        }
        current.setClientInfo(properties);
    }

    private static SQLClientInfoException clientInfoOnClosed(Set<String> names) {
        Map<String, ClientInfoStatus> unset = new HashMap<>();
        names.forEach(name -> unset.put(name, ClientInfoStatus.REASON_UNKNOWN));
        return new SQLClientInfoException(
                ClosedErrors.connectionMessage(), ClosedErrors.CONNECTION_DOES_NOT_EXIST, unset);
    }
}
