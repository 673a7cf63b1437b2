package com.terafy.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One slice: one source under one workload for a while.
 *
 * @param number the round, from 1
 * @param operations how many were completed
 * @param perSecond operations a second over all threads
 * @param p50Nanos median of one operation
 * @param longestNanos the longest one
 * @param bytes allocated by the borrowing threads for one operation; NaN on virtual threads, for which nobody counts
 * @param cpuNanos processor time of the whole server for one operation
 */
public record Round(
        Source source,
        Workload workload,
        int number,
        long operations,
        double perSecond,
        long p50Nanos,
        long p99Nanos,
        long p999Nanos,
        long longestNanos,
        double bytes,
        double cpuNanos) {

    private static final String SIGN = "round";

    /** As {@link #parse} reads it. */
    public String toLine() {
        return String.join(
                "\t",
                List.of(
                        SIGN,
                        source.name(),
                        workload.name(),
                        Integer.toString(number),
                        Long.toString(operations),
                        Double.toString(perSecond),
                        Long.toString(p50Nanos),
                        Long.toString(p99Nanos),
                        Long.toString(p999Nanos),
                        Long.toString(longestNanos),
                        Double.toString(bytes),
                        Double.toString(cpuNanos)));
    }

    /** The round of this line; null if it is another line. */
    public static @Nullable Round parse(String line) {
        String[] parts = line.split("\t", -1);
        if (parts.length != 12 || !parts[0].equals(SIGN)) {
            return null;
        }
        return new Round(
                Source.valueOf(parts[1]),
                Workload.valueOf(parts[2]),
                Integer.parseInt(parts[3]),
                Long.parseLong(parts[4]),
                Double.parseDouble(parts[5]),
                Long.parseLong(parts[6]),
                Long.parseLong(parts[7]),
                Long.parseLong(parts[8]),
                Long.parseLong(parts[9]),
                Double.parseDouble(parts[10]),
                Double.parseDouble(parts[11]));
    }
}
