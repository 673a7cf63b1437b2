package com.terafy.pool.statistics;

import com.terafy.api.EvictionReason;
import com.terafy.api.PoolStatistics;
import com.terafy.api.RetryOutcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** The counters of one pool. Thread-safe; made for many writers and few readers. */
public final class PoolCounters {

    private final LongAdder waiting = new LongAdder();
    private final LongAdder borrows = new LongAdder();
    private final LongAdder timeouts = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder created = new LongAdder();
    private final LongAdder creationFailures = new LongAdder();
    private final LongAdder reaped = new LongAdder();
    private final LongAdder leaks = new LongAdder();
    private final Map<EvictionReason, LongAdder> evicted = new EnumMap<>(EvictionReason.class);
    private final Map<RetryOutcome, LongAdder> retried = new EnumMap<>(RetryOutcome.class);
    private final AtomicInteger beingCreated = new AtomicInteger();
    private final DurationRecorder waitTime = new DurationRecorder();
    private final DurationRecorder useTime = new DurationRecorder();
    private final DurationRecorder creationTime = new DurationRecorder();

    public PoolCounters() {
        for (EvictionReason reason : EvictionReason.values()) {
            evicted.put(reason, new LongAdder());
        }
        for (RetryOutcome outcome : RetryOutcome.values()) {
            retried.put(outcome, new LongAdder());
        }
    }

    /** A borrower began to wait; each call is followed by one of {@link #waited}. */
    public void waits() {
        waiting.increment();
    }

    /** A borrower got a connection, or gave up. */
    public void waited() {
        waiting.decrement();
    }

    /** How long a borrower waited that got a connection. */
    public void gotAfter(long nanos) {
        waitTime.record(nanos);
    }

    public void borrowed() {
        borrows.increment();
    }

    public void timedOut() {
        timeouts.increment();
    }

    public void failed() {
        failures.increment();
    }

    /** An attempt to open a connection began; followed by one of {@link #creationEnded}. */
    public void creationBegan() {
        beingCreated.incrementAndGet();
    }

    /** An attempt to open a connection ended. */
    public void creationEnded(boolean successful, long nanos) {
        beingCreated.decrementAndGet();
        if (successful) {
            creationTime.record(nanos);
        } else {
            creationFailures.increment();
        }
    }

    public void created() {
        created.increment();
    }

    public void used(long nanos) {
        useTime.record(nanos);
    }

    public void reaped() {
        reaped.increment();
    }

    public void evicted(EvictionReason reason) {
        Objects.requireNonNull(evicted.get(reason)).increment();
    }

    public void leaked() {
        leaks.increment();
    }

    /** A transaction with a retry policy has ended so. */
    public void retried(RetryOutcome outcome) {
        Objects.requireNonNull(retried.get(outcome)).increment();
    }

    /** Threads that are waiting for a connection now. */
    public int waiting() {
        return (int) Math.max(0, waiting.sum());
    }

    /** The statistics now. */
    public PoolStatistics snapshot(String name, int min, int max, Occupancy occupancy) {
        // A login that is only tried out, see SessionPool, is no session yet.
        int room = Math.max(0, max - occupancy.idle() - occupancy.inUse());
        int creating = Math.min(Math.max(0, beingCreated.get()), room);
        return new PoolStatistics(
                name,
                min,
                max,
                occupancy.idle() + occupancy.inUse() + creating,
                occupancy.idle(),
                occupancy.inUse(),
                creating,
                waiting(),
                borrows.sum(),
                timeouts.sum(),
                failures.sum(),
                created.sum(),
                creationFailures.sum(),
                reaped.sum(),
                sums(evicted),
                leaks.sum(),
                sums(retried),
                waitTime.snapshot(),
                useTime.snapshot(),
                creationTime.snapshot());
    }

    private static <K extends Enum<K>> Map<K, Long> sums(Map<K, LongAdder> counters) {
        return counters.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().sum()));
    }
}
