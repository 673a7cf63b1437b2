package com.terafy.it.soak;

/**
 * One thing that the application did, see {@code inside.Journal}.
 *
 * @param began in milliseconds since 1970
 * @param borrowed when it had its connection; zero if it got none
 * @param fate what must be true of the row that it wrote
 * @param failure empty if it succeeded
 */
record Operation(
        int thread, long id, String action, long began, long borrowed, long ended, String fate, String failure) {

    boolean failed() {
        return !failure.isEmpty();
    }

    /** Whether it failed as a fault of the database makes it fail; a wrong session is none. */
    boolean isDatabaseFailure() {
        return failure.startsWith("SQLSTATE ") || failure.startsWith("JTA ");
    }

    long millis() {
        return ended - began;
    }

    long borrowMillis() {
        return (borrowed == 0 ? ended : borrowed) - began;
    }
}
