package com.terafy.ra.handles;

import com.terafy.delegates.GenerateDelegate;
import java.sql.Array;
import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The application's callable statement. */
@GenerateDelegate(
        name = "CallableStatementDelegate",
        superclass = PreparedStatementHandle.class,
        driver = CallableStatement.class,
        of = CallableStatement.class,
        inherited = PreparedStatement.class,
        wrapped = Array.class)
final class CallableStatementHandle extends CallableStatementDelegate {

    CallableStatementHandle(ConnectionHandle connection, String sql, CallableStatement driver) {
        super(connection, sql, driver);
    }

    /** A cursor's result set is a handle, too, and an array leads to one. */
    @Override
    public @Nullable Object getObject(int parameter) throws SQLException {
        return connection().handleOrValue(super.getObject(parameter));
    }

    @Override
    public @Nullable Object getObject(String parameter) throws SQLException {
        return connection().handleOrValue(super.getObject(parameter));
    }

    @Override
    public @Nullable Object getObject(int parameter, Map<String, Class<?>> map) throws SQLException {
        return connection().handleOrValue(super.getObject(parameter, map));
    }

    @Override
    public @Nullable Object getObject(String parameter, Map<String, Class<?>> map) throws SQLException {
        return connection().handleOrValue(super.getObject(parameter, map));
    }

    @Override
    public <T> @Nullable T getObject(int parameter, Class<T> type) throws SQLException {
        return connection().handleOrValue(super.getObject(parameter, type), type);
    }

    @Override
    public <T> @Nullable T getObject(String parameter, Class<T> type) throws SQLException {
        return connection().handleOrValue(super.getObject(parameter, type), type);
    }

    @Override
    @Nullable
    Array handle(@Nullable Array driver) {
        return connection().handle(driver);
    }
}
