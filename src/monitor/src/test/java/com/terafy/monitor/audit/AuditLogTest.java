package com.terafy.monitor.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.BackendCleanupOperations;
import com.terafy.testkit.RecordingLog;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditLogTest {

    private static List<String> lines(Runnable what) {
        try (RecordingLog log = RecordingLog.of(BackendCleanupOperations.AUDIT_LOG)) {
            what.run();
            return log.entries().stream().map(RecordingLog.Entry::message).toList();
        }
    }

    @Test
    void whoseTextsWereShownToWhomIsInTheLine() {
        assertThat(lines(() -> AuditLog.queryTexts(
                        "TerafyDS", "ana", "user=terafy_app&query=full", List.of(101, 102), "10.0.0.7")))
                .containsExactly("TERAFY0502: Pool TerafyDS: full query texts of 2 backends shown who=\"ana\""
                        + " filter=\"user=terafy_app&query=full\" pids=[101, 102] from=\"10.0.0.7\"");
    }

    @Test
    void noTextOfAClientForgesALine() {
        assertThat(lines(() -> AuditLog.refused("TerafyDS", "POST /a\nTERAFY0501", "a\" who=\"b", 403, "::1")))
                .containsExactly(
                        "TERAFY0503: Pool TerafyDS: refused \"POST /a\\u000aTERAFY0501\" who=\"a\\\" who=\\\"b\""
                                + " status=403 from=\"::1\"");
    }
}
