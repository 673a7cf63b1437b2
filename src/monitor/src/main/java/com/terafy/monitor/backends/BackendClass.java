package com.terafy.monitor.backends;

/** Whose backend it is. Ours are known by pid and backend_start, the others by their application_name, a hint. */
public enum BackendClass {
    /** A connection of this pool that a borrower holds. */
    OURS_BORROWED,
    /** A connection of this pool that nobody holds. */
    OURS_IDLE,
    /** Tagged by this pool instance and not in the pool: the sessions of the lease and the monitoring. */
    OURS_OUTSIDE,
    /** Tagged by another pool instance that lives. */
    OTHER_NODE,
    /** Tagged by a pool instance that has shown no sign of life for 60 s. */
    ORPHAN,
    /** No pool's. */
    FOREIGN
}
