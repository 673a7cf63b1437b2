package com.terafy.bench;

/**
 * How long operations took, exact to 0.2 %: 512 buckets for each doubling. The container's own histogram is too coarse
 * for a limit of 2 %. Not thread-safe: one for each thread, {@link #add(Latencies)} afterwards.
 */
public final class Latencies {

    private static final int BITS = 9;
    private static final int STEPS = 1 << BITS;
    private static final int DOUBLINGS = 32;

    private final long[] buckets = new long[STEPS * DOUBLINGS];
    private long count;

    /** Counts one operation. What takes longer than about an hour counts as that. */
    public void record(long nanos) {
        buckets[bucketOf(Math.max(nanos, 0))]++;
        count++;
    }

    public void add(Latencies other) {
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] += other.buckets[i];
        }
        count += other.count;
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
        for (int i = 0; i < buckets.length; i++) {
            seen += buckets[i];
            if (seen >= rank) {
                return lowestOf(i);
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
