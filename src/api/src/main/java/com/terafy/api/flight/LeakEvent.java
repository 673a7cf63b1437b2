package com.terafy.api.flight;

import java.time.Duration;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A connection was not given back. */
@Name("terafy.Leak")
@Label("Leak")
@Category("Terafy")
@Description("A connection was not given back: nobody holds it any more, or somebody holds it for too long")
@StackTrace(false)
final class LeakEvent extends Event {

    @Label("Pool")
    final String pool;

    @Label("Backend")
    @Description("Process id of the backend")
    final int pid;

    @Label("Abandoned")
    @Description("Nobody holds it any more; otherwise it is held for longer than DB_POOL_LEAK_THRESHOLD")
    final boolean abandoned;

    @Label("Held")
    @Timespan(Timespan.NANOSECONDS)
    final long held;

    @Label("Borrower")
    @Description("Place and thread of the borrow")
    final String borrower;

    LeakEvent(String pool, int pid, boolean abandoned, Duration held, String borrower) {
        this.pool = pool;
        this.pid = pid;
        this.abandoned = abandoned;
        this.held = held.toNanos();
        this.borrower = borrower;
    }
}
