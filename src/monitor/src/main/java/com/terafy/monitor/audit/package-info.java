/**
 * Who did what through the monitoring, from where and why: told to {@link com.terafy.api.OperationHistory}, which makes a
 * line of the audit log and an entry of the history of it. Start reading at {@link com.terafy.monitor.audit.Audit}.
 *
 * <p>Depends on the public API, CDI and EJB.
 */
@NullMarked
package com.terafy.monitor.audit;

import org.jspecify.annotations.NullMarked;
