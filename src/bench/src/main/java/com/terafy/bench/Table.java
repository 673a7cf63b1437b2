package com.terafy.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;

/** What the rounds say: medians, ratios, verdicts, and the text that shows them. */
public record Table(List<Round> rounds) {

    private static final String ROW = "  %-21s %10s %10s %10s %12s %12s %10s %9s%n";

    public Table {
        rounds = List.copyOf(rounds);
    }

    /** The median over the rounds; NaN if there is none. */
    public double median(Source source, Workload workload, Metric metric) {
        return medianOf(rounds.stream()
                .filter(round -> round.source() == source && round.workload() == workload)
                .mapToDouble(metric::of)
                .toArray());
    }

    /** The middle one, or between the middle two; NaN of none. */
    public static double medianOf(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Terafy's median by the other's; NaN if one is missing. */
    public double ratio(Target target) {
        return median(Source.TERAFY, target.workload(), target.metric())
                / median(target.other(), target.workload(), target.metric());
    }

    /** All of it. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Workload workload : Workload.values()) {
            text.append('\n').append(workload.title()).append('\n');
            text.append(rows(workload));
        }
        text.append("\nTargets, java:/TerafyDS by the other, ratio of medians\n");
        text.append(Target.ALL.stream()
                .map(target -> "  " + target.verdict(ratio(target)) + "\n")
                .collect(Collectors.joining()));
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
                "1,000 ops/s",
                "bytes/op",
                "CPU µs/op",
                "p50 ratio");
        return measured.stream().map(source -> row(source, workload)).collect(Collectors.joining("", head, ""));
    }

    private String row(Source source, Workload workload) {
        double own = median(source, workload, Metric.P50);
        double ratio = median(Source.TERAFY, workload, Metric.P50) / own;
        return String.format(
                Locale.ROOT,
                ROW,
                source.title(),
                shown("%.2f", own, nanos -> nanos / 1_000),
                shown("%.2f", median(source, workload, Metric.P99), nanos -> nanos / 1_000),
                shown("%.2f", median(source, workload, Metric.P999), nanos -> nanos / 1_000),
                shown("%.2f", median(source, workload, Metric.THROUGHPUT), each -> each / 1_000),
                shown("%.0f", median(source, workload, Metric.BYTES), bytes -> bytes),
                shown("%.2f", median(source, workload, Metric.CPU), nanos -> nanos / 1_000),
                shown("%.3f", ratio, same -> same));
    }

    private static String shown(String format, double value, DoubleUnaryOperator unit) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, format, unit.applyAsDouble(value));
    }
}
