package com.terafy.pool.ledger;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Two threads that do one thing each at the same moment, again and again. */
final class Duel implements AutoCloseable {

    /** What the two answered. */
    record Outcome<A, B>(A first, B second) {}

    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    /** Whoever comes second starts both; which of them is ahead varies from round to round. */
    <A, B> Outcome<A, B> fight(Callable<A> first, Callable<B> second) throws InterruptedException, ExecutionException {
        AtomicInteger ready = new AtomicInteger();
        Future<A> one = threads.submit(() -> together(ready, first));
        Future<B> other = threads.submit(() -> together(ready, second));
        return new Outcome<>(one.get(), other.get());
    }

    @SuppressWarnings("ThreadPriorityCheck")
    private static <T> T together(AtomicInteger ready, Callable<T> action) throws Exception {
        ready.incrementAndGet();
        while (ready.get() < 2) {
            Thread.yield(); // two threads may have to share one processor
        }
        return action.call();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
