package com.terafy.pool.sessions;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of one key, and how opening goes there. While the last attempt has not succeeded, one attempt at a time
 * finds out: so a wrong password costs one login however many wait, and a server that comes back meets no storm.
 *
 * <p>Guarded by the pool's lock.
 */
final class Demand<K> {

    /** Between two attempts while somebody waits; doubled each time. */
    static final Duration FIRST_PAUSE = Duration.ofMillis(25);

    static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

    /** Between two attempts for nobody after one that was refused, for a wrong password for instance. */
    static final Duration RELUCTANT_PAUSE = Duration.ofSeconds(30);

    /** An attempt that takes longer may hang: another one is tried beside it. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Most attempts at once while the last one has not succeeded. */
    private static final int MOST_WHILE_FAILING = 3;

    private final K key;

    /** Borrowers that are let in and have no session yet. */
    int waiting;

    /** Attempts under way. */
    int opening;

    /** Counts the attempts that were refused for good. */
    int refusals;

    private boolean everOpened;
    private boolean trusted;
    private boolean refused;
    private boolean retrying;
    private long lastAttemptNanos;
    private Duration pause = FIRST_PAUSE;
    private @Nullable Exception failure;

    Demand(K key) {
        this.key = key;
    }

    K key() {
        return key;
    }

    /** True if a session was ever opened by this key. */
    boolean everOpened() {
        return everOpened;
    }

    /** True if the last attempt succeeded. */
    boolean isTrusted() {
        return trusted;
    }

    /** Why the last attempt failed; null if it did not. */
    @Nullable
    Exception failure() {
        return failure;
    }

    boolean isIdle() {
        return waiting == 0 && opening == 0 && !retrying;
    }

    /**
     * True if another attempt is useful now.
     *
     * @param tick whether some time has passed since this was asked last, so that what is not urgent may be tried again
     * @param none whether there is no session that may come back to those who wait
     */
    boolean mayBegin(boolean tick, boolean none, long nowNanos) {
        long since = nowNanos - lastAttemptNanos;
        if (trusted) {
            return true;
        }
        if (failure == null) {
            return opening == 0;
        }
        if (waiting == 0) {
            return opening == 0 && (refused ? since >= RELUCTANT_PAUSE.toNanos() : tick);
        }
        if (opening == 0) {
            return refused ? none || since >= PATIENCE.toNanos() : !retrying;
        }
        return tick && opening < MOST_WHILE_FAILING && since >= PATIENCE.toNanos();
    }

    void began(long nowNanos) {
        opening++;
        lastAttemptNanos = nowNanos;
    }

    void succeeded() {
        opening--;
        everOpened = true;
        trusted = true;
        refused = false;
        failure = null;
        pause = FIRST_PAUSE;
    }

    /** How long to wait before it is tried again for those who wait; zero if it is not. */
    Duration failed(Exception why, boolean mayPass) {
        opening--;
        trusted = false;
        failure = why;
        refused = !mayPass;
        if (refused) {
            refusals++;
            return Duration.ZERO;
        }
        if (waiting == 0 || retrying) {
            return Duration.ZERO;
        }
        retrying = true;
        Duration now = pause;
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        return now;
    }

    void retries() {
        retrying = false;
    }
}
