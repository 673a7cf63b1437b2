package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.ConnectionState;
import com.terafy.api.EvictionReason;
import com.terafy.api.FlushMode;
import com.terafy.pool.time.Ticker;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Interleavings that happen once in a million, forced: the clock is read between the steps of the adapter, so another
 * thread can be let in just there.
 */
@SuppressWarnings("UnnecessaryAsync") // they are shared with the thread that forces the race
class ForcedRaceTest {

    private static final TestPostgres POSTGRES = TestPostgres.shared();

    private final AtomicInteger readingsLeft = new AtomicInteger(-1);
    private Runnable intrusion = () -> {};
    private PoolFixture fixture;
    private TerafyManagedConnection connection;

    @BeforeEach
    void open() throws ResourceException {
        fixture = PoolFixture.on(POSTGRES).at(this::read).open();
        connection = fixture.idle();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private long read() {
        if (readingsLeft.get() >= 0 && readingsLeft.getAndDecrement() == 0) {
            runInAnotherThread(intrusion);
        }
        return Ticker.SYSTEM.nanoTime();
    }

    private static void runInAnotherThread(Runnable what) {
        try {
            CompletableFuture.runAsync(what).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The other thread runs at the given reading of the clock from now on, the first being 0. */
    private void intrudeAtReading(int reading, Runnable what) {
        intrusion = what;
        readingsLeft.set(reading);
    }

    private Object match() throws ResourceException {
        return fixture.factory.matchManagedConnections(Set.of(connection), null, null);
    }

    /** How often the clock is read while a connection is matched that has to ask the server. */
    private int readingsOfAMatch() throws ResourceException {
        AtomicInteger before = new AtomicInteger();
        fixture.pool.liveness().alarm();
        intrudeAtReading(1_000, () -> {});
        before.set(readingsLeft.get());
        match();
        int readings = before.get() - readingsLeft.get();
        readingsLeft.set(-1);
        connection.cleanup();
        return readings;
    }

    @Test
    void aConnectionThatIsFlushedWhileItIsMatchedIsNotHandedOut() throws Exception {
        int readings = readingsOfAMatch();
        assertThat(readings).isGreaterThan(1);
        fixture.pool.liveness().alarm();
        intrudeAtReading(readings - 1, () -> fixture.dataSource.operations().flush(FlushMode.IDLE));

        assertThat(match()).isNull();

        assertThat(connection.entry().state()).isEqualTo(ConnectionState.RETIRED);
    }

    @Test
    void aConnectionThatIsDestroyedWhileItIsMatchedIsNotHandedOut() throws Exception {
        int readings = readingsOfAMatch();
        fixture.pool.liveness().alarm();
        intrudeAtReading(readings - 1, connection::destroy);

        assertThat(match()).isNull();

        assertThat(connection.entry().state()).isEqualTo(ConnectionState.DESTROYED);
        assertThat(fixture.pool.ledger().usable()).isZero();
    }

    private Set<Object> sweep() {
        return fixture.factory.getInvalidConnections(Set.of(connection));
    }

    @Test
    void aSweepLeavesAConnectionAloneThatIsBeingMatched() throws Exception {
        fixture.container.prefill(PoolFixture.MIN);
        for (int reading = 0; reading < readingsOfAMatch(); reading++) {
            fixture.pool.liveness().alarm();
            intrudeAtReading(reading, () -> assertThat(sweep()).isEmpty());

            assertThat(match()).isSameAs(connection);

            assertThat(connection.entry().state()).isEqualTo(ConnectionState.IN_USE);
            connection.cleanup();
        }
    }

    @Test
    void aSweepLeavesAConnectionAloneThatIsBorrowed() throws Exception {
        fixture.container.prefill(PoolFixture.MIN);
        assertThat(match()).isSameAs(connection);

        assertThat(sweep()).isEmpty();

        assertThat(connection.entry().state()).isEqualTo(ConnectionState.IN_USE);
    }

    /** It broke in the borrower's hands, and the container has not been told yet: it takes back the permit with it. */
    @Test
    void aSweepLeavesAConnectionAloneThatBreaksWhileItIsBorrowed() throws Exception {
        match();
        fixture.pool.broke(connection.entry());

        assertThat(sweep()).isEmpty();

        connection.destroy();
        assertThat(sweep()).containsExactly(connection);
    }

    /** The borrower is offered it by the container in the middle of the sweep, and gets it when the sweep is done. */
    @Test
    void aConnectionIsLentToTheBorrowerWhoWaitedForTheSweep() throws Exception {
        CompletableFuture<Object> matched = matchDuringSweep();

        assertThat(sweep()).isEmpty();

        assertThat(matched.get(10, TimeUnit.SECONDS)).isSameAs(connection);
        assertThat(connection.entry().state()).isEqualTo(ConnectionState.IN_USE);
    }

    @Test
    void aConnectionThatTheSweepFindsDeadIsNotLentToTheBorrowerWhoWaited() throws Exception {
        CompletableFuture<Object> matched = matchDuringSweep();
        connection.physical().abort();

        assertThat(sweep()).containsExactly(connection);

        assertThat(matched.get(10, TimeUnit.SECONDS)).isNull();
        assertThat(connection.entry().state()).isEqualTo(ConnectionState.BROKEN);
    }

    /** The borrower comes when the sweep has claimed the connection and reads the clock to judge it. */
    private CompletableFuture<Object> matchDuringSweep() {
        CompletableFuture<Object> matched = new CompletableFuture<>();
        Thread borrower = new Thread(() -> {
            try {
                matched.complete(match());
            } catch (ResourceException | RuntimeException failed) {
                matched.completeExceptionally(failed);
            }
        });
        intrudeAtReading(0, () -> {
            assertThat(connection.entry().isClaimed()).isTrue();
            borrower.start();
            Awaitility.await().until(() -> borrower.getState() == Thread.State.TIMED_WAITING);
        });
        return matched;
    }

    /** The error comes when the connection is reset, but not yet idle. */
    @Test
    void aConnectionThatBreaksAsItComesBackIsNotHandedOutAgain() throws Exception {
        match();
        fixture.handleOf(connection);
        intrudeAtReading(0, () -> connection.failed(new SQLException("broke", "08006")));

        connection.cleanup();

        assertThat(connection.entry().state()).isIn(ConnectionState.BROKEN, ConnectionState.DESTROYED);
        assertThat(match()).isNull();
    }

    @Test
    void aConnectionThatIsDestroyedAsItComesBackStaysDestroyed() throws Exception {
        match();
        fixture.handleOf(connection);
        intrudeAtReading(0, connection::destroy);

        connection.cleanup();

        assertThat(connection.entry().state()).isEqualTo(ConnectionState.DESTROYED);
        assertThat(fixture.statistics().useTime().count()).isEqualTo(1);
    }

    /** The operator's flush marks it, but meanwhile it came back and was borrowed by somebody else. */
    @Test
    void anAbortAfterTheConnectionCameBackTellsNobodyTwice() throws Exception {
        match();
        Connection handle = fixture.handleOf(connection);
        var events = fixture.container.listenerOf(connection).events;
        connection.abort(EvictionReason.FLUSH, new SQLException("flushed", "08006"));
        connection.failed(new SQLException("socket closed", "08006"));

        assertThat(events).hasSize(1);
        assertThat(handle.isClosed()).isTrue();
        assertThat(fixture.statistics().evicted()).containsEntry(EvictionReason.FLUSH, 1L);
    }
}
