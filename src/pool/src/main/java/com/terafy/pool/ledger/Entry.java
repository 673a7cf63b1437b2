package com.terafy.pool.ledger;

import com.terafy.api.ConnectionState;
import com.terafy.api.EvictionReason;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One live connection in the {@link Ledger}: its state and the record of its use. The state moves by compare-and-set
 * only, along {@link Transition}.
 *
 * <p>Thread-safe. The record of use is written by whoever holds the connection; it is complete when the connection is
 * idle, and for display while it moves.
 */
public final class Entry {

    private static final AtomicReferenceFieldUpdater<Entry, ConnectionState> STATE =
            AtomicReferenceFieldUpdater.newUpdater(Entry.class, ConnectionState.class, "state");
    private static final AtomicReferenceFieldUpdater<Entry, @Nullable Borrow> BORROW =
            AtomicReferenceFieldUpdater.newUpdater(Entry.class, Borrow.class, "borrow");

    private final long id;
    private final int backendPid;
    private final Instant backendStart;
    private final long createdNanos;
    private final long expiresNanos;
    private final boolean expires;

    /** Moved by {@link #move} only. */
    private volatile ConnectionState state = ConnectionState.IDLE;

    /** Written by the borrower just after the state moved to IN_USE, taken by whoever ends the borrow, before it moves. */
    private volatile @Nullable Borrow borrow;

    private @Nullable Borrow reportedAsLeak;
    private volatile @Nullable EvictionReason retireOnReturn;

    // Written by the holder only; long reads that race are for display.
    private long lastBorrowedNanos;
    private long lastReturnedNanos;
    private long timesBorrowed;
    private long busyNanos;

    Entry(long id, int backendPid, Instant backendStart, long createdNanos, long lifetimeNanos) {
        this.id = id;
        this.backendPid = backendPid;
        this.backendStart = backendStart;
        this.createdNanos = createdNanos;
        this.lastReturnedNanos = createdNanos;
        this.expires = lifetimeNanos > 0;
        this.expiresNanos = createdNanos + lifetimeNanos;
    }

    /** Number within the pool, from 1, never reused. */
    public long id() {
        return id;
    }

    public int backendPid() {
        return backendPid;
    }

    public Instant backendStart() {
        return backendStart;
    }

    public ConnectionState state() {
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

    /** True while somebody looks at it before it is lent, or at a sweep: not idle, and nobody's yet. */
    public boolean isClaimed() {
        return borrow == null && state == ConnectionState.IN_USE;
    }

    /** True if it is to be closed, or is closed. */
    public boolean isOver() {
        return switch (state) {
            case IDLE, IN_USE -> false;
            case RETIRED, BROKEN, DESTROYED -> true;
        };
    }

    /** True once it is older than its maximum lifetime. */
    public boolean isExpired(long nowNanos) {
        return expires && nowNanos - expiresNanos >= 0;
    }

    /** True for the first caller about this borrow, so that each is reported as a leak once. For one thread. */
    public boolean claimLeakReport(Borrow held) {
        boolean first = !held.equals(reportedAsLeak);
        reportedAsLeak = held;
        return first;
    }

    /** Asks that it be retired as soon as it comes back. */
    public void retireOnReturn(EvictionReason reason) {
        retireOnReturn = reason;
    }

    /** True if it was asked for by {@link #retireOnReturn}. */
    boolean isToRetire() {
        return retireOnReturn != null;
    }

    /** Why it is to be retired as it comes back; null if it is not. */
    @Nullable
    EvictionReason toRetireOnReturn(long nowNanos) {
        EvictionReason wanted = retireOnReturn;
        return wanted == null && isExpired(nowNanos) ? EvictionReason.LIFETIME : wanted;
    }

    void borrowed(Borrow by) {
        lastBorrowedNanos = by.sinceNanos();
        timesBorrowed++;
        borrow = by;
    }

    /** Ends the record of the current borrow; how long it took, or nothing if another thread has ended it. */
    OptionalLong returned(long nowNanos) {
        Borrow ended = BORROW.getAndSet(this, null);
        if (ended == null) {
            return OptionalLong.empty();
        }
        long held = nowNanos - ended.sinceNanos();
        busyNanos += held;
        lastReturnedNanos = nowNanos;
        reportedAsLeak = null;
        return OptionalLong.of(held);
    }

    /** Moves the state if the transition is legal from where it is; the state it moved from, or null if it is not. */
    @Nullable
    ConnectionState move(Transition transition) {
        ConnectionState current = state;
        while (transition.isLegalFrom(current)) {
            if (STATE.compareAndSet(this, current, transition.target())) {
                return current;
            }
            current = state;
        }
        return null;
    }

    @Override
    public String toString() {
        return "connection " + id + " (backend " + backendPid + ", " + state + ")";
    }
}
