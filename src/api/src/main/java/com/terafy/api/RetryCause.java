package com.terafy.api;

/** Why a transaction that was certainly not committed may be run again. */
public enum RetryCause {
    /** Its session ended before it was committed, or its server went away. */
    SESSION_LOST,
    /** PostgreSQL could not serialize it: SQLSTATE 40001. */
    SERIALIZATION_FAILURE,
    /** It was chosen to end a deadlock: SQLSTATE 40P01. */
    DEADLOCK,
    /** An operator's pause outlasted the wait for its connection. */
    PAUSE
}
