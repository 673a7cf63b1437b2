package com.terafy.cleanup;

import com.terafy.api.BackendCleanupOperations;
import com.terafy.api.TerminationOutcome;
import com.terafy.cleanup.policy.Backend;
import com.terafy.cleanup.policy.BackendRow;
import java.lang.System.Logger.Level;
import java.time.Instant;

/** One line for every backend that was ended or cancelled, or was to be; never what it was running. */
final class AuditLog {

    private static final System.Logger LOG = System.getLogger(BackendCleanupOperations.AUDIT_LOG);

    private final String pool;
    private final Request request;

    AuditLog(String pool, Request request) {
        this.pool = pool;
        this.request = request;
    }

    void terminated(String rule, BackendRow row, Instant now, TerminationOutcome outcome) {
        LOG.log(Level.INFO, CleanupMessages.terminated(pool, request, rule, row, now, outcome));
    }

    void cancelled(String rule, BackendRow row, Instant now, TerminationOutcome outcome) {
        LOG.log(Level.INFO, CleanupMessages.cancelled(pool, request, rule, row, now, outcome));
    }

    void wouldTerminate(String rule, BackendRow row, Instant now) {
        LOG.log(Level.INFO, CleanupMessages.wouldTerminate(pool, request, rule, row, now));
    }

    void notFound(Backend backend) {
        LOG.log(Level.INFO, CleanupMessages.notFound(pool, request, backend));
    }
}
