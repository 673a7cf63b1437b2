package com.terafy.monitor.metrics;

import com.terafy.api.FleetSummary;
import com.terafy.api.LeaseStatus;
import com.terafy.api.PoolOperations;
import com.terafy.api.PoolStatistics;
import com.terafy.monitor.pools.PoolMonitor;
import com.terafy.monitor.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a pool's metrics are made of.
 *
 * @param exceeded whether all pools of its PostgreSQL server may want more than that gives; empty if that is not known, and
 *     where an earlier pool of this server says it of the same PostgreSQL
 */
record PoolNow(PoolStatistics statistics, boolean paused, Optional<LeaseStatus> lease, Optional<Boolean> exceeded) {

    /** Of all these pools, in their order; asks no database. */
    static List<PoolNow> of(List<PoolMonitor> monitors) {
        List<PoolOperations> ours = monitors.stream().map(PoolMonitor::pool).toList();
        List<Snapshot> told = new ArrayList<>();
        List<PoolNow> all = new ArrayList<>();
        for (PoolMonitor monitor : monitors) {
            PoolOperations pool = monitor.pool();
            Optional<Snapshot> last =
                    monitor.lastSnapshot().filter(reading -> told.stream().noneMatch(earlier -> earlier.knows(pool)));
            Optional<Boolean> exceeded =
                    last.flatMap(reading -> reading.capacity(pool, ours)).flatMap(FleetSummary::exceeded);
            exceeded.ifPresent(known -> last.ifPresent(told::add));
            all.add(new PoolNow(pool.statistics(), pool.isPaused(), pool.lease(), exceeded));
        }
        return all;
    }
}
