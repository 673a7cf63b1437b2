package com.terafy.api.flight;

import com.terafy.api.EvictionReason;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** The pool has closed a session. */
@Name("terafy.Eviction")
@Label("Eviction")
@Category("Terafy")
@Description("The pool has closed a session; the duration is that of closing it")
@StackTrace(false)
public final class EvictionEvent extends Event {

    @Label("Pool")
    @Nullable
    String pool;

    @Label("Backend")
    @Description("Process id of the backend")
    int pid;

    @Label("Reason")
    @Description("As in the metrics; REAPED for one that was idle for longer than DB_POOL_IDLE_TIMEOUT")
    @Nullable
    String reason;

    EvictionEvent() {}

    /** It is closed; without a reason it was idle for too long. */
    public void ended(String poolName, int backend, @Nullable EvictionReason why) {
        end();
        if (shouldCommit()) {
            pool = poolName;
            pid = backend;
            reason = Flight.text(why);
            commit();
        }
    }
}
