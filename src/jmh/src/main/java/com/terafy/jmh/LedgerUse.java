package com.terafy.jmh;

import com.terafy.pool.ledger.Entry;
import com.terafy.pool.ledger.Ledger;
import com.terafy.pool.statistics.PoolCounters;
import com.terafy.pool.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The bookkeeping of one borrow: two changes of state, who holds it, counters, how long it was held. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class LedgerUse {

    private static final Duration LIFETIME = Duration.ofMinutes(30);

    private final Ledger plain = new Ledger(2, LIFETIME, false, Ticker.SYSTEM, new PoolCounters());
    private final Ledger withStacks = new Ledger(2, LIFETIME, true, Ticker.SYSTEM, new PoolCounters());
    private final Entry entry = plain.enter(1, Instant.EPOCH);
    private final Entry entryWithStacks = withStacks.enter(1, Instant.EPOCH);

    @Benchmark
    public boolean borrowAndGiveBack() {
        return plain.tryBorrow(entry, Ticker.SYSTEM.nanoTime()) && plain.giveBack(entry);
    }

    /** The same with leak detection on. The stack of this benchmark is a shallow one. */
    @Benchmark
    public boolean borrowAndGiveBackWithStack() {
        return withStacks.tryBorrow(entryWithStacks, Ticker.SYSTEM.nanoTime()) && withStacks.giveBack(entryWithStacks);
    }
}
