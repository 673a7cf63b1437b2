package com.terafy.ra.connect;

import com.terafy.pool.statistics.PoolCounters;
import com.terafy.pool.time.Ticker;
import com.terafy.ra.errors.PostgresErrors;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Opens connections with patience: while the server is down, starting, full or unreachable it tries again until the
 * caller's time is over, with growing, jittered pauses and few attempts at a time. What will not pass, such as a wrong
 * password, fails at once. Thread-safe.
 */
public final class PatientConnector {

    /** Attempts of one pool that are under way at the same time. */
    static final int MOST_ATTEMPTS_AT_ONCE = 3;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(25);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

    private final PhysicalConnector connector;
    private final Outage outage;
    private final Ticker ticker;
    private final PoolCounters counters;
    private final Credentials own;
    private final String applicationName;
    private final Semaphore attempts = new Semaphore(MOST_ATTEMPTS_AT_ONCE);

    /**
     * @param own the pool's own credentials; only with these does a failure tell of an outage, others are the
     *     application's
     */
    public PatientConnector(
            PhysicalConnector connector,
            Outage outage,
            Ticker ticker,
            PoolCounters counters,
            Credentials own,
            String applicationName) {
        this.connector = connector;
        this.outage = outage;
        this.ticker = ticker;
        this.counters = counters;
        this.own = own;
        this.applicationName = applicationName;
    }

    /**
     * Opens a connection.
     *
     * @param patience how long to go on trying; no attempt begins later
     * @throws SQLException what the server said last, when the time is over or it will not pass
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public PhysicalConnection open(Credentials credentials, Duration patience)
            throws SQLException, InterruptedException {
        long deadline = ticker.nanoTime() + patience.toNanos();
        Duration pause = FIRST_PAUSE;
        SQLException answer = null;
        while (true) {
            SQLException failure;
            try {
                return attempt(credentials, Duration.ofNanos(deadline - ticker.nanoTime()));
            } catch (SQLException failed) {
                failure = failed;
            }
            Duration left = Duration.ofNanos(deadline - ticker.nanoTime());
            if (!PostgresErrors.mayPass(failure)) {
                throw failure;
            }
            if (answer == null || !wasCutShort(failure)) {
                answer = failure;
            }
            if (left.isNegative() || left.isZero()) {
                throw answer;
            }
            Duration jittered =
                    pause.dividedBy(2).plusNanos(ThreadLocalRandom.current().nextLong(pause.toNanos() / 2 + 1));
            outage.awaitEnd(jittered.compareTo(left) < 0 ? jittered : left);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    /** It tells only that there was no time. */
    private static boolean wasCutShort(SQLException failure) {
        return failure instanceof SQLTimeoutException || failure.getCause() instanceof SocketTimeoutException;
    }

    /**
     * Opens a connection that no borrower waits for: one attempt, within the connect timeout.
     *
     * @throws InterruptedException if the thread is interrupted while it waits for its turn
     */
    public PhysicalConnection openAtOnce(Credentials credentials) throws SQLException, InterruptedException {
        return attempt(credentials, connector.loginTimeout());
    }

    private PhysicalConnection attempt(Credentials credentials, Duration within)
            throws SQLException, InterruptedException {
        long deadline = ticker.nanoTime() + within.toNanos();
        if (within.isNegative() || !attempts.tryAcquire(within.toNanos(), TimeUnit.NANOSECONDS)) {
            throw outage.now()
                    .map(Outage.Lasting::cause)
                    .orElseGet(() -> new SQLTimeoutException("no turn to connect came in time", "08001"));
        }
        long began = ticker.nanoTime();
        boolean successful = false;
        counters.creationBegan();
        try {
            PhysicalConnection connection =
                    connector.open(credentials, applicationName, Duration.ofNanos(deadline - began));
            successful = true;
            outage.succeeded();
            return connection;
        } catch (SQLException failure) {
            if (credentials.equals(own)) {
                outage.failed(failure);
            }
            throw failure;
        } finally {
            counters.creationEnded(successful, ticker.nanoTime() - began);
            attempts.release();
        }
    }
}
