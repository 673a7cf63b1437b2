package com.terafy.monitor.pools;

import com.terafy.api.BackendCleanupOperations;
import com.terafy.api.PoolOperations;
import com.terafy.monitor.history.History;
import com.terafy.monitor.history.Sample;
import com.terafy.monitor.snapshot.Snapshot;
import com.terafy.monitor.snapshot.Snapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * One pool, and what is kept of it from its start to its end. It reads on a thread of its own, so that a database that
 * is silent holds up what is said of no other pool. Thread-safe.
 */
public final class PoolMonitor implements AutoCloseable {

    /** The reading thread ends when it has had nothing to do for this long. */
    private static final Duration UNUSED = Duration.ofMinutes(1);

    private final PoolOperations pool;
    private final ThreadPoolExecutor reader;
    private final Snapshots snapshots;
    private final History history = new History();
    private final PoolCleanup cleanup;

    /**
     * Asks nothing yet, and has no thread yet.
     *
     * @param bean the backend cleanup of all pools
     * @param ticker nanoseconds, as of System.nanoTime
     */
    PoolMonitor(PoolOperations pool, BackendCleanupOperations bean, LongSupplier ticker, Snapshots.Limits limits) {
        this.pool = pool;
        this.reader = reader(pool.name());
        this.snapshots = new Snapshots(pool, reader, ticker, limits);
        this.cleanup = new PoolCleanup(bean, pool.name());
    }

    /** Snapshots have one reading under way, and the end of their session, so that the queue stays short. */
    private static ThreadPoolExecutor reader(String pool) {
        ThreadPoolExecutor reader = new ThreadPoolExecutor(
                1, 1, UNUSED.toMillis(), TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "terafy-monitor-reader " + pool);
                    thread.setDaemon(true);
                    thread.setContextClassLoader(PoolMonitor.class.getClassLoader());
                    return thread;
                });
        reader.allowCoreThreadTimeOut(true);
        return reader;
    }

    /** Name of the pool. */
    public String name() {
        return pool.name();
    }

    /** The pool. */
    public PoolOperations pool() {
        return pool;
    }

    /** Whether the server is not ready while this pool's database cannot be used. */
    public boolean countsForReadiness() {
        return !"false".equals(pool.settings().get("DB_POOL_READINESS"));
    }

    /** What is known now; within a bounded time. */
    public Snapshot snapshot() {
        return snapshots.current();
    }

    /** Asks what is known now, and does not wait for it. */
    public Snapshots.Pending ask() {
        return snapshots.ask();
    }

    /** What was known when somebody asked last; empty if that was long ago. Asks the database nothing. */
    public Optional<Snapshot> lastSnapshot() {
        return snapshots.last();
    }

    /** The last quarter of an hour. */
    public History history() {
        return history;
    }

    /** The backend cleanup; what asks the database is refused with a problem while another question is under way. */
    public PoolCleanup cleanup() {
        return cleanup;
    }

    /** Takes a sample, and closes what nobody has used for long; to be called every {@link History#INTERVAL}. */
    void sample(Instant now) {
        history.add(Sample.of(now, pool.statistics()));
        snapshots.closeIfUnused();
    }

    /** Ends the session and the thread. Who asks afterwards gets what was known. */
    @Override
    public void close() {
        snapshots.close();
        reader.shutdown();
    }
}
