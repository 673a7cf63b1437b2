package com.terafy.api;

import java.sql.SQLException;

/**
 * A transaction may have been committed or not: the answer to its COMMIT was lost, and the server cannot say for certain
 * either. SQLSTATE 08007, transaction resolution unknown. Its work was not run again; whether it is there only the data can
 * tell.
 *
 * <p>Thrown by {@link TerafyDataSource#withTransaction(RetryPolicy, ConnectionWork)} only; of a transaction without a
 * policy nothing is asked, and a lost answer is an exception of the driver.
 */
public final class TransactionOutcomeUnknownException extends SQLException {

    /** Transaction resolution unknown. */
    public static final String SQL_STATE = "08007";

    private static final long serialVersionUID = 1L;

    private final String transactionId;

    /**
     * For Terafy.
     *
     * @param transactionId the transaction's {@code xid8}
     * @param cause how the answer was lost
     */
    public TransactionOutcomeUnknownException(String message, String transactionId, Throwable cause) {
        super(message, SQL_STATE, cause);
        this.transactionId = transactionId;
    }

    /** The transaction's {@code xid8}, as {@code pg_current_xact_id()} gave it on the server that it ran on. */
    public String transactionId() {
        return transactionId;
    }
}
