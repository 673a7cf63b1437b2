package com.terafy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TargetTest {

    private static final Target AT_MOST =
            new Target(1, Workload.SELECT_1, Metric.P50, Source.UNRESET, Source.HIKARI, true, 1.02);
    private static final Target AT_LEAST =
            new Target(1, Workload.SELECT_8, Metric.THROUGHPUT, Source.UNRESET, Source.AGROAL, false, 1.0);

    @Test
    void holdsIfTheWholeIntervalDoesAndTheLimitItselfStillDoes() {
        assertThat(AT_MOST.verdict(new Interval(0.9, 1.0, 1.02))).isEqualTo(Verdict.HOLDS);
        assertThat(AT_LEAST.verdict(new Interval(1.0, 1.1, 1.2))).isEqualTo(Verdict.HOLDS);
    }

    @Test
    void doesNotHoldIfNothingOfTheIntervalDoes() {
        assertThat(AT_MOST.verdict(new Interval(1.03, 1.1, 1.2))).isEqualTo(Verdict.DOES_NOT_HOLD);
        assertThat(AT_LEAST.verdict(new Interval(0.8, 0.9, 0.99))).isEqualTo(Verdict.DOES_NOT_HOLD);
    }

    @Test
    void cannotBeToldIfTheLimitIsWithin() {
        assertThat(AT_MOST.verdict(new Interval(1.0, 1.01, 1.03))).isEqualTo(Verdict.CANNOT_BE_TOLD);
        assertThat(AT_LEAST.verdict(new Interval(0.99, 1.1, 1.2))).isEqualTo(Verdict.CANNOT_BE_TOLD);
        assertThat(AT_MOST.verdict(new Interval(0, 0.5, Double.POSITIVE_INFINITY)))
                .isEqualTo(Verdict.CANNOT_BE_TOLD);
    }
}
