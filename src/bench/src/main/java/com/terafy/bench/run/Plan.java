package com.terafy.bench.run;

import com.terafy.bench.Source;
import com.terafy.bench.Workload;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** How much is measured. */
public record Plan(int rounds, long sliceMillis, long warmUpMillis, List<Source> sources, List<Workload> workloads) {

    /** The one whose figures count: about eight minutes. */
    public static final Plan FULL = new Plan(7, 1_000, 2_000, List.of(Source.values()), List.of(Workload.values()));

    /** Shows that the benchmark works, in seconds. Its figures mean nothing. */
    public static final Plan SHORT = new Plan(1, 100, 50, List.of(Source.values()), List.of(Workload.values()));

    /** The full one, or what the system properties bench.rounds, bench.sources and bench.workloads leave of it. */
    static Plan asTold() {
        return new Plan(
                Integer.getInteger("bench.rounds", FULL.rounds()),
                FULL.sliceMillis(),
                FULL.warmUpMillis(),
                names("bench.sources", FULL.sources()).stream()
                        .map(Source::valueOf)
                        .toList(),
                names("bench.workloads", FULL.workloads()).stream()
                        .map(Workload::valueOf)
                        .toList());
    }

    private static List<String> names(String property, List<? extends Enum<?>> all) {
        String told = System.getProperty(property);
        return told == null ? all.stream().<String>map(Enum::name).toList() : Arrays.asList(told.split(",", -1));
    }

    String query() {
        return "rounds=" + rounds + "&sliceMillis=" + sliceMillis + "&warmUpMillis=" + warmUpMillis + "&sources="
                + joined(sources) + "&workloads=" + joined(workloads);
    }

    private static String joined(List<? extends Enum<?>> values) {
        return values.stream().map(Enum::name).collect(Collectors.joining(","));
    }
}
