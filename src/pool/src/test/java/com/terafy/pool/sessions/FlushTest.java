package com.terafy.pool.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.EvictionReason;
import com.terafy.api.FlushMode;
import com.terafy.pool.sessions.FakeServer.Call;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlushTest {

    private final TestPool test = new TestPool(2, 5);
    private final SessionPool<String, FakeSession> pool = test.pool;

    @AfterEach
    void theBooksBalance() {
        test.check();
    }

    /** Three lent and two idle, all opened before the flush. */
    private List<PooledSession<String, FakeSession>> threeLentOfFive() {
        test.with(5);
        return test.borrow(3);
    }

    @Test
    void thoseIdleEndAndTheMinimumComesBackAtOnce() {
        List<PooledSession<String, FakeSession>> lent = threeLentOfFive();

        assertThat(pool.flush(FlushMode.IDLE)).isEqualTo(2);

        assertThat(pool.sessions()).containsExactlyInAnyOrderElementsOf(lent);
        test.giveBack(lent);
        assertThat(pool.sessions()).containsExactlyInAnyOrderElementsOf(lent);
        assertThat(pool.flush(FlushMode.IDLE)).isEqualTo(3);
        assertThat(test.idle()).isEqualTo(2);
        assertThat(test.statistics().evicted()).containsEntry(EvictionReason.FLUSH, 5L);
    }

    @Test
    void gracefullyThoseInUseEndWhenTheyComeBack() {
        List<PooledSession<String, FakeSession>> lent = threeLentOfFive();

        assertThat(pool.flush(FlushMode.GRACEFULLY)).isEqualTo(5);

        assertThat(test.lent()).isEqualTo(3);
        assertThat(lent).noneMatch(each -> each.session().closed);
        test.giveBack(lent);
        assertThat(lent).allMatch(each -> each.session().closed);
        assertThat(test.idle()).isEqualTo(2);
    }

    @Test
    void flushingAllLeavesThoseInUseToTheCaller() {
        List<PooledSession<String, FakeSession>> lent = threeLentOfFive();

        assertThat(pool.flush(FlushMode.ALL)).isEqualTo(5);
        lent.forEach(each -> assertThat(pool.evict(each, EvictionReason.FLUSH)).isTrue());
        lent.forEach(pool::giveBack);

        assertThat(lent).allMatch(each -> each.session().closed);
        assertThat(test.idle()).isEqualTo(2);
        assertThat(pool.books().permits()).isEqualTo(5);
    }

    @Test
    void whatIsBeingOpenedEndsToo() throws Exception {
        test.tasks.hold();
        Borrower waiting = test.borrower();
        test.awaitWaiting(1);
        test.server.during(Call.OPEN, key -> {
            test.server.calmDown();
            pool.flush(FlushMode.IDLE);
        });

        test.tasks.letGo();

        FakeSession lent = waiting.lent().session();
        assertThat(lent).isNotSameAs(test.server.opened().get(0));
        assertThat(test.server.opened().get(0).closed).isTrue();
        assertThat(lent.closed).isFalse();
    }

    @Test
    void whatIsLookedAtEndsAfterTheLook() {
        test.filled();
        List<FakeSession> before = test.server.alive();
        test.server.during(Call.ANSWERS, key -> {
            test.server.calmDown();
            assertThat(pool.flush(FlushMode.IDLE)).isEqualTo(2);
        });

        pool.sweep();

        assertThat(before).allMatch(session -> session.closed);
        assertThat(test.idle()).isEqualTo(2);
    }
}
