package com.terafy.monitor.snapshot;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether the database answers the monitoring.
 *
 * @param since since when it is so, by this server's clock
 * @param cause why not
 * @param message the same in a sentence
 */
public record DatabaseStatus(State state, Instant since, Optional<Cause> cause, String message) {

    /** Whether it answers. */
    public enum State {
        /** Not asked yet. */
        UNKNOWN,
        UP,
        /** Asked, and has not answered in time; what is shown is older than it should be. */
        SLOW,
        DOWN
    }

    /** Why it does not answer. */
    public enum Cause {
        UNREACHABLE("database unreachable"),
        TOO_MANY_CONNECTIONS("database has no connection left"),
        LOGIN_REFUSED("database refuses the login"),
        TIMEOUT("database does not answer in time"),
        OTHER("database cannot be asked");

        private final String text;

        Cause(String text) {
            this.text = text;
        }

        static Cause of(SQLException failure) {
            String state = failure.getSQLState() == null ? "" : failure.getSQLState();
            if (state.startsWith("53")) {
                return TOO_MANY_CONNECTIONS;
            }
            if (state.startsWith("28") || state.equals("3D000")) {
                return LOGIN_REFUSED;
            }
            if (state.equals("57014") || failure instanceof SQLTimeoutException) {
                return TIMEOUT;
            }
            return state.startsWith("08") || state.startsWith("57P") ? UNREACHABLE : OTHER;
        }
    }

    static DatabaseStatus unknown(Instant since) {
        return new DatabaseStatus(State.UNKNOWN, since, Optional.empty(), "database not asked yet");
    }

    /** This status after a reading that came. */
    DatabaseStatus answered(Instant now) {
        return state == State.UP ? this : new DatabaseStatus(State.UP, now, Optional.empty(), "database answers");
    }

    /** This status after a reading that failed. */
    DatabaseStatus failed(SQLException failure, Instant now) {
        Cause why = Cause.of(failure);
        Instant from = state == State.DOWN ? since : now;
        return new DatabaseStatus(State.DOWN, from, Optional.of(why), why.text + " since " + from);
    }

    /** This status while a reading takes too long. */
    DatabaseStatus late(Instant asked) {
        return state == State.DOWN
                ? this
                : new DatabaseStatus(
                        State.SLOW, asked, Optional.of(Cause.TIMEOUT), Cause.TIMEOUT.text + " since " + asked);
    }
}
