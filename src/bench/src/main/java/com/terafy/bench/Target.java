package com.terafy.bench;

import java.util.List;
import java.util.Locale;

/**
 * A promise about java:/TerafyDS beside one other source.
 *
 * @param number which of the speed targets
 * @param atMost true if the ratio may not be larger than the limit, false if not smaller
 */
public record Target(int number, Workload workload, Metric metric, Source other, boolean atMost, double limit) {

    /**
     * All that this benchmark can judge. The sixth is turned round, for Terafy with leak detection is the other there: off is
     * no faster than on by more than 3 %. Statistics and tracking cannot be switched off.
     */
    public static final List<Target> ALL = List.of(
            atMost(1, Workload.SELECT_1, Metric.P50, Source.HIKARI, 1.02),
            atMost(1, Workload.SELECT_1, Metric.P50, Source.WILDFLY, 0.85),
            atLeast(1, Workload.SELECT_8, Metric.THROUGHPUT, Source.AGROAL, 1.0),
            atLeast(1, Workload.SELECT_32, Metric.THROUGHPUT, Source.AGROAL, 1.0),
            atLeast(1, Workload.SELECT_32, Metric.THROUGHPUT, Source.WILDFLY, 1.7),
            atLeast(2, Workload.SELECT_1, Metric.THROUGHPUT, Source.VALIDATED, 1.9),
            atMost(3, Workload.CYCLE_1, Metric.P50, Source.WILDFLY, 0.4),
            atMost(3, Workload.CYCLE_1, Metric.BYTES, Source.WILDFLY, 0.4),
            atLeast(4, Workload.JTA_UPDATE_1, Metric.THROUGHPUT, Source.WILDFLY, 1.25),
            atLeast(4, Workload.JTA_UPDATE_1, Metric.THROUGHPUT, Source.AGROAL, 1.0),
            atMost(5, Workload.ROWS_1, Metric.P50, Source.BARE, 1.03),
            atLeast(6, Workload.SELECT_1, Metric.P50, Source.LEAKS, 0.97),
            atMost(6, Workload.SELECT_8, Metric.THROUGHPUT, Source.LEAKS, 1.03));

    private static Target atMost(int number, Workload workload, Metric metric, Source other, double limit) {
        return new Target(number, workload, metric, other, true, limit);
    }

    private static Target atLeast(int number, Workload workload, Metric metric, Source other, double limit) {
        return new Target(number, workload, metric, other, false, limit);
    }

    /** False also where there is no figure. */
    public boolean holds(double ratio) {
        return atMost ? ratio <= limit : ratio >= limit;
    }

    /** One line: what was promised, what was measured, and whether that holds. */
    public String verdict(double ratio) {
        return String.format(
                Locale.ROOT,
                "%d. %-28s %-10s / %-20s %8s  wanted at %s %.2f  %s",
                number,
                workload.title(),
                metric.title(),
                other.title(),
                Double.isNaN(ratio) ? "–" : String.format(Locale.ROOT, "%.3f", ratio),
                atMost ? "most " : "least",
                limit,
                Double.isNaN(ratio) ? "not measured" : holds(ratio) ? "holds" : "DOES NOT HOLD");
    }
}
