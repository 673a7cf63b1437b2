package com.terafy.monitor.backends;

import com.terafy.api.Borrower;
import com.terafy.api.ConnectionInfo;
import com.terafy.api.ConnectionState;
import com.terafy.api.PoolIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Rows and connections for tests. */
final class Samples {

    static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");
    static final Instant START = Instant.parse("2026-03-02T09:00:00.123456Z");
    static final Instant SERVER_START = START.minusSeconds(3600);
    static final PoolIdentity OURS = new PoolIdentity("node", "TerafyDS", 0x11111111);

    /** Process id of the session that looks. */
    static final int READER = 103;

    private Samples() {}

    static ActivityRow row(int pid, String user, String application, String state, Duration unchanged) {
        return new ActivityRow(
                pid,
                Optional.of(START),
                Optional.of(user),
                Optional.of("terafy_db"),
                application,
                Optional.empty(),
                Optional.of(state),
                Optional.of(NOW.minus(unchanged)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("client backend"),
                Optional.of("SELECT 'secret'"),
                false);
    }

    static ActivityRow row(int pid, String application, String state) {
        return row(pid, "terafy_app", application, state, Duration.ofMinutes(1));
    }

    /** In a transaction of that age, with a query begun that long ago. */
    static ActivityRow working(int pid, String state, Duration transaction, Duration query) {
        return new ActivityRow(
                pid,
                Optional.of(START),
                Optional.of("ana"),
                Optional.of("terafy_db"),
                "report-" + pid,
                Optional.of("10.0.0." + pid % 100),
                Optional.of(state),
                Optional.of(NOW.minusSeconds(1)),
                Optional.of(NOW.minus(transaction)),
                Optional.of(NOW.minus(query)),
                Optional.empty(),
                Optional.of("client backend"),
                Optional.of("SELECT 'secret'"),
                false);
    }

    static ActivityRow hidden(int pid, String user) {
        return new ActivityRow(
                pid,
                Optional.empty(),
                Optional.of(user),
                Optional.of("terafy_db"),
                "psql",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    static ConnectionInfo connection(long id, int pid, ConnectionState state, long borrowed) {
        boolean held = state == ConnectionState.IN_USE;
        Borrower borrower = new Borrower(
                Optional.of("practice.war"),
                "worker-1",
                Optional.of("com.example.Patients:42"),
                NOW.minusSeconds(7),
                true,
                Optional.empty());
        return new ConnectionInfo(
                id,
                state,
                pid,
                START,
                SERVER_START,
                START,
                Optional.empty(),
                Optional.empty(),
                borrowed,
                Duration.ZERO,
                Duration.ZERO,
                held ? Optional.of(borrower) : Optional.empty());
    }

    static PoolView pool(ConnectionInfo... connections) {
        return new PoolView(OURS, List.of(connections), NOW, true);
    }

    static ServerActivity activity(ActivityRow... rows) {
        return new ServerActivity(
                NOW,
                SERVER_START,
                List.of(rows),
                false,
                List.of(),
                0,
                new ServerLimits(100, 3, rows.length),
                Optional.empty(),
                List.of(),
                "terafy_app",
                READER);
    }
}
