package com.terafy.ra.handles;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The application's array. Its elements are the driver's business; as a result set they are a handle like any other, and
 * need the connection to be open.
 */
final class ArrayHandle implements Array {

    private final ConnectionHandle connection;
    private final Array driver;

    ArrayHandle(ConnectionHandle connection, Array driver) {
        this.connection = connection;
        this.driver = driver;
    }

    /** The driver's own where the application hands an array back, because the driver sends only that in binary form. */
    static @Nullable Object unwrapped(@Nullable Object value) {
        return value instanceof ArrayHandle handle ? handle.driver : value;
    }

    private interface Call<T> {
        T run() throws SQLException;
    }

    private <T> T reporting(Call<T> call) throws SQLException {
        try {
            return call.run();
        } catch (SQLException e) {
            throw connection.failed(e);
        }
    }

    private ResultSet elements(Call<ResultSet> call) throws SQLException {
        connection.executingBatch();
        return connection.handle(reporting(call));
    }

    @Override
    public ResultSet getResultSet() throws SQLException {
        return elements(driver::getResultSet);
    }

    @Override
    public ResultSet getResultSet(Map<String, Class<?>> map) throws SQLException {
        return elements(() -> driver.getResultSet(map));
    }

    @Override
    public ResultSet getResultSet(long index, int count) throws SQLException {
        return elements(() -> driver.getResultSet(index, count));
    }

    @Override
    public ResultSet getResultSet(long index, int count, Map<String, Class<?>> map) throws SQLException {
        return elements(() -> driver.getResultSet(index, count, map));
    }

    @Override
    public Object getArray() throws SQLException {
        return reporting(driver::getArray);
    }

    @Override
    public Object getArray(Map<String, Class<?>> map) throws SQLException {
        return reporting(() -> driver.getArray(map));
    }

    @Override
    public Object getArray(long index, int count) throws SQLException {
        return reporting(() -> driver.getArray(index, count));
    }

    @Override
    public Object getArray(long index, int count, Map<String, Class<?>> map) throws SQLException {
        return reporting(() -> driver.getArray(index, count, map));
    }

    @Override
    public String getBaseTypeName() throws SQLException {
        return reporting(driver::getBaseTypeName);
    }

    @Override
    public int getBaseType() throws SQLException {
        return reporting(driver::getBaseType);
    }

    @Override
    public void free() throws SQLException {
        try {
            driver.free();
        } catch (SQLException e) {
            throw connection.failed(e);
        }
    }

    /** The literal: that is what the driver sends where it is given an array as an object of any kind. */
    @Override
    public @Nullable String toString() {
        return driver.toString();
    }
}
