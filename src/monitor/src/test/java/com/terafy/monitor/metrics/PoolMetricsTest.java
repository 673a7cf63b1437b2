package com.terafy.monitor.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.DurationHistogram;
import com.terafy.api.EvictionReason;
import com.terafy.api.HistoryCount;
import com.terafy.api.HistoryKind;
import com.terafy.api.HistoryOutcome;
import com.terafy.api.LeaseStatus;
import com.terafy.api.PoolStatistics;
import com.terafy.api.RetryOutcome;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PoolMetricsTest {

    private static final DurationHistogram TIMES = new DurationHistogram(
            List.of(Duration.ofMillis(1), Duration.ofSeconds(1)), List.of(3L, 2L, 1L), Duration.ofSeconds(9));

    private static final PoolStatistics POOL = new PoolStatistics(
            "TerafyDS",
            2,
            10,
            5,
            3,
            1,
            1,
            4,
            100,
            2,
            1,
            20,
            3,
            7,
            Map.of(EvictionReason.FLUSH, 6L),
            1,
            Map.of(RetryOutcome.COMMITTED, 5L),
            TIMES,
            TIMES,
            TIMES);

    private static final List<HistoryCount> HISTORY = List.of(
            new HistoryCount(HistoryKind.TERMINATE, HistoryOutcome.GONE_OR_CHANGED, 2),
            new HistoryCount(HistoryKind.FAILED_LOGIN, HistoryOutcome.REFUSED, 0));

    private static List<String> lines(ExpositionFormatWriter writer) throws IOException {
        PoolNow pool = new PoolNow(
                POOL, true, Optional.of(new LeaseStatus(true, Optional.empty(), Optional.empty())), Optional.of(true));
        return lines(writer, List.of(pool));
    }

    private static List<String> lines(ExpositionFormatWriter writer, List<PoolNow> pools) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        writer.write(text, PoolMetrics.of(pools, HISTORY), EscapingScheme.UNDERSCORE_ESCAPING);
        return text.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void entriesOfTheHistoryAreCountedByKindAndOutcome() throws IOException {
        String pool = "db_client_connection_pool_name=\"TerafyDS\"";
        assertThat(lines(PrometheusTextFormatWriter.create()))
                .contains(
                        "terafy_history_entries_total{" + pool + ",kind=\"terminate\",outcome=\"gone-or-changed\"} 2.0",
                        "terafy_history_entries_total{" + pool + ",kind=\"failed-login\",outcome=\"refused\"} 0.0");
    }

    @Test
    void namesAreOpenTelemetrys() throws IOException {
        String pool = "db_client_connection_pool_name=\"TerafyDS\"";
        assertThat(lines(PrometheusTextFormatWriter.create()))
                .contains(
                        "db_client_connection_count{" + pool + ",db_client_connection_state=\"idle\"} 3.0",
                        "db_client_connection_count{" + pool + ",db_client_connection_state=\"used\"} 1.0",
                        "db_client_connection_max{" + pool + "} 10.0",
                        "db_client_connection_idle_min{" + pool + "} 2.0",
                        "db_client_connection_pending_requests{" + pool + "} 4.0",
                        "terafy_fleet_connections_exceeded{" + pool + "} 1.0",
                        "terafy_pool_paused{" + pool + "} 1.0",
                        "db_client_connection_timeouts_total{" + pool + "} 2.0",
                        "db_client_connection_wait_time_seconds_bucket{" + pool + ",le=\"0.001\"} 3",
                        "db_client_connection_wait_time_seconds_bucket{" + pool + ",le=\"1.0\"} 5",
                        "db_client_connection_wait_time_seconds_bucket{" + pool + ",le=\"+Inf\"} 6",
                        "db_client_connection_wait_time_seconds_sum{" + pool + "} 9.0",
                        "terafy_pool_evicted_total{" + pool + ",reason=\"flush\"} 6.0",
                        "terafy_pool_retried_transactions_total{" + pool + ",outcome=\"committed\"} 5.0",
                        "terafy_pool_retried_transactions_total{" + pool + ",outcome=\"given-up\"} 0.0");
    }

    @Test
    void eachFamilyIsThereOnceWithAllPools() throws IOException {
        PoolStatistics reporting = new PoolStatistics(
                "Reporting", 1, 4, 1, 1, 0, 0, 0, 7, 0, 0, 1, 0, 0, Map.of(), 0, Map.of(), TIMES, TIMES, TIMES);
        List<PoolNow> pools = List.of(
                new PoolNow(POOL, false, Optional.empty(), Optional.of(true)),
                new PoolNow(
                        reporting,
                        true,
                        Optional.of(new LeaseStatus(false, Optional.empty(), Optional.empty())),
                        Optional.empty()));
        List<String> lines = lines(PrometheusTextFormatWriter.create(), pools);
        assertThat(lines)
                .contains(
                        "db_client_connection_max{db_client_connection_pool_name=\"TerafyDS\"} 10.0",
                        "db_client_connection_max{db_client_connection_pool_name=\"Reporting\"} 4.0",
                        "terafy_pool_paused{db_client_connection_pool_name=\"Reporting\"} 1.0",
                        "terafy_pool_lease_held{db_client_connection_pool_name=\"Reporting\"} 0.0",
                        "terafy_fleet_connections_exceeded{db_client_connection_pool_name=\"TerafyDS\"} 1.0",
                        "db_client_connection_wait_time_seconds_sum{db_client_connection_pool_name=\"Reporting\"} 9.0");
        assertThat(lines).filteredOn(line -> line.startsWith("# TYPE")).doesNotHaveDuplicates();
        assertThat(lines)
                .filteredOn(line -> line.startsWith("terafy_fleet") || line.startsWith("terafy_pool_lease"))
                .as("what is not known of a pool is missing")
                .hasSize(2);
    }

    @Test
    void openMetricsEndsAsItMust() throws IOException {
        assertThat(lines(OpenMetricsTextFormatWriter.create())).last().isEqualTo("# EOF");
    }

    @Test
    void everyEvictionReasonIsThereFromTheBeginning() throws IOException {
        assertThat(lines(PrometheusTextFormatWriter.create()))
                .filteredOn(line -> line.startsWith("terafy_pool_evicted_total"))
                .hasSize(EvictionReason.values().length);
    }
}
