package com.terafy.pool.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.FlushMode;
import com.terafy.pool.sessions.FakeServer.Call;
import com.terafy.pool.sessions.NoSessionException.Reason;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CloseTest {

    private final TestPool test = new TestPool(2, 3);
    private final SessionPool<String, FakeSession> pool = test.pool;

    @AfterEach
    void theBooksBalance() {
        PoolInvariants.check(pool, TestPool.OWN);
        assertThat(test.server.tooMany()).isEmpty();
    }

    @Test
    void whatIsIdleIsClosedAndNothingIsOpenedAnyMore() {
        test.filled();

        pool.close();
        test.tick();
        pool.sweep();
        pool.resize(3, 4);

        assertThat(test.server.alive()).isEmpty();
        assertThat(test.server.logins()).hasSize(2);
    }

    @Test
    void whoWaitsForASessionIsTold() throws Exception {
        test.tasks.hold();
        Borrower waiting = test.borrower();
        test.awaitWaiting(1);

        pool.close();

        assertThat(waiting.refused()).isEqualTo(Reason.CLOSED);
        test.tasks.letGo();
        assertThat(test.server.alive()).as("what was being opened is closed").isEmpty();
    }

    @Test
    void whoWaitsForAPermitIsTold() throws Exception {
        test.borrow(3);
        List<Borrower> waiting = List.of(test.borrower(), test.borrower(), test.borrower());
        TestPool.await(() -> pool.books().queued() == 3);

        pool.close();

        for (Borrower each : waiting) {
            assertThat(each.refused()).isEqualTo(Reason.CLOSED);
        }
    }

    @Test
    void whoComesLaterIsTold() throws Exception {
        pool.close();

        assertThat(test.borrower().refused()).isEqualTo(Reason.CLOSED);
        assertThat(test.borrower("other").refused()).isEqualTo(Reason.CLOSED);
    }

    @Test
    void whatIsGivenBackLaterIsClosed() throws Exception {
        PooledSession<String, FakeSession> lent = test.borrow();
        pool.close();
        assertThat(lent.session().closed).isFalse();

        pool.giveBack(lent);

        assertThat(test.server.alive()).isEmpty();
    }

    @Test
    void whatIsLookedAtIsNotLentButClosed() throws Exception {
        test.filled();
        test.server.during(Call.IS_USABLE, key -> pool.close());

        assertThat(test.borrower().refused()).isEqualTo(Reason.CLOSED);

        assertThat(test.server.alive()).isEmpty();
        assertThat(test.statistics().borrows()).isZero();
    }

    @Test
    void closingAgainIsHarmless() throws Exception {
        for (int i = 0; i < 1000; i++) {
            pool.close();
        }

        assertThat(test.borrower().refused()).isEqualTo(Reason.CLOSED);
        pool.flush(FlushMode.ALL);
        pool.pause();
        pool.resume();
        assertThat(test.borrower().refused()).isEqualTo(Reason.CLOSED);
    }
}
