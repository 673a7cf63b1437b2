package com.terafy.pool.ledger;

import com.terafy.api.ConnectionState;
import com.terafy.api.EvictionReason;
import com.terafy.pool.statistics.Occupancy;
import com.terafy.pool.statistics.PoolCounters;
import com.terafy.pool.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All live connections of one pool. It counts the usable ones, those that are IDLE or IN_USE, and keeps the floor: of
 * any number of threads that want to reap at once, none takes the pool below its minimum.
 *
 * <p>Thread-safe and lock-free.
 */
public final class Ledger {

    /** A lifetime is shortened by up to this part of it, so that connections of one burst do not end together. */
    static final double LIFETIME_JITTER = 0.1;

    private final int min;
    private final Duration maxLifetime;
    private final boolean recordStacks;
    private final Ticker ticker;
    private final PoolCounters counters;
    private final Set<Entry> entries = ConcurrentHashMap.newKeySet();
    private final AtomicLong lastId = new AtomicLong();

    /** Connections that are IDLE or IN_USE. */
    private final AtomicInteger usable = new AtomicInteger();

    /**
     * @param min fewest usable connections that reaping leaves
     * @param maxLifetime oldest a connection gets; zero for no limit
     * @param recordStacks whether each borrow records the borrower's stack
     */
    public Ledger(int min, Duration maxLifetime, boolean recordStacks, Ticker ticker, PoolCounters counters) {
        this.min = min;
        this.maxLifetime = maxLifetime;
        this.recordStacks = recordStacks;
        this.ticker = ticker;
        this.counters = counters;
    }

    /** Enters a connection that was just opened and that nobody holds yet. */
    public Entry enter(int backendPid, Instant backendStart) {
        long lifetime = maxLifetime.toNanos();
        long jitter =
                (long) (lifetime * LIFETIME_JITTER * ThreadLocalRandom.current().nextDouble());
        Entry entry =
                new Entry(lastId.incrementAndGet(), backendPid, backendStart, ticker.nanoTime(), lifetime - jitter);
        usable.incrementAndGet();
        entries.add(entry);
        counters.created();
        return entry;
    }

    /**
     * Claims an idle connection, so that nobody else touches it: a sweep does, and a borrower before it looks whether it is
     * alive. A claim is ended by {@link #lend}, {@link #giveBack}, {@link #tryReap} or {@link #breakDown}.
     *
     * @return false if it is not idle
     */
    public boolean tryClaim(Entry entry) {
        return entry.move(Transition.CLAIM) != null;
    }

    /** Lends a claimed connection to the current thread; false if it ended meanwhile, or an operator wants it closed. */
    public boolean lend(Entry claimed, long nowNanos) {
        if (claimed.isToRetire()) {
            giveBack(claimed);
        }
        if (claimed.state() != ConnectionState.IN_USE) {
            return false;
        }
        claimed.borrowed(Borrow.byCurrentThread(nowNanos, recordStacks));
        counters.borrowed();
        return true;
    }

    /** Claims an idle connection and lends it; false if it is not idle, and then it must not be handed out. */
    public boolean tryBorrow(Entry entry, long nowNanos) {
        return tryClaim(entry) && lend(entry, nowNanos);
    }

    /**
     * Takes a connection back from its borrower, or from whoever claimed it. Harmless where nobody has it.
     *
     * @return true if it may be handed out again
     */
    public boolean giveBack(Entry entry) {
        if (entry.state() != ConnectionState.IN_USE) {
            return entry.state() == ConnectionState.IDLE;
        }
        long now = ticker.nanoTime();
        entry.returned(now).ifPresent(counters::used);
        EvictionReason reason = entry.toRetireOnReturn(now);
        if (reason == null) {
            return entry.move(Transition.RETURN) != null;
        }
        evict(entry, Transition.RETIRE_CLAIMED, reason);
        return false;
    }

    /**
     * Retires a claimed connection, only while that leaves the minimum usable.
     *
     * @return true if it is to be closed; otherwise the claim lasts
     */
    public boolean tryReap(Entry claimed) {
        if (!claimed.isClaimed() || !uncountAboveMinimum()) {
            return false;
        }
        if (claimed.move(Transition.RETIRE_CLAIMED) == null) {
            usable.incrementAndGet();
            return false;
        }
        counters.reaped();
        return true;
    }

    private boolean uncountAboveMinimum() {
        for (int before = usable.get(); before > min; before = usable.get()) {
            if (usable.compareAndSet(before, before - 1)) {
                return true;
            }
        }
        return false;
    }

    /** Claims an idle connection for closing without regard to the minimum, up to which the pool is filled again. */
    public boolean tryRetire(Entry entry, EvictionReason reason) {
        return evict(entry, Transition.RETIRE, reason);
    }

    /**
     * Marks a connection as broken.
     *
     * @return true for the first caller, who reports it; false if it was broken or closed already
     */
    public boolean breakDown(Entry entry, EvictionReason reason) {
        return evict(entry, Transition.BREAK, reason);
    }

    private boolean evict(Entry entry, Transition transition, EvictionReason reason) {
        boolean evicted = entry.move(transition) != null;
        if (evicted) {
            usable.decrementAndGet();
            counters.evicted(reason);
        }
        return evicted;
    }

    /** Strikes a connection off, whatever its state; true for the first caller. */
    public boolean strikeOff(Entry entry) {
        ConnectionState before = entry.move(Transition.DESTROY);
        if (before == null) {
            return false;
        }
        entries.remove(entry);
        entry.returned(ticker.nanoTime()).ifPresent(counters::used);
        if (before == ConnectionState.IDLE || before == ConnectionState.IN_USE) {
            usable.decrementAndGet();
            counters.evicted(EvictionReason.CONTAINER);
        }
        return true;
    }

    /** Connections that are IDLE or IN_USE now. */
    public int usable() {
        return usable.get();
    }

    /** How many there are; each counts by the state it is in when it is looked at. */
    public Occupancy occupancy() {
        int inUse = 0;
        int idle = 0;
        for (Entry entry : entries) {
            ConnectionState state = entry.state();
            if (entry.borrow() != null && (state == ConnectionState.IN_USE || state == ConnectionState.BROKEN)) {
                inUse++;
            } else if (state != ConnectionState.DESTROYED) {
                idle++;
            }
        }
        return new Occupancy(idle, inUse);
    }

    /** All live connections, oldest first. */
    public List<Entry> entries() {
        return entries.stream().sorted(Comparator.comparingLong(Entry::id)).toList();
    }
}
