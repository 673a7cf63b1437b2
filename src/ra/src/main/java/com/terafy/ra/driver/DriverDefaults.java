package com.terafy.ra.driver;

import java.sql.SQLException;
import org.postgresql.core.BaseConnection;
import org.postgresql.jdbc.AutoSave;

/** What pgjdbc keeps of a connection in the client, beyond JDBC, and that a borrower may change through PGConnection. */
public record DriverDefaults(
        int prepareThreshold, int defaultFetchSize, int queryTimeout, AutoSave autosave, boolean adaptiveFetch) {

    public static DriverDefaults of(BaseConnection connection) {
        return new DriverDefaults(
                connection.getPrepareThreshold(),
                connection.getDefaultFetchSize(),
                connection.getQueryTimeout(),
                connection.getAutosave(),
                connection.getAdaptiveFetch());
    }

    public void restore(BaseConnection connection) throws SQLException {
        connection.setPrepareThreshold(prepareThreshold);
        connection.setDefaultFetchSize(defaultFetchSize);
        connection.setQueryTimeout(queryTimeout);
        connection.setAutosave(autosave);
        connection.setAdaptiveFetch(adaptiveFetch);
    }
}
