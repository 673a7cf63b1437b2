/**
 * Plain health endpoints, open to everyone because probes have no login; they say UP or DOWN and nothing else. Start
 * reading at {@link com.terafy.monitor.health.HealthServlet}.
 */
@NullMarked
package com.terafy.monitor.health;

import org.jspecify.annotations.NullMarked;
