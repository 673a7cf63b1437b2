package com.terafy.ra.handles;

import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;

/** An owner that passes everything on to the driver and allocates nothing. */
record QuietOwner(BaseConnection physical) implements HandleOwner {

    @Override
    public SQLException failed(SQLException error) {
        return error;
    }

    @Override
    public void closed(ConnectionHandle handle) {}

    @Override
    public boolean inManagedTransaction() {
        return false;
    }

    @Override
    public void setAutoCommit(boolean autoCommit) throws SQLException {
        physical.setAutoCommit(autoCommit);
    }

    @Override
    public boolean getAutoCommit() throws SQLException {
        return physical.getAutoCommit();
    }

    @Override
    public void commit() throws SQLException {
        physical.commit();
    }

    @Override
    public void rollback() throws SQLException {
        physical.rollback();
    }

    @Override
    public Savepoint setSavepoint(@Nullable String name) throws SQLException {
        return name == null ? physical.setSavepoint() : physical.setSavepoint(name);
    }

    @Override
    public void rollback(Savepoint savepoint) throws SQLException {
        physical.rollback(savepoint);
    }

    @Override
    public void setTransactionIsolation(int level) throws SQLException {
        physical.setTransactionIsolation(level);
    }

    @Override
    public void setReadOnly(boolean readOnly) throws SQLException {
        physical.setReadOnly(readOnly);
    }

    @Override
    public void setCatalog(String catalog) throws SQLException {
        physical.setCatalog(catalog);
    }

    @Override
    public void setSchema(String schema) throws SQLException {
        physical.setSchema(schema);
    }

    @Override
    public void setHoldability(int holdability) throws SQLException {
        physical.setHoldability(holdability);
    }

    @Override
    public void setNetworkTimeout(@Nullable Executor executor, int millis) throws SQLException {
        physical.setNetworkTimeout(executor, millis);
    }

    @Override
    public void setClientInfo(String name, @Nullable String value) throws SQLClientInfoException {
        physical.setClientInfo(name, value);
    }

    @Override
    public void setClientInfo(Properties properties) throws SQLClientInfoException {
        physical.setClientInfo(properties);
    }

    @Override
    public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
        physical.setTypeMap(map);
    }

    @Override
    public void abort(Executor executor) throws SQLException {
        physical.abort(executor);
    }
}
