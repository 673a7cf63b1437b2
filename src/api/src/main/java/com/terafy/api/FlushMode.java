package com.terafy.api;

/** Which connections {@link PoolOperations#flush} retires. */
public enum FlushMode {
    /** Those that are idle now. */
    IDLE,
    /** Those that are idle now, and those in use as they come back. */
    GRACEFULLY,
    /** All at once; borrowers get errors. */
    ALL
}
