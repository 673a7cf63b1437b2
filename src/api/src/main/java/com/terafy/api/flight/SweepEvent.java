package com.terafy.api.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** One sweep of a pool. */
@Name("terafy.Sweep")
@Label("Sweep")
@Category("Terafy")
@Description("One sweep: what has been idle for too long is closed, the rest is asked for an answer")
@StackTrace(false)
public final class SweepEvent extends Event {

    @Label("Pool")
    @Nullable
    String pool;

    @Label("Idle before")
    int idleBefore;

    @Label("Idle after")
    int idleAfter;

    SweepEvent() {}

    /** The sweep has ended. */
    public void ended(String poolName, int before, int after) {
        end();
        if (shouldCommit()) {
            pool = poolName;
            idleBefore = before;
            idleAfter = after;
            commit();
        }
    }
}
