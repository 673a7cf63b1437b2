package com.terafy.pool.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.EvictionReason;
import com.terafy.api.FlushMode;
import com.terafy.pool.sessions.FakeServer.Call;
import com.terafy.pool.sessions.PooledSession.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LifetimeTest {

    private static final Duration LIFETIME = Duration.ofMinutes(5);

    private TestPool test = new TestPool(2, 6, LIFETIME);

    @AfterEach
    void theBooksBalance() {
        test.check();
    }

    private List<PooledSession<String, FakeSession>> all() {
        return test.pool.sessions().toList();
    }

    private void grow(Duration old) {
        test.ticker.advance(old);
        test.pool.tick();
    }

    @Test
    void withinNineTenthsOfItsLifetimeNoneIsReplaced() {
        test.filled();

        grow(LIFETIME.multipliedBy(9).dividedBy(10).minusSeconds(1));

        assertThat(test.server.logins()).hasSize(2);
    }

    @Test
    void theReplacementIsOpenBeforeTheOldOneGoes() {
        test.filled();
        List<PooledSession<String, FakeSession>> old = all();
        List<Integer> seen = new ArrayList<>();
        test.server.during(Call.CLOSE, key -> seen.add(test.pool.usable()));

        grow(LIFETIME);

        assertThat(seen).hasSize(2).allMatch(usable -> usable >= 2);
        assertThat(all()).hasSize(2).doesNotContainAnyElementsOf(old);
        assertThat(test.statistics().evicted()).containsEntry(EvictionReason.LIFETIME, 2L);
        assertThat(test.server.logins()).hasSize(4);
    }

    @Test
    void oneInUseIsRetiredWhenItComesBack() throws Exception {
        PooledSession<String, FakeSession> lent = test.borrow();
        grow(LIFETIME);

        assertThat(lent.state()).isEqualTo(State.LENT);
        assertThat(lent.session().closed).isFalse();

        test.pool.giveBack(lent);
        assertThat(lent.session().closed).isTrue();
        assertThat(test.idle()).isEqualTo(2);
    }

    @Test
    void aboveTheMinimumItIsReplacedToo() {
        test.with(6);

        grow(LIFETIME);
        grow(TestPool.TICK);

        assertThat(test.server.logins()).hasSize(6 + 6);
        assertThat(test.idle()).isEqualTo(6);
    }

    @Test
    void aboveTheMinimumItStaysTooWhereNoReplacementIsToBeHad() {
        test = new TestPool(2, 10, LIFETIME).with(6);
        List<PooledSession<String, FakeSession>> old = all();
        test.server.refuse(TestPool.OWN);

        grow(LIFETIME);
        grow(TestPool.TICK);

        assertThat(all()).containsExactlyInAnyOrderElementsOf(old);
    }

    @Test
    void aReplacementIsReapedWhenWhatItReplacesWouldHaveBeen() {
        test.with(6);
        grow(LIFETIME);
        grow(TestPool.TICK);

        test.ticker.advance(TestPool.IDLE_TIMEOUT.minus(LIFETIME));
        test.pool.sweep();

        assertThat(test.idle()).isEqualTo(2);
    }

    @Test
    void aLifetimeShorterThanTheIdleTimeoutKeepsNoBurstAlive() {
        test.with(6);
        for (Duration past = Duration.ZERO; past.compareTo(TestPool.IDLE_TIMEOUT) < 0; past = past.plus(LIFETIME)) {
            grow(LIFETIME.plusSeconds(1));
            test.pool.sweep();
        }

        assertThat(test.idle()).isEqualTo(2);
    }

    @Test
    void atTheMaximumOneIsReplacedAtATime() {
        test = new TestPool(4, 4, LIFETIME).filled();
        List<PooledSession<String, FakeSession>> old = all();
        List<Integer> seen = new ArrayList<>();
        test.server.during(Call.OPEN, key -> seen.add(test.pool.usable()));

        grow(LIFETIME);

        assertThat(seen).containsExactly(3, 3, 3, 3);
        assertThat(all()).hasSize(4).doesNotContainAnyElementsOf(old);
        assertThat(test.server.most()).isEqualTo(4);
    }

    @Test
    void atTheMaximumWithAllInUseOneIsMarkedAtATime() throws Exception {
        test = new TestPool(4, 4, LIFETIME);
        List<PooledSession<String, FakeSession>> lent = test.borrow(4);
        for (int i = 0; i < 5; i++) {
            grow(LIFETIME);
        }

        assertThat(lent.stream().filter(each -> each.endAtReturn() != null)).hasSize(1);

        test.giveBack(lent);
        assertThat(all()).hasSize(4).doesNotContainAnyElementsOf(lent);
        assertThat(test.server.most()).isEqualTo(4);
    }

    @Test
    void whereNoReplacementIsToBeHadItStaysInUse() {
        test.filled();
        List<PooledSession<String, FakeSession>> old = all();
        test.server.refuse(TestPool.OWN);
        for (int i = 0; i < 20; i++) {
            grow(LIFETIME);
        }

        assertThat(all()).containsExactlyInAnyOrderElementsOf(old);

        test.server.permit(TestPool.OWN);
        grow(LIFETIME);
        grow(TestPool.TICK);
        assertThat(all()).hasSize(2).doesNotContainAnyElementsOf(old);
    }

    @Test
    void atTheMaximumAnOutageCostsOneAtMost() {
        test = new TestPool(4, 4, LIFETIME).filled();
        test.server.fail(TestPool.OWN, new Exception("connection refused"));
        for (int i = 0; i < 20; i++) {
            grow(LIFETIME);
        }

        assertThat(test.idle()).isEqualTo(3);

        test.server.permit(TestPool.OWN);
        grow(TestPool.TICK);
        grow(TestPool.TICK);
        assertThat(test.idle()).isEqualTo(4);
    }

    @Test
    void whileOpeningFailsNoneGoesFirstToMakeRoom() throws Exception {
        test = new TestPool(2, 3, LIFETIME).filled();
        List<PooledSession<String, FakeSession>> old = all();
        test.server.fail(TestPool.OWN, new Exception("connection refused"));
        grow(LIFETIME);
        test.borrow("other");

        grow(TestPool.TICK);

        assertThat(all()).containsAll(old);
        assertThat(test.pool.usable()).isEqualTo(2);
    }

    @Test
    void aSessionByAnotherKeyIsRetiredAndNotReplaced() throws Exception {
        test.filled();
        test.pool.giveBack(test.borrow("other"));

        grow(LIFETIME);

        assertThat(all()).noneMatch(session -> session.key().equals("other"));
        assertThat(test.server.logins("other")).isEqualTo(1);
    }

    @Test
    void aLifetimeShorterThanALoginHoldsNobodyUp() throws Exception {
        test = new TestPool(1, 1, Duration.ofNanos(1));
        test.server.during(Call.OPEN, key -> test.ticker.advance(TestPool.TICK));
        for (int i = 0; i < 50; i++) {
            test.tick();
            test.pool.giveBack(test.borrow());
        }

        assertThat(test.server.most()).isEqualTo(1);
        assertThat(test.server.logins().size()).isLessThanOrEqualTo(101);
    }

    @Test
    void aFlushOwesNoReplacement() throws Exception {
        test = new TestPool(0, 1, LIFETIME);
        PooledSession<String, FakeSession> lent = test.borrow();
        grow(LIFETIME);
        assertThat(lent.endAtReturn()).isEqualTo(EvictionReason.LIFETIME);
        test.pool.pause();
        test.pool.giveBack(lent);

        test.pool.resume();
        test.tick();

        assertThat(test.server.logins()).hasSize(1);
    }

    /** As where its server has more of them than others: it is replaced first, and nobody loses it. */
    @Test
    void oneOfSeveralIsReplacedOnDemandAnIdleOneFirst() throws Exception {
        test.with(4);
        PooledSession<String, FakeSession> lent = test.borrow();
        List<PooledSession<String, FakeSession>> idle =
                all().stream().filter(each -> each.state() == State.IDLE).toList();
        List<Integer> seen = new ArrayList<>();
        test.server.during(Call.CLOSE, key -> seen.add(test.pool.usable()));

        assertThat(test.pool.replaceOne(session -> true)).isTrue();

        assertThat(seen).containsExactly(4);
        assertThat(all()).hasSize(4).contains(lent);
        assertThat(all().stream().filter(idle::contains)).hasSize(2);
        assertThat(test.statistics().evicted()).containsEntry(EvictionReason.SURPLUS, 1L);
        test.pool.giveBack(lent);
        assertThat(lent.session().closed).isFalse();
    }

    @Test
    void oneInUseIsReplacedOnDemandAsItComesBack() throws Exception {
        test.with(2);
        List<PooledSession<String, FakeSession>> lent = test.borrow(2);

        assertThat(test.pool.replaceOne(session -> session.equals(lent.get(0).session())))
                .isTrue();
        assertThat(test.pool.replaceOne(session -> session.equals(lent.get(0).session())))
                .isFalse();

        assertThat(lent).allMatch(each -> !each.session().closed);
        assertThat(all()).hasSize(3);
        test.giveBack(lent);
        assertThat(lent.get(0).session().closed).isTrue();
        assertThat(lent.get(1).session().closed).isFalse();
    }

    @Test
    void oneToBeReplacedStaysWhereNoReplacementIsToBeHad() {
        test.with(2);
        test.server.refuse(TestPool.OWN);

        assertThat(test.pool.replaceOne(session -> true)).isTrue();
        test.tick();

        assertThat(test.idle()).isEqualTo(2);
        assertThat(test.pool.replaceOne(session -> true)).as("one at a time").isFalse();
    }

    @Test
    void noneIsReplacedOnDemandWhileThePoolIsPaused() {
        test.with(2);
        test.pool.pause();
        assertThat(test.pool.replaceOne(session -> true)).isFalse();
        test.pool.resume();
    }

    /** For an hour, or for ever: the others are as old. */
    @Test
    void atTheMaximumOneThatIsKeptGivesWayToTheOthers() throws Exception {
        List<PooledSession<String, FakeSession>> lent = test.borrow(6);
        grow(LIFETIME);
        PooledSession<String, FakeSession> kept =
                lent.stream().filter(PooledSession::isGoing).findFirst().orElseThrow();
        List<PooledSession<String, FakeSession>> others = new ArrayList<>(lent);
        others.remove(kept);

        test.giveBack(others);
        for (int i = 0; i < 6; i++) {
            grow(TestPool.TICK);
        }

        assertThat(others).allMatch(session -> session.session().closed);
        assertThat(kept.session().closed).isFalse();
        test.pool.giveBack(kept);
        grow(TestPool.TICK);
        grow(TestPool.TICK);
        assertThat(kept.session().closed).isTrue();
        assertThat(test.idle()).isEqualTo(6);
    }

    @Test
    void onDemandOneThatIsKeptGivesWayToAnother() throws Exception {
        List<PooledSession<String, FakeSession>> lent = test.borrow(6);
        assertThat(test.pool.replaceOne(any -> true)).isTrue();
        PooledSession<String, FakeSession> kept =
                lent.stream().filter(PooledSession::isGoing).findFirst().orElseThrow();
        assertThat(test.pool.isGoingForGood(kept)).isFalse();
        PooledSession<String, FakeSession> other =
                lent.stream().filter(session -> session != kept).findFirst().orElseThrow();
        test.ticker.advance(TestPool.TICK);
        test.pool.giveBack(other);
        assertThat(test.borrow()).isSameAs(other);

        assertThat(test.pool.replaceOne(any -> true)).isTrue();

        assertThat(lent.stream().filter(PooledSession::isGoing)).containsExactly(other);
        test.pool.giveBack(kept);
        assertThat(kept.session().closed).isFalse();
    }

    /** However many they are. */
    @Test
    void thoseThatAreKeptHoldUpTheReplacementOfNoneThatComesBack() throws Exception {
        test = new TestPool(4, 4, LIFETIME);
        List<PooledSession<String, FakeSession>> lent = test.borrow(4);
        grow(LIFETIME);
        PooledSession<String, FakeSession> last = all().get(3);
        assertThat(last.isGoing()).as("not the one that is to go first").isFalse();
        PooledSession<String, FakeSession> inAndOut = last;
        for (int i = 0; i < 3; i++) {
            test.pool.giveBack(inAndOut);
            inAndOut = test.borrow();
            grow(TestPool.TICK);
        }

        assertThat(last.session().closed).isTrue();
        lent.remove(last);
        assertThat(lent).noneMatch(session -> session.session().closed);
    }

    /** An operator's flush is not forgotten by that. */
    @Test
    void oneThatIsFlushedMeanwhileEndsAllTheSame() throws Exception {
        List<PooledSession<String, FakeSession>> lent = test.borrow(6);
        test.pool.replaceOne(any -> true);
        PooledSession<String, FakeSession> marked =
                lent.stream().filter(PooledSession::isGoing).findFirst().orElseThrow();
        test.pool.flush(FlushMode.GRACEFULLY);

        test.pool.replaceOne(any -> true);

        test.pool.giveBack(marked);
        assertThat(marked.session().closed).isTrue();
    }
}
