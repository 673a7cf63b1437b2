package com.terafy.bench;

import java.util.List;
import java.util.Locale;

/**
 * A promise about one source beside another.
 *
 * @param number which of the speed targets
 * @param atMost true if the ratio may not be larger than the limit, false if not smaller
 */
public record Target(
        int number, Workload workload, Metric metric, Source own, Source other, boolean atMost, double limit) {

    /**
     * All that this benchmark can judge. Like is compared with like: Terafy as it comes with peers that validate and reset
     * as well, and with its reset off with peers as they come.
     */
    public static final List<Target> ALL = List.of(
            atMost(1, Workload.SELECT_1, Metric.P50, Source.UNRESET, Source.HIKARI, 1.02),
            atMost(1, Workload.SELECT_1, Metric.P50, Source.UNRESET, Source.AGROAL, 1.02),
            atMost(1, Workload.SELECT_1, Metric.P50, Source.UNRESET, Source.WILDFLY, 0.85),
            atMost(1, Workload.SELECT_1, Metric.P50, Source.TERAFY, Source.HIKARI_SAFE, 1.0),
            atMost(1, Workload.SELECT_1, Metric.P50, Source.TERAFY, Source.AGROAL_SAFE, 1.0),
            atMost(1, Workload.SELECT_1, Metric.P50, Source.TERAFY, Source.VALIDATED_SAFE, 1.0),
            atLeast(1, Workload.SELECT_8, Metric.THROUGHPUT, Source.UNRESET, Source.HIKARI, 1.0),
            atLeast(1, Workload.SELECT_8, Metric.THROUGHPUT, Source.UNRESET, Source.AGROAL, 1.0),
            atLeast(1, Workload.SELECT_8, Metric.THROUGHPUT, Source.UNRESET, Source.WILDFLY, 1.0),
            atLeast(1, Workload.SELECT_8, Metric.THROUGHPUT, Source.TERAFY, Source.HIKARI_SAFE, 1.0),
            atLeast(1, Workload.SELECT_8, Metric.THROUGHPUT, Source.TERAFY, Source.AGROAL_SAFE, 1.0),
            atLeast(1, Workload.SELECT_32, Metric.THROUGHPUT, Source.UNRESET, Source.HIKARI, 1.0),
            atLeast(1, Workload.SELECT_32, Metric.THROUGHPUT, Source.UNRESET, Source.AGROAL, 1.0),
            atLeast(1, Workload.SELECT_32, Metric.THROUGHPUT, Source.UNRESET, Source.WILDFLY, 1.7),
            atMost(1, Workload.SELECT_32, Metric.P999, Source.UNRESET, Source.HIKARI, 1.0),
            atMost(1, Workload.SELECT_32, Metric.P999, Source.UNRESET, Source.AGROAL, 1.0),
            atLeast(1, Workload.SELECT_32, Metric.THROUGHPUT, Source.TERAFY, Source.HIKARI_SAFE, 1.0),
            atLeast(1, Workload.SELECT_32, Metric.THROUGHPUT, Source.TERAFY, Source.AGROAL_SAFE, 1.0),
            atMost(1, Workload.SELECT_32, Metric.P999, Source.TERAFY, Source.HIKARI_SAFE, 1.0),
            atMost(1, Workload.SELECT_32, Metric.P999, Source.TERAFY, Source.AGROAL_SAFE, 1.0),
            atMost(2, Workload.SELECT_1, Metric.P50, Source.TERAFY, Source.UNRESET, 1.8),
            atLeast(2, Workload.SELECT_1, Metric.THROUGHPUT, Source.UNRESET, Source.VALIDATED, 1.9),
            atMost(3, Workload.CYCLE_1, Metric.P50, Source.TERAFY, Source.WILDFLY, 0.4),
            atMost(3, Workload.CYCLE_1, Metric.P50, Source.TERAFY, Source.EMPTY, 1.3),
            atMost(3, Workload.CYCLE_1, Metric.BYTES, Source.TERAFY, Source.WILDFLY, 0.4),
            atLeast(4, Workload.JTA_UPDATE_1, Metric.THROUGHPUT, Source.UNRESET, Source.WILDFLY, 1.0),
            atLeast(4, Workload.JTA_UPDATE_1, Metric.THROUGHPUT, Source.UNRESET, Source.AGROAL, 1.0),
            atMost(5, Workload.ROWS_1, Metric.P50, Source.TERAFY, Source.BARE, 1.03),
            atMost(6, Workload.SELECT_1, Metric.P50, Source.LEAKS, Source.TERAFY, 1.03),
            atLeast(6, Workload.SELECT_8, Metric.THROUGHPUT, Source.LEAKS, Source.TERAFY, 0.97));

    private static Target atMost(int number, Workload workload, Metric metric, Source own, Source other, double limit) {
        return new Target(number, workload, metric, own, other, true, limit);
    }

    private static Target atLeast(
            int number, Workload workload, Metric metric, Source own, Source other, double limit) {
        return new Target(number, workload, metric, own, other, false, limit);
    }

    /** What this ratio says. */
    public Verdict verdict(Interval ratio) {
        if (ratio.isMissing()) {
            return Verdict.NOT_MEASURED;
        }
        if (atMost ? ratio.high() <= limit : ratio.low() >= limit) {
            return Verdict.HOLDS;
        }
        return (atMost ? ratio.low() > limit : ratio.high() < limit) ? Verdict.DOES_NOT_HOLD : Verdict.CANNOT_BE_TOLD;
    }

    /** What is promised, in one line. */
    public String title() {
        return String.format(
                Locale.ROOT,
                "%d. %s, %s: %s / %s at %s %.2f",
                number,
                workload.title(),
                metric.title(),
                own.title(),
                other.title(),
                atMost ? "most" : "least",
                limit);
    }
}
