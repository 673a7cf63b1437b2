package com.terafy.monitor.metrics;

import com.terafy.api.DurationHistogram;
import com.terafy.api.EvictionReason;
import com.terafy.api.HistoryCount;
import com.terafy.api.LeaseStatus;
import com.terafy.api.PoolStatistics;
import com.terafy.api.RetryOutcome;
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
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * The statistics of all pools as metrics, each family once. The names are those of OpenTelemetry's semantic conventions
 * ({@code db.client.connection.count} and so on) in Prometheus' spelling; what those do not know begins with
 * {@code terafy_pool_}. Labels: the pool, a state of two, a reason of {@link EvictionReason}, kind and
 * outcome of the history; nothing that grows.
 */
final class PoolMetrics {

    private static final String POOL = "db_client_connection_pool_name";
    private static final String STATE = "db_client_connection_state";

    private final List<PoolNow> pools;
    private final List<HistoryCount> history;
    private final MetricSnapshots.Builder metrics = MetricSnapshots.builder();

    private PoolMetrics(List<PoolNow> pools, List<HistoryCount> history) {
        this.pools = pools;
        this.history = history;
    }

    /**
     * The metrics. Pure.
     *
     * @param pools the default one first
     */
    static MetricSnapshots of(List<PoolNow> pools, List<HistoryCount> history) {
        return new PoolMetrics(pools, history).all();
    }

    private MetricSnapshots all() {
        states();
        gauge("db_client_connection_idle_min", "Fewest connections that are kept", PoolStatistics::min);
        gauge("db_client_connection_max", "Most connections that are opened", PoolStatistics::max);
        gauge("db_client_connection_pending_requests", "Threads waiting for a connection", PoolStatistics::waiting);
        counter(
                "db_client_connection_timeouts",
                "Borrows that failed by the acquire timeout",
                PoolStatistics::timeouts);
        histogram("db_client_connection_create_time", "Time to open a connection", PoolStatistics::creationTime);
        histogram("db_client_connection_wait_time", "Time borrowers waited", PoolStatistics::waitTime);
        histogram("db_client_connection_use_time", "Time connections were held", PoolStatistics::useTime);
        gauge("terafy_pool_being_created", "Connections being opened", PoolStatistics::beingCreated);
        flag(
                "terafy_pool_paused",
                "Whether borrowers wait until the pool is resumed",
                pool -> Optional.of(pool.paused()));
        counter("terafy_pool_borrows", "Connections handed out", PoolStatistics::borrows);
        counter("terafy_pool_failures", "Borrows that failed, timeouts apart", PoolStatistics::failures);
        counter("terafy_pool_connections_opened", "Connections opened", PoolStatistics::created);
        counter("terafy_pool_creation_failures", "Attempts to open one that failed", PoolStatistics::creationFailures);
        counter("terafy_pool_reaped", "Connections closed because idle too long", PoolStatistics::reaped);
        counter("terafy_pool_leaks", "Borrows reported as leaks", PoolStatistics::leaks);
        flag(
                "terafy_pool_lease_held",
                "Whether other nodes are told that the pool lives",
                pool -> pool.lease().map(LeaseStatus::held));
        flag(
                "terafy_fleet_connections_exceeded",
                "Whether all pools of the server may want more connections than it gives, by the last reading",
                PoolNow::exceeded);
        evictions();
        retried();
        operations();
        return metrics.build();
    }

    private static Labels labels(PoolNow pool) {
        return Labels.of(POOL, pool.statistics().name());
    }

    private void states() {
        GaugeSnapshot.Builder gauge =
                GaugeSnapshot.builder().name("db_client_connection_count").help("Connections, by state");
        for (PoolNow pool : pools) {
            gauge.dataPoint(point(
                            labels(pool).add(STATE, "idle"), pool.statistics().idle()))
                    .dataPoint(point(
                            labels(pool).add(STATE, "used"), pool.statistics().inUse()));
        }
        metrics.metricSnapshot(gauge.build());
    }

    private static GaugeDataPointSnapshot point(Labels labels, double value) {
        return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
    }

    private void evictions() {
        CounterSnapshot.Builder counter =
                CounterSnapshot.builder().name("terafy_pool_evicted").help("Connections closed for another reason");
        for (PoolNow pool : pools) {
            for (EvictionReason reason : EvictionReason.values()) {
                counter.dataPoint(count(
                        labels(pool).add("reason", JsonNames.of(reason)),
                        pool.statistics().evicted().getOrDefault(reason, 0L)));
            }
        }
        metrics.metricSnapshot(counter.build());
    }

    private void retried() {
        CounterSnapshot.Builder counter = CounterSnapshot.builder()
                .name("terafy_pool_retried_transactions")
                .help("Transactions with a retry policy that were not done in their first run");
        for (PoolNow pool : pools) {
            for (RetryOutcome outcome : RetryOutcome.values()) {
                counter.dataPoint(count(
                        labels(pool).add("outcome", JsonNames.of(outcome)),
                        pool.statistics().retried().getOrDefault(outcome, 0L)));
            }
        }
        metrics.metricSnapshot(counter.build());
    }

    /** Failed logins that are not told one by one are one entry together. */
    private void operations() {
        CounterSnapshot.Builder counter = CounterSnapshot.builder()
                .name("terafy_history_entries")
                .help("Entries of the history: what was ended, cancelled, flushed, shown or refused");
        for (HistoryCount count : history) {
            counter.dataPoint(count(
                    labels(pools.get(0))
                            .add("kind", JsonNames.of(count.kind()))
                            .add("outcome", JsonNames.of(count.outcome())),
                    count.count()));
        }
        metrics.metricSnapshot(counter.build());
    }

    private void gauge(String name, String help, ToIntFunction<PoolStatistics> value) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
        pools.forEach(pool -> gauge.dataPoint(point(labels(pool), value.applyAsInt(pool.statistics()))));
        metrics.metricSnapshot(gauge.build());
    }

    /** 1 or 0; without those of which it is not known, and missing where it is known of none. */
    private void flag(String name, String help, Function<PoolNow, Optional<Boolean>> value) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
        List<GaugeDataPointSnapshot> points = pools.stream()
                .flatMap(pool -> value.apply(pool).map(flag -> point(labels(pool), flag ? 1 : 0)).stream())
                .toList();
        if (!points.isEmpty()) {
            points.forEach(gauge::dataPoint);
            metrics.metricSnapshot(gauge.build());
        }
    }

    private void counter(String name, String help, ToLongFunction<PoolStatistics> value) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        pools.forEach(pool -> counter.dataPoint(count(labels(pool), value.applyAsLong(pool.statistics()))));
        metrics.metricSnapshot(counter.build());
    }

    private static CounterDataPointSnapshot count(Labels labels, long value) {
        return CounterDataPointSnapshot.builder()
                .labels(labels)
                .value((double) value)
                .build();
    }

    private void histogram(String name, String help, Function<PoolStatistics, DurationHistogram> value) {
        HistogramSnapshot.Builder histogram = HistogramSnapshot.builder()
                .name(name + "_seconds")
                .unit(Unit.SECONDS)
                .help(help);
        for (PoolNow pool : pools) {
            DurationHistogram times = value.apply(pool.statistics());
            histogram.dataPoint(HistogramDataPointSnapshot.builder()
                    .labels(labels(pool))
                    .classicHistogramBuckets(buckets(times))
                    .sum(seconds(times.sum()))
                    .build());
        }
        metrics.metricSnapshot(histogram.build());
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
