package com.terafy.pool.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.EvictionReason;
import com.terafy.pool.sessions.FakeServer.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReapingTest {

    private static final int MIN = 2;
    private static final Duration TOO_LONG = TestPool.IDLE_TIMEOUT.plusNanos(1);

    private final TestPool test = new TestPool(MIN, 6);
    private final SessionPool<String, FakeSession> pool = test.pool;

    @AfterEach
    void theBooksBalance() {
        test.check();
    }

    @Test
    void aTickFillsToTheMinimum() {
        test.tick();

        assertThat(test.idle()).isEqualTo(MIN);
        assertThat(pool.usable()).isEqualTo(MIN);
        assertThat(test.server.logins()).hasSize(MIN);
    }

    @Test
    void idleForTooLongIsReapedDownToTheMinimumTheOldestFirst() {
        List<PooledSession<String, FakeSession>> lent = test.borrow(6);
        test.giveBack(lent);
        test.ticker.advance(TOO_LONG);

        pool.sweep();

        assertThat(pool.sessions()).containsExactlyInAnyOrder(lent.get(4), lent.get(5));
        assertThat(test.statistics().reaped()).isEqualTo(4);
    }

    @Test
    void exactlyAtTheTimeoutItStays() {
        test.with(1).with(3);
        test.ticker.advance(TestPool.IDLE_TIMEOUT.minus(TestPool.TICK.multipliedBy(2)));

        pool.sweep();

        assertThat(test.idle()).isEqualTo(3);
    }

    @Test
    void idleTimeCountsFromTheReturn() throws Exception {
        test.with(4);
        PooledSession<String, FakeSession> used = test.borrow();
        test.ticker.advance(TOO_LONG);
        pool.giveBack(used);

        pool.sweep();

        assertThat(pool.sessions()).hasSize(MIN).contains(used);
    }

    @Test
    void sessionsInUseCountForTheMinimum() {
        test.with(3);
        test.borrow(MIN);
        test.ticker.advance(TOO_LONG);

        pool.sweep();

        assertThat(test.idle()).isZero();
        assertThat(pool.usable()).isEqualTo(MIN);
    }

    @Test
    void atNoMomentOfASweepAreThereFewerThanTheMinimum() {
        test.with(6);
        test.ticker.advance(TOO_LONG);
        List<Integer> seen = new ArrayList<>();
        test.server.during(Call.CLOSE, key -> seen.add(pool.usable()));
        test.server.during(Call.ANSWERS, key -> seen.add(pool.usable()));

        pool.sweep();
        pool.sweep();

        assertThat(seen).hasSize(4 + 2 + 2).allMatch(usable -> usable >= MIN);
        assertThat(test.server.logins()).as("nothing had to be filled").hasSize(6);
    }

    @Test
    void oneThatIsUsedBetweenTheDecisionAndTheReapingStays() {
        test.with(4);
        test.ticker.advance(TOO_LONG);
        test.server.during(Call.CLOSE, key -> {
            test.server.calmDown();
            test.giveBack(test.borrow(3));
        });

        pool.sweep();

        assertThat(test.idle()).as("only the first was idle for too long").isEqualTo(3);
    }

    @Test
    void whatDoesNotAnswerIsEvictedAndReplaced() {
        test.with(MIN);
        test.server.alive().get(0).silent = true;

        pool.sweep();

        assertThat(test.statistics().evicted()).containsEntry(EvictionReason.VALIDATION_FAILED, 1L);
        assertThat(test.server.alive()).hasSize(MIN).noneMatch(session -> session.silent);
    }

    @Test
    void whenAllHaveEndedTheMinimumIsThereAgainAfterATick() {
        test.with(4);
        test.server.endAll();

        test.tick();

        assertThat(test.server.alive()).hasSize(MIN).noneMatch(session -> session.ended);
        assertThat(test.statistics().evicted()).containsEntry(EvictionReason.FOUND_DEAD, 4L);
    }

    @Test
    void afterAnEvictionTheMinimumIsThereAtOnce() {
        List<PooledSession<String, FakeSession>> lent = test.borrow(MIN);

        pool.evict(lent.get(0), EvictionReason.FATAL_ERROR);

        assertThat(test.idle()).isEqualTo(1);
        assertThat(pool.usable()).isEqualTo(MIN);
    }

    @Test
    void aSessionUnderALookIsNotLentToAnybody() throws Exception {
        TestPool one = new TestPool(1, 1).filled();
        PooledSession<String, FakeSession> only =
                one.pool.sessions().findFirst().orElseThrow();
        List<Borrower> waiting = new ArrayList<>();
        one.server.during(Call.ANSWERS, key -> {
            waiting.add(one.borrower());
            one.awaitWaiting(1);
            assertThat(only.state()).isEqualTo(PooledSession.State.LOOKED_AT);
        });

        one.pool.sweep();

        assertThat(waiting.get(0).lent()).isSameAs(only);
        one.check();
    }

    @Test
    void aLookAtManyOpensNoOther() throws Exception {
        test.with(MIN);
        test.server.during(Call.HAS_ENDED, key -> test.server.calmDown());

        for (int i = 0; i < 10; i++) {
            test.tick();
            pool.sweep();
        }

        assertThat(test.server.logins()).hasSize(MIN);
    }
}
