package com.terafy.api.flight;

import java.time.Duration;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** The answer to the reset of a session was read. */
@Name("terafy.SessionReset")
@Label("Session reset")
@Category("Terafy")
@Description("The answer to the reset of a session was read; the duration is what it was waited for")
@StackTrace(false)
public final class SessionResetEvent extends Event {

    @Label("Pool")
    @Nullable
    String pool;

    @Label("Backend")
    @Description("Process id of the backend")
    int pid;

    @Label("Since sent")
    @Description("Time since the reset was sent, most of which nobody has waited")
    @Timespan(Timespan.NANOSECONDS)
    long sinceSent;

    @Label("Outcome")
    @Description("success, or the SQLSTATE of the failure, by which the session is closed")
    @Nullable
    String outcome;

    SessionResetEvent() {}

    /**
     * It was read.
     *
     * @param sent time since it was sent
     * @param sqlState null if it was successful
     */
    public void ended(String poolName, int backend, Duration sent, @Nullable String sqlState) {
        end();
        if (shouldCommit()) {
            pool = poolName;
            pid = backend;
            sinceSent = sent.toNanos();
            outcome = sqlState == null ? Flight.SUCCESS : sqlState;
            commit();
        }
    }
}
