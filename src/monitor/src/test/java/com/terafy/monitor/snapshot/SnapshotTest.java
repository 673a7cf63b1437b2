package com.terafy.monitor.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.ConnectionInfo;
import com.terafy.api.ConnectionState;
import com.terafy.api.PoolIdentity;
import com.terafy.monitor.backends.PoolView;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SnapshotTest {

    private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");

    private static boolean serves(DatabaseStatus status, ConnectionInfo... connections) {
        PoolView pool = new PoolView(new PoolIdentity("node", "TerafyDS", 1), List.of(connections), NOW, true);
        return new Snapshot(status, pool, Optional.empty(), List.of()).serves();
    }

    private static ConnectionInfo connection() {
        return new ConnectionInfo(
                1,
                ConnectionState.IDLE,
                4711,
                NOW,
                NOW,
                NOW,
                Optional.empty(),
                Optional.empty(),
                1,
                Duration.ZERO,
                Duration.ZERO,
                Optional.empty());
    }

    @Test
    void aFullDatabaseServesThePoolThatHasSessions() {
        DatabaseStatus full = DatabaseStatus.unknown(NOW).failed(new SQLException("too many", "53300"), NOW);
        assertThat(serves(full, connection())).isTrue();
        assertThat(serves(full)).isFalse();
    }

    @Test
    void aDatabaseThatDoesNotAnswerServesNobody() {
        DatabaseStatus down = DatabaseStatus.unknown(NOW).failed(new SQLException("refused", "08001"), NOW);
        assertThat(serves(down, connection())).isFalse();
        assertThat(serves(down.answered(NOW))).isTrue();
        assertThat(serves(down.answered(NOW).late(NOW), connection())).isFalse();
    }
}
