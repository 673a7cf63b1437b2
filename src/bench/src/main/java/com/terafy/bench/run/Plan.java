package com.terafy.bench.run;

import com.terafy.bench.Source;
import com.terafy.bench.Workload;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * How much is measured.
 *
 * @param runs whole runs, each with a server and a database of its own
 * @param rounds in each run
 * @param oneMillis a slice of one thread: short, so that what is compared was measured close together
 * @param manyMillis a slice of several, longer for the sake of its slowest operations
 */
public record Plan(
        int runs,
        int rounds,
        long oneMillis,
        long manyMillis,
        long warmUpMillis,
        List<Source> sources,
        List<Workload> workloads) {

    /** The one whose figures count: twice eight minutes. */
    public static final Plan FULL =
            new Plan(2, 31, 100, 250, 2_000, List.of(Source.values()), List.of(Workload.values()));

    /** Shows that the benchmark works, in seconds. Its figures mean nothing. */
    public static final Plan SHORT = new Plan(1, 1, 50, 100, 30, List.of(Source.values()), List.of(Workload.values()));

    /** The full one, or what the system properties bench.runs, bench.rounds, bench.sources and bench.workloads leave of it. */
    static Plan asTold() {
        return new Plan(
                Integer.getInteger("bench.runs", FULL.runs()),
                Integer.getInteger("bench.rounds", FULL.rounds()),
                FULL.oneMillis(),
                FULL.manyMillis(),
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

    /** Those workloads of one thread; empty if there is none. */
    List<Workload> ofOneThread() {
        return only(workload -> workload.threads() == 1);
    }

    /** Those of more. */
    List<Workload> ofManyThreads() {
        return only(workload -> workload.threads() > 1);
    }

    private List<Workload> only(Predicate<Workload> wanted) {
        return workloads.stream().filter(wanted).toList();
    }

    /** The parameters of {@code BenchServlet} for some rounds. */
    String query(int from, int to, long millis, List<Workload> these) {
        return "from=" + from + "&to=" + to + "&millis=" + millis + "&sources=" + joined(sources) + "&workloads="
                + joined(these);
    }

    private static String joined(List<? extends Enum<?>> values) {
        return values.stream().map(Enum::name).collect(Collectors.joining(","));
    }
}
