package com.terafy.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.CleanupReason;
import com.terafy.api.FleetMember;
import com.terafy.api.FleetSummary;
import com.terafy.api.Lease;
import com.terafy.api.PoolIdentity;
import com.terafy.cleanup.policy.BackendRow;
import com.terafy.cleanup.policy.CleanupPlan;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CleanupMessagesTest {

    private static final Instant NOW = Instant.parse("2025-11-24T12:00:00Z");
    private static final BackendRow ROW = new BackendRow(
            4711,
            Optional.of(NOW.minusSeconds(3600)),
            Optional.of("terafy_app"),
            Optional.of("terafy_db"),
            "psql",
            Optional.of("10.0.0.7"),
            Optional.of("idle"),
            Optional.of(NOW.minusSeconds(301)),
            Optional.of("client backend"),
            false,
            false,
            Optional.empty());
    private static final CleanupPlan.Decision DECISION =
            new CleanupPlan.Decision(ROW, CleanupReason.IDLE, Duration.ofSeconds(1));

    @Test
    void lifecycle() {
        CleanupSettings settings =
                CleanupSettings.of("P", Map.of("DB_CLEANUP_IDLE_LIMIT", "off", "DB_CLEANUP_DRY_RUN", "true"));
        assertThat(CleanupMessages.started("P", settings))
                .isEqualTo("TERAFY0401: Pool P: backend cleanup runs every PT30S on own-role: idle limit off, idle in"
                        + " transaction limit PT5M, dry run.");
        assertThat(CleanupMessages.switchedOff("P"))
                .startsWith("TERAFY0402: Pool P: ")
                .contains("DB_CLEANUP_ENABLED");
    }

    @Test
    void failures() {
        SQLException cause = new SQLException("connection refused");
        assertThat(CleanupMessages.failed("P", "it", cause))
                .startsWith("TERAFY0403: Pool P: backend cleanup: it failed: connection refused. ");
        assertThat(CleanupMessages.failed("P", "it", new SQLException("The connection attempt failed.")))
                .contains("it failed: The connection attempt failed. It is tried again");
        assertThat(CleanupMessages.worksAgain("P", "it", 7))
                .isEqualTo("TERAFY0404: Pool P: backend cleanup: it works again after 7 failures.");
        assertThat(CleanupMessages.notEnded("P", List.of(DECISION, DECISION), cause))
                .isEqualTo(
                        "TERAFY0413: Pool P: backend cleanup: could not end backend 4711, 4711: connection refused.");
        assertThat(CleanupMessages.unreadableSetting("P", "DB_X", "a\n", "b"))
                .isEqualTo("TERAFY0409: Pool P: P_DB_X is \"a\\u000a\". Set it to b.");
    }

    @Test
    void limits() {
        assertThat(CleanupMessages.notAllowed("P", "app", ROW))
                .startsWith("TERAFY0405: Pool P: ")
                .contains("\"app\"", "\"terafy_app\"", "4711", "pg_signal_backend");
        assertThat(CleanupMessages.statesHidden("P", "app", 3))
                .startsWith("TERAFY0406: Pool P: ")
                .contains(" 3 backends", "\"app\"", "pg_read_all_stats");
        assertThat(CleanupMessages.tooMany("P", 10))
                .startsWith("TERAFY0414: Pool P: ")
                .contains(" 10 backends");
    }

    @Test
    void tooFewConnectionsNamesThePoolsAndWhatToSet() {
        Lease lease = new Lease(2, 60, 2, 0, 0, NOW, Lease.NO_RULES, List.of(), false);
        List<FleetMember> fleet = List.of(
                FleetMember.of(new PoolIdentity("app1", "TerafyDS", 1), "db", Optional.of(NOW), Optional.of(lease)),
                FleetMember.of(new PoolIdentity("app2", "TerafyDS", 2), "other", Optional.of(NOW), Optional.of(lease)));
        assertThat(CleanupMessages.tooFewConnections("P", fleet, FleetSummary.of(fleet, 100, 3, false)))
                .isEqualTo("TERAFY0417: Pool P: all pools of the server may open 124 connections together, each"
                        + " DB_POOL_MAX and 2 beside, but PostgreSQL gives 97 (max_connections less the reserved"
                        + " ones): \"app1/TerafyDS\" of database \"db\" 60, \"app2/TerafyDS\" of database \"other\" 60."
                        + " Whoever comes last is refused. Set DB_POOL_MAX to at most 46 on each, or max_connections to"
                        + " at least 127.");
    }

    @Test
    void passes() {
        assertThat(CleanupMessages.busy("P", Duration.ofSeconds(15)))
                .startsWith("TERAFY0407: Pool P: ")
                .contains("PT15S");
        assertThat(CleanupMessages.passed("P", "ana", 9, 3, 2))
                .isEqualTo("TERAFY0408: Pool P: backend cleanup by"
                        + " \"ana\": 9 backends seen, 3 beyond the rules, 2 ended.");
        assertThat(CleanupMessages.stillRunning("P")).startsWith("TERAFY0412: Pool P: ");
    }
}
