package com.terafy.pool.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.EvictionReason;
import com.terafy.pool.sessions.FakeServer.Call;
import com.terafy.pool.sessions.NoSessionException.Reason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResizeTest {

    private final TestPool test = new TestPool(2, 4);
    private final SessionPool<String, FakeSession> pool = test.pool;

    @AfterEach
    void theBooksBalance() {
        test.check();
    }

    @Test
    void aHigherMinimumIsFilledAtOnce() {
        test.filled();

        pool.resize(5, 7);

        assertThat(test.idle()).isEqualTo(5);
        assertThat(pool.min()).isEqualTo(5);
        assertThat(pool.max()).isEqualTo(7);
        assertThat(pool.books().permits()).isEqualTo(7);
    }

    @Test
    void aHigherMaximumLetsThoseInWhoWait() throws Exception {
        test.borrow(4);
        Borrower waiting = test.borrower();

        pool.resize(2, 5);

        assertThat(waiting.lent()).isNotNull();
    }

    @Test
    void aLowerMaximumEndsIdleOnesTheOldestFirst() {
        List<PooledSession<String, FakeSession>> lent = test.borrow(4);
        test.giveBack(lent);

        pool.resize(1, 1);

        assertThat(pool.sessions()).containsExactly(lent.get(3));
        assertThat(test.statistics().evicted()).containsEntry(EvictionReason.SURPLUS, 3L);
    }

    @Test
    void thoseInUseGoAsTheyComeBackAndNobodyIsLetInMeanwhile() throws Exception {
        List<PooledSession<String, FakeSession>> lent = test.borrow(4);

        pool.resize(1, 2);

        assertThat(pool.books().permits()).isEqualTo(-2);
        assertThat(test.lent()).isEqualTo(4);
        test.giveBack(lent.subList(0, 2));
        assertThatThrownBy(() -> pool.borrow(TestPool.OWN, Patience.of(Duration.ofMillis(5))))
                .isInstanceOfSatisfying(
                        NoSessionException.class,
                        none -> assertThat(none.reason()).isEqualTo(Reason.TIME_IS_OVER));
        assertThat(test.server.alive()).hasSize(2);
        test.giveBack(lent.subList(2, 4));
        assertThat(test.idle()).isEqualTo(2);
    }

    @Test
    void downAndUpAgainWithLentOnesLosesNoPermit() {
        List<PooledSession<String, FakeSession>> lent = test.borrow(4);
        pool.resize(1, 1);
        test.giveBack(lent.subList(0, 2));
        pool.resize(2, 6);
        test.giveBack(lent.subList(2, 4));

        assertThat(pool.books().permits()).isEqualTo(6);
        assertThat(test.borrow(6)).hasSize(6);
    }

    @Test
    void whatIsOpenedAfterTheMaximumWasLoweredIsSurplus() {
        test.server.during(Call.OPEN, key -> {
            test.server.calmDown();
            pool.resize(0, 1);
        });

        test.filled();

        assertThat(test.server.alive()).hasSize(1);
    }

    @Test
    void sizesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> pool.resize(-1, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> pool.resize(0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> pool.resize(3, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TestPool(3, 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
