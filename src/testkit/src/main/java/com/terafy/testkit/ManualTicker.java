package com.terafy.testkit;

import com.terafy.pool.time.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A clock that only the test moves. It begins one minute before the reading overflows, as {@link System#nanoTime()}
 * is allowed to: code that compares readings instead of their difference fails early.
 *
 * <p>Thread-safe.
 */
public final class ManualTicker implements Ticker {

    private static final Duration BEFORE_OVERFLOW = Duration.ofMinutes(1);

    private final AtomicLong reading;

    public ManualTicker() {
        this(Long.MAX_VALUE - BEFORE_OVERFLOW.toNanos());
    }

    /** A clock that begins at the reading, in nanoseconds. */
    public ManualTicker(long origin) {
        this.reading = new AtomicLong(origin);
    }

    @Override
    public long nanoTime() {
        return reading.get();
    }

    /**
     * Moves the clock on.
     *
     * @throws IllegalArgumentException if the step is negative, as this clock is monotonic
     */
    public void advance(Duration step) {
        if (step.isNegative()) {
            throw new IllegalArgumentException("A monotonic clock does not go back: " + step);
        }
        reading.addAndGet(step.toNanos());
    }
}
