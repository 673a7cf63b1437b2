package com.terafy.jmh;

import com.terafy.api.EvictionReason;
import com.terafy.pool.sessions.NoSessionException;
import com.terafy.pool.sessions.Patience;
import com.terafy.pool.sessions.PooledSession;
import com.terafy.pool.sessions.SessionPool;
import com.terafy.pool.sessions.Sessions;
import com.terafy.pool.sessions.Tasks;
import com.terafy.pool.statistics.PoolCounters;
import com.terafy.pool.time.Ticker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The pool's own part of one borrow, without a driver: the permit, the session taken and put back, counters, who holds it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class PoolUse {

    private static final Duration LIFETIME = Duration.ofMinutes(30);
    private static final Patience PATIENCE = () -> 10_000_000_000L;

    private final SessionPool<String, Object> plain = pool(false);
    private final SessionPool<String, Object> withStacks = pool(true);

    private static SessionPool<String, Object> pool(boolean recordStacks) {
        return new SessionPool<>(
                "me",
                2,
                10,
                LIFETIME,
                LIFETIME,
                recordStacks,
                Ticker.SYSTEM,
                new PoolCounters(),
                new AlwaysAlive(),
                new AtOnce());
    }

    @Benchmark
    public Object borrowAndGiveBack() throws NoSessionException, InterruptedException {
        return borrowAndGiveBack(plain);
    }

    /** The same with leak detection on. The stack of this benchmark is a shallow one. */
    @Benchmark
    public Object borrowAndGiveBackWithStack() throws NoSessionException, InterruptedException {
        return borrowAndGiveBack(withStacks);
    }

    private static Object borrowAndGiveBack(SessionPool<String, Object> pool)
            throws NoSessionException, InterruptedException {
        PooledSession<String, Object> lent = pool.borrow("me", PATIENCE);
        pool.giveBack(lent);
        return lent;
    }

    private static final class AlwaysAlive implements Sessions<String, Object> {

        @Override
        public Object open(String key) {
            return new Object();
        }

        @Override
        public boolean mayPass(String key, Exception failure) {
            return false;
        }

        @Override
        public boolean isReady(Object session) {
            return true;
        }

        @Override
        public @Nullable EvictionReason whyUnusable(Object session, Patience patience) {
            return null;
        }

        @Override
        public boolean hasEnded(Object session) {
            return false;
        }

        @Override
        public boolean answers(Object session) {
            return true;
        }

        @Override
        public void close(Object session, @Nullable EvictionReason reason) {
            // Nothing is open.
        }

        @Override
        public void abort(Object session, EvictionReason reason) {
            // See close.
        }
    }

    private static final class AtOnce implements Tasks {

        @Override
        public void run(Runnable task) {
            task.run();
        }

        @Override
        public void runAfter(Duration delay, Runnable task) {
            throw new UnsupportedOperationException("nothing fails here");
        }
    }
}
