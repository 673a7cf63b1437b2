package com.terafy.monitor.backends;

import static com.terafy.monitor.backends.Samples.OURS;
import static com.terafy.monitor.backends.Samples.activity;
import static com.terafy.monitor.backends.Samples.connection;
import static com.terafy.monitor.backends.Samples.pool;
import static com.terafy.monitor.backends.Samples.row;
import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.ConnectionState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TruthGapTest {

    private final PoolView idle = pool(connection(1, 101, ConnectionState.IDLE, 3));

    private static ActivityRow ours(String state, Duration unchanged) {
        return row(101, "terafy_app", OURS.applicationName(), state, unchanged);
    }

    private static List<TruthGap.Kind> kinds(PoolView before, PoolView after, ActivityRow... rows) {
        return TruthGap.of(before, activity(rows), after).stream()
                .map(TruthGap::kind)
                .toList();
    }

    @Test
    void agreementIsNoGap() {
        assertThat(kinds(idle, idle, ours("idle", Duration.ofMinutes(1)))).isEmpty();
    }

    @Test
    void idleInThePoolAndInTransactionInPostgresIsAGap() {
        assertThat(kinds(idle, idle, ours("idle in transaction", Duration.ofSeconds(5))))
                .containsExactly(TruthGap.Kind.IDLE_BUT_IN_TRANSACTION);
        assertThat(kinds(idle, idle, ours("idle in transaction (aborted)", Duration.ofSeconds(5))))
                .containsExactly(TruthGap.Kind.IDLE_BUT_IN_TRANSACTION);
    }

    @Test
    void inThePoolAndUnknownToPostgresIsAGap() {
        assertThat(kinds(idle, idle)).containsExactly(TruthGap.Kind.GONE);
    }

    @Test
    void aConnectionToAnotherServerIsNoGap() {
        ServerActivity elsewhere = activity();
        ServerActivity other = new ServerActivity(
                elsewhere.now(),
                elsewhere.serverStart().plusNanos(1000),
                elsewhere.rows(),
                false,
                elsewhere.waits(),
                elsewhere.waiting(),
                elsewhere.limits(),
                elsewhere.figures(),
                elsewhere.fleet(),
                elsewhere.role(),
                elsewhere.reader());
        assertThat(TruthGap.of(idle, other, idle)).isEmpty();
    }

    @Test
    void taggedAndNotInThePoolIsAGap() {
        assertThat(kinds(pool(), pool(), ours("idle", Duration.ofMinutes(1))))
                .containsExactly(TruthGap.Kind.NOT_IN_POOL);
        assertThat(kinds(pool(), pool(), row(5, OURS.applicationName("monitor"), "active")))
                .isEmpty();
    }

    @Test
    void aBorrowDuringTheReadingIsNoGap() {
        PoolView borrowedMeanwhile = pool(connection(1, 101, ConnectionState.IN_USE, 4));
        PoolView returnedMeanwhile = pool(connection(1, 101, ConnectionState.IDLE, 4));
        ActivityRow busy = ours("idle in transaction", Duration.ofSeconds(5));
        assertThat(kinds(idle, borrowedMeanwhile, busy)).isEmpty();
        assertThat(kinds(idle, returnedMeanwhile, busy)).isEmpty();
        assertThat(kinds(borrowedMeanwhile, borrowedMeanwhile, busy)).isEmpty();
    }

    @Test
    void aValidationUnderWayIsNoGap() {
        assertThat(kinds(idle, idle, ours("active", Duration.ofMillis(3)))).isEmpty();
        assertThat(kinds(idle, idle, ours("active", Duration.ofSeconds(3))))
                .containsExactly(TruthGap.Kind.IDLE_BUT_ACTIVE);
    }
}
