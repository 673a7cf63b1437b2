package com.terafy.pool.statistics;

import com.terafy.api.DurationHistogram;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts durations in buckets of powers of four, from 1 µs to 67 s. Thread-safe; a recording costs two additions and
 * allocates nothing.
 */
public final class DurationRecorder {

    /** Upper bound of the first bucket, a power of two near 1 µs so that the bucket is found by counting bits. */
    private static final int FIRST_BOUND_BITS = 10;

    private static final int BITS_PER_BUCKET = 2;
    private static final int BUCKETS = 15;

    private final LongAdder[] counts = new LongAdder[BUCKETS];
    private final LongAdder sumNanos = new LongAdder();

    public DurationRecorder() {
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] = new LongAdder();
        }
    }

    /** Records a duration; a negative one counts as zero. */
    public void record(long nanos) {
        long positive = Math.max(nanos, 0);
        counts[bucket(positive)].increment();
        sumNanos.add(positive);
    }

    /** Bounds are inclusive, so the bits of {@code nanos - 1} count. */
    private static int bucket(long nanos) {
        int bits = nanos <= 1 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(nanos - 1);
        if (bits <= FIRST_BOUND_BITS) {
            return 0;
        }
        return Math.min(BUCKETS - 1, (bits - FIRST_BOUND_BITS + BITS_PER_BUCKET - 1) / BITS_PER_BUCKET);
    }

    /** What was recorded so far. */
    public DurationHistogram snapshot() {
        List<Duration> bounds = new ArrayList<>();
        List<Long> values = new ArrayList<>();
        for (int i = 0; i < BUCKETS; i++) {
            values.add(counts[i].sum());
            if (i < BUCKETS - 1) {
                bounds.add(Duration.ofNanos(1L << (FIRST_BOUND_BITS + i * BITS_PER_BUCKET)));
            }
        }
        return new DurationHistogram(bounds, values, Duration.ofNanos(sumNanos.sum()));
    }
}
