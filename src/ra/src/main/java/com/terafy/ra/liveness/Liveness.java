package com.terafy.ra.liveness;

import com.terafy.pool.time.Ticker;
import com.terafy.ra.connect.PhysicalConnection;
import com.terafy.ra.socket.PeerState;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Decides whether an idle connection may be handed out.
 *
 * <ol>
 *   <li>Seen alive at most {@link #FRESH} ago: yes. That is no longer than one round trip takes, so no check could know
 *       better.
 *   <li>Its socket is silent, and no connection of the pool broke since it was last validated: yes.
 *   <li>Its socket has ended: no.
 *   <li>Otherwise the server is asked, for at most the validation timeout.
 * </ol>
 *
 * <p>Thread-safe; a connection is checked by one thread at a time.
 */
public final class Liveness {

    /** Within this time after it was seen alive a connection is not looked at again. */
    public static final Duration FRESH = Duration.ofNanos(50_000);

    private static final long FRESH_NANOS = FRESH.toNanos();

    private final Ticker ticker;
    private final long validateAfterNanos;
    private final Duration validationTimeout;

    /** Counts the times a connection of the pool broke; idle ones are validated once for each count. */
    private final AtomicInteger alarms = new AtomicInteger();

    /**
     * @param validateAfter unused for longer than this, a connection whose socket cannot be watched is validated
     * @param validationTimeout longest wait for the server's answer
     */
    public Liveness(Ticker ticker, Duration validateAfter, Duration validationTimeout) {
        this.ticker = ticker;
        this.validateAfterNanos = validateAfter.toNanos();
        this.validationTimeout = validationTimeout;
    }

    /** A connection broke: every idle one is validated before it is handed out again. */
    public void alarm() {
        alarms.incrementAndGet();
    }

    /** What {@link #alarm()} has counted so far; what a new connection is opened with. */
    public int alarmsNow() {
        return alarms.get();
    }

    /** True if the connection, which nobody uses, may be handed out. */
    public boolean isUsable(PhysicalConnection connection, long nowNanos) {
        if (connection.alarmsSeen() != alarms.get()) {
            return validate(connection);
        }
        long sinceSeen = nowNanos - connection.seenAliveNanos();
        if (sinceSeen <= FRESH_NANOS) {
            return true;
        }
        if (!connection.isWatched()) {
            return sinceSeen <= validateAfterNanos || validate(connection);
        }
        switch (connection.peek()) {
            case SILENT -> {
                connection.sawAlive(nowNanos);
                return true;
            }
            case SPOKE -> {
                return validate(connection);
            }
            default -> {
                return false;
            }
        }
    }

    /** Asks the server, whatever is known; false also if it does not answer within the validation timeout. */
    public boolean validate(PhysicalConnection connection) {
        int alarmsBefore = alarms.get();
        try {
            if (connection.isWatched() && connection.peek() == PeerState.ENDED) {
                return false;
            }
            if (!connection.answersWithin(validationTimeout)) {
                return false;
            }
        } catch (SQLException broken) {
            return false;
        }
        connection.sawAlive(ticker.nanoTime());
        connection.sawAlarms(alarmsBefore);
        return true;
    }
}
