package com.terafy.api;

/** What became of a {@code withTransaction} with a retry policy that was not simply done in its first run. */
public enum RetryOutcome {
    /** Committed, after it was run again or a connection was waited for again. */
    COMMITTED,
    /** Nobody can tell: it was told by a {@link TransactionOutcomeUnknownException}. */
    UNKNOWN,
    /** Not committed, and not run again, since the attempts or the time of its policy were over. */
    GIVEN_UP
}
