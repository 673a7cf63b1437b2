package com.terafy.ra.spans;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** In a JVM of its own, where there is no span: says what it costs to have something to tell, see {@link SpansTest}. */
final class Telling {

    private static final int TIMES = 100_000;

    private Telling() {}

    /** @param arguments {@code waits} where something is to be told; otherwise nobody waits */
    public static void main(String[] arguments) {
        boolean waits = arguments.length > 0;
        long waited = TimeUnit.MILLISECONDS.toNanos(waits ? 20 : 19);
        SQLException failure = new SQLException("The server closed the connection.", "57P01");
        tell(waited, waits, failure);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        threads.getThreadAllocatedBytes(thread); // which may allocate something the first time
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < TIMES; i++) {
            tell(waited, waits, failure);
        }
        long bytes = (threads.getThreadAllocatedBytes(thread) - before) / TIMES; // some are those of the measurement
        System.out.println("bytes each time " + bytes);
    }

    private static void tell(long waited, boolean all, SQLException failure) {
        Spans.borrowed("TerafyDS", waited);
        if (all) {
            Spans.refused("TerafyDS", waited, failure);
            Spans.sessionLost("TerafyDS", failure);
        }
    }
}
