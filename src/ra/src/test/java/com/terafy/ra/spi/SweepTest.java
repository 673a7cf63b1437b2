package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.EvictionReason;
import com.terafy.pool.sessions.PooledSession;
import com.terafy.pool.settings.Setting;
import com.terafy.ra.connect.Credentials;
import com.terafy.testkit.Backend;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.ManualTicker;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a sweep closes, and what it never does; what an operator's test of the pool says. */
class SweepTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();
    private static final Duration LONGER_THAN_IDLE = Duration.ofMinutes(4).plusSeconds(1);
    private static final int MIN = 2;

    private final ManualTicker clock = new ManualTicker();
    private PoolFixture fixture;

    @BeforeEach
    void open() throws ResourceException {
        fixture = PoolFixture.on(POSTGRES)
                .with(Setting.DB_POOL_MIN, Integer.toString(MIN))
                .at(clock)
                .open();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void awaitBackends(int count) {
        Awaitility.await().until(() -> fixture.backends() == count);
    }

    @Test
    void afterABurstTheSweepLeavesTheMinimum() throws Exception {
        fixture.prefill(7);
        clock.advance(LONGER_THAN_IDLE);

        fixture.sweep();

        awaitBackends(MIN);
        assertThat(fixture.idle()).hasSize(MIN);
        assertThat(fixture.statistics().reaped()).isEqualTo(5);
        assertThat(fixture.statistics().evicted().values()).allMatch(count -> count == 0);
    }

    @Test
    void theMinimumIsKeptSweepAfterSweep() throws Exception {
        fixture.prefill(4);
        for (int i = 0; i < 5; i++) {
            clock.advance(LONGER_THAN_IDLE);
            fixture.sweep();

            awaitBackends(MIN);
            assertThat(fixture.idle()).hasSize(MIN);
        }
        assertThat(fixture.statistics().created()).isEqualTo(4);
    }

    @Test
    void beforeTheIdleTimeoutNothingIsReaped() throws Exception {
        fixture.prefill(4);
        clock.advance(Duration.ofMinutes(4));

        fixture.sweep();

        assertThat(fixture.idle()).hasSize(4);
    }

    @Test
    void whatIsUsedLeastGoesFirst() throws Exception {
        fixture.prefill(3);
        List<PooledSession<Credentials, Session>> all = fixture.sessions();
        clock.advance(LONGER_THAN_IDLE);
        Connection handle = fixture.dataSource.getConnection();
        PooledSession<Credentials, Session> used = fixture.sessionOf(fixture.holderOf(handle));
        handle.close();

        fixture.sweep();

        awaitBackends(MIN);
        assertThat(fixture.idle()).hasSize(MIN).contains(used);
        assertThat(all).contains(used);
    }

    @Test
    void aSessionInUseIsNotSwept() throws Exception {
        fixture.prefill(5);
        Connection handle = fixture.dataSource.getConnection();
        clock.advance(LONGER_THAN_IDLE);

        fixture.sweep();

        awaitBackends(MIN);
        assertThat(fixture.idle()).hasSize(MIN - 1);
        assertThat(PoolFixture.query(handle, "SELECT 1")).isEqualTo("1");
    }

    @Test
    void whatDoesNotAnswerGoes() throws Exception {
        PooledSession<Credentials, Session> dead = fixture.prefillOne();
        PooledSession<Credentials, Session> alive = fixture.prefillOne();
        POSTGRES.terminate(PoolFixture.pid(dead));

        fixture.sweep();

        assertThat(fixture.sessions()).contains(alive).doesNotContain(dead);
        assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.VALIDATION_FAILED, 1L);
    }

    @Test
    void theSweepKeepsBackendsFreshInTheServersEyes() throws Exception {
        PooledSession<Credentials, Session> idle = fixture.prefillOne();
        Instant before = stateChange(idle);

        fixture.sweep();

        assertThat(stateChange(idle)).isAfter(before);
    }

    private static Instant stateChange(PooledSession<Credentials, Session> session) {
        return POSTGRES.backends().stream()
                .filter(backend -> backend.pid() == PoolFixture.pid(session))
                .map(Backend::stateChange)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anOldSessionIsReplacedAlsoAtTheMinimum() throws Exception {
        fixture.prefill(MIN);
        List<PooledSession<Credentials, Session>> old = fixture.sessions();
        clock.advance(Duration.ofMinutes(31));

        Awaitility.await().until(() -> {
            fixture.tick();
            return fixture.sessions().stream().noneMatch(old::contains);
        });

        awaitBackends(MIN);
        assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.LIFETIME, (long) MIN);
    }

    @Test
    void aValidationThatGetsNoAnswerIsBounded() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(POSTGRES);
                PoolFixture behind = PoolFixture.through(proxy, POSTGRES)
                        .with(Setting.DB_POOL_VALIDATION_TIMEOUT, "200ms")
                        .open()) {
            behind.prefill(2);
            proxy.freeze();

            behind.sweep();

            assertThat(behind.idle()).isEmpty();
            assertThat(behind.statistics().evicted()).containsEntry(EvictionReason.VALIDATION_FAILED, 2L);
        }
    }

    private Set<Object> invalid(Object... candidates) {
        return fixture.factory.getInvalidConnections(Set.of(candidates));
    }

    /** What the container asks when an operator tests the pool; a connection that nobody holds borrows for that. */
    @Test
    void aTestOfThePoolSaysWhetherASessionCanBeHadAndKeepsNone() throws Exception {
        TerafyManagedConnection connection = fixture.take();

        assertThat(invalid(connection)).isEmpty();

        assertThat(connection.isBound()).isFalse();
        assertThat(fixture.statistics().inUse()).isZero();
        assertThat(fixture.sessions()).isNotEmpty();
    }

    @Test
    void aTestOfThePoolFailsWhereNoSessionCanBeHad() throws Exception {
        List<Object> made = new ArrayList<>();
        try (FaultProxy proxy = FaultProxy.to(POSTGRES);
                PoolFixture away = PoolFixture.through(proxy, POSTGRES)
                        .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "200ms")
                        .open()) {
            proxy.refuse();
            TerafyManagedConnection connection = away.take();
            made.addAll(away.factory.getInvalidConnections(Set.of(connection)));

            assertThat(made).containsExactly(connection);
        }
    }

    @Test
    void aTestOfThePoolFindsAHeldConnectionWhoseSessionEnded() throws Exception {
        TerafyManagedConnection connection = fixture.take();
        Connection handle = fixture.handleOf(connection);
        assertThat(invalid(connection)).isEmpty();

        connection.physical().abort();

        assertThat(invalid(connection)).containsExactly(connection);
        assertThat(handle.isClosed()).isTrue();
    }

    @Test
    void whatIsNotOursIsLeftAlone() {
        assertThat(invalid("foreign")).isEmpty();
    }
}
