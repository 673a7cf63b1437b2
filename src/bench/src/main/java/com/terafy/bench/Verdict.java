package com.terafy.bench;

import java.util.Locale;

/** What a run says of a target. */
public enum Verdict {
    /** The whole interval is on the right side of the limit. */
    HOLDS,
    /** The whole interval is on the wrong side. */
    DOES_NOT_HOLD,
    /** The limit is within the interval. */
    CANNOT_BE_TOLD,
    NOT_MEASURED;

    /** For people. */
    public String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
