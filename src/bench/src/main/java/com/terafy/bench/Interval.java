package com.terafy.bench;

import java.util.Arrays;
import java.util.Locale;

/**
 * A median, and between which values that of all rounds there could be is with a confidence of at least 99 %. It says
 * nothing of how the values are distributed: it counts, as the sign test does, how often a fair coin would fall so.
 *
 * @param low 0 where there are too few values
 * @param high infinite where there are too few values
 */
public record Interval(double low, double median, double high) {

    private static final double DOUBT = 0.01;

    /** Of these values; all NaN if there is none. */
    public static Interval of(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int count = sorted.length;
        if (count == 0) {
            return new Interval(Double.NaN, Double.NaN, Double.NaN);
        }
        double median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
        int outside = outside(count);
        return outside == 0
                ? new Interval(0, median, Double.POSITIVE_INFINITY)
                : new Interval(sorted[outside - 1], median, sorted[count - outside]);
    }

    /** The largest rank from either end that the median lies beyond with less than half of the doubt. */
    private static int outside(int count) {
        double exactly = Math.pow(0.5, count);
        double atMost = exactly;
        int rank = 0;
        while (atMost <= DOUBT / 2) {
            rank++;
            exactly *= (double) (count - rank + 1) / rank;
            atMost += exactly;
        }
        return rank;
    }

    boolean isMissing() {
        return Double.isNaN(median);
    }

    /** For people: the median, and the bounds where there are any. */
    @Override
    public String toString() {
        if (isMissing()) {
            return "–";
        }
        return Double.isInfinite(high)
                ? String.format(Locale.ROOT, "%.3f", median)
                : String.format(Locale.ROOT, "%.3f (%.3f to %.3f)", median, low, high);
    }
}
