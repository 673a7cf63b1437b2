package com.terafy.bench;

import org.jspecify.annotations.Nullable;

/**
 * How long operations took, exact to 0.2 %: 512 buckets for each doubling. The container's own histogram is too coarse
 * for a limit of 2 %. Not thread-safe: one for each thread, {@link #add(Latencies)} afterwards.
 */
public final class Latencies {

    private static final int BITS = 9;
    private static final int STEPS = 1 << BITS;
    private static final int DOUBLINGS = 32;

    /** A row for each doubling, made when it is first needed: a thousand threads have one of these each. */
    private final @Nullable BucketRow[] rows = new BucketRow[DOUBLINGS];

    private long count;

    /** Counts one operation. What takes longer than about an hour counts as that. */
    public void record(long nanos) {
        int bucket = bucketOf(Math.max(nanos, 0));
        row(bucket >> BITS).counts[bucket & STEPS - 1]++;
        count++;
    }

    public void add(Latencies other) {
        for (int i = 0; i < DOUBLINGS; i++) {
            BucketRow added = other.rows[i];
            if (added != null) {
                row(i).add(added);
            }
        }
        count += other.count;
    }

    private BucketRow row(int doubling) {
        BucketRow present = rows[doubling];
        if (present == null) {
            present = new BucketRow();
            rows[doubling] = present;
        }
        return present;
    }

    private static final class BucketRow {

        private final long[] counts = new long[STEPS];

        void add(BucketRow other) {
            for (int i = 0; i < STEPS; i++) {
                counts[i] += other.counts[i];
            }
        }
    }

    public long count() {
        return count;
    }

    /**
     * The duration in ns that this share of the operations did not exceed.
     *
     * @param share 0.5 for the median
     * @return 0 if nothing was recorded
     */
    public long quantile(double share) {
        long rank = Math.max(1, (long) Math.ceil(share * count));
        long seen = 0;
        for (int i = 0; i < DOUBLINGS; i++) {
            BucketRow row = rows[i];
            for (int j = 0; row != null && j < STEPS; j++) {
                seen += row.counts[j];
                if (seen >= rank) {
                    return lowestOf((i << BITS) + j);
                }
            }
        }
        return 0;
    }

    private static int bucketOf(long nanos) {
        int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(nanos) - BITS - 1);
        long bucket = ((long) shift << BITS) + (nanos >>> shift);
        return (int) Math.min(bucket, (long) STEPS * DOUBLINGS - 1);
    }

    private static long lowestOf(int bucket) {
        int shift = Math.max(0, (bucket >> BITS) - 1);
        return (bucket - ((long) shift << BITS)) << shift;
    }
}
