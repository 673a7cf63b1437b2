package com.terafy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

    private static final Target HIKARI_TARGET = new Target(1, Workload.SELECT_1, Metric.P50, Source.HIKARI, true, 1.02);

    private static Round round(Source source, int number, long p50Nanos) {
        return new Round(source, Workload.SELECT_1, number, 100, 1e9 / p50Nanos, p50Nanos, 900, 990, 48, 70);
    }

    @Test
    void medianOfAnOddCountIsTheMiddleOne() {
        assertThat(Table.medianOf(30, 10, 20)).isEqualTo(20);
    }

    @Test
    void medianOfAnEvenCountIsBetweenTheMiddleTwo() {
        assertThat(Table.medianOf(40, 10, 20, 30)).isEqualTo(25);
    }

    @Test
    void medianOfNothingIsNoNumber() {
        assertThat(Table.medianOf()).isNaN();
    }

    @Test
    void ratioIsOneOfMediansNotAMedianOfRatios() {
        Table table = new Table(List.of(
                round(Source.TERAFY, 1, 10), round(Source.HIKARI, 1, 20),
                round(Source.TERAFY, 2, 30), round(Source.HIKARI, 2, 20),
                round(Source.TERAFY, 3, 50), round(Source.HIKARI, 3, 60)));

        assertThat(table.ratio(HIKARI_TARGET)).isCloseTo(1.5, within(1e-9));
    }

    @Test
    void limitItselfStillHolds() {
        assertThat(HIKARI_TARGET.holds(1.02)).isTrue();
        assertThat(HIKARI_TARGET.holds(1.03)).isFalse();
        Target atLeast = new Target(1, Workload.SELECT_8, Metric.THROUGHPUT, Source.AGROAL, false, 1.0);
        assertThat(atLeast.holds(1.0)).isTrue();
        assertThat(atLeast.holds(0.99)).isFalse();
    }

    @Test
    void missingFigureIsSaidToBeMissingAndDoesNotHold() {
        Table table = new Table(List.of(round(Source.TERAFY, 1, 10)));

        assertThat(HIKARI_TARGET.holds(table.ratio(HIKARI_TARGET))).isFalse();
        assertThat(HIKARI_TARGET.verdict(table.ratio(HIKARI_TARGET))).endsWith("not measured");
    }

    @Test
    void workloadThatTheJvmLacksIsSaidToBeNotMeasured() {
        assertThat(new Table(List.of(round(Source.TERAFY, 1, 10))).text())
                .contains("1,000 virtual threads\n  not measured; virtual threads need Java 21\n");
    }

    @Test
    void whatNobodyCountsIsShownAsADash() {
        Round round = new Round(Source.TERAFY, Workload.SELECT_1, 1, 100, 10, 20, 30, 40, Double.NaN, 70);

        assertThat(new Table(List.of(round)).text())
                .containsPattern("java:/TerafyDS +0\\.02 +0\\.03 +0\\.04 +0\\.01 +– +0\\.07 +1\\.000");
    }

    @Test
    void roundSurvivesItsLine() {
        Round round = round(Source.VALIDATED, 3, 41);

        assertThat(Round.parse(round.toLine())).isEqualTo(round);
        assertThat(Round.parse("done")).isNull();
    }
}
