package com.terafy.api;

/** What came of what the history tells; those of a backend are named as in {@link TerminationOutcome}. */
public enum HistoryOutcome {
    /** It was done. */
    DONE,
    /** The backend is gone. */
    ENDED,
    /** The signal was sent; whether it took effect is not known. */
    SIGNALLED,
    /** The backend was not there, or had changed, so nothing was done. */
    GONE_OR_CHANGED,
    /** The backend must not be touched. */
    PROTECTED,
    /** The backend may belong to another pool that lives, and nobody had confirmed that it may be ended. */
    NEEDS_CONFIRMATION,
    /** PostgreSQL refused. */
    NOT_ALLOWED,
    /** It failed; the server's log says why. */
    FAILED,
    /** The database was being asked something else, so nothing was tried. */
    BUSY,
    /** A dry run: it would have been done. */
    DRY_RUN,
    /** It was not permitted. */
    REFUSED;

    /** The same outcome of a backend. */
    public static HistoryOutcome of(TerminationOutcome outcome) {
        return switch (outcome) {
            case ENDED -> ENDED;
            case SIGNALLED -> SIGNALLED;
            case GONE_OR_CHANGED -> GONE_OR_CHANGED;
            case PROTECTED -> PROTECTED;
            case NEEDS_CONFIRMATION -> NEEDS_CONFIRMATION;
            case NOT_ALLOWED -> NOT_ALLOWED;
            case FAILED -> FAILED;
        };
    }

    /** What became of a pass of the backend cleanup. */
    public static HistoryOutcome of(CleanupStatus status) {
        return switch (status) {
            case PLANNED -> DRY_RUN;
            case DONE -> DONE;
        };
    }
}
