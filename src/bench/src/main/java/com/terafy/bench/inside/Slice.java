package com.terafy.bench.inside;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import com.terafy.bench.Latencies;
import com.terafy.bench.Round;
import com.terafy.bench.Source;
import com.terafy.bench.Workload;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs one operation on some threads for some time. The threads are the benchmark's own, for all sources alike: no
 * request, no component, so the container's bookkeeping for those does not count for any of them.
 */
record Slice(Source source, Workload workload, Operation operation, long nanos) {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /** Where results go, so that the compiler cannot know that nobody wants them. */
    @SuppressWarnings("unused")
    private static volatile long sink;

    private record Share(Latencies latencies, long begin, long end, long bytes) {}

    Round run(int number) throws InterruptedException, ExecutionException {
        ExecutorService threads = threads();
        try {
            AtomicLong cpu = new AtomicLong();
            CyclicBarrier start = new CyclicBarrier(workload.threads(), () -> cpu.set(PROCESS.getProcessCpuTime()));
            List<Callable<Share>> work = new ArrayList<>();
            for (int i = 0; i < workload.threads(); i++) {
                work.add(() -> share(start));
            }
            List<Share> shares = new ArrayList<>();
            for (Future<Share> done : threads.invokeAll(work)) {
                shares.add(done.get());
            }
            return sum(number, shares, PROCESS.getProcessCpuTime() - cpu.get());
        } finally {
            threads.shutdownNow();
        }
    }

    private ExecutorService threads() {
        return workload.isVirtual() ? virtualThreads() : Executors.newFixedThreadPool(workload.threads());
    }

    /** By reflection: this is compiled for Java 17, see {@link Workload#runsHere}. */
    private static ExecutorService virtualThreads() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException("This JVM has no virtual threads", missing);
        }
    }

    private Share share(CyclicBarrier start) throws Exception {
        Latencies latencies = new Latencies();
        long result = 0;
        start.await();
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long begin = System.nanoTime();
        long before = begin;
        do {
            result += operation.run();
            long now = System.nanoTime();
            latencies.record(now - before);
            before = now;
        } while (before - begin < nanos);
        sink = result;
        return new Share(latencies, begin, before, THREADS.getCurrentThreadAllocatedBytes() - bytes);
    }

    private Round sum(int number, List<Share> shares, long cpuNanos) {
        Latencies all = new Latencies();
        long bytes = 0;
        double perSecond = 0;
        for (Share share : shares) {
            all.add(share.latencies());
            bytes += share.bytes();
            // Each thread by its own time: one that waits long for its last connection does not distort the others
            perSecond += share.latencies().count() * 1e9 / (share.end() - share.begin());
        }
        return new Round(
                source,
                workload,
                number,
                all.count(),
                perSecond,
                all.quantile(0.5),
                all.quantile(0.99),
                all.quantile(0.999),
                all.quantile(1),
                workload.isVirtual() ? Double.NaN : (double) bytes / all.count(),
                (double) cpuNanos / all.count());
    }
}
