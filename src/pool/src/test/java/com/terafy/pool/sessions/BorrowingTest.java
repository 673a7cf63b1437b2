package com.terafy.pool.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.EvictionReason;
import com.terafy.api.FlushMode;
import com.terafy.pool.sessions.FakeServer.Call;
import com.terafy.pool.sessions.NoSessionException.Reason;
import com.terafy.pool.sessions.PooledSession.State;
import com.terafy.pool.statistics.Occupancy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BorrowingTest {

    private final TestPool test = new TestPool(0, 3);
    private final SessionPool<String, FakeSession> pool = test.pool;

    @AfterEach
    void theBooksBalance() {
        test.check();
    }

    @Test
    void theFirstBorrowOpensOneSessionAndNoMore() throws Exception {
        PooledSession<String, FakeSession> lent = test.borrow();

        assertThat(lent.state()).isEqualTo(State.LENT);
        assertThat(lent.borrow().thread()).isSameAs(Thread.currentThread());
        assertThat(pool.occupancy()).isEqualTo(new Occupancy(0, 1));
        assertThat(test.server.logins()).hasSize(1);
    }

    @Test
    void theSessionUsedLastIsLentFirst() throws Exception {
        List<PooledSession<String, FakeSession>> lent = test.borrow(3);
        test.giveBack(List.of(lent.get(2), lent.get(0), lent.get(1)));

        assertThat(test.borrow(3)).containsExactly(lent.get(1), lent.get(0), lent.get(2));
    }

    @Test
    void whatItsServerIsNotDoneWithIsLentAfterTheOthers() throws Exception {
        List<PooledSession<String, FakeSession>> lent = test.borrow(3);
        test.giveBack(List.of(lent.get(2), lent.get(0), lent.get(1)));
        lent.get(1).session().busy = true;

        assertThat(test.borrow(3)).containsExactly(lent.get(0), lent.get(2), lent.get(1));
    }

    @Test
    void lookingAtThemKeepsTheirOrder() throws Exception {
        List<PooledSession<String, FakeSession>> lent = test.borrow(3);
        test.giveBack(List.of(lent.get(2), lent.get(0), lent.get(1)));

        pool.tick();
        pool.sweep();

        assertThat(test.borrow(3)).containsExactly(lent.get(1), lent.get(0), lent.get(2));
    }

    @Test
    void aSessionComesBackAndServesAgain() throws Exception {
        PooledSession<String, FakeSession> lent = test.borrow();
        test.ticker.advance(Duration.ofSeconds(3));
        pool.giveBack(lent);

        assertThat(lent.borrow()).isNull();
        assertThat(lent.busyNanos()).isEqualTo(Duration.ofSeconds(3).toNanos());
        assertThat(lent.lastUsedNanos()).isEqualTo(test.ticker.nanoTime());
        assertThat(test.borrow()).isSameAs(lent);
        assertThat(lent.timesBorrowed()).isEqualTo(2);
        assertThat(test.statistics().borrows()).isEqualTo(2);
    }

    /** Fails now and then, not each time, where a borrower may overtake those who wait. */
    @Test
    void whoComesBackQuicklyDoesNotOvertakeWhoWaits() throws Exception {
        PooledSession<String, FakeSession> lent = test.borrow();
        test.tasks.hold(); // nothing else is opened
        for (int i = 0; i < 200; i++) {
            Borrower waiting = test.borrower();
            test.awaitWaiting(1);
            pool.giveBack(lent);

            assertThatThrownBy(() -> pool.borrow(TestPool.OWN, Patience.of(Duration.ofNanos(1))))
                    .isInstanceOf(NoSessionException.class);
            lent = waiting.lent();
        }
        pool.giveBack(lent);
        test.tasks.letGo();
    }

    @Test
    void givingBackTwiceIsHarmless() throws Exception {
        PooledSession<String, FakeSession> lent = test.borrow();
        pool.giveBack(lent);
        pool.giveBack(lent);

        assertThat(pool.books().permits()).isEqualTo(3);
        assertThat(test.statistics().useTime().count()).isEqualTo(1);
    }

    @Test
    void evictingTwiceIsHarmless() throws Exception {
        PooledSession<String, FakeSession> lent = test.borrow();

        assertThat(pool.evict(lent, EvictionReason.FATAL_ERROR)).isTrue();
        assertThat(pool.evict(lent, EvictionReason.FATAL_ERROR)).isFalse();

        assertThat(pool.books().permits()).isEqualTo(3);
        assertThat(test.statistics().evicted()).containsEntry(EvictionReason.FATAL_ERROR, 1L);
    }

    @Test
    void givingBackWhatHasEndedIsHarmless() throws Exception {
        PooledSession<String, FakeSession> lent = test.borrow();
        pool.evict(lent, EvictionReason.ABORTED);
        pool.giveBack(lent);

        assertThat(pool.sessions()).isEmpty();
        assertThat(lent.session().closed).isTrue();
        assertThat(pool.books().permits()).isEqualTo(3);
    }

    @Test
    void aDeadSessionIsNotLent() throws Exception {
        PooledSession<String, FakeSession> dead = test.borrow();
        pool.giveBack(dead);
        dead.session().ended = true;

        PooledSession<String, FakeSession> lent = test.borrow();

        assertThat(lent).isNotSameAs(dead);
        assertThat(dead.session().closed).isTrue();
        assertThat(test.statistics().evicted()).containsEntry(EvictionReason.FOUND_DEAD, 1L);
        assertThat(test.server.logins()).hasSize(2);
    }

    @Test
    void whoWaitsForAnOpeningTakesASessionThatComesBackMeanwhile() throws Exception {
        PooledSession<String, FakeSession> lent = test.borrow();
        test.tasks.hold();
        Borrower waiting = test.borrower();
        test.awaitWaiting(1);

        pool.giveBack(lent);

        assertThat(waiting.lent()).isSameAs(lent);
        test.tasks.letGo();
        assertThat(test.idle()).isEqualTo(1);
    }

    @Test
    void whoWaitsForAPermitGetsTheSessionThatComesBack() throws Exception {
        List<PooledSession<String, FakeSession>> lent = test.borrow(3);
        Borrower waiting = test.borrower();

        pool.giveBack(lent.get(1));

        assertThat(waiting.lent()).isSameAs(lent.get(1));
    }

    @Test
    void waitingForAPermitIsBounded() {
        test.borrow(3);

        assertThatThrownBy(() -> pool.borrow(TestPool.OWN, Patience.of(Duration.ofMillis(5))))
                .isInstanceOfSatisfying(
                        NoSessionException.class,
                        none -> assertThat(none.reason()).isEqualTo(Reason.TIME_IS_OVER))
                .hasNoCause();
    }

    @Test
    void waitingForASessionIsBoundedAndTellsWhyThereIsNone() {
        Exception outage = new Exception("connection refused");
        test.server.fail(TestPool.OWN, outage);

        assertThatThrownBy(() -> pool.borrow(TestPool.OWN, Patience.of(Duration.ofMillis(200))))
                .isInstanceOfSatisfying(
                        NoSessionException.class,
                        none -> assertThat(none.reason()).isEqualTo(Reason.TIME_IS_OVER))
                .hasCause(outage);
    }

    @Test
    void whoTimesOutAtTheGateDuringAnOutageIsToldWhy() throws Exception {
        Exception outage = new Exception("connection refused");
        test.server.fail(TestPool.OWN, outage);
        List<Borrower> inside = List.of(test.borrower(), test.borrower(), test.borrower());
        test.awaitWaiting(3);

        assertThatThrownBy(() -> pool.borrow(TestPool.OWN, Patience.of(Duration.ofMillis(5))))
                .hasCause(outage);

        inside.forEach(Borrower::interrupt);
        for (Borrower each : inside) {
            assertThat(each.thrown()).isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void unlimitedPatienceIsNoError() throws Exception {
        assertThat(pool.borrow(TestPool.OWN, Patience.of(Duration.ofSeconds(Long.MAX_VALUE))))
                .isNotNull();
    }

    @Test
    void anInterruptEndsTheWaitForASessionAndCostsNothing() throws Exception {
        test.tasks.hold();
        Borrower waiting = test.borrower();
        test.awaitWaiting(1);

        waiting.interrupt();

        assertThat(waiting.thrown()).isInstanceOf(InterruptedException.class);
        assertThat(pool.books().permits()).isEqualTo(3);
        test.tasks.letGo();
        assertThat(test.idle()).isEqualTo(1);
    }

    @Test
    void anInterruptEndsTheWaitForAPermitAndCostsNothing() throws Exception {
        List<PooledSession<String, FakeSession>> lent = test.borrow(3);
        Borrower waiting = test.borrower();

        waiting.interrupt();

        assertThat(waiting.thrown()).isInstanceOf(InterruptedException.class);
        test.giveBack(lent);
        assertThat(pool.books().permits()).isEqualTo(3);
    }

    @Test
    void aSessionThatAStrangerEndsWhileItIsLookedAtIsNotLent() throws Exception {
        test.with(1);
        PooledSession<String, FakeSession> first = pool.sessions().findFirst().orElseThrow();
        test.server.during(Call.IS_USABLE, key -> pool.evict(first, EvictionReason.ABORTED));

        PooledSession<String, FakeSession> lent = test.borrow();

        assertThat(lent).isNotSameAs(first);
        assertThat(first.state()).isEqualTo(State.ENDING);
        pool.giveBack(first);
        assertThat(test.idle()).isZero();
    }

    @Test
    void aSessionThatIsFlushedWhileItIsLookedAtIsNotLent() throws Exception {
        test.with(1);
        PooledSession<String, FakeSession> first = pool.sessions().findFirst().orElseThrow();
        test.server.during(Call.IS_USABLE, key -> {
            test.server.calmDown();
            pool.flush(FlushMode.IDLE);
        });

        assertThat(test.borrow()).isNotSameAs(first);

        assertThat(first.session().closed).isTrue();
        assertThat(test.statistics().borrows()).isEqualTo(2);
        assertThat(test.statistics().useTime().count())
                .as("what was not lent was not used")
                .isEqualTo(1);
    }

    @Test
    void onceTheTimeIsOverNobodyIsAskedForLongerThanNothing() throws Exception {
        test.with(1);

        assertThat(pool.borrow(TestPool.OWN, Patience.of(Duration.ofSeconds(-1))))
                .isNotNull();
    }
}
