package com.terafy.pool.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.DurationHistogram;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DurationRecorderTest {

    private final DurationRecorder recorder = new DurationRecorder();

    @Test
    void theBoundsArePowersOfFourFromAMicrosecondToAMinute() {
        List<Duration> bounds = recorder.snapshot().upperBounds();

        assertThat(bounds).hasSize(14);
        assertThat(bounds.get(0)).isEqualTo(Duration.ofNanos(1024));
        for (int i = 1; i < bounds.size(); i++) {
            assertThat(bounds.get(i)).isEqualTo(bounds.get(i - 1).multipliedBy(4));
        }
        assertThat(bounds.get(13)).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(70));
    }

    @Test
    void eachBoundIsInclusive() {
        List<Duration> bounds = recorder.snapshot().upperBounds();
        for (int bucket = 0; bucket < bounds.size(); bucket++) {
            DurationRecorder fresh = new DurationRecorder();
            fresh.record(bounds.get(bucket).toNanos());
            fresh.record(bounds.get(bucket).toNanos() + 1);

            assertThat(nonEmptyBuckets(fresh.snapshot())).containsExactly(bucket, bucket + 1);
        }
    }

    @Test
    void whatIsLongerThanTheLastBoundFallsInTheLastBucket() {
        recorder.record(Duration.ofHours(5).toNanos());
        recorder.record(Long.MAX_VALUE);

        assertThat(nonEmptyBuckets(recorder.snapshot())).containsExactly(14);
    }

    @Test
    void zeroAndNegativeFallInTheFirstBucketAndAddNothing() {
        recorder.record(0);
        recorder.record(1);
        recorder.record(-5);

        assertThat(recorder.snapshot().counts().get(0)).isEqualTo(3);
        assertThat(recorder.snapshot().sum()).isEqualTo(Duration.ofNanos(1));
    }

    @Test
    void everyDurationIsInTheBucketWhoseBoundsHoldIt() {
        Random random = new Random(20251124);
        for (int i = 0; i < 10_000; i++) {
            long nanos = random.nextLong(1L << random.nextInt(10, 40));
            DurationRecorder fresh = new DurationRecorder();
            fresh.record(nanos);
            DurationHistogram histogram = fresh.snapshot();

            int bucket = nonEmptyBuckets(histogram).get(0);
            assertThat(bucket == 14
                            || nanos <= histogram.upperBounds().get(bucket).toNanos())
                    .isTrue();
            assertThat(bucket == 0
                            || nanos > histogram.upperBounds().get(bucket - 1).toNanos())
                    .isTrue();
        }
    }

    @Test
    void theSumAndTheCountAreThoseOfWhatWasRecorded() {
        LongStream.rangeClosed(1, 1000).forEach(recorder::record);

        assertThat(recorder.snapshot().count()).isEqualTo(1000);
        assertThat(recorder.snapshot().sum()).isEqualTo(Duration.ofNanos(500_500));
    }

    private static List<Integer> nonEmptyBuckets(DurationHistogram histogram) {
        return IntStream.range(0, histogram.counts().size())
                .filter(i -> histogram.counts().get(i) > 0)
                .boxed()
                .toList();
    }
}
