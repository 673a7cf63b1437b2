package com.terafy.pool.sessions;

import com.terafy.api.EvictionReason;
import org.jspecify.annotations.Nullable;

/**
 * A session in the pool and the record of its use. The pool alone moves its state, under the pool's lock; the record is
 * complete while the session is idle and for display while it moves.
 *
 * <p>Thread-safe for readers.
 */
public final class PooledSession<K, S> {

    /** Who has it. */
    public enum State {
        /** Nobody: it may be taken. */
        IDLE,
        /** A borrower. */
        LENT,
        /** Somebody who looks whether it is alive, for a borrower or for the upkeep. */
        LOOKED_AT,
        /** Whoever closes it; nobody gets it again. */
        ENDING
    }

    private final long id;
    private final K key;
    private final S session;
    private final long createdNanos;
    private final long lifetimeNanos;

    /** Written under the pool's lock. */
    private volatile State state = State.LOOKED_AT;

    /** Written under the pool's lock. */
    private volatile @Nullable EvictionReason endAtReturn;

    /** Written under the pool's lock, and read under it. */
    private boolean isSurplus;

    private volatile @Nullable Borrow borrow;
    private @Nullable Borrow reportedAsLeak;

    // Written under the pool's lock; long reads that race are for display.
    private long lastBorrowedNanos;
    private long lastReturnedNanos;
    private long idleSinceNanos;
    private long timesBorrowed;
    private long busyNanos;

    /** @param lifetimeNanos zero for no limit */
    PooledSession(long id, K key, S session, long createdNanos, long lifetimeNanos) {
        this.id = id;
        this.key = key;
        this.session = session;
        this.createdNanos = createdNanos;
        this.lifetimeNanos = lifetimeNanos;
        this.lastReturnedNanos = createdNanos;
        this.idleSinceNanos = createdNanos;
    }

    /** Number within the pool, from 1, never reused. */
    public long id() {
        return id;
    }

    /** By what it was opened. */
    public K key() {
        return key;
    }

    public S session() {
        return session;
    }

    public State state() {
        return state;
    }

    /** Ticker reading when it was opened. */
    public long createdNanos() {
        return createdNanos;
    }

    /** Ticker reading when it was last used: when it came back, or was opened. */
    public long lastUsedNanos() {
        return lastReturnedNanos;
    }

    /** Ticker reading of the last borrow; meaningless before the first. */
    public long lastBorrowedNanos() {
        return lastBorrowedNanos;
    }

    /** Ticker reading since when nobody has wanted it, or the one that it replaces. */
    long idleSinceNanos() {
        return idleSinceNanos;
    }

    void isIdleSince(long nanos) {
        idleSinceNanos = nanos;
    }

    public long timesBorrowed() {
        return timesBorrowed;
    }

    /** How long it was borrowed, finished borrows only. */
    public long busyNanos() {
        return busyNanos;
    }

    /** Who holds it; null while nobody does. */
    public @Nullable Borrow borrow() {
        return borrow;
    }

    /** True once it is to be replaced: older than its lifetime, or one too many on its server. */
    boolean isExpired(long nowNanos) {
        return isSurplus || (lifetimeNanos > 0 && nowNanos - createdNanos >= lifetimeNanos);
    }

    /** Why it is to be replaced. */
    EvictionReason whyExpired() {
        return isSurplus ? EvictionReason.SURPLUS : EvictionReason.LIFETIME;
    }

    /** It is to be replaced. */
    void expire() {
        isSurplus = true;
    }

    /** It is to be replaced no longer, but by its age, and not as it comes back. */
    void keep() {
        isSurplus = false;
        endAtReturn = null;
    }

    /** True for the first caller about this borrow, so that each is reported as a leak once. For one thread. */
    public boolean claimLeakReport(Borrow held) {
        boolean first = !held.equals(reportedAsLeak);
        reportedAsLeak = held;
        return first;
    }

    /** True if it is being closed, or will be when it comes back. */
    public boolean isGoing() {
        return state == State.ENDING || endAtReturn != null;
    }

    boolean isOpenedBy(K candidate) {
        return key == candidate || key.equals(candidate);
    }

    void moveTo(State next) {
        state = next;
    }

    /** Why it is to be closed when it comes back; null if it is not. */
    @Nullable
    EvictionReason endAtReturn() {
        return endAtReturn;
    }

    void endAtReturn(EvictionReason reason) {
        endAtReturn = reason;
    }

    void lent(Borrow to) {
        lastBorrowedNanos = to.sinceNanos();
        timesBorrowed++;
        borrow = to;
        state = State.LENT;
    }

    /** Ends the record of the borrow; how long it took. */
    long returned(long nowNanos) {
        Borrow ended = borrow;
        long held = ended == null ? 0 : nowNanos - ended.sinceNanos();
        borrow = null;
        reportedAsLeak = null;
        busyNanos += held;
        lastReturnedNanos = nowNanos;
        idleSinceNanos = nowNanos;
        return held;
    }

    @Override
    public String toString() {
        return "session " + id + " (" + state + ")";
    }
}
