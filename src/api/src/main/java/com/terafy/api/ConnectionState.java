package com.terafy.api;

/** What a pool is doing with one of its connections. */
public enum ConnectionState {
    /** In the pool, ready to be handed out. */
    IDLE,
    /** Held by a borrower. */
    IN_USE,
    /** Idle and chosen to be closed; never handed out again. */
    RETIRED,
    /** Broken; never handed out again. */
    BROKEN,
    /** Closed. */
    DESTROYED
}
