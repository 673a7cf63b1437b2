package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.Borrower;
import com.terafy.api.ConnectionInfo;
import com.terafy.api.ConnectionState;
import com.terafy.api.EvictionReason;
import com.terafy.api.FlushMode;
import com.terafy.api.PoolOperations;
import com.terafy.api.PoolStatistics;
import com.terafy.pool.settings.Setting;
import com.terafy.testkit.Backend;
import com.terafy.testkit.ManualTicker;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.Driver;

/** The inside of a pool as the monitoring and an operator see it. */
class PoolInsideTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();

    private final ManualTicker clock = new ManualTicker();
    private PoolFixture fixture;
    private PoolOperations inside;

    @BeforeEach
    void open() throws ResourceException {
        fixture = PoolFixture.on(POSTGRES)
                .at(clock)
                .with(Setting.DB_POOL_LEAK_THRESHOLD, "1h")
                .open();
        inside = fixture.dataSource.operations();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private ConnectionInfo only() {
        assertThat(inside.connections()).hasSize(1);
        return inside.connections().get(0);
    }

    @Test
    void whatASweepHasClaimedIsFlushedByIt() throws Exception {
        TerafyManagedConnection claimed = fixture.idle();
        fixture.pool.ledger().tryClaim(claimed.entry());

        assertThat(only().state()).isEqualTo(ConnectionState.IDLE);
        assertThat(inside.flush(FlushMode.IDLE)).isEqualTo(1);

        assertThat(fixture.pool.ledger().giveBack(claimed.entry())).isFalse();
        assertThat(claimed.entry().state()).isEqualTo(ConnectionState.RETIRED);
    }

    @Test
    void whileItIsBorrowedAConnectionShowsByWhom() throws Exception {
        try (Connection handle = fixture.dataSource.getConnection()) {
            clock.advance(Duration.ofSeconds(7));
            ConnectionInfo info = only();
            Borrower borrower = info.borrower().orElseThrow();

            assertThat(info.state()).isEqualTo(ConnectionState.IN_USE);
            assertThat(Integer.toString(info.backendPid()))
                    .isEqualTo(PoolFixture.query(handle, "SELECT pg_backend_pid()"));
            assertThat(info.timesBorrowed()).isEqualTo(1);
            assertThat(info.busy()).isEqualTo(Duration.ofSeconds(7));
            assertThat(info.idle()).isZero();
            assertThat(info.lastReturned()).isEmpty();
            assertThat(borrower.thread()).isEqualTo(Thread.currentThread().getName());
            assertThat(Duration.between(borrower.since(), java.time.Instant.now()))
                    .isBetween(Duration.ofSeconds(7), Duration.ofSeconds(60));
            assertThat(borrower.inTransaction()).isFalse();
            assertThat(borrower.stack().orElseThrow()).contains("whileItIsBorrowedAConnectionShowsByWhom");
        }
    }

    @Test
    void anOpenTransactionShows() throws Exception {
        try (Connection handle = fixture.dataSource.getConnection()) {
            handle.setAutoCommit(false);
            PoolFixture.query(handle, "SELECT 1");

            assertThat(only().borrower().orElseThrow().inTransaction()).isTrue();
        }
    }

    @Test
    void afterItCameBackAConnectionShowsWhenAndForHowLong() throws Exception {
        try (Connection handle = fixture.dataSource.getConnection()) {
            clock.advance(Duration.ofSeconds(7));
            assertThat(handle.isClosed()).isFalse();
        }
        clock.advance(Duration.ofSeconds(5));

        ConnectionInfo info = only();

        assertThat(info.state()).isEqualTo(ConnectionState.IDLE);
        assertThat(info.borrower()).isEmpty();
        assertThat(info.busy()).isEqualTo(Duration.ofSeconds(7));
        assertThat(info.idle()).isEqualTo(Duration.ofSeconds(5));
        assertThat(Duration.between(
                        info.lastBorrowed().orElseThrow(), info.lastReturned().orElseThrow()))
                .isEqualTo(Duration.ofSeconds(7));
        assertThat(Duration.between(info.created(), info.lastBorrowed().orElseThrow()))
                .isZero();
    }

    @Test
    void pidAndStartNameTheBackend() throws Exception {
        fixture.container.prefill(1);
        ConnectionInfo info = only();

        assertThat(POSTGRES.backends().stream()
                        .filter(backend -> backend.pid() == info.backendPid())
                        .map(Backend::backendStart))
                .containsExactly(info.backendStart());
    }

    @Test
    void connectionsAreListedOldestFirst() throws Exception {
        fixture.container.prefill(5);

        assertThat(inside.connections()).extracting(ConnectionInfo::id).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void flushingTheIdleLeavesTheOthers() throws Exception {
        fixture.container.prefill(2);
        try (Connection handle = fixture.dataSource.getConnection()) {
            assertThat(inside.flush(FlushMode.IDLE)).isEqualTo(1);

            assertThat(PoolFixture.query(handle, "SELECT 1")).isEqualTo("1");
        }
        assertThat(inside.connections())
                .extracting(ConnectionInfo::state)
                .containsExactlyInAnyOrder(ConnectionState.RETIRED, ConnectionState.IDLE);
        fixture.container.sweep();
        assertThat(inside.statistics().evicted()).containsEntry(EvictionReason.FLUSH, 1L);
        assertThat(inside.connections()).hasSize(1);
    }

    @Test
    void flushingGracefullyRetiresThoseInUseAsTheyComeBack() throws Exception {
        fixture.container.prefill(2);
        try (Connection handle = fixture.dataSource.getConnection()) {
            assertThat(inside.flush(FlushMode.GRACEFULLY)).isEqualTo(2);

            assertThat(PoolFixture.query(handle, "SELECT 1")).isEqualTo("1");
        }
        assertThat(inside.connections())
                .extracting(ConnectionInfo::state)
                .containsExactly(ConnectionState.RETIRED, ConnectionState.RETIRED);
        try (Connection fresh = fixture.dataSource.getConnection()) {
            assertThat(fresh.isClosed()).isFalse();
            assertThat(only().id()).isEqualTo(3);
        }
        assertThat(inside.statistics().evicted()).containsEntry(EvictionReason.FLUSH, 2L);
    }

    @Test
    void flushingAllEndsThoseInUseAtOnce() throws Exception {
        fixture.container.prefill(2);
        try (Connection handle = fixture.dataSource.getConnection()) {
            assertThat(inside.flush(FlushMode.ALL)).isEqualTo(2);

            assertThatThrownBy(() -> PoolFixture.query(handle, "SELECT 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).startsWith("08"));
        }
        fixture.container.sweep();
        assertThat(inside.connections()).isEmpty();
        assertThat(inside.statistics().evicted()).containsEntry(EvictionReason.FLUSH, 2L);
        assertThat(fixture.container.freePermits()).isEqualTo(PoolFixture.MAX);
    }

    @Test
    void aConnectionOutsideThePoolIsNeitherCountedNorLimitedAndSaysWhatItIsFor() throws Exception {
        List<TerafyManagedConnection> all = new java.util.ArrayList<>();
        for (int i = 0; i < PoolFixture.MAX; i++) {
            all.add(fixture.take());
        }
        try (Connection outside = inside.openOutsidePool("cleanup")) {
            String name = PoolFixture.query(outside, "SHOW application_name");

            assertThat(name)
                    .isEqualTo(inside.identity().applicationName("cleanup"))
                    .isNotEqualTo(inside.identity().applicationName());
            assertThat(PoolFixture.query(outside, "SELECT current_user")).isEqualTo(TestPostgres.SUPERUSER);
            assertThat(inside.statistics())
                    .extracting(PoolStatistics::total, PoolStatistics::created)
                    .containsExactly(PoolFixture.MAX, (long) PoolFixture.MAX);
        }
        assertThat(all).hasSize(PoolFixture.MAX);
    }

    @Test
    void pooledBackendsCarryThePoolsTag() throws Exception {
        TerafyManagedConnection idle = fixture.idle();

        assertThat(POSTGRES.backends().stream()
                        .filter(backend -> backend.pid() == idle.physical().backendPid())
                        .map(Backend::applicationName))
                .containsExactly(inside.identity().applicationName());
    }

    @Test
    void theSettingsShowNoSecret() {
        assertThat(inside.settings())
                .containsEntry("DB_PASSWORD", "(hidden)")
                .containsEntry("DB_POOL_MAX", "10")
                .doesNotContainValue(POSTGRES.password());
    }

    @Test
    void abortEndsTheConnectionWithOneEventAndGivesItsPermitBack() throws Exception {
        Connection handle = fixture.dataSource.getConnection();
        TerafyManagedConnection connection =
                fixture.pool.connections().iterator().next();
        var events = fixture.container.listenerOf(connection).events;

        handle.abort(Runnable::run);
        handle.abort(Runnable::run);
        handle.close();

        assertThat(handle.isClosed()).isTrue();
        assertThat(events)
                .extracting("id")
                .containsExactly(jakarta.resource.spi.ConnectionEvent.CONNECTION_ERROR_OCCURRED);
        assertThat(fixture.container.freePermits()).isEqualTo(PoolFixture.MAX);
        assertThat(inside.statistics().evicted()).containsEntry(EvictionReason.ABORTED, 1L);
    }

    /** The driver's own abort keeps its timer referenced, and with it a thread. */
    @Test
    void abortLetsGoOfTheDriversTimer() throws Exception {
        int before = Driver.getSharedTimer().getRefCount();
        Connection handle = fixture.dataSource.getConnection();
        try (Statement statement = handle.createStatement()) {
            statement.setQueryTimeout(60);
            statement.execute("SELECT 1");
            assertThat(Driver.getSharedTimer().getRefCount()).isEqualTo(before + 1);

            handle.abort(Runnable::run);
        }

        assertThat(Driver.getSharedTimer().getRefCount()).isEqualTo(before);
    }

    @Test
    void soDoesABackendThatEnded() throws Exception {
        int before = Driver.getSharedTimer().getRefCount();
        try (Connection handle = fixture.dataSource.getConnection();
                Statement statement = handle.createStatement()) {
            statement.setQueryTimeout(60);

            assertThatThrownBy(() -> statement.execute("SELECT pg_terminate_backend(pg_backend_pid())"))
                    .isInstanceOf(SQLException.class);
        }

        assertThat(Driver.getSharedTimer().getRefCount()).isEqualTo(before);
    }
}
