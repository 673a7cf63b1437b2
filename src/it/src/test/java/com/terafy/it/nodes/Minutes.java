package com.terafy.it.nodes;

import java.time.Duration;
import java.util.List;

/** Times as text. */
final class Minutes {

    private Minutes() {}

    /** {@code 4:05}. */
    static String of(Duration time) {
        return String.format("%d:%02d", time.toMinutes(), time.toSecondsPart());
    }

    /** How many, the shortest, the middle one and the longest. */
    static String of(List<Duration> times) {
        if (times.isEmpty()) {
            return "none";
        }
        List<Duration> sorted = times.stream().sorted().toList();
        return sorted.size() + " after " + sorted.get(0).toSeconds() + " to "
                + sorted.get(sorted.size() - 1).toSeconds() + " s, half of them after at most "
                + sorted.get((sorted.size() - 1) / 2).toSeconds() + " s";
    }
}
