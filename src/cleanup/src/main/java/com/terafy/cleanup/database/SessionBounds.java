package com.terafy.cleanup.database;

import java.time.Duration;

/**
 * How long the cleanup's session waits for the server, and the server for it.
 *
 * @param silence the server ends the session, and so the lease, when it has heard nothing for this long
 * @param statement longest run of one statement, watched by the server
 * @param answer longest wait for an answer, watched by the driver, for a server that is frozen or cut off
 */
public record SessionBounds(Duration silence, Duration statement, Duration answer) {

    /** A lease lasts four renewals that fail to come. All nodes of a database use the same. */
    public static final SessionBounds USUAL =
            new SessionBounds(Duration.ofMinutes(2), Duration.ofSeconds(5), Duration.ofSeconds(10));

    public SessionBounds {
        if (answer.compareTo(statement) <= 0) {
            throw new IllegalArgumentException("answer is " + answer + ", not longer than statement, " + statement);
        }
    }
}
