package com.terafy.bench;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** What the rounds of one run say: medians, ratios, verdicts, and the text that shows them. */
public record Table(List<Round> rounds) {

    private static final String ROW = "  %-21s %10s %10s %10s %10s %12s %12s %10s %9s%n";

    public Table {
        rounds = List.copyOf(rounds);
    }

    /** The median over the rounds; NaN if there is none. */
    public double median(Source source, Workload workload, Metric metric) {
        return Interval.of(figures(source, workload, metric).toArray()).median();
    }

    private DoubleStream figures(Source source, Workload workload, Metric metric) {
        return rounds.stream()
                .filter(round -> round.source() == source && round.workload() == workload)
                .mapToDouble(metric::of);
    }

    /** The one source's figure by the other's, each of the same round: what the machine did meanwhile hit both. */
    public Interval ratio(Target target) {
        return Interval.of(rounds.stream()
                .filter(round -> round.workload() == target.workload())
                .collect(Collectors.groupingBy(Round::number))
                .values()
                .stream()
                .map(round -> ratio(target, round))
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .toArray());
    }

    private static @Nullable Double ratio(Target target, List<Round> round) {
        Map<Source, Double> figures = new EnumMap<>(Source.class);
        round.forEach(slice -> figures.put(slice.source(), target.metric().of(slice)));
        Double own = figures.get(target.own());
        Double other = figures.get(target.other());
        return own == null || other == null ? null : own / other;
    }

    /** What the run says of each target. */
    public Map<Target, Verdict> verdicts() {
        Map<Target, Verdict> verdicts = new LinkedHashMap<>();
        Target.ALL.forEach(target -> verdicts.put(target, target.verdict(ratio(target))));
        return verdicts;
    }

    /** The targets of which the other run says something else, one in a line; empty if both agree. */
    public String disagreement(Table other) {
        Map<Target, Verdict> others = other.verdicts();
        return verdicts().entrySet().stream()
                .filter(each -> each.getValue() != others.get(each.getKey()))
                .map(each -> String.format(
                        Locale.ROOT,
                        "  %s: %s, then %s%n",
                        each.getKey().title(),
                        each.getValue().title(),
                        Objects.requireNonNull(others.get(each.getKey())).title()))
                .collect(Collectors.joining());
    }

    /** All of it. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Workload workload : Workload.values()) {
            text.append('\n').append(workload.title()).append('\n');
            text.append(rows(workload));
        }
        text.append("\nTargets, the ratio within a round: its median, and its bounds with a confidence of 99 %\n");
        verdicts()
                .forEach((target, verdict) -> text.append(String.format(
                        Locale.ROOT, "  %-85s %-24s %s%n", target.title(), ratio(target), verdict.title())));
        return text.toString();
    }

    private String rows(Workload workload) {
        List<Source> measured = Arrays.stream(Source.values())
                .filter(source -> !Double.isNaN(median(source, workload, Metric.P50)))
                .toList();
        if (measured.isEmpty()) {
            return workload.isVirtual() ? "  not measured; virtual threads need Java 21\n" : "  not measured\n";
        }
        String head = String.format(
                Locale.ROOT,
                ROW,
                "",
                "p50 µs",
                "p99 µs",
                "p99.9 µs",
                "longest µs",
                "1,000 ops/s",
                "bytes/op",
                "CPU µs/op",
                "p50 ratio");
        return measured.stream().map(source -> row(source, workload)).collect(Collectors.joining("", head, ""));
    }

    private String row(Source source, Workload workload) {
        double own = median(source, workload, Metric.P50);
        double ratio = median(Source.TERAFY, workload, Metric.P50) / own;
        double longest = figures(source, workload, Metric.LONGEST).max().orElse(Double.NaN);
        return String.format(
                Locale.ROOT,
                ROW,
                source.title(),
                shown("%.2f", own, nanos -> nanos / 1_000),
                shown("%.2f", median(source, workload, Metric.P99), nanos -> nanos / 1_000),
                shown("%.2f", median(source, workload, Metric.P999), nanos -> nanos / 1_000),
                shown("%.0f", longest, nanos -> nanos / 1_000),
                shown("%.2f", median(source, workload, Metric.THROUGHPUT), each -> each / 1_000),
                shown("%.0f", median(source, workload, Metric.BYTES), bytes -> bytes),
                shown("%.2f", median(source, workload, Metric.CPU), nanos -> nanos / 1_000),
                shown("%.3f", ratio, same -> same));
    }

    private static String shown(String format, double value, DoubleUnaryOperator unit) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, format, unit.applyAsDouble(value));
    }
}
