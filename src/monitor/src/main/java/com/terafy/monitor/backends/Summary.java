package com.terafy.monitor.backends;

import com.terafy.monitor.json.JsonNames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How many backends the database has, counted in several ways, most first.
 *
 * @param byUser the requirements' third query
 * @param byState by pg_stat_activity.state
 * @param byApplication by application_name, those of one pool instance together
 */
public record Summary(
        int total, List<Count> byUser, List<Count> byState, List<Count> byClass, List<Count> byApplication) {

    /** More lines than this are added up in one. */
    public static final int MOST_LINES = 50;

    static final String OTHERS = "(others)";
    static final String UNKNOWN = "(hidden)";

    /** How many have this. */
    public record Count(String name, int connections) {}

    /** Counts them. Pure. */
    public static Summary of(List<Backend> backends) {
        return new Summary(
                backends.size(),
                count(backends, backend -> backend.user().orElse(UNKNOWN)),
                count(backends, backend -> backend.state().orElse(UNKNOWN)),
                count(backends, backend -> JsonNames.of(backend.class_())),
                count(backends, Backend::applicationName));
    }

    private static List<Count> count(List<Backend> backends, Function<Backend, String> name) {
        Map<String, Long> counts = backends.stream().collect(Collectors.groupingBy(name, Collectors.counting()));
        List<Count> lines = counts.entrySet().stream()
                .map(entry -> new Count(entry.getKey(), Math.toIntExact(entry.getValue())))
                .sorted(Comparator.comparingInt(Count::connections).reversed().thenComparing(Count::name))
                .toList();
        return lines.size() <= MOST_LINES ? lines : bounded(lines);
    }

    private static List<Count> bounded(List<Count> lines) {
        List<Count> shown = new ArrayList<>(lines.subList(0, MOST_LINES - 1));
        int rest = lines.subList(MOST_LINES - 1, lines.size()).stream()
                .mapToInt(Count::connections)
                .sum();
        shown.add(new Count(OTHERS, rest));
        return shown;
    }
}
