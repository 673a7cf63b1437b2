package com.terafy.pool.time;

/**
 * The one source of time for idle arithmetic: monotonic nanoseconds with an arbitrary origin, never the wall clock.
 *
 * <p>Implementations are thread-safe. Only differences of two readings mean anything, see {@link System#nanoTime()}.
 */
@FunctionalInterface
public interface Ticker {

    /** The system's monotonic clock. */
    Ticker SYSTEM = System::nanoTime;

    /** The current reading in nanoseconds. */
    long nanoTime();
}
