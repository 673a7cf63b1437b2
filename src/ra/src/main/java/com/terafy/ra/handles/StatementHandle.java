package com.terafy.ra.handles;

import com.terafy.delegates.GenerateDelegate;
import com.terafy.delegates.GenerateDelegate.Hook;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Wrapper;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

/** The application's statement. Closed with its connection; closes its result sets. */
@GenerateDelegate(
        name = "StatementDelegate",
        superclass = Handle.class,
        driver = Statement.class,
        of = {Statement.class, PGStatement.class},
        inherited = Wrapper.class,
        wrapped = ResultSet.class,
        hooks = @Hook(methods = "execute", before = "executing", withText = true, after = "executed"))
class StatementHandle extends StatementDelegate {

    private final ConnectionHandle connection;

    /** True for the driver's own statement behind a result set of the meta data or of a cursor. */
    private boolean closedWithResultSet;

    /** Read by a thread that takes the connection back. */
    private volatile boolean executing;

    /** Written by a thread that takes the connection back, before it reads {@link #executing}. */
    private volatile boolean takenBack;

    StatementHandle(ConnectionHandle connection, Statement driver) {
        super(driver);
        this.connection = connection;
    }

    /** The handle of a result set that came without a statement of the application. */
    static ResultSetHandle behind(ConnectionHandle connection, ResultSet driver) throws SQLException {
        StatementHandle statement = new StatementHandle(connection, driver.getStatement());
        statement.closedWithResultSet = true;
        connection.adopt(statement);
        ResultSetHandle resultSet = new ResultSetHandle(statement, driver);
        statement.adopt(resultSet);
        return resultSet;
    }

    final ConnectionHandle connection() {
        return connection;
    }

    /** Before a text is executed. */
    @Override
    final void executing(String sql) throws SQLException {
        connection.executing(sql);
        begin();
    }

    /** Before a batch is executed, the texts of which have passed already. */
    @Override
    void executing() throws SQLException {
        connection.executingBatch();
        begin();
    }

    /** Whoever takes the connection back either sees that it is executed, or it is not. */
    private void begin() throws SQLException {
        closeResultSets();
        executing = true;
        if (takenBack) {
            executing = false;
            throw closedError();
        }
    }

    /** Part of a message may have been sent, after which the server understands nothing any more. */
    @Override
    final void brokenOff() {
        connection.failed(ClosedErrors.brokenOff());
    }

    @Override
    final void executed() {
        executing = false;
    }

    /** JDBC: executing a statement closes its current result sets, in the driver; this closes their handles. */
    private void closeResultSets() {
        for (Handle child = takeChild(); child != null; child = takeChild()) {
            child.detach();
        }
    }

    @Override
    public final void addBatch(String sql) throws SQLException {
        statement();
        connection.executing(sql);
        super.addBatch(sql);
    }

    /** The same handle for the same result set, however often the application asks. */
    @Override
    final @Nullable ResultSet handle(@Nullable ResultSet driver) {
        if (driver == null) {
            return null;
        }
        if (newestChild() instanceof ResultSetHandle newest && newest.isFor(driver)) {
            return newest;
        }
        ResultSetHandle handle = new ResultSetHandle(this, driver);
        adopt(handle);
        return handle;
    }

    /** Follows {@code closeOnCompletion}: the driver closes its statement with the last of the result sets. */
    final void resultSetClosed() throws SQLException {
        Statement driver = statement;
        if (driver != null && (closedWithResultSet || driver.isClosed())) {
            close();
        }
    }

    /** As the driver has it, this and the next two fail on a closed statement no more than on an open one. */
    @Override
    public final boolean isUseServerPrepare() {
        return isOpen() && super.isUseServerPrepare();
    }

    @Override
    public final int getPrepareThreshold() {
        return isOpen() ? super.getPrepareThreshold() : 0;
    }

    @Override
    public final boolean getAdaptiveFetch() {
        return isOpen() && super.getAdaptiveFetch();
    }

    @Override
    public final Connection getConnection() throws SQLException {
        statement();
        return connection;
    }

    @Override
    public final void close() throws SQLException {
        if (isOpen()) {
            connection.forget(this);
            try {
                closeWithParent(false);
            } catch (SQLException e) {
                throw failed(e);
            }
        }
    }

    /** Closing a statement that another thread is executing waits for that; pgjdbc cancels it first. */
    @Override
    final boolean closeWithParent(boolean gently) throws SQLException {
        Statement closing = statement;
        detach();
        takenBack = true;
        closeResultSets();
        if (gently && executing) {
            return false;
        }
        if (closing != null) {
            closing.close();
        }
        return true;
    }

    @Override
    public final boolean isClosed() throws SQLException {
        Statement driver = statement;
        return driver == null || driver.isClosed();
    }

    @Override
    final boolean isOpen() {
        return statement != null;
    }

    @Override
    final Wrapper driver() throws SQLException {
        return statement();
    }

    @Override
    final SQLException closedError() {
        return ClosedErrors.statement();
    }

    @Override
    final SQLException failed(SQLException error) {
        return connection.failed(error);
    }

    @Override
    final void touched() {
        connection.touched();
    }
}
