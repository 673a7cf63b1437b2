package com.terafy.api;

/** What became of a pass of the backend cleanup. */
public enum CleanupStatus {
    /** Decided, and nothing ended: a dry run. */
    PLANNED,
    /** Decided and done. */
    DONE
}
