package com.terafy.pool.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.ConnectionState;
import com.terafy.api.EvictionReason;
import com.terafy.api.PoolStatistics;
import com.terafy.pool.statistics.PoolCounters;
import com.terafy.pool.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many threads borrow, give back, reap, retire, break and destroy, as a container with one pool of connections would;
 * one watches meanwhile. What they do comes from a seed; how the threads interleave does not.
 *
 * <p>Neither Lincheck nor jcstress: the ledger is deliberately not linearizable in one respect (a claim for reaping that
 * fails because the connection was just borrowed lowers the count for a moment, so that another may fail needlessly,
 * which the next sweep makes good), and both cost more time than all other tests of this module together.
 */
class LedgerStressTest {

    private static final int THREADS = 8;
    private static final int STEPS = 20_000;
    private static final int MIN = 2;
    private static final int MAX = 10;

    private final PoolCounters counters = new PoolCounters();
    private final Ledger ledger = new Ledger(MIN, Duration.ZERO, false, Ticker.SYSTEM, counters);

    /** The container's side: its permits, and the connections that lie in its pool. */
    private final Semaphore permits = new Semaphore(MAX);

    private final ConcurrentLinkedDeque<Entry> pool = new ConcurrentLinkedDeque<>();
    private final AtomicLong entered = new AtomicLong();
    private final AtomicLong reaped = new AtomicLong();
    private final AtomicLong reports = new AtomicLong();

    @ParameterizedTest
    @ValueSource(longs = {1, 20251124, 4711})
    void theBooksBalanceWhateverTheThreadsDo(long seed) throws Exception {
        run(seed, true);

        pool.forEach(ledger::strikeOff);
        PoolStatistics end = statistics();
        LedgerInvariants.check(ledger, end);
        assertThat(end.total()).isZero();
        assertThat(ledger.usable()).isZero();
        assertThat(end.created()).isEqualTo(entered.get());
        assertThat(end.reaped()).isEqualTo(reaped.get()).isPositive();
        assertThat(reports).hasPositiveValue();
        assertThat(end.useTime().count()).isEqualTo(end.borrows());
        assertThat(permits.availablePermits() + pool.size()).isEqualTo(MAX);
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 20251125})
    void whereNothingBreaksReapingNeverTakesThePoolBelowItsMinimum(long seed) throws Exception {
        for (int i = 0; i < MIN; i++) {
            permits.acquire();
            pool.add(enter());
        }

        run(seed, false);

        assertThat(ledger.usable()).isBetween(MIN, MAX);
        assertThat(pool).hasSize(ledger.usable());
        assertThat(statistics().reaped()).isPositive();
        LedgerInvariants.check(ledger, statistics());
    }

    private void run(long seed, boolean withFaults) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);
        AtomicBoolean done = new AtomicBoolean();
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(seed + i);
                workers.add(threads.submit(() -> work(random, withFaults)));
            }
            Future<?> watcher = threads.submit(() -> watch(done, withFaults));
            for (Future<?> worker : workers) {
                worker.get();
            }
            done.set(true);
            watcher.get();
        } finally {
            threads.shutdownNow();
        }
    }

    /** Holds at any moment, whatever is under way; a list of entries may show one that left beside one that came. */
    private void watch(AtomicBoolean done, boolean withFaults) {
        while (!done.get()) {
            PoolStatistics now = statistics();
            assertThat(now.total()).isEqualTo(now.idle() + now.inUse() + now.beingCreated());
            // A claim for reaping whose connection breaks meanwhile lowers the count for a moment.
            assertThat(ledger.usable()).isBetween(withFaults ? -THREADS : MIN, MAX);
        }
    }

    private void work(Random random, boolean withFaults) {
        for (int step = 0; step < STEPS; step++) {
            int choice = random.nextInt(100);
            if (choice < 70) {
                borrowAndReturn(random, withFaults);
            } else if (choice < 95 || !withFaults) {
                sweep();
            } else {
                fault(random);
            }
        }
    }

    private Entry enter() {
        entered.incrementAndGet();
        return ledger.enter(4711, Instant.EPOCH);
    }

    /** Several at once, so that few threads are enough for a burst. */
    private void borrowAndReturn(Random random, boolean withFaults) {
        List<Entry> held = new ArrayList<>();
        for (int wanted = 1 + random.nextInt(4); wanted > 0; wanted--) {
            Entry entry = take();
            if (entry != null) {
                held.add(entry);
            }
        }
        for (Entry entry : held) {
            assertThat(entry.borrow())
                    .satisfiesAnyOf(
                            borrow -> assertThat(borrow.thread()).isSameAs(Thread.currentThread()),
                            ended -> assertThat(entry.state()).isNotEqualTo(ConnectionState.IN_USE));
            if (withFaults && random.nextInt(50) == 0 && ledger.breakDown(entry, EvictionReason.FATAL_ERROR)) {
                reports.incrementAndGet();
            }
            if (ledger.giveBack(entry)) {
                pool.addFirst(entry);
            } else {
                close(entry);
            }
        }
    }

    /** As the container does it: an idle one that matches, or a new one while there is a permit. */
    private Entry take() {
        for (Entry idle = pool.pollFirst(); idle != null; idle = pool.pollFirst()) {
            if (ledger.tryBorrow(idle, System.nanoTime())) {
                return idle;
            }
            close(idle);
        }
        if (!permits.tryAcquire()) {
            return null;
        }
        Entry fresh = enter();
        if (ledger.tryBorrow(fresh, System.nanoTime())) {
            return fresh;
        }
        close(fresh);
        return null;
    }

    private void sweep() {
        for (Entry offered : pool) {
            if (!ledger.tryClaim(offered)) {
                continue;
            }
            boolean over = ledger.tryReap(offered);
            if (over) {
                reaped.incrementAndGet();
            }
            if (over || !ledger.giveBack(offered)) {
                pool.remove(offered);
                close(offered);
            }
        }
    }

    /** From outside: an operator or a dying server, on any connection in any state. */
    private void fault(Random random) {
        List<Entry> live = ledger.entries();
        if (live.isEmpty()) {
            return;
        }
        Entry any = live.get(random.nextInt(live.size()));
        switch (random.nextInt(3)) {
            case 0 -> ledger.tryRetire(any, EvictionReason.FLUSH);
            case 1 -> ledger.breakDown(any, EvictionReason.FOUND_DEAD);
            default -> any.retireOnReturn(EvictionReason.FLUSH);
        }
    }

    private void close(Entry entry) {
        if (ledger.strikeOff(entry)) {
            permits.release();
        }
    }

    private PoolStatistics statistics() {
        return counters.snapshot("TerafyDS", MIN, MAX, ledger.occupancy());
    }
}
