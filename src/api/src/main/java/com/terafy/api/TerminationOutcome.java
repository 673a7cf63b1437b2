package com.terafy.api;

/** What came of ending or cancelling a backend. */
public enum TerminationOutcome {
    /** It is gone. */
    ENDED,
    /** The signal was sent; whether it took effect is not known. */
    SIGNALLED,
    /** It had ended, woken up or otherwise changed since the decision, so nothing was done. */
    GONE_OR_CHANGED,
    /** It must not be touched: a superuser's, replication, another database's, or the cleanup's own session. */
    PROTECTED,
    /** It belongs to another pool instance that may live, as its lease or a borrowed connection; nothing was done. */
    NEEDS_CONFIRMATION,
    /** PostgreSQL refused (42501): the role may not signal this backend. */
    NOT_ALLOWED,
    /** The attempt failed for another reason, which is in the log. */
    FAILED
}
