package com.terafy.pool.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.pool.sessions.FakeServer.Call;
import com.terafy.pool.sessions.NoSessionException.Reason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PauseTest {

    private final TestPool test = new TestPool(2, 3).filled();
    private final SessionPool<String, FakeSession> pool = test.pool;

    @AfterEach
    void theBooksBalance() {
        test.check();
    }

    @Test
    void aPauseEndsWhatIsIdleAtOnceAndWhatIsInUseAtItsReturn() throws Exception {
        PooledSession<String, FakeSession> lent = test.borrow();

        pool.pause();

        assertThat(pool.isPaused()).isTrue();
        assertThat(pool.sessions()).containsExactly(lent);
        pool.giveBack(lent);
        test.tick();
        assertThat(test.server.alive()).isEmpty();
        assertThat(test.server.logins()).hasSize(2);
    }

    @Test
    void borrowersWaitAndGoOnAfterwards() throws Exception {
        pool.pause();
        List<Borrower> waiting = List.of(test.borrower(), test.borrower(), test.borrower(), test.borrower());
        test.awaitWaiting(3);
        assertThat(test.server.present()).isZero();

        pool.resume();

        assertThat(pool.isPaused()).isFalse();
        TestPool.await(() -> waiting.stream().filter(Borrower::isDone).count() == 3);
        pool.giveBack(pool.sessions().findFirst().orElseThrow());
        for (Borrower each : waiting) {
            assertThat(each.lent()).isNotNull();
        }
    }

    @Test
    void theWaitIsBounded() {
        pool.pause();

        assertThatThrownBy(() -> pool.borrow(TestPool.OWN, Patience.of(Duration.ofMillis(5))))
                .isInstanceOfSatisfying(
                        NoSessionException.class,
                        none -> assertThat(none.reason()).isEqualTo(Reason.TIME_IS_OVER));
    }

    @Test
    void whatIsBeingOpenedWhenThePauseBeginsIsClosedEvenIfItEndsMeanwhile() throws Exception {
        test.borrow(2);
        test.tasks.hold();
        Borrower waiting = test.borrower();
        test.awaitWaiting(1);
        test.server.during(Call.OPEN, key -> {
            test.server.calmDown();
            pool.pause();
            pool.resume();
        });

        test.tasks.letGo();

        assertThat(test.server.opened().get(2).closed).isTrue();
        assertThat(waiting.lent().session().closed).isFalse();
    }

    @Test
    void resumingFillsAtOnce() {
        pool.pause();

        pool.resume();

        assertThat(test.idle()).isEqualTo(2);
    }

    @Test
    void aSessionLentBeforeThePauseEndsAlsoAfterIt() throws Exception {
        PooledSession<String, FakeSession> lent = test.borrow();
        pool.pause();
        pool.resume();

        pool.giveBack(lent);

        assertThat(lent.session().closed).isTrue();
    }
}
