package com.terafy.api;

/** Why a broken or unwanted connection was closed. Reaping of idle connections is not among them. */
public enum EvictionReason {
    /** A fatal error of PostgreSQL or of the network while it was used. */
    FATAL_ERROR,
    /** Its backend was found ended when it was to be handed out. */
    FOUND_DEAD,
    /** A validation failed or did not answer in time, or its server is not one that is wanted any more. */
    VALIDATION_FAILED,
    /** Its state could not be reset when it came back. */
    RESET_FAILED,
    /** Older than the maximum lifetime. */
    LIFETIME,
    /** An operator's flush. */
    FLUSH,
    /** Aborted by its borrower or by the reclaiming of a leak. */
    ABORTED,
    /** Anything else that made the container destroy it, its shutdown for example. */
    CONTAINER,
    /**
     * One too many: the maximum was lowered, it was idle and in the way of one with other credentials, or its server had more
     * of them than another, where one was opened instead.
     */
    SURPLUS
}
