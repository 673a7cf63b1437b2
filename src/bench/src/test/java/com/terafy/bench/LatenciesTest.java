package com.terafy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatenciesTest {

    private final Latencies latencies = new Latencies();

    @ParameterizedTest
    @ValueSource(longs = {1, 511, 512, 1023, 1024, 1025, 12_345, 20_000, 10_800_000, 5_000_000_000L})
    void everyDurationIsKeptToAFifthOfAPercent(long nanos) {
        latencies.record(nanos);

        assertThat(latencies.quantile(0.5)).isCloseTo(nanos, withinPercentage(0.2));
    }

    @Test
    void quantileIsTheDurationThatThisShareDidNotExceed() {
        for (int nanos = 1; nanos <= 500; nanos++) {
            latencies.record(nanos);
        }

        assertThat(latencies.quantile(0.5)).isEqualTo(250);
        assertThat(latencies.quantile(0.99)).isEqualTo(495);
        assertThat(latencies.quantile(1)).isEqualTo(500);
    }

    @Test
    void addedOnesCountTogether() {
        Latencies other = new Latencies();
        other.record(300);
        other.record(300);
        latencies.record(100);
        latencies.add(other);

        assertThat(latencies.count()).isEqualTo(3);
        assertThat(latencies.quantile(0.5)).isEqualTo(300);
    }

    @Test
    void nothingRecordedIsZero() {
        assertThat(latencies.quantile(0.5)).isZero();
    }
}
