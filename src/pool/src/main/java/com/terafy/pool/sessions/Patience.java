package com.terafy.pool.sessions;

import java.time.Duration;

/**
 * How long a borrower waits at most. Asked only where there is something to wait for: each answer costs a reading of the
 * clock, and mostly nobody waits.
 */
@FunctionalInterface
public interface Patience {

    /** What is left of it now, in nanoseconds; not positive once it is over. */
    long leftNanos();

    /** What one answer of a server may take, so that another session can be tried after it; never negative. */
    default long halfNanos() {
        return Math.max(0, leftNanos()) / 2;
    }

    /** So long from now. */
    static Patience of(Duration longest) {
        long end = System.nanoTime() + nanos(longest);
        return () -> end - System.nanoTime();
    }

    /** Nanoseconds of it; a year at most, for nobody waits longer. */
    static long nanos(Duration longest) {
        Duration year = Duration.ofDays(365);
        return longest.compareTo(year) < 0 ? longest.toNanos() : year.toNanos();
    }
}
