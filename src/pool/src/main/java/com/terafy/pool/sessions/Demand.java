package com.terafy.pool.sessions;

import java.time.Duration;
import java.util.ArrayDeque;
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

    /** Most attempts at once of which one or more may hang. */
    private static final int MOST_BESIDE = 3;

    private final K key;

    /** Borrowers that are let in and have no session yet, the first to be served first. */
    private final ArrayDeque<Thread> queue = new ArrayDeque<>();

    /** Attempts under way. */
    int opening;

    private boolean everOpened;
    private boolean trusted;
    private boolean refused;
    private long refusal;
    private boolean asked;
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

    int waiting() {
        return queue.size();
    }

    void enter(Thread borrower) {
        queue.addLast(borrower);
    }

    void leave(Thread borrower) {
        queue.remove(borrower);
    }

    /** True if no more than that many are served before this one, itself included. */
    boolean isAmongFirst(int count, Thread borrower) {
        int place = 0;
        for (Thread each : queue) {
            place++;
            if (place > count) {
                return false;
            }
            if (each.equals(borrower)) {
                return true;
            }
        }
        return false;
    }

    boolean isIdle() {
        return queue.isEmpty() && opening == 0 && !retrying;
    }

    /**
     * True if another attempt is useful now.
     *
     * @param missing sessions that are wanted; those being opened are not subtracted
     * @param tick whether some time has passed since this was asked last, so that what is not urgent may be tried again
     * @param none whether there is no session that may come back to those who wait
     */
    boolean mayBegin(int missing, boolean tick, boolean none, long nowNanos) {
        if (missing <= 0) {
            return false;
        }
        long since = nowNanos - lastAttemptNanos;
        if (opening > 0 && (!trusted || opening >= missing)) {
            boolean mayHang = tick && since >= PATIENCE.toNanos() && isTried();
            return mayHang && !queue.isEmpty() && opening < MOST_BESIDE;
        }
        if (trusted || !isTried()) {
            return true;
        }
        if (queue.isEmpty()) {
            return refused ? since >= RELUCTANT_PAUSE.toNanos() : tick;
        }
        if (refused) {
            return none ? asked : since >= PATIENCE.toNanos();
        }
        return !retrying;
    }

    private boolean isTried() {
        return trusted || failure != null;
    }

    /** Somebody waits whom the last refusal does not answer. */
    void ask() {
        asked = true;
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

    /**
     * The attempt was refused, and that does not pass.
     *
     * @param number of the refusal, counted by the pool
     */
    void refused(Exception why, long number) {
        notOpened(why);
        refused = true;
        refusal = number;
        asked = false;
    }

    /** How long to wait before it is tried again for those who wait; zero if it is not. */
    Duration failed(Exception why) {
        notOpened(why);
        refused = false;
        if (queue.isEmpty() || retrying) {
            return Duration.ZERO;
        }
        retrying = true;
        Duration now = pause;
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        return now;
    }

    private void notOpened(Exception why) {
        opening--;
        trusted = false;
        failure = why;
    }

    /** True if the last attempt was refused, later than the one of that number: it answers who came before it. */
    boolean isRefusedSince(long number) {
        return refused && refusal > number;
    }

    void retries() {
        retrying = false;
    }
}
