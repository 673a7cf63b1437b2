package com.terafy.ra.handles;

import com.terafy.delegates.GenerateDelegate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Wrapper;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgResultSet;

/**
 * The application's result set. Reading through it costs one field read and one branch a call over the driver.
 *
 * <p>{@code Array}, {@code Blob}, {@code Clob}, {@code SQLXML} and the meta data are the driver's own objects.
 */
@GenerateDelegate(
        name = "ResultSetDelegate",
        superclass = Handle.class,
        driver = ResultSet.class,
        of = ResultSet.class,
        inherited = Wrapper.class)
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

    /** A cursor's result set is a handle, too. */
    @Override
    public @Nullable Object getObject(int column) throws SQLException {
        return cursorOrValue(super.getObject(column));
    }

    @Override
    public @Nullable Object getObject(String column) throws SQLException {
        return cursorOrValue(super.getObject(column));
    }

    @Override
    public @Nullable Object getObject(int column, Map<String, Class<?>> map) throws SQLException {
        return cursorOrValue(super.getObject(column, map));
    }

    @Override
    public @Nullable Object getObject(String column, Map<String, Class<?>> map) throws SQLException {
        return cursorOrValue(super.getObject(column, map));
    }

    /** Asks for the driver's class, not for the interface: that costs one comparison a value. */
    private @Nullable Object cursorOrValue(@Nullable Object value) throws SQLException {
        return value instanceof PgResultSet cursor ? statement.connection().handle(cursor) : value;
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
