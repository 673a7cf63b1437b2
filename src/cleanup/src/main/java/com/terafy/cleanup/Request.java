package com.terafy.cleanup;

/**
 * Who wants backends ended, as it stands in the audit log.
 *
 * @param timed whether it is the timer; an administrator may bear any name
 * @param who {@link #TIMER}, or the name of an administrator
 * @param why his reason; empty for the timer
 */
record Request(boolean timed, String who, String why) {

    /** Stands in place of an administrator's name. */
    static final String TIMER = "timer";

    static final Request BY_TIMER = new Request(true, TIMER, "");

    static Request byAdministrator(String who, String why) {
        return new Request(false, who, why);
    }
}
