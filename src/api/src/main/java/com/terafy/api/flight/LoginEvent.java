package com.terafy.api.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** One attempt to log in to PostgreSQL. */
@Name("terafy.Login")
@Label("Login")
@Category("Terafy")
@Description("One attempt to log in to PostgreSQL, for the pool or for what runs beside it")
@StackTrace(false)
public final class LoginEvent extends Event {

    @Label("Pool")
    @Nullable
    String pool;

    @Label("Host")
    @Description("The one that has answered; all that were to be tried where none has let it in")
    @Nullable
    String host;

    @Label("User")
    @Nullable
    String user;

    @Label("application_name")
    @Nullable
    String applicationName;

    @Label("Outcome")
    @Description("success, or the SQLSTATE of the failure")
    @Nullable
    String outcome;

    LoginEvent() {}

    /** Who logs in, and as what. */
    public void by(String poolName, String userName, String name) {
        pool = poolName;
        user = userName;
        applicationName = name;
    }

    /**
     * The attempt has ended.
     *
     * @param where the host with its port, or several
     * @param sqlState null if it was successful
     */
    public void ended(String where, @Nullable String sqlState) {
        end();
        if (shouldCommit()) {
            host = where;
            outcome = sqlState == null ? Flight.SUCCESS : sqlState;
            commit();
        }
    }
}
