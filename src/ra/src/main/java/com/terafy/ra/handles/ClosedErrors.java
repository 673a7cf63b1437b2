package com.terafy.ra.handles;

import java.sql.SQLException;

/** What the handles themselves throw, mostly closed ones, with the SQLSTATEs of pgjdbc. */
public final class ClosedErrors {

    /** Class 08, connection exception: connection_does_not_exist. */
    static final String CONNECTION_DOES_NOT_EXIST = "08003";

    /** As pgjdbc's closed statements and result sets: object_not_in_prerequisite_state. */
    static final String NOT_IN_PREREQUISITE_STATE = "55000";

    private ClosedErrors() {}

    static String connectionMessage() {
        return "TERAFY0701: This connection was closed or given back to the pool. Get another one from the DataSource.";
    }

    /** What a connection throws that was closed. */
    public static SQLException connection() {
        return new SQLException(connectionMessage(), CONNECTION_DOES_NOT_EXIST);
    }

    static SQLException brokenOff() {
        return new SQLException(
                "TERAFY0705: An exception that is no SQLException broke off a statement, of a stream of the application for"
                        + " instance. The session is ended, since half a message may have been sent.",
                "08006");
    }

    static SQLException statement() {
        return new SQLException(
                "TERAFY0702: This statement was closed, or its connection was. Prepare another one.",
                NOT_IN_PREREQUISITE_STATE);
    }

    static SQLException resultSet() {
        return new SQLException(
                "TERAFY0703: This result set was closed, or its statement was closed or executed again."
                        + " Execute the statement again.",
                NOT_IN_PREREQUISITE_STATE);
    }

    static SQLException noExecutor() {
        return new SQLException("TERAFY0704: abort needs an executor to run it.", "22023");
    }
}
