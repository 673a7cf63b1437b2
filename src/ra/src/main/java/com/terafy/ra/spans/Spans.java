package com.terafy.ra.spans;

import com.terafy.api.flight.BorrowEvent;
import java.sql.SQLException;
import java.util.ServiceConfigurationError;
import java.util.concurrent.TimeUnit;

/**
 * The one way to the current span, for the adapter: adds an event to it where there is one that is recorded, and begins none.
 * To be called on the thread whose request it is about. Nothing thrown by a tracer gets out of here: a borrower would lose
 * what it has borrowed.
 *
 * <p>Thread-safe.
 */
public final class Spans {

    private static final System.Logger LOG = System.getLogger("com.terafy.spans");

    /** A shorter wait is none, to the flight recorder and here. */
    private static final long THRESHOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(BorrowEvent.THRESHOLD_MILLIS);

    private Spans() {}

    /** Made by the first who has something to tell, within a request: OpenTelemetry chooses where it keeps spans when it is asked first. */
    private static final class Api {

        static final boolean IS_THERE = isThere();

        /** A server without its subsystem shows the adapter nothing of it. */
        private static boolean isThere() {
            try {
                CurrentSpan.isRecording();
                return true;
            } catch (LinkageError | ServiceConfigurationError | RuntimeException without) {
                LOG.log(System.Logger.Level.DEBUG, () -> "There is no OpenTelemetry here: " + without);
                return false;
            }
        }
    }

    /**
     * A borrower has got a connection; told if it waited for it.
     *
     * @param waitedNanos since it asked
     */
    public static void borrowed(String pool, long waitedNanos) {
        if (waitedNanos >= THRESHOLD_NANOS && Api.IS_THERE) {
            telling(() -> CurrentSpan.borrowed(pool, waitedNanos));
        }
    }

    /**
     * A borrower gets no connection.
     *
     * @param waitedNanos since it asked
     * @param why of which the SQLSTATE is told, not the text
     */
    public static void refused(String pool, long waitedNanos, SQLException why) {
        if (Api.IS_THERE) {
            telling(() -> CurrentSpan.refused(pool, waitedNanos, why));
        }
    }

    /**
     * The session of a borrower has ended under it.
     *
     * @param how of which the SQLSTATE is told, not the text
     */
    public static void sessionLost(String pool, SQLException how) {
        if (Api.IS_THERE) {
            telling(() -> CurrentSpan.sessionLost(pool, how));
        }
    }

    private static void telling(Runnable event) {
        try {
            event.run();
        } catch (LinkageError | ServiceConfigurationError | RuntimeException failed) {
            LOG.log(System.Logger.Level.DEBUG, "The current span did not take an event", failed);
        }
    }
}
