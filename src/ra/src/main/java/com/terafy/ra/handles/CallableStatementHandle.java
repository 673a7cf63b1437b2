package com.terafy.ra.handles;

import com.terafy.delegates.GenerateDelegate;
import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgResultSet;

/** The application's callable statement. */
@GenerateDelegate(
        name = "CallableStatementDelegate",
        superclass = PreparedStatementHandle.class,
        driver = CallableStatement.class,
        of = CallableStatement.class,
        inherited = PreparedStatement.class)
final class CallableStatementHandle extends CallableStatementDelegate {

    CallableStatementHandle(ConnectionHandle connection, String sql, CallableStatement driver) {
        super(connection, sql, driver);
    }

    /** A cursor's result set is a handle, too. */
    @Override
    public @Nullable Object getObject(int parameter) throws SQLException {
        return cursorOrValue(super.getObject(parameter));
    }

    @Override
    public @Nullable Object getObject(String parameter) throws SQLException {
        return cursorOrValue(super.getObject(parameter));
    }

    @Override
    public @Nullable Object getObject(int parameter, Map<String, Class<?>> map) throws SQLException {
        return cursorOrValue(super.getObject(parameter, map));
    }

    @Override
    public @Nullable Object getObject(String parameter, Map<String, Class<?>> map) throws SQLException {
        return cursorOrValue(super.getObject(parameter, map));
    }

    private @Nullable Object cursorOrValue(@Nullable Object value) throws SQLException {
        return value instanceof PgResultSet cursor ? connection().handle(cursor) : value;
    }
}
