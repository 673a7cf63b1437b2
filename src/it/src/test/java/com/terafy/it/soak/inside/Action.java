package com.terafy.it.soak.inside;

/** What an application does with a connection. Each begins with a look at the session, see {@link Picture}. */
enum Action {
    /** Nothing but the look. */
    READ,
    /** Writes a row in auto-commit. */
    INSERT,
    COMMIT,
    ROLL_BACK,
    /** Writes a row in a transaction of its own and closes without an end. */
    FORGET,
    JTA_COMMIT,
    /** Writes by a handle that is older than the transaction and outlives it. */
    JTA_ACROSS,
    /** Writes until the transaction's time is over, and on. */
    JTA_TIMEOUT,
    /** Asks for a connection by a wrong password. */
    WRONG_PASSWORD,
    JTA_ROLL_BACK,
    /** Has a variable of the session for one borrow. */
    CONTEXT,
    /** The same, with a row, for one transaction. */
    CONTEXT_TRANSACTION,
    /** Leaves the session as no other borrower may find it. */
    DIRTY,
    /** The same, by the driver's own connection. */
    UNWRAP,
    /** A long statement. */
    SLEEP,
    /** Statements that fail, with and without a transaction. */
    ERROR,
    /** A statement that the server cancels. */
    CANCEL,
    /** Reads some of many rows and closes the connection alone. */
    ABANDON_ROWS
}
