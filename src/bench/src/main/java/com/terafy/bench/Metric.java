package com.terafy.bench;

import java.util.function.ToDoubleFunction;

/** One figure of a round. */
public enum Metric {
    P50(Round::p50Nanos, "p50"),
    P99(Round::p99Nanos, "p99"),
    P999(Round::p999Nanos, "p99.9"),
    LONGEST(Round::longestNanos, "longest"),
    THROUGHPUT(Round::perSecond, "throughput"),
    BYTES(Round::bytes, "bytes"),
    CPU(Round::cpuNanos, "CPU");

    private final ToDoubleFunction<Round> figure;
    private final String title;

    Metric(ToDoubleFunction<Round> figure, String title) {
        this.figure = figure;
        this.title = title;
    }

    double of(Round round) {
        return figure.applyAsDouble(round);
    }

    public String title() {
        return title;
    }
}
