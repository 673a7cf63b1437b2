package com.terafy.monitor.pools;

import com.terafy.api.BackendCleanupOperations;
import com.terafy.api.PoolOperations;
import com.terafy.monitor.snapshot.Snapshots;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * A monitor for each pool that runs: made when the pool is first seen, and closed when it is seen no more. A pool that
 * was stopped and started is another one, whatever its name. Thread-safe.
 */
public final class PoolMonitors implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(PoolMonitors.class.getName());

    private final PoolsSource source;
    private final BackendCleanupOperations cleanup;
    private final LongSupplier ticker;
    private final Snapshots.Limits limits;
    private Map<Integer, PoolMonitor> kept = Map.of(); // by instance; guarded by this
    private boolean closed; // guarded by this

    /** Those of these pools, with the times in use. */
    public PoolMonitors(PoolsSource source, BackendCleanupOperations cleanup) {
        this(source, cleanup, System::nanoTime, Snapshots.Limits.USUAL);
    }

    /** @param ticker nanoseconds, as of System.nanoTime */
    PoolMonitors(PoolsSource source, BackendCleanupOperations cleanup, LongSupplier ticker, Snapshots.Limits limits) {
        this.source = source;
        this.cleanup = cleanup;
        this.ticker = ticker;
        this.limits = limits;
    }

    /**
     * Those of all pools that run now, the default one first. Waits for no database.
     *
     * @throws SQLException if the default pool is not ours
     */
    public List<PoolMonitor> all() throws SQLException {
        return keep(source.pools());
    }

    private synchronized List<PoolMonitor> keep(List<PoolOperations> running) {
        if (closed) {
            return List.of();
        }
        Map<Integer, PoolMonitor> next = new LinkedHashMap<>();
        for (PoolOperations pool : running) {
            int instance = pool.identity().instance();
            PoolMonitor known = kept.get(instance);
            next.put(instance, known != null ? known : new PoolMonitor(pool, cleanup, ticker, limits));
        }
        Set<PoolMonitor> gone = new HashSet<>(kept.values());
        gone.removeAll(next.values());
        kept = next;
        gone.forEach(PoolMonitor::close);
        return List.copyOf(next.values());
    }

    /** Takes a sample of each pool; one that cannot be asked keeps the others from nothing. */
    public void sample() {
        try {
            for (PoolMonitor monitor : all()) {
                sample(monitor);
            }
        } catch (SQLException | RuntimeException missing) {
            LOG.log(Level.DEBUG, "No pools", missing);
        }
    }

    private static void sample(PoolMonitor monitor) {
        try {
            monitor.sample(Instant.now());
        } catch (RuntimeException failed) {
            LOG.log(Level.DEBUG, "No sample of " + monitor.name(), failed);
        }
    }

    /** Closes all of them; from then on there are none. */
    @Override
    public synchronized void close() {
        closed = true;
        kept.values().forEach(PoolMonitor::close);
        kept = Map.of();
    }
}
