package com.terafy.api.flight;

import com.terafy.api.HistoryEvent;
import com.terafy.api.HistoryTarget;
import java.time.Duration;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A backend was ended, or was to be. */
@Name("terafy.BackendEnded")
@Label("Backend ended")
@Category("Terafy")
@Description("The backend cleanup or an administrator has ended a backend, or would have")
@StackTrace(false)
final class BackendEndedEvent extends Event {

    @Label("Pool")
    @Description("By whose session it was ended")
    final String pool;

    @Label("Backend")
    @Description("Process id of the backend")
    final int pid;

    @Label("Rule")
    final String rule;

    @Label("Outcome")
    final String outcome;

    @Label("By")
    @Description("Name of the user, or timer")
    final String by;

    @Label("User")
    @Description("Role of the backend")
    final String user;

    @Label("application_name")
    final String applicationName;

    @Label("State")
    final String state;

    @Label("Age")
    @Description("Time since its last change of state; 0 where it is not known")
    @Timespan(Timespan.NANOSECONDS)
    final long age;

    BackendEndedEvent(String pool, HistoryEvent told, HistoryTarget target) {
        this.pool = pool;
        this.pid = target.pid();
        this.rule = told.what();
        this.outcome = told.outcome().name();
        this.by = told.who();
        this.user = target.user().orElse("");
        this.applicationName = target.applicationName().orElse("");
        this.state = target.state().orElse("");
        this.age = target.age().map(Duration::toNanos).orElse(0L);
    }
}
