/**
 * Who did what through the monitoring, and why. Start reading at {@link com.terafy.monitor.audit.AuditLog}.
 *
 * <p>Depends on the public API, for the name of the log and for quoting.
 */
@NullMarked
package com.terafy.monitor.audit;

import org.jspecify.annotations.NullMarked;
