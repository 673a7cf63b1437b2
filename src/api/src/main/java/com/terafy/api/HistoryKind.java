package com.terafy.api;

import static com.terafy.api.HistoryOutcome.BUSY;
import static com.terafy.api.HistoryOutcome.DONE;
import static com.terafy.api.HistoryOutcome.DRY_RUN;
import static com.terafy.api.HistoryOutcome.ENDED;
import static com.terafy.api.HistoryOutcome.FAILED;
import static com.terafy.api.HistoryOutcome.GONE_OR_CHANGED;
import static com.terafy.api.HistoryOutcome.NEEDS_CONFIRMATION;
import static com.terafy.api.HistoryOutcome.NOT_ALLOWED;
import static com.terafy.api.HistoryOutcome.PROTECTED;
import static com.terafy.api.HistoryOutcome.REFUSED;
import static com.terafy.api.HistoryOutcome.SIGNALLED;

import java.util.Set;

/** What an entry of the history is about, and what can come of it. */
public enum HistoryKind {
    /** A backend was to be ended, by the timer or by an administrator. */
    TERMINATE(ENDED, SIGNALLED, GONE_OR_CHANGED, PROTECTED, NEEDS_CONFIRMATION, NOT_ALLOWED, FAILED, BUSY, DRY_RUN),
    /** What a backend runs was to be cancelled. */
    CANCEL(SIGNALLED, GONE_OR_CHANGED, PROTECTED, NOT_ALLOWED, FAILED, BUSY),
    /** The pool was flushed by an administrator. */
    FLUSH(DONE, FAILED),
    /** Settings of the pool were changed by an administrator, until its next start. */
    SETTINGS(DONE, FAILED),
    /** The pool was paused by an administrator: borrowers wait. */
    PAUSE(DONE, FAILED),
    /** A pause was ended by an administrator. */
    RESUME(DONE, FAILED),
    /** An administrator asked for a pass of the backend cleanup; the timer's own are not told. */
    CLEANUP_RUN(DONE, DRY_RUN, FAILED, BUSY),
    /** Full query texts were shown. */
    QUERY_TEXTS(DONE),
    /** An action, or a look at full query texts, was refused before anything was done. */
    REFUSAL(REFUSED),
    /** A login failed; {@code who} is the name that was tried. */
    FAILED_LOGIN(REFUSED);

    private final Set<HistoryOutcome> outcomes;

    HistoryKind(HistoryOutcome... outcomes) {
        this.outcomes = Set.of(outcomes);
    }

    /** Every outcome that it can have. */
    public Set<HistoryOutcome> outcomes() {
        return outcomes;
    }
}
