package com.terafy.pool.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.PoolStatistics;
import com.terafy.pool.sessions.PooledSession.State;
import com.terafy.pool.statistics.PoolCounters;
import com.terafy.pool.time.FakeTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A pool between a server by script, tasks and a clock in the test's hands. */
final class TestPool {

    static final String OWN = "own";
    static final Duration IDLE_TIMEOUT = Duration.ofMinutes(10);
    static final Duration TICK = Duration.ofSeconds(1);

    /** A test that waits for so long has failed. */
    static final Duration TOO_LONG = Duration.ofSeconds(10);

    /** Of a borrower; longer, so that nobody who was forgotten finds a session at the end of its time. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    final FakeTicker ticker = new FakeTicker();
    final FakeServer server = new FakeServer();
    final FakeTasks tasks = new FakeTasks();
    final PoolCounters counters = new PoolCounters();
    final SessionPool<String, FakeSession> pool;

    TestPool(int min, int max) {
        this(min, max, Duration.ZERO);
    }

    TestPool(int min, int max, Duration lifetime) {
        pool = new SessionPool<>(OWN, min, max, IDLE_TIMEOUT, lifetime, false, ticker, counters, server, tasks);
        server.limitTo(pool::max);
    }

    /** With the minimum there. */
    TestPool filled() {
        pool.tick();
        return this;
    }

    /** With so many idle ones, the first of the list used last. */
    TestPool with(int sessions) {
        giveBack(borrow(sessions));
        return this;
    }

    PooledSession<String, FakeSession> borrow() throws NoSessionException, InterruptedException {
        return borrow(OWN);
    }

    PooledSession<String, FakeSession> borrow(String key) throws NoSessionException, InterruptedException {
        return pool.borrow(key, Patience.of(PATIENCE));
    }

    List<PooledSession<String, FakeSession>> borrow(int count) {
        List<PooledSession<String, FakeSession>> lent = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                lent.add(borrow());
            }
        } catch (NoSessionException | InterruptedException e) {
            throw new AssertionError(e);
        }
        return lent;
    }

    /** One after the other, a second apart. */
    void giveBack(List<PooledSession<String, FakeSession>> lent) {
        lent.forEach(session -> {
            ticker.advance(TICK);
            pool.giveBack(session);
        });
    }

    /** A second later, what is done every second. */
    void tick() {
        ticker.advance(TICK);
        pool.tick();
    }

    Borrower borrower(String key) {
        return new Borrower(pool, key, PATIENCE);
    }

    Borrower borrower() {
        return borrower(OWN);
    }

    /** Until that many borrowers are in and without a session, and do nothing but wait. */
    void awaitWaiting(int count) {
        await(() -> pool.books().asleep() == count);
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TOO_LONG.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("too long").isNegative();
            Thread.onSpinWait();
        }
    }

    long idle() {
        return count(State.IDLE);
    }

    long lent() {
        return count(State.LENT);
    }

    private long count(State state) {
        return pool.sessions().filter(session -> session.state() == state).count();
    }

    PoolStatistics statistics() {
        return counters.snapshot("TerafyDS", pool.min(), pool.max(), pool.occupancy());
    }

    /** The books balance, and the server never had too many. Nobody may be waiting outside or looking. */
    void check() {
        PoolInvariants.check(pool, OWN);
        assertThat(pool.books().permits() + pool.books().waiting() + lent())
                .as("permits")
                .isEqualTo(pool.max());
        assertThat(server.tooMany()).isEmpty();
    }
}
