package com.terafy.monitor.backends;

import com.terafy.monitor.json.JsonNames;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What backends are sorted by; equal ones by pid, so that the order never jumps. Ages are compared by the moment that
 * they count from: time alone moves no backend.
 */
public enum BackendOrder {
    PID(byNumber(Backend::pid)),
    USER(byText(backend -> backend.user().orElse(""))),
    STATE(byText(backend -> backend.state().orElse(""))),
    CLASS(byNumber(backend -> Arrays.binarySearch(BackendClass.values(), backend.class_()))),
    IDLE(byAge(Backend::stateChange)),
    TRANSACTION_AGE(byAge(Backend::transactionStart)),
    QUERY_AGE(byAge(Backend::runningSince)),
    APPLICATION(byText(Backend::applicationName));

    /** Longest unchanged first, as in the requirements' queries. */
    public static final String STANDARD = "-idle";

    /**
     * Where a backend stands in an order.
     *
     * @param number what is compared first
     * @param text what is compared next
     */
    record Place(long number, String text, int pid) {
        private static final Comparator<Place> UP =
                Comparator.comparingLong(Place::number).thenComparing(Place::text);
    }

    private final Function<Backend, Place> place;

    BackendOrder(Function<Backend, Place> place) {
        this.place = place;
    }

    private static Function<Backend, Place> byNumber(Function<Backend, Integer> number) {
        return backend -> new Place(number.apply(backend), "", backend.pid());
    }

    private static Function<Backend, Place> byText(Function<Backend, String> text) {
        return backend -> new Place(0, text.apply(backend), backend.pid());
    }

    /** What has no age is younger than all that has one. */
    private static Function<Backend, Place> byAge(Function<Backend, Optional<Instant>> since) {
        return backend -> new Place(
                since.apply(backend)
                        .map(start -> -ChronoUnit.MICROS.between(Instant.EPOCH, start))
                        .orElse(Long.MIN_VALUE),
                "",
                backend.pid());
    }

    /** Every order as text, ascending and descending. */
    public static List<String> texts() {
        return Arrays.stream(values())
                .map(JsonNames::of)
                .flatMap(name -> Stream.of(name, "-" + name))
                .toList();
    }

    /** Backends in the order of one of {@link #texts}. */
    public static Comparator<Backend> of(String text) {
        return Comparator.comparing(named(text).place, places(text));
    }

    /** Where a backend stands in the order of one of {@link #texts}. */
    static Place place(String text, Backend backend) {
        return named(text).place.apply(backend);
    }

    /** Places in the order of one of {@link #texts}. */
    static Comparator<Place> places(String text) {
        return (text.startsWith("-") ? Place.UP.reversed() : Place.UP).thenComparingInt(Place::pid);
    }

    private static BackendOrder named(String text) {
        String name = text.startsWith("-") ? text.substring(1) : text;
        return Arrays.stream(values())
                .filter(candidate -> JsonNames.of(candidate).equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No order " + text));
    }
}
