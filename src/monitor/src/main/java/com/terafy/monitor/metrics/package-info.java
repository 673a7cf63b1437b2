/**
 * The pool's statistics as Prometheus and OpenMetrics text, with OpenTelemetry's names. Start reading at
 * {@link com.terafy.monitor.metrics.PoolMetrics}.
 *
 * <p>Depends on the public API and Prometheus' client_java.
 */
@NullMarked
package com.terafy.monitor.metrics;

import org.jspecify.annotations.NullMarked;
