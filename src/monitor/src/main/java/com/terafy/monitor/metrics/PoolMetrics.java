package com.terafy.monitor.metrics;

import com.terafy.api.DurationHistogram;
import com.terafy.api.EvictionReason;
import com.terafy.api.HistoryCount;
import com.terafy.api.LeaseStatus;
import com.terafy.api.PoolStatistics;
import com.terafy.monitor.json.JsonNames;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One pool's statistics as metrics. The names are those of OpenTelemetry's semantic conventions
 * ({@code db.client.connection.count} and so on) in Prometheus' spelling; what those do not know begins with
 * {@code terafy_pool_}. Labels: the pool, a state of two, a reason of {@link EvictionReason}, kind and
 * outcome of the history; nothing that grows.
 */
final class PoolMetrics {

    private static final String POOL = "db_client_connection_pool_name";
    private static final String STATE = "db_client_connection_state";

    private final PoolStatistics pool;
    private final boolean paused;
    private final Optional<Boolean> exceeded;
    private final Optional<LeaseStatus> lease;
    private final List<HistoryCount> history;
    private final Labels labels;
    private final MetricSnapshots.Builder metrics = MetricSnapshots.builder();

    private PoolMetrics(
            PoolStatistics pool,
            boolean paused,
            Optional<LeaseStatus> lease,
            Optional<Boolean> exceeded,
            List<HistoryCount> history) {
        this.exceeded = exceeded;
        this.pool = pool;
        this.paused = paused;
        this.lease = lease;
        this.history = history;
        this.labels = Labels.of(POOL, pool.name());
    }

    /**
     * The metrics. Pure.
     *
     * @param exceeded whether all pools of the server may want more than it gives; empty if that is not known
     */
    static MetricSnapshots of(
            PoolStatistics pool,
            boolean paused,
            Optional<LeaseStatus> lease,
            Optional<Boolean> exceeded,
            List<HistoryCount> history) {
        return new PoolMetrics(pool, paused, lease, exceeded, history).all();
    }

    private MetricSnapshots all() {
        states();
        gauge("db_client_connection_idle_min", "Fewest connections that are kept", pool.min());
        gauge("db_client_connection_max", "Most connections that are opened", pool.max());
        gauge("db_client_connection_pending_requests", "Threads waiting for a connection", pool.waiting());
        counter("db_client_connection_timeouts", "Borrows that failed by the acquire timeout", pool.timeouts());
        histogram("db_client_connection_create_time", "Time to open a connection", pool.creationTime());
        histogram("db_client_connection_wait_time", "Time borrowers waited", pool.waitTime());
        histogram("db_client_connection_use_time", "Time connections were held", pool.useTime());
        gauge("terafy_pool_being_created", "Connections being opened", pool.beingCreated());
        gauge("terafy_pool_paused", "Whether borrowers wait until the pool is resumed", paused ? 1 : 0);
        counter("terafy_pool_borrows", "Connections handed out", pool.borrows());
        counter("terafy_pool_failures", "Borrows that failed, timeouts apart", pool.failures());
        counter("terafy_pool_connections_opened", "Connections opened", pool.created());
        counter("terafy_pool_creation_failures", "Attempts to open one that failed", pool.creationFailures());
        counter("terafy_pool_reaped", "Connections closed because idle too long", pool.reaped());
        counter("terafy_pool_leaks", "Borrows reported as leaks", pool.leaks());
        lease.ifPresent(status -> gauge(
                "terafy_pool_lease_held", "Whether other nodes are told that the pool lives", status.held() ? 1 : 0));
        exceeded.ifPresent(over -> gauge(
                "terafy_fleet_connections_exceeded",
                "Whether all pools of the server may want more connections than it gives, by the last reading",
                over ? 1 : 0));
        evictions();
        operations();
        return metrics.build();
    }

    private void states() {
        metrics.metricSnapshot(GaugeSnapshot.builder()
                .name("db_client_connection_count")
                .help("Connections, by state")
                .dataPoint(point("idle", pool.idle()))
                .dataPoint(point("used", pool.inUse()))
                .build());
    }

    private GaugeDataPointSnapshot point(String state, double value) {
        return GaugeDataPointSnapshot.builder()
                .labels(labels.add(STATE, state))
                .value(value)
                .build();
    }

    private void evictions() {
        CounterSnapshot.Builder counter =
                CounterSnapshot.builder().name("terafy_pool_evicted").help("Connections closed for another reason");
        for (EvictionReason reason : EvictionReason.values()) {
            counter.dataPoint(CounterDataPointSnapshot.builder()
                    .labels(labels.add("reason", JsonNames.of(reason)))
                    .value((double) pool.evicted().getOrDefault(reason, 0L))
                    .build());
        }
        metrics.metricSnapshot(counter.build());
    }

    /** Failed logins that are not told one by one are one entry together. */
    private void operations() {
        CounterSnapshot.Builder counter = CounterSnapshot.builder()
                .name("terafy_history_entries")
                .help("Entries of the history: what was ended, cancelled, flushed, shown or refused");
        for (HistoryCount count : history) {
            counter.dataPoint(CounterDataPointSnapshot.builder()
                    .labels(labels.add("kind", JsonNames.of(count.kind()))
                            .add("outcome", JsonNames.of(count.outcome())))
                    .value((double) count.count())
                    .build());
        }
        metrics.metricSnapshot(counter.build());
    }

    private void gauge(String name, String help, double value) {
        metrics.metricSnapshot(GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(labels)
                        .value(value)
                        .build())
                .build());
    }

    private void counter(String name, String help, long value) {
        metrics.metricSnapshot(CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(CounterDataPointSnapshot.builder()
                        .labels(labels)
                        .value((double) value)
                        .build())
                .build());
    }

    private void histogram(String name, String help, DurationHistogram histogram) {
        metrics.metricSnapshot(HistogramSnapshot.builder()
                .name(name + "_seconds")
                .unit(Unit.SECONDS)
                .help(help)
                .dataPoint(HistogramDataPointSnapshot.builder()
                        .labels(labels)
                        .classicHistogramBuckets(buckets(histogram))
                        .sum(seconds(histogram.sum()))
                        .build())
                .build());
    }

    private static ClassicHistogramBuckets buckets(DurationHistogram histogram) {
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < histogram.counts().size(); i++) {
            boolean last = i == histogram.upperBounds().size();
            double bound = last
                    ? Double.POSITIVE_INFINITY
                    : seconds(histogram.upperBounds().get(i));
            buckets.bucket(bound, histogram.counts().get(i));
        }
        return buckets.build();
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
