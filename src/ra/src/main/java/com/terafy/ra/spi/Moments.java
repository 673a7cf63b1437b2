package com.terafy.ra.spi;

import java.time.Duration;
import java.time.Instant;

/**
 * Moments of the ticker by the wall clock: one is told the same each time, or an answer in which nothing has happened
 * would be another each time. Thread-safe.
 */
final class Moments {

    /** Where the two clocks have come apart by more, the wall clock has been set. */
    private static final Duration APART = Duration.ofSeconds(1);

    /** One moment by both clocks. */
    record Anchor(Instant instant, long nanos) {

        /** Another moment of the ticker. */
        Instant at(long moment) {
            return instant.plusNanos(moment - nanos);
        }
    }

    private volatile Anchor anchor = new Anchor(Instant.EPOCH, 0);

    /** By what moments are told now. */
    Anchor anchor(long nowNanos, Instant now) {
        Anchor known = anchor;
        if (Duration.between(known.at(nowNanos), now).abs().compareTo(APART) > 0) {
            known = new Anchor(now, nowNanos);
            anchor = known;
        }
        return known;
    }
}
