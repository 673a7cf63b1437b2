package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.ConnectionState;
import com.terafy.api.EvictionReason;
import com.terafy.pool.settings.Setting;
import com.terafy.testkit.Backend;
import com.terafy.testkit.ManualTicker;
import com.terafy.testkit.RecordingLog;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code getInvalidConnections} makes the container close, and what it never does. */
class SweepTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();
    private static final Duration LONGER_THAN_IDLE = Duration.ofMinutes(4).plusSeconds(1);

    private final ManualTicker clock = new ManualTicker();

    /** Thrown by the next reading of the clock. */
    private final AtomicReference<Throwable> trap = new AtomicReference<>();

    private PoolFixture fixture;

    @BeforeEach
    void open() throws ResourceException {
        fixture = PoolFixture.on(POSTGRES).at(this::read).open();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private long read() {
        Throwable armed = trap.getAndSet(null);
        if (armed instanceof Error error) {
            throw error;
        }
        if (armed instanceof RuntimeException exception) {
            throw exception;
        }
        return clock.nanoTime();
    }

    private int backends() {
        String tag = fixture.pool.identity().applicationName();
        return (int) POSTGRES.backends().stream()
                .filter(backend -> backend.applicationName().equals(tag))
                .count();
    }

    @Test
    void afterABurstTheSweepLeavesTheMinimum() throws Exception {
        fixture.container.prefill(7);
        clock.advance(LONGER_THAN_IDLE);

        fixture.container.sweep();

        assertThat(fixture.container.idle).hasSize(PoolFixture.MIN);
        assertThat(fixture.statistics().reaped()).isEqualTo(5);
        assertThat(fixture.statistics().evicted().values()).allMatch(count -> count == 0);
        org.awaitility.Awaitility.await().until(() -> backends() == PoolFixture.MIN);
    }

    @Test
    void theMinimumIsKeptSweepAfterSweep() throws Exception {
        fixture.container.prefill(4);
        for (int i = 0; i < 5; i++) {
            clock.advance(LONGER_THAN_IDLE);
            fixture.container.sweep();

            assertThat(fixture.container.idle).hasSize(PoolFixture.MIN);
        }
    }

    @Test
    void beforeTheIdleTimeoutNothingIsReaped() throws Exception {
        fixture.container.prefill(4);
        clock.advance(Duration.ofMinutes(4));

        fixture.container.sweep();

        assertThat(fixture.container.idle).hasSize(4);
    }

    @Test
    void aConnectionInUseIsNotGivenUp() throws Exception {
        fixture.container.prefill(5);
        TerafyManagedConnection held = fixture.take();
        Connection handle = fixture.handleOf(held);
        clock.advance(LONGER_THAN_IDLE);

        assertThat(fixture.factory.getInvalidConnections(Set.of(held))).isEmpty();
        fixture.container.sweep();

        assertThat(fixture.container.idle).hasSize(1);
        assertThat(PoolFixture.query(handle, "SELECT 1")).isEqualTo("1");
    }

    @Test
    void whatIsRetiredOrBrokenOrClosedIsInvalid() throws Exception {
        TerafyManagedConnection retired = fixture.idle();
        TerafyManagedConnection broken = fixture.idle();
        TerafyManagedConnection closed = fixture.idle();
        fixture.pool.ledger().tryRetire(retired.entry(), EvictionReason.FLUSH);
        fixture.pool.ledger().breakDown(broken.entry(), EvictionReason.FATAL_ERROR);
        closed.destroy();

        assertThat(fixture.factory.getInvalidConnections(Set.of(retired, broken, closed)))
                .hasSize(3);
    }

    @Test
    void aDeadConnectionIsInvalid() throws Exception {
        TerafyManagedConnection dead = fixture.idle();
        TerafyManagedConnection alive = fixture.idle();
        POSTGRES.terminate(dead.physical().backendPid());

        fixture.container.sweep();

        assertThat(fixture.container.idle).containsExactly(alive);
        assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.VALIDATION_FAILED, 1L);
    }

    @Test
    void theSweepKeepsBackendsFreshInTheServersEyes() throws Exception {
        TerafyManagedConnection idle = fixture.idle();
        Instant before = stateChange(idle);

        fixture.container.sweep();

        assertThat(stateChange(idle)).isAfter(before);
    }

    private static Instant stateChange(TerafyManagedConnection connection) {
        int pid = connection.physical().backendPid();
        return POSTGRES.backends().stream()
                .filter(backend -> backend.pid() == pid)
                .map(Backend::stateChange)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anOldConnectionIsReplacedAlsoAtTheMinimum() throws Exception {
        fixture.container.prefill(PoolFixture.MIN);
        for (int i = 0; i < 10; i++) {
            clock.advance(Duration.ofMinutes(3));
            for (int j = 0; j < PoolFixture.MIN; j++) {
                var used = (TerafyManagedConnection) fixture.container.idle.getLast();
                fixture.pool.ledger().tryBorrow(used.entry(), clock.nanoTime());
                fixture.pool.ledger().giveBack(used.entry());
                fixture.container.idle.addFirst(fixture.container.idle.removeLast());
            }
        }

        fixture.container.sweep();

        assertThat(fixture.container.idle).isEmpty();
        assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.LIFETIME, 2L);
    }

    @Test
    void neitherAnExceptionNorAnErrorGetsOutAndTheConnectionStays() throws Exception {
        TerafyManagedConnection idle = fixture.idle();
        try (RecordingLog log = RecordingLog.of("com.terafy.adapter")) {
            for (Throwable unexpected : new Throwable[] {
                new IllegalStateException("out of order"), new StackOverflowError(), new AssertionError("never")
            }) {
                trap.set(unexpected);

                assertThat(fixture.factory.getInvalidConnections(Set.of(idle))).isEmpty();
            }
            assertThat(log.messages(Level.WARNING)).hasSize(3).allMatch(line -> line.startsWith("TERAFY0228"));
        }
        assertThat(idle.entry().state()).isEqualTo(ConnectionState.IDLE);
    }

    @Test
    void whatIsNotOursIsLeftAlone() throws Exception {
        assertThat(fixture.factory.getInvalidConnections(Set.of("foreign"))).isEmpty();
    }

    @Test
    void aValidationThatGetsNoAnswerIsBounded() throws Exception {
        try (var proxy = com.terafy.testkit.FaultProxy.to(POSTGRES);
                PoolFixture behind = PoolFixture.through(proxy, POSTGRES)
                        .with(Setting.DB_POOL_VALIDATION_TIMEOUT, "200ms")
                        .open()) {
            behind.container.prefill(2);
            proxy.freeze();

            behind.container.sweep();

            assertThat(behind.container.idle).isEmpty();
            assertThat(behind.statistics().evicted()).containsEntry(EvictionReason.VALIDATION_FAILED, 2L);
        }
    }
}
