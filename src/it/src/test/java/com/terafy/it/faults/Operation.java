package com.terafy.it.faults;

import org.jspecify.annotations.Nullable;

/**
 * What happened when an application borrowed a connection, asked for something and gave it back. Times are those of
 * the clock that the test reads, too.
 *
 * @param began in milliseconds since 1970
 * @param borrowed when the pool had answered, also with an exception
 * @param ended when it was over
 * @param failure null if it succeeded
 */
record Operation(
        long began, long borrowed, long ended, @Nullable String failure) {

    boolean failed() {
        return failure != null;
    }

    long borrowMillis() {
        return borrowed - began;
    }
}
