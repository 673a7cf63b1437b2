package com.terafy.ra.spi;

import com.terafy.pool.time.Ticker;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A borrower's request while it passes through the container: it tells the adapter, which the container calls back on
 * the same thread, how long the borrower will wait; and the borrower why it failed.
 *
 * <p>The container also opens connections for no borrower, to fill the pool or to recover transactions: then there is no
 * attempt.
 */
final class BorrowAttempt {

    private static final ThreadLocal<@Nullable BorrowAttempt> CURRENT = new ThreadLocal<>();

    private final Ticker ticker;
    private final long startedNanos;
    private final Duration acquireTimeout;
    private @Nullable SQLException failure;
    private String failureMessage = "";

    private BorrowAttempt(Ticker ticker, Duration acquireTimeout) {
        this.ticker = ticker;
        this.startedNanos = ticker.nanoTime();
        this.acquireTimeout = acquireTimeout;
    }

    static BorrowAttempt begin(Ticker ticker, Duration acquireTimeout) {
        BorrowAttempt attempt = new BorrowAttempt(ticker, acquireTimeout);
        CURRENT.set(attempt);
        return attempt;
    }

    /** The attempt of the current thread; null if the container opens a connection for no borrower. */
    static @Nullable BorrowAttempt current() {
        return CURRENT.get();
    }

    /** To be called in a finally block. Keeps the thread's slot, without a value, since the next borrow wants it. */
    static void end() {
        CURRENT.set(null);
    }

    long startedNanos() {
        return startedNanos;
    }

    Duration waited() {
        return Duration.ofNanos(ticker.nanoTime() - startedNanos);
    }

    /** What is left of the acquire timeout; never negative. */
    Duration left() {
        Duration left = acquireTimeout.minus(waited());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** What is left of the acquire timeout, in nanoseconds; negative when it is over. */
    long leftNanos(long nowNanos) {
        return acquireTimeout.toNanos() - (nowNanos - startedNanos);
    }

    /** @param message what to tell the borrower, if it will not pass */
    void failedBecause(SQLException cause, String message) {
        failure = cause;
        failureMessage = message;
    }

    /** What to tell the borrower of {@link #failure()}, if it will not pass. */
    String failureMessage() {
        return failureMessage;
    }

    /** Why no connection could be opened for it; null if none was tried. */
    @Nullable
    SQLException failure() {
        return failure;
    }
}
