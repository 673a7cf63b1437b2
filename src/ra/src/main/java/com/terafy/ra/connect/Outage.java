package com.terafy.ra.connect;

import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.time.Ticker;
import com.terafy.ra.Messages;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Knows whether the database can be reached, from the attempts to connect, and says so once when that changes.
 * Thread-safe.
 */
public final class Outage {

    private static final System.Logger LOG = System.getLogger("com.terafy.connect");

    private final PoolSettings settings;
    private final Ticker ticker;

    /** Guards the two fields below; also what waiters wait on. Nothing is called while it is held. */
    private final Object lock = new Object();

    private @Nullable SQLException cause;
    private long sinceNanos;

    public Outage(PoolSettings settings, Ticker ticker) {
        this.settings = settings;
        this.ticker = ticker;
    }

    /** An attempt failed. */
    public void failed(SQLException failure) {
        boolean first;
        synchronized (lock) {
            first = cause == null;
            cause = failure;
            if (first) {
                sinceNanos = ticker.nanoTime();
            }
        }
        if (first) {
            LOG.log(System.Logger.Level.WARNING, Messages.noConnectionToBeHad(settings, failure));
        }
    }

    /** An attempt succeeded. */
    public void succeeded() {
        long lasted;
        synchronized (lock) {
            if (cause == null) {
                return;
            }
            cause = null;
            lasted = ticker.nanoTime() - sinceNanos;
            lock.notifyAll();
        }
        LOG.log(System.Logger.Level.INFO, Messages.databaseBack(settings, Duration.ofNanos(lasted)));
    }

    /** The last failure and for how long the database has not been reached; empty while it is. */
    public Optional<Lasting> now() {
        synchronized (lock) {
            SQLException last = cause;
            return last == null
                    ? Optional.empty()
                    : Optional.of(new Lasting(last, Duration.ofNanos(ticker.nanoTime() - sinceNanos)));
        }
    }

    /** Waits until the outage ends or the time is over, whichever comes first. */
    @SuppressWarnings("WaitNotInLoop") // a spurious wake-up only makes the next attempt come earlier
    void awaitEnd(Duration longest) throws InterruptedException {
        synchronized (lock) {
            if (cause != null) {
                lock.wait(Math.max(1, longest.toMillis()));
            }
        }
    }

    /**
     * An outage that goes on.
     *
     * @param cause the last failure
     * @param lasted for how long
     */
    public record Lasting(SQLException cause, Duration lasted) {}
}
