package com.terafy.api.flight;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import jdk.jfr.FlightRecorder;

/** In a JVM of its own, where nobody has recorded anything: says what it costs, see {@link FlightTest}. */
final class NothingRecorded {

    private static final int TIMES = 100_000;

    private NothingRecorded() {}

    /** @param arguments {@code limited} where the JVM has no flight recorder */
    public static void main(String[] arguments) {
        tellAll();
        if (arguments.length > 0) {
            System.out.println("told without a recorder");
            return;
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        threads.getThreadAllocatedBytes(thread); // which may allocate something the first time
        long before = threads.getThreadAllocatedBytes(thread);
        boolean told = tellAll();
        long bytes = (threads.getThreadAllocatedBytes(thread) - before) / TIMES; // some are those of the measurement
        System.out.println(
                "told " + told + ", bytes each time " + bytes + ", recorder " + FlightRecorder.isInitialized());
    }

    private static boolean tellAll() {
        boolean any = false;
        for (int i = 0; i < TIMES; i++) {
            any |= Flight.borrow() != null
                    || Flight.login() != null
                    || Flight.eviction() != null
                    || Flight.reset() != null
                    || Flight.sweep() != null;
            Flight.leak("TerafyDS", 1, true, Duration.ZERO, "here");
        }
        return any;
    }
}
