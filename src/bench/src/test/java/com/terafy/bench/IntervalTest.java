package com.terafy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IntervalTest {

    private static Interval ofFirst(int count) {
        return Interval.of(IntStream.rangeClosed(1, count).asDoubleStream().toArray());
    }

    @Test
    void medianIsTheMiddleOneOrBetweenTheMiddleTwo() {
        assertThat(Interval.of(30, 10, 20).median()).isEqualTo(20);
        assertThat(Interval.of(40, 10, 20, 30).median()).isEqualTo(25);
    }

    /** Ranks of the tables of the sign test for a confidence of 99 %. */
    @Test
    void boundsAreThoseOfTheSignTest() {
        assertThat(ofFirst(8)).isEqualTo(new Interval(1, 4.5, 8));
        assertThat(ofFirst(15)).isEqualTo(new Interval(3, 8, 13));
        assertThat(ofFirst(31)).isEqualTo(new Interval(8, 16, 24));
    }

    @Test
    void tooFewHaveNoBounds() {
        assertThat(ofFirst(7)).isEqualTo(new Interval(0, 4, Double.POSITIVE_INFINITY));
        assertThat(ofFirst(7)).hasToString("4.000");
        assertThat(ofFirst(8)).hasToString("4.500 (1.000 to 8.000)");
    }

    @Test
    void ofNothingIsMissing() {
        assertThat(ofFirst(0).isMissing()).isTrue();
        assertThat(ofFirst(0)).hasToString("–");
    }
}
