package com.terafy.monitor.metrics;

import com.terafy.monitor.audit.Audit;
import com.terafy.monitor.web.Monitoring;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code /terafy/metrics}. Asks the pools, never the database. OpenMetrics for who accepts it, else Prometheus text. */
@WebServlet("/metrics")
public class MetricsServlet extends HttpServlet {

    @Inject
    @SuppressWarnings("NullAway.Init")
    private transient Monitoring monitoring;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private transient Audit audit;

    /** For the container. */
    public MetricsServlet() {}

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        MetricSnapshots metrics = PoolMetrics.of(PoolNow.of(monitoring.pools()), audit.counts());
        ExpositionFormatWriter writer = writer(request.getHeader("Accept"));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        writer.write(body, metrics, EscapingScheme.UNDERSCORE_ESCAPING);
        response.setContentType(writer.getContentType());
        response.setContentLength(body.size());
        body.writeTo(response.getOutputStream());
    }

    private static ExpositionFormatWriter writer(@Nullable String accept) {
        boolean openMetrics = accept != null && accept.contains("application/openmetrics-text");
        return openMetrics ? OpenMetricsTextFormatWriter.create() : PrometheusTextFormatWriter.create();
    }
}
