package com.terafy.pool.time;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that only the test moves, near the reading where {@link System#nanoTime()} may overflow. */
public final class FakeTicker implements Ticker {

    private final AtomicLong reading =
            new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(1).toNanos());

    @Override
    public long nanoTime() {
        return reading.get();
    }

    public void advance(Duration step) {
        reading.addAndGet(step.toNanos());
    }
}
