package com.terafy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TableTest {

    private static final Target HIKARI_TARGET =
            new Target(1, Workload.SELECT_1, Metric.P50, Source.UNRESET, Source.HIKARI, true, 1.02);

    private static Round round(Source source, int number, long p50Nanos) {
        return new Round(source, Workload.SELECT_1, number, 100, 1e9 / p50Nanos, p50Nanos, 900, 990, 999, 48, 70);
    }

    @Test
    void ratioIsTheMedianOfThoseWithinEachRound() {
        Table table = new Table(List.of(
                round(Source.UNRESET, 1, 10), round(Source.HIKARI, 1, 20),
                round(Source.UNRESET, 2, 30), round(Source.HIKARI, 2, 20),
                round(Source.UNRESET, 3, 50), round(Source.HIKARI, 3, 60)));

        assertThat(table.ratio(HIKARI_TARGET).median()).isCloseTo(50 / 60.0, within(1e-9));
    }

    @Test
    void whatSlowsAWholeRoundDoesNotCount() {
        Table table = new Table(List.of(
                round(Source.UNRESET, 1, 10), round(Source.HIKARI, 1, 10),
                round(Source.UNRESET, 2, 1_000), round(Source.HIKARI, 2, 1_000),
                round(Source.UNRESET, 3, 10), round(Source.HIKARI, 3, 10)));

        assertThat(table.ratio(HIKARI_TARGET).median()).isEqualTo(1);
    }

    @Test
    void roundWithoutTheOtherSourceDoesNotCount() {
        Table table = new Table(List.of(round(Source.UNRESET, 1, 10)));

        assertThat(table.verdicts()).containsEntry(Target.ALL.get(0), Verdict.NOT_MEASURED);
        assertThat(HIKARI_TARGET.verdict(table.ratio(HIKARI_TARGET))).isEqualTo(Verdict.NOT_MEASURED);
    }

    @Test
    void runsDisagreeWhereTheirVerdictsDiffer() {
        Table slow = new Table(rounds(30));
        Table fast = new Table(rounds(5));

        assertThat(slow.disagreement(slow)).isEmpty();
        assertThat(slow.disagreement(fast))
                .isEqualToIgnoringNewLines(
                        "  1. SELECT 1, 1 thread, p50: … reset off / HikariCP in the WAR at most 1.02:"
                                + " does not hold, then holds");
    }

    private static List<Round> rounds(long p50Nanos) {
        return IntStream.rangeClosed(1, 15)
                .boxed()
                .flatMap(number -> Stream.of(round(Source.UNRESET, number, p50Nanos), round(Source.HIKARI, number, 20)))
                .toList();
    }

    @Test
    void workloadThatTheJvmLacksIsSaidToBeNotMeasured() {
        assertThat(new Table(List.of(round(Source.TERAFY, 1, 10))).text())
                .contains("1,000 virtual threads\n  not measured; virtual threads need Java 21\n");
    }

    @Test
    void whatNobodyCountsIsShownAsADash() {
        Round round = new Round(Source.TERAFY, Workload.SELECT_1, 1, 100, 10, 20, 30, 40, 5_000, Double.NaN, 70);

        assertThat(new Table(List.of(round)).text())
                .containsPattern("java:/TerafyDS +0\\.02 +0\\.03 +0\\.04 +5 +0\\.01 +– +0\\.07 +1\\.000");
    }

    @Test
    void roundSurvivesItsLine() {
        Round round = round(Source.VALIDATED, 3, 41);

        assertThat(Round.parse(round.toLine())).isEqualTo(round);
        assertThat(Round.parse("done")).isNull();
    }
}
