package com.terafy.monitor.backends;

import com.terafy.monitor.json.JsonNames;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** What backends are sorted by; equal ones by pid, so that the order never jumps. */
public enum BackendOrder {
    PID(Comparator.comparingInt(Backend::pid)),
    USER(by(Backend::user, "")),
    STATE(by(Backend::state, "")),
    CLASS(Comparator.comparing(Backend::class_)),
    IDLE(by(Backend::idle, Duration.ZERO)),
    APPLICATION(Comparator.comparing(Backend::applicationName));

    /** Longest unchanged first, as in the requirements' queries. */
    public static final String STANDARD = "-idle";

    private final Comparator<Backend> order;

    BackendOrder(Comparator<Backend> order) {
        this.order = order;
    }

    private static <T extends Comparable<T>> Comparator<Backend> by(Function<Backend, Optional<T>> what, T standard) {
        return Comparator.comparing(backend -> what.apply(backend).orElse(standard));
    }

    /** Every order as text, ascending and descending. */
    public static List<String> texts() {
        return Arrays.stream(values())
                .map(JsonNames::of)
                .flatMap(name -> Stream.of(name, "-" + name))
                .toList();
    }

    /** The order of one of {@link #texts}. */
    public static Comparator<Backend> of(String text) {
        boolean descending = text.startsWith("-");
        String name = descending ? text.substring(1) : text;
        Comparator<Backend> order = Arrays.stream(values())
                .filter(candidate -> JsonNames.of(candidate).equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No order " + text))
                .order;
        return (descending ? order.reversed() : order).thenComparingInt(Backend::pid);
    }
}
