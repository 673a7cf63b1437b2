package com.terafy.api.flight;

import com.terafy.api.EvictionReason;
import com.terafy.api.HistoryEvent;
import com.terafy.api.HistoryKind;
import com.terafy.api.HistoryTarget;
import java.time.Duration;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * The one way to the flight recorder, for the parts of Terafy. What takes time begins by a method that answers null while
 * nobody records such an event, and allocates nothing then.
 *
 * <p>Thread-safe.
 */
public final class Flight {

    /** In the event of a session that was idle for too long, which is no eviction to the statistics. */
    static final String REAPED = "REAPED";

    /** Of what has gone well. */
    static final String SUCCESS = "success";

    /** Whether this class can see it: not every runtime has it, nor does every container let an application see it. */
    private static final boolean IS_THERE = isThere();

    private Flight() {}

    private static boolean isThere() {
        try {
            Class.forName("jdk.jfr.FlightRecorder", false, Flight.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError without) {
            return false;
        }
    }

    /** Until somebody records for the first time, not even the recorder is there. */
    private static boolean isInUse() {
        return IS_THERE && FlightRecorder.isInitialized();
    }

    /** Made when the recorder is in use for the first time: it would start the recorder otherwise. */
    private static final class Types {

        static final EventType BORROW = EventType.getEventType(BorrowEvent.class);
        static final EventType LOGIN = EventType.getEventType(LoginEvent.class);
        static final EventType EVICTION = EventType.getEventType(EvictionEvent.class);
        static final EventType RESET = EventType.getEventType(SessionResetEvent.class);
        static final EventType LEAK = EventType.getEventType(LeakEvent.class);
        static final EventType SWEEP = EventType.getEventType(SweepEvent.class);
        static final EventType BACKEND_ENDED = EventType.getEventType(BackendEndedEvent.class);
    }

    /** A borrower begins to wait; null if it is not recorded. */
    public static @Nullable BorrowEvent borrow() {
        if (!isInUse() || !Types.BORROW.isEnabled()) {
            return null;
        }
        BorrowEvent event = new BorrowEvent();
        event.begin();
        return event;
    }

    /** A login begins; null if it is not recorded. */
    public static @Nullable LoginEvent login() {
        if (!isInUse() || !Types.LOGIN.isEnabled()) {
            return null;
        }
        LoginEvent event = new LoginEvent();
        event.begin();
        return event;
    }

    /** A session is about to be closed; null if it is not recorded. */
    public static @Nullable EvictionEvent eviction() {
        if (!isInUse() || !Types.EVICTION.isEnabled()) {
            return null;
        }
        EvictionEvent event = new EvictionEvent();
        event.begin();
        return event;
    }

    /** The answer to the reset of a session is about to be read; null if it is not recorded. */
    public static @Nullable SessionResetEvent reset() {
        if (!isInUse() || !Types.RESET.isEnabled()) {
            return null;
        }
        SessionResetEvent event = new SessionResetEvent();
        event.begin();
        return event;
    }

    /** A sweep begins; null if it is not recorded. */
    public static @Nullable SweepEvent sweep() {
        if (!isInUse() || !Types.SWEEP.isEnabled()) {
            return null;
        }
        SweepEvent event = new SweepEvent();
        event.begin();
        return event;
    }

    /**
     * A connection was not given back.
     *
     * @param pid of its backend
     * @param abandoned whether nobody holds it any more; otherwise it is held for too long
     * @param held for how long it has been borrowed
     * @param borrower place and thread of the borrow
     */
    public static void leak(String pool, int pid, boolean abandoned, Duration held, String borrower) {
        if (isInUse() && Types.LEAK.isEnabled()) {
            new LeakEvent(pool, pid, abandoned, held, borrower).commit();
        }
    }

    /** What the backend cleanup or an administrator did to a backend; other events of the history are none of these. */
    public static void history(String pool, HistoryEvent told) {
        if (isInUse() && Types.BACKEND_ENDED.isEnabled() && told.kind() == HistoryKind.TERMINATE) {
            HistoryTarget target = told.target().orElseThrow();
            new BackendEndedEvent(pool, told, target).commit();
        }
    }

    static String text(@Nullable EvictionReason reason) {
        return reason == null ? REAPED : reason.name();
    }
}
