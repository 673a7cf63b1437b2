package com.terafy.ra.handles;

import com.terafy.delegates.GenerateDelegate;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Wrapper;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The application's result set. Reading through it costs one field read and one branch a call over the driver.
 *
 * <p>{@code Blob}, {@code Clob}, {@code SQLXML} and the meta data are the driver's own objects.
 */
@GenerateDelegate(
        name = "ResultSetDelegate",
        superclass = Handle.class,
        driver = ResultSet.class,
        of = ResultSet.class,
        inherited = Wrapper.class,
        wrapped = Array.class)
final class ResultSetHandle extends ResultSetDelegate {

    private final StatementHandle statement;

    ResultSetHandle(StatementHandle statement, ResultSet driver) {
        super(driver);
        this.statement = statement;
    }

    @Override
    public Statement getStatement() throws SQLException {
        resultSet();
        return statement;
    }

    /** A cursor's result set is a handle, too, and an array leads to one. */
    @Override
    public @Nullable Object getObject(int column) throws SQLException {
        return statement.connection().handleOrValue(super.getObject(column));
    }

    @Override
    public @Nullable Object getObject(String column) throws SQLException {
        return statement.connection().handleOrValue(super.getObject(column));
    }

    @Override
    public @Nullable Object getObject(int column, Map<String, Class<?>> map) throws SQLException {
        return statement.connection().handleOrValue(super.getObject(column, map));
    }

    @Override
    public @Nullable Object getObject(String column, Map<String, Class<?>> map) throws SQLException {
        return statement.connection().handleOrValue(super.getObject(column, map));
    }

    @Override
    public <T> @Nullable T getObject(int column, Class<T> type) throws SQLException {
        return statement.connection().handleOrValue(super.getObject(column, type), type);
    }

    @Override
    public <T> @Nullable T getObject(String column, Class<T> type) throws SQLException {
        return statement.connection().handleOrValue(super.getObject(column, type), type);
    }

    @Override
    @Nullable
    Array handle(@Nullable Array driver) {
        return statement.connection().handle(driver);
    }

    @Override
    public void close() throws SQLException {
        ResultSet closing = resultSet;
        if (closing == null) {
            return;
        }
        statement.forget(this);
        detach();
        try {
            closing.close();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            statement.resultSetClosed();
        }
    }

    /** The driver closes its result set itself when it closes its statement or executes it again. */
    @Override
    boolean closeWithParent(boolean gently) {
        detach();
        return true;
    }

    @Override
    public boolean isClosed() throws SQLException {
        ResultSet driver = resultSet;
        return driver == null || driver.isClosed();
    }

    /** Whether this handle stands for that object of the driver. */
    @SuppressWarnings("ReferenceEquality") // the very same object is meant
    boolean isFor(ResultSet driver) {
        return resultSet == driver;
    }

    @Override
    boolean isOpen() {
        return resultSet != null;
    }

    @Override
    Wrapper driver() throws SQLException {
        return resultSet();
    }

    @Override
    SQLException closedError() {
        return ClosedErrors.resultSet();
    }

    @Override
    SQLException failed(SQLException error) {
        return statement.failed(error);
    }

    @Override
    void touched() {
        statement.touched();
    }
}
