package com.terafy.api;

import java.time.Duration;
import java.util.List;

/**
 * How many durations fell into which bucket.
 *
 * @param upperBounds upper bound of each bucket but the last, inclusive, ascending; the last has none
 * @param counts durations in each bucket, not cumulative; one more entry than {@code upperBounds}
 * @param sum all durations added up
 */
public record DurationHistogram(List<Duration> upperBounds, List<Long> counts, Duration sum) {

    public DurationHistogram {
        upperBounds = List.copyOf(upperBounds);
        counts = List.copyOf(counts);
        if (counts.size() != upperBounds.size() + 1) {
            throw new IllegalArgumentException(
                    counts.size() + " counts do not fit " + upperBounds.size() + " upper bounds");
        }
    }

    /** How many durations were recorded. */
    public long count() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }
}
