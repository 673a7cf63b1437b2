package com.terafy.ra.handles;

import com.terafy.delegates.GenerateDelegate;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Wrapper;
import org.jspecify.annotations.Nullable;

/** The application's view of the database's meta data; closed with its connection. */
@GenerateDelegate(
        name = "DatabaseMetaDataDelegate",
        superclass = Handle.class,
        driver = DatabaseMetaData.class,
        of = DatabaseMetaData.class,
        inherited = Wrapper.class,
        wrapped = ResultSet.class)
final class DatabaseMetaDataHandle extends DatabaseMetaDataDelegate {

    private final ConnectionHandle connection;

    DatabaseMetaDataHandle(ConnectionHandle connection, DatabaseMetaData driver) {
        super(driver);
        this.connection = connection;
    }

    @Override
    public Connection getConnection() throws SQLException {
        databaseMetaData();
        return connection;
    }

    @Override
    @Nullable
    ResultSet handle(@Nullable ResultSet driver) throws SQLException {
        return driver == null ? null : connection.handle(driver);
    }

    @Override
    boolean closeWithParent(boolean gently) {
        detach();
        return true;
    }

    @Override
    boolean isOpen() {
        return databaseMetaData != null;
    }

    @Override
    Wrapper driver() throws SQLException {
        return databaseMetaData();
    }

    @Override
    SQLException closedError() {
        return ClosedErrors.connection();
    }

    @Override
    SQLException failed(SQLException error) {
        return connection.failed(error);
    }

    @Override
    void touched() {
        connection.touched();
    }
}
