package com.terafy.ra.handles;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.core.BaseConnection;

/** A handle over a fake of the driver, with a fake owner. */
final class Fixture {

    final Recorder driver = Recorder.of(BaseConnection.class).answering("isValid", true);
    final Recorder owner = Recorder.of(HandleOwner.class).answering("physical", driver.as(BaseConnection.class));
    final List<SQLException> failures = new ArrayList<>();
    final ConnectionHandle connection = new ConnectionHandle(owner());

    /** The fake owner, with what has to be exact: {@code failed} gives its argument back. */
    HandleOwner owner() {
        return ownerOf(owner, failures);
    }

    static HandleOwner ownerOf(Recorder recorder, List<SQLException> failures) {
        return (HandleOwner) java.lang.reflect.Proxy.newProxyInstance(
                Fixture.class.getClassLoader(), new Class<?>[] {HandleOwner.class}, (proxy, method, arguments) -> {
                    Object answer = recorder.invoke(proxy, method, arguments);
                    if (method.getName().equals("failed")) {
                        failures.add((SQLException) arguments[0]);
                        return arguments[0];
                    }
                    return answer;
                });
    }

    /** Every kind of handle. */
    enum Kind {
        CONNECTION(Connection.class, org.postgresql.PGConnection.class),
        STATEMENT(Statement.class, org.postgresql.PGStatement.class),
        PREPARED_STATEMENT(PreparedStatement.class, org.postgresql.PGStatement.class),
        CALLABLE_STATEMENT(CallableStatement.class, org.postgresql.PGStatement.class),
        RESULT_SET(ResultSet.class),
        DATABASE_META_DATA(DatabaseMetaData.class);

        @SuppressWarnings("ImmutableEnumChecker") // nobody changes the array
        private final Class<?>[] types;

        Kind(Class<?>... types) {
            this.types = types;
        }

        boolean isStatement() {
            return Statement.class.isAssignableFrom(types[0]);
        }

        List<Class<?>> interfaces() {
            return List.of(types);
        }
    }

    /** An open handle of that kind. */
    Object open(Kind kind) throws SQLException {
        return switch (kind) {
            case CONNECTION -> connection;
            case STATEMENT -> connection.createStatement();
            case PREPARED_STATEMENT -> connection.prepareStatement("SELECT 1");
            case CALLABLE_STATEMENT -> connection.prepareCall("CALL p()");
            case RESULT_SET -> connection.createStatement().executeQuery("SELECT 1");
            case DATABASE_META_DATA -> connection.getMetaData();
        };
    }

    /** The fake driver object behind a handle. */
    Recorder driverOf(Object handle) {
        Object driver;
        if (handle instanceof ConnectionHandle connectionHandle) {
            driver = connectionHandle.connection;
        } else if (handle instanceof StatementHandle statement) {
            driver = statement.statement;
        } else if (handle instanceof ResultSetHandle resultSet) {
            driver = resultSet.resultSet;
        } else {
            driver = ((DatabaseMetaDataHandle) handle).databaseMetaData;
        }
        return Recorder.behind(java.util.Objects.requireNonNull(driver));
    }
}
