package com.terafy.ra.liveness;

import com.terafy.pool.sessions.Patience;
import com.terafy.pool.time.Ticker;
import com.terafy.ra.connect.PhysicalConnection;
import com.terafy.ra.socket.PeerState;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Decides whether an idle connection may be handed out.
 *
 * <ol>
 *   <li>Seen alive at most {@link #FRESH} ago, and all that was read from it looked at: yes. That is no longer than one round
 *       trip takes, so no check could know better.
 *   <li>Its socket is silent, and no connection of the pool broke since it was last validated: yes.
 *   <li>Its socket has ended: no.
 *   <li>Otherwise the server is asked, for at most the validation timeout and half of the time that the borrower has.
 * </ol>
 *
 * <p>Thread-safe; a connection is checked by one thread at a time.
 */
public final class Liveness {

    /** Within this time after it was seen alive a connection is not looked at again. */
    public static final Duration FRESH = Duration.ofNanos(50_000);

    private static final long FRESH_NANOS = FRESH.toNanos();

    /**
     * What a connection gets after another one to the same server did not answer within the whole validation timeout, and
     * until one does: so ten silent ones do not add up to ten validation timeouts.
     */
    public static final Duration SHORT_CHANCE = Duration.ofMillis(250);

    /** Servers come and go, and the silence of one that is gone is no matter. */
    private static final int MOST_SILENT = 16;

    /** How early the end of a wait may be noticed. */
    private static final long MILLISECOND = 1_000_000;

    private final Ticker ticker;
    private final long validateAfterNanos;
    private final long validationTimeoutNanos;

    /** Counts the times a connection of the pool broke; idle ones are validated once for each count. */
    private final AtomicInteger alarms = new AtomicInteger();

    /** Servers whose last validation got no answer in time, by their start. */
    private final Set<Instant> silent = ConcurrentHashMap.newKeySet();

    /**
     * @param validateAfter unused for longer than this, a connection whose socket cannot be watched is validated
     * @param validationTimeout longest wait for the server's answer
     */
    public Liveness(Ticker ticker, Duration validateAfter, Duration validationTimeout) {
        this.ticker = ticker;
        this.validateAfterNanos = validateAfter.toNanos();
        this.validationTimeoutNanos = validationTimeout.toNanos();
    }

    /** A connection broke: every idle one is validated before it is handed out again. */
    public void alarm() {
        alarms.incrementAndGet();
    }

    /** What {@link #alarm()} has counted so far; what a new connection is opened with. */
    public int alarmsNow() {
        return alarms.get();
    }

    /** Its server answers: it has just let somebody log in. */
    public void answered(PhysicalConnection connection) {
        silent.remove(connection.serverStart());
    }

    /**
     * True if the connection, which nobody uses, may be handed out.
     *
     * @param patience of which the server's answer may take half, where it has to be asked
     */
    public boolean isUsable(PhysicalConnection connection, long nowNanos, Patience patience) {
        if (connection.alarmsSeen() != alarms.get()) {
            return validate(connection, patience.halfNanos());
        }
        long sinceSeen = nowNanos - connection.seenAliveNanos();
        if (sinceSeen <= FRESH_NANOS && !connection.hasUnread()) {
            return true;
        }
        if (!connection.isWatched()) {
            return sinceSeen <= validateAfterNanos || validate(connection, patience.halfNanos());
        }
        switch (connection.peekIdle()) {
            case SILENT -> {
                connection.sawAlive(nowNanos);
                return true;
            }
            case SPOKE -> {
                return validate(connection, patience.halfNanos());
            }
            default -> {
                return false;
            }
        }
    }

    /** What its socket tells; asks nobody, and takes one that cannot be watched for silent. */
    public PeerState look(PhysicalConnection connection) {
        return connection.isWatched() ? connection.peekIdle() : PeerState.SILENT;
    }

    /**
     * Reads the answer that the connection awaits, if it does.
     *
     * @throws SQLException if it is not what was hoped for, or does not come in time: the connection is of no more use
     */
    public void settle(PhysicalConnection connection, long patienceNanos) throws SQLException {
        if (connection.awaitsAnswer()) {
            asking(connection, chance(connection, patienceNanos), within -> {
                connection.readAnswer(within);
                return true;
            });
        }
    }

    /** True if it was heard of just now, or its socket is silent. For a session that is in use. */
    public boolean isSilent(PhysicalConnection connection) {
        return ticker.nanoTime() - connection.seenAliveNanos() <= FRESH_NANOS
                || !connection.isWatched()
                || connection.peek() == PeerState.SILENT;
    }

    /** Asks the server, whatever is known; false also if it does not answer within the validation timeout. */
    public boolean validate(PhysicalConnection connection) {
        return validate(connection, validationTimeoutNanos);
    }

    private boolean validate(PhysicalConnection connection, long patienceNanos) {
        int alarmsBefore = alarms.get();
        if (connection.isWatched() && connection.peek() == PeerState.ENDED) {
            return false;
        }
        try {
            if (!asking(connection, chance(connection, patienceNanos), connection::answersWithin)) {
                return false;
            }
        } catch (SQLException broken) {
            return false;
        }
        connection.sawAlive(ticker.nanoTime());
        connection.sawAlarms(alarmsBefore);
        return true;
    }

    /**
     * The short chance at least, also at the end of a borrower's time: one who has waited for long must not end a session whose
     * server was given no time to answer, and alarm all others by that.
     */
    private Duration chance(PhysicalConnection connection, long patienceNanos) {
        long shortest = Math.min(SHORT_CHANCE.toNanos(), validationTimeoutNanos);
        return Duration.ofNanos(
                silent.contains(connection.serverStart())
                        ? shortest
                        : Math.max(shortest, Math.min(patienceNanos, validationTimeoutNanos)));
    }

    @FunctionalInterface
    private interface Question {
        boolean answered(Duration within) throws SQLException;
    }

    /** No answer at all, unlike a connection that has ended, tells of the others, too. */
    private boolean asking(PhysicalConnection connection, Duration chance, Question question) throws SQLException {
        long began = ticker.nanoTime();
        boolean answered = false;
        try {
            answered = question.answered(chance);
            return answered;
        } finally {
            if (answered) {
                answered(connection);
            } else if (ticker.nanoTime() - began >= chance.toNanos() - MILLISECOND) {
                if (silent.size() >= MOST_SILENT) {
                    silent.clear();
                }
                silent.add(connection.serverStart());
                alarm();
            }
        }
    }
}
