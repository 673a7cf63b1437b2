package com.terafy.ra.spi;

import com.terafy.pool.sessions.Patience;
import com.terafy.pool.time.Ticker;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A borrower's request while it passes through the container: it tells the adapter, which the container calls back on
 * the same thread, how long the borrower will wait; and the borrower why it failed.
 */
final class BorrowAttempt implements Patience {

    private static final ThreadLocal<@Nullable BorrowAttempt> CURRENT = new ThreadLocal<>();

    private final Ticker ticker;
    private final long startedNanos;
    private final Duration patience;
    private final boolean limited;
    private @Nullable SQLException answer;
    private boolean waits;

    /** By the system's clock, for waiting is real whatever the ticker is; meaningless until it waits. */
    private long endNanos;

    private BorrowAttempt(Ticker ticker, Duration patience, boolean limited) {
        this.ticker = ticker;
        this.startedNanos = ticker.nanoTime();
        this.patience = patience;
        this.limited = limited;
    }

    static BorrowAttempt begin(Ticker ticker, Duration acquireTimeout) {
        BorrowAttempt attempt = new BorrowAttempt(ticker, acquireTimeout, true);
        CURRENT.set(attempt);
        return attempt;
    }

    /** The attempt of the current thread; one that begins now where the container asks by itself. */
    static BorrowAttempt currentOr(Ticker ticker, Duration patience) {
        BorrowAttempt current = CURRENT.get();
        return current == null ? new BorrowAttempt(ticker, patience, true) : current;
    }

    /** The attempt of the current thread; one without a limit where the container asks by itself. */
    static BorrowAttempt currentOrUnlimited(Ticker ticker) {
        BorrowAttempt current = CURRENT.get();
        return current == null ? new BorrowAttempt(ticker, Duration.ZERO, false) : current;
    }

    /** To be called in a finally block. Keeps the thread's slot, without a value, since the next borrow wants it. */
    static void end() {
        CURRENT.set(null);
    }

    /** Tells the current borrower, if there is one, why it gets nothing. */
    static void answerCurrent(SQLException why) {
        BorrowAttempt current = CURRENT.get();
        if (current != null) {
            current.answer(why);
        }
    }

    long startedNanos() {
        return startedNanos;
    }

    Duration waited() {
        return Duration.ofNanos(ticker.nanoTime() - startedNanos);
    }

    /** False for one who asks once, and waits as long as that takes. */
    boolean isLimited() {
        return limited;
    }

    /** What is left of the time; never negative. */
    Duration left() {
        Duration left = patience.minus(waited());
        return left.isNegative() ? Duration.ZERO : left;
    }

    @Override
    public long leftNanos() {
        if (!waits) {
            waits = true;
            endNanos = System.nanoTime() + Patience.nanos(left());
        }
        return endNanos - System.nanoTime();
    }

    void answer(SQLException why) {
        answer = why;
    }

    /** Why it gets nothing; null if the adapter was not asked. */
    @Nullable
    SQLException answer() {
        return answer;
    }
}
