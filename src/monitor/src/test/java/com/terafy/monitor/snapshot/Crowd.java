package com.terafy.monitor.snapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Many who call at the same moment. */
public record Crowd(int size) {

    /** That many. */
    public static Crowd of(int size) {
        return new Crowd(size);
    }

    /** How long each was kept, whatever came of it. */
    public List<Long> millis(Callable<?> call) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(size);
        try {
            CyclicBarrier start = new CyclicBarrier(size);
            List<Future<Long>> times = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                times.add(threads.submit(() -> time(start, call)));
            }
            List<Long> millis = new ArrayList<>();
            for (Future<Long> time : times) {
                millis.add(time.get(30, TimeUnit.SECONDS));
            }
            return millis;
        } finally {
            threads.shutdownNow();
        }
    }

    private static long time(CyclicBarrier start, Callable<?> call) throws Exception {
        start.await();
        long begun = System.nanoTime();
        try {
            call.call();
        } catch (RuntimeException refused) {
            // counts as an answer
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }
}
