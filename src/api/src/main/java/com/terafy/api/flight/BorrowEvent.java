package com.terafy.api.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/** A borrower has waited for a connection, longer than the event's threshold. */
@Name("terafy.Borrow")
@Label("Borrow")
@Category("Terafy")
@Description("How long a borrower has waited for a connection, where that was longer than the threshold")
@Threshold(BorrowEvent.THRESHOLD_MILLIS + " ms")
public final class BorrowEvent extends Event {

    /** Whoever waits for less has not waited, unless a recording wants to see it. */
    public static final int THRESHOLD_MILLIS = 20;

    @Label("Pool")
    @Nullable
    String pool;

    @Label("Outcome")
    @Description("success, or the SQLSTATE of what the borrower got instead")
    @Nullable
    String outcome;

    @Label("Backend")
    @Description("Process id of the backend; 0 without one")
    int pid;

    @Label("Waiting")
    @Description("Borrowers that wait at the end of this one's wait, this one included")
    int waiting;

    BorrowEvent() {}

    /**
     * The wait has ended.
     *
     * @param sqlState null if there is a connection
     * @param backend 0 without one
     * @param waitingNow borrowers, this one included
     */
    public void ended(String poolName, @Nullable String sqlState, int backend, int waitingNow) {
        end();
        if (shouldCommit()) {
            pool = poolName;
            outcome = sqlState == null ? Flight.SUCCESS : sqlState;
            pid = backend;
            waiting = waitingNow;
            commit();
        }
    }
}
