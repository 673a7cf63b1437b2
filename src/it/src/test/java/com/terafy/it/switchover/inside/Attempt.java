package com.terafy.it.switchover.inside;

import org.jspecify.annotations.Nullable;

/**
 * One row that an application wanted in the ledger, and what it was told. Times are those of the clock that the run reads,
 * too, in milliseconds since 1970.
 *
 * @param id of the row
 * @param began when it asked for a connection
 * @param borrowed when the pool had answered for the first time, also with an exception
 * @param ended when it was over
 * @param refusals when a server refused its write as read-only for the last time; 0 if none did
 * @param unknown how often it was told that nobody knows whether it was committed, and looked for the row itself
 * @param failure null if it was told that the row is there
 */
public record Attempt(
        long id,
        long began,
        long borrowed,
        long ended,
        long refusals,
        int unknown,
        @Nullable String failure) {

    private static final int FIELDS = 7;

    /** It was told that the row is not there, or that nobody knows. */
    public boolean failed() {
        return failure != null;
    }

    /** How long it waited for its first connection. */
    public long borrowMillis() {
        return borrowed - began;
    }

    /** What {@link #toString} wrote. */
    public static Attempt of(String line) {
        String[] parts = line.split(" ", FIELDS);
        return new Attempt(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                Long.parseLong(parts[3]),
                Long.parseLong(parts[4]),
                Integer.parseInt(parts[5]),
                parts.length < FIELDS ? null : parts[FIELDS - 1]);
    }

    @Override
    public String toString() {
        String figures = id + " " + began + " " + borrowed + " " + ended + " " + refusals + " " + unknown;
        return failure == null ? figures : figures + " " + failure;
    }
}
