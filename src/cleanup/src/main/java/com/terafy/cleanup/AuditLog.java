package com.terafy.cleanup;

import com.terafy.api.HistoryEvent;
import com.terafy.api.HistoryKind;
import com.terafy.api.HistoryOutcome;
import com.terafy.api.HistoryTarget;
import com.terafy.api.TerminationOutcome;
import com.terafy.cleanup.history.AuditDoor;
import com.terafy.cleanup.policy.Backend;
import com.terafy.cleanup.policy.BackendRow;
import java.time.Instant;
import java.util.Optional;

/**
 * One line of the audit log and one entry of the history for every backend that was ended or cancelled, or was to be;
 * never what it was running.
 */
final class AuditLog {

    private final String pool;
    private final Request request;

    AuditLog(String pool, Request request) {
        this.pool = pool;
        this.request = request;
    }

    void terminated(String rule, BackendRow row, Instant now, TerminationOutcome outcome) {
        tell(HistoryKind.TERMINATE, HistoryOutcome.of(outcome), rule, target(row, now));
    }

    void cancelled(String rule, BackendRow row, Instant now, TerminationOutcome outcome) {
        tell(HistoryKind.CANCEL, HistoryOutcome.of(outcome), rule, target(row, now));
    }

    void wouldTerminate(String rule, BackendRow row, Instant now) {
        tell(HistoryKind.TERMINATE, HistoryOutcome.DRY_RUN, rule, target(row, now));
    }

    /** Whom an administrator wanted to end or to cancel is not there. */
    void notFound(HistoryKind kind, String rule, Backend backend) {
        tell(kind, HistoryOutcome.GONE_OR_CHANGED, rule, HistoryTarget.named(backend.pid(), backend.start()));
    }

    private void tell(HistoryKind kind, HistoryOutcome outcome, String rule, HistoryTarget target) {
        HistoryEvent event = HistoryEvent.of(kind, outcome, rule).on(target);
        AuditDoor.tell(pool, request.timed() ? event.byTimer() : event.by(request.user()));
    }

    private static HistoryTarget target(BackendRow row, Instant now) {
        return new HistoryTarget(
                row.pid(),
                row.backendStart(),
                row.user(),
                Optional.of(row.applicationName()),
                row.clientAddress(),
                row.state(),
                row.age(now));
    }
}
