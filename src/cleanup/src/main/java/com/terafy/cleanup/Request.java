package com.terafy.cleanup;

import com.terafy.api.UserRequest;

/**
 * Who wants backends ended, as it stands in the audit log.
 *
 * @param timed whether it is the timer; an administrator may bear any name
 * @param user the administrator, from where and why; {@link #TIMER} without either for the timer
 */
record Request(boolean timed, UserRequest user) {

    /** Stands in place of an administrator's name. */
    static final String TIMER = "timer";

    static final Request BY_TIMER = new Request(true, new UserRequest(TIMER, "", ""));

    static Request byAdministrator(UserRequest user) {
        return new Request(false, user);
    }

    /** Of nobody that is known from anywhere. */
    static Request byAdministrator(String who, String why) {
        return byAdministrator(new UserRequest(who, "", why));
    }

    /** {@link #TIMER}, or the name of the administrator. */
    String who() {
        return user.who();
    }
}
