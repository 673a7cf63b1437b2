package com.terafy.pool.sessions;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Tasks on threads of their own. */
final class ThreadedTasks implements Tasks {

    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(8);
    private final AtomicInteger pending = new AtomicInteger();

    @Override
    public void run(Runnable task) {
        runAfter(Duration.ZERO, task);
    }

    @Override
    public void runAfter(Duration delay, Runnable task) {
        pending.incrementAndGet();
        threads.schedule(
                () -> {
                    try {
                        task.run();
                    } finally {
                        pending.decrementAndGet();
                    }
                },
                delay.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    boolean isIdle() {
        return pending.get() == 0;
    }

    void stop() {
        threads.shutdownNow();
    }
}
