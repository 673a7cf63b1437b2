package com.terafy.api;

import java.util.Map;

/**
 * The statistics of a pool at one moment. {@code total = idle + inUse + beingCreated}, always; a connection that was
 * chosen for closing but is not closed yet counts as idle.
 *
 * @param name name of the pool
 * @param min fewest connections that are kept
 * @param max most connections that are opened
 * @param total connections that are open or being opened
 * @param idle live connections that nobody holds
 * @param inUse live connections that a borrower holds
 * @param beingCreated connections that are being opened now
 * @param waiting threads that are waiting for a connection now
 * @param borrows connections handed out since the start
 * @param timeouts borrows that failed because the acquire timeout ran out
 * @param failures borrows that failed for another reason
 * @param created connections opened since the start
 * @param creationFailures attempts to open a connection that failed
 * @param reaped connections closed because they were idle too long
 * @param evicted connections closed for another reason, by reason; every reason is a key
 * @param leaks borrows reported as leaks since the start
 * @param retried transactions with a retry policy that were not simply done, by what became of them; every outcome is a key
 * @param waitTime how long borrowers waited
 * @param useTime how long connections were held
 * @param creationTime how long opening took, successes only
 */
public record PoolStatistics(
        String name,
        int min,
        int max,
        int total,
        int idle,
        int inUse,
        int beingCreated,
        int waiting,
        long borrows,
        long timeouts,
        long failures,
        long created,
        long creationFailures,
        long reaped,
        Map<EvictionReason, Long> evicted,
        long leaks,
        Map<RetryOutcome, Long> retried,
        DurationHistogram waitTime,
        DurationHistogram useTime,
        DurationHistogram creationTime) {

    public PoolStatistics {
        evicted = Map.copyOf(evicted);
        retried = Map.copyOf(retried);
        if (total != idle + inUse + beingCreated) {
            throw new IllegalArgumentException("total is " + total + " but idle is " + idle + ", inUse " + inUse
                    + " and beingCreated " + beingCreated);
        }
    }
}
