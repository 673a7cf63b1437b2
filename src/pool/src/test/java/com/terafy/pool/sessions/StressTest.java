package com.terafy.pool.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.EvictionReason;
import com.terafy.api.FlushMode;
import com.terafy.pool.sessions.FakeServer.Call;
import com.terafy.pool.statistics.PoolCounters;
import com.terafy.pool.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * More threads than sessions, on real threads and the real clock, with lifetimes of milliseconds.
 * {@code -Dpool.stress.millis=} for longer runs.
 */
class StressTest {

    private static final long MILLIS = Long.getLong("pool.stress.millis", 1_000);
    private static final int THREADS = 16;
    private static final int MIN = 2;
    private static final int MAX = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final FakeServer server = new FakeServer();
    private final PoolCounters counters = new PoolCounters();
    private final ThreadedTasks tasks = new ThreadedTasks();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final SessionPool<String, FakeSession> pool = new SessionPool<>(
            TestPool.OWN,
            MIN,
            MAX,
            Duration.ofMillis(4),
            Duration.ofMillis(7),
            false,
            Ticker.SYSTEM,
            counters,
            server,
            tasks);
    private final AtomicInteger lentTwice = new AtomicInteger();
    private final AtomicLong served = new AtomicLong();
    private final AtomicLong longestNanos = new AtomicLong();
    private final long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MILLIS);

    @AfterEach
    void stop() {
        threads.shutdownNow();
        tasks.stop();
    }

    private interface Work {
        void once() throws Exception;
    }

    /** Again and again, until the time is over. */
    private Future<?> go(Work work) {
        return threads.submit(() -> {
            while (System.nanoTime() - end < 0) {
                work.once();
            }
            return null;
        });
    }

    private static ThreadLocalRandom random() {
        return ThreadLocalRandom.current();
    }

    private static void pauseUpTo(int micros) {
        LockSupport.parkNanos(random().nextLong(1 + micros * 1000L));
    }

    private void use(String key) throws InterruptedException, NoSessionException {
        long began = System.nanoTime();
        PooledSession<String, FakeSession> lent = pool.borrow(key, Patience.of(PATIENCE));
        longestNanos.accumulateAndGet(System.nanoTime() - began, Math::max);
        FakeSession session = lent.session();
        if (session.holder != null || !session.key().equals(key)) {
            lentTwice.incrementAndGet();
        }
        session.holder = Thread.currentThread();
        if (random().nextInt(4) == 0) {
            pauseUpTo(100);
        }
        if (session.holder != Thread.currentThread()) {
            lentTwice.incrementAndGet();
        }
        session.holder = null;
        if (random().nextInt(50) == 0) {
            pool.evict(lent, EvictionReason.FATAL_ERROR);
        } else {
            pool.giveBack(lent);
        }
        served.incrementAndGet();
    }

    private void finish(List<Future<?>> all) throws Exception {
        for (Future<?> each : all) {
            each.get(MILLIS + 30_000, TimeUnit.MILLISECONDS);
        }
        server.calmDown();
        server.permit(TestPool.OWN);
        pool.resume();
        TestPool.await(() -> {
            pool.tick();
            pauseUpTo(2000); // lifetimes are of milliseconds: who only ticks keeps the tasks busy for ever
            return pool.books().usable() >= pool.min() && tasks.isIdle();
        });
        PoolInvariants.check(pool, TestPool.OWN);
        assertThat(pool.books().permits()).isEqualTo(pool.max());
        pool.close();
        TestPool.await(() -> server.present() == 0 && pool.books().open() == 0);
        assertThat(lentTwice).hasValue(0);
        assertThat(server.tooMany()).isEmpty();
        assertThat(served).hasValueGreaterThan(100);
    }

    /** With other credentials a login on trial may be one too many. */
    @ParameterizedTest
    @CsvSource({"own, 5", "other, 6"})
    void whileOpeningSucceedsEveryBorrowDoesAndNothingIsExceeded(String secondKey, int limit) throws Exception {
        server.limitTo(() -> limit);
        server.know(TestPool.OWN, "other");
        server.during(Call.OPEN, key -> pauseUpTo(400));
        server.during(Call.CLOSE, key -> pauseUpTo(200));
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            String key = i == 0 ? secondKey : TestPool.OWN;
            all.add(go(() -> use(key)));
        }
        all.add(go(() -> {
            pool.tick();
            pauseUpTo(1000);
        }));
        all.add(go(() -> {
            pool.sweep();
            pauseUpTo(1000);
        }));
        all.add(go(() -> {
            pool.flush(FlushMode.values()[random().nextInt(2)]);
            pauseUpTo(20_000);
        }));
        finish(all);
        assertThat(Duration.ofNanos(longestNanos.get())).as("nobody starves").isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void whateverGoesWrongTheBooksBalance() throws Exception {
        server.during(Call.OPEN, key -> {
            pauseUpTo(400);
            if (random().nextInt(10) == 0) {
                throw new IllegalStateException("script");
            }
        });
        server.during(Call.CLOSE, key -> pauseUpTo(200));
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            String key =
                    List.of(TestPool.OWN, TestPool.OWN, TestPool.OWN, "other").get(i % 4);
            all.add(go(() -> mayFail(key)));
        }
        all.add(go(() -> {
            pool.tick();
            pool.sweep();
            pauseUpTo(1000);
        }));
        all.add(go(this::disturb));
        finish(all);
    }

    private void mayFail(String key) throws InterruptedException {
        try {
            use(key);
        } catch (NoSessionException e) {
            assertThat(e.reason()).isNotEqualTo(NoSessionException.Reason.CLOSED);
        }
    }

    private void disturb() {
        switch (random().nextInt(7)) {
            case 0 -> pool.flush(FlushMode.values()[random().nextInt(2)]);
            case 1 -> pool.pause();
            case 2 -> server.endAll();
            case 3 -> server.refuse(TestPool.OWN);
            case 4 -> {
                int max = 1 + random().nextInt(MAX + 2);
                pool.resize(random().nextInt(max + 1), max);
            }
            case 5 -> pool.sessions().findAny().ifPresent(each -> pool.evict(each, EvictionReason.ABORTED));
            default -> {}
        }
        pauseUpTo(3000);
        pool.resume();
        server.permit(TestPool.OWN);
        assertThat(pool.books().open()).isBetween(0, MAX + 2 + 1);
    }
}
