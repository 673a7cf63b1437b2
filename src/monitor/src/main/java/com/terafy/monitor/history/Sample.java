package com.terafy.monitor.history;

import com.terafy.api.PoolStatistics;
import java.time.Instant;

/**
 * The pool at one moment.
 *
 * @param borrows connections handed out since the start
 * @param timeouts borrows that timed out since the start
 * @param creationFailures attempts to open a connection that failed since the start
 */
public record Sample(
        Instant at,
        int total,
        int idle,
        int inUse,
        int beingCreated,
        int waiting,
        long borrows,
        long timeouts,
        long creationFailures) {

    /** Of these statistics. */
    public static Sample of(Instant at, PoolStatistics statistics) {
        return new Sample(
                at,
                statistics.total(),
                statistics.idle(),
                statistics.inUse(),
                statistics.beingCreated(),
                statistics.waiting(),
                statistics.borrows(),
                statistics.timeouts(),
                statistics.creationFailures());
    }
}
