package com.terafy.pool.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.pool.sessions.NoSessionException.Reason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpeningTest {

    private static final int MAX = 10;

    private final TestPool test = new TestPool(0, MAX);
    private final SessionPool<String, FakeSession> pool = test.pool;

    @AfterEach
    void theBooksBalance() {
        test.check();
    }

    private List<Borrower> borrowers(int count) {
        List<Borrower> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(test.borrower());
        }
        test.awaitWaiting(Math.min(count, MAX));
        return all;
    }

    /** Failing for so many who wait. */
    private List<Borrower> outage(int waiting) {
        test.server.fail(TestPool.OWN, new Exception("connection refused"));
        test.tasks.hold();
        List<Borrower> all = borrowers(waiting);
        test.tasks.runHeld();
        return all;
    }

    @Test
    void sessionsOpenedForBorrowersCountForTheMinimum() {
        TestPool two = new TestPool(2, MAX);
        List<PooledSession<String, FakeSession>> lent = two.borrow(2);

        assertThat(two.server.logins()).hasSize(2);
        two.giveBack(lent);
        two.tick();
        assertThat(two.server.logins()).hasSize(2);
    }

    @Test
    void oneThatLiesReadyForWhoWaitsNeedsNoOtherOpening() throws Exception {
        test.tasks.hold();
        Borrower waiting = test.borrower();
        test.awaitWaiting(1);

        test.tasks.letGo();

        assertThat(waiting.lent()).isNotNull();
        assertThat(test.server.logins()).hasSize(1);
    }

    @Test
    void theFirstLoginIsTriedAlone() {
        test.tasks.hold();
        List<Borrower> waiting = borrowers(8);

        assertThat(test.tasks.held()).isEqualTo(1);

        test.tasks.letGo();
        assertThat(waiting).allSatisfy(each -> assertThat(each.lent()).isNotNull());
    }

    @Test
    void afterASuccessSeveralAreOpenedAtOnceButNotTooMany() throws Exception {
        test.borrow();
        test.tasks.hold();
        List<Borrower> waiting = borrowers(9);

        assertThat(pool.books().opening()).isEqualTo(SessionPool.MOST_OPENINGS);

        test.tasks.letGo();
        for (Borrower each : waiting) {
            assertThat(each.lent()).isNotNull();
        }
        assertThat(test.server.most()).isLessThanOrEqualTo(MAX);
    }

    @Test
    void whileOpeningFailsOneAtATimeIsTried() throws Exception {
        List<Borrower> waiting = outage(8);

        assertThat(test.server.logins()).hasSize(1);
        assertThat(test.tasks.pauses()).hasSize(1);

        test.tasks.pass();
        assertThat(test.tasks.held()).isEqualTo(1);
        test.tasks.runHeld();
        assertThat(test.server.logins()).hasSize(2);

        test.server.permit(TestPool.OWN);
        test.tasks.pass();
        test.tasks.runHeld(0);
        assertThat(pool.books().opening())
                .as("one success, and several are opened at once")
                .isEqualTo(SessionPool.MOST_OPENINGS);
        test.tasks.letGo();
        for (Borrower each : waiting) {
            assertThat(each.lent()).isNotNull();
        }
    }

    @Test
    void thePausesGrowToALimitAndBeginAnewAfterASuccess() throws Exception {
        List<Borrower> waiting = outage(1);
        long limit = Demand.FIRST_PAUSE.toNanos();
        for (int i = 0; i < 8; i++) {
            assertThat(test.tasks.pauses()).hasSize(1);
            assertThat(test.tasks.pauses().get(0).toNanos()).isBetween(limit / 2, limit);
            limit = Math.min(2 * limit, Demand.LONGEST_PAUSE.toNanos());
            test.tasks.pass();
            test.tasks.runHeld();
        }
        test.server.permit(TestPool.OWN);
        test.tasks.pass();
        test.tasks.letGo();
        PooledSession<String, FakeSession> lent = waiting.get(0).lent();
        lent.session().ended = true;
        pool.giveBack(lent);

        List<Borrower> again = outage(1);

        assertThat(test.tasks.pauses().get(0)).isLessThanOrEqualTo(Demand.FIRST_PAUSE);
        test.server.permit(TestPool.OWN);
        test.tasks.pass();
        test.tasks.letGo();
        assertThat(again.get(0).lent()).isNotNull();
    }

    @Test
    void aLoginThatHangsIsTriedBesideItAfterASecond() throws Exception {
        List<Borrower> waiting = outage(1);
        test.server.permit(TestPool.OWN);
        test.tasks.pass();
        assertThat(test.tasks.held()).isEqualTo(1);

        pool.tick();
        assertThat(test.tasks.held()).as("not at once").isEqualTo(1);
        for (int i = 0; i < 5; i++) {
            test.tick();
        }
        assertThat(test.tasks.held()).as("but not without limit").isEqualTo(3);

        test.tasks.runHeld(2);
        assertThat(waiting.get(0).lent()).isNotNull();
        test.tasks.letGo();
    }

    @Test
    void whatNobodyWaitsForIsTriedOnceATick() {
        test.server.fail(TestPool.OWN, new Exception("connection refused"));
        pool.resize(2, MAX);
        for (int i = 0; i < 5; i++) {
            test.tick();
        }

        assertThat(test.server.logins()).hasSize(1 + 5);
        assertThat(test.tasks.pauses()).isEmpty();
    }

    @Test
    void whatNobodyWaitsForIsTriedReluctantlyAfterARefusal() {
        test.server.refuse(TestPool.OWN);
        pool.resize(2, MAX);
        for (int i = 0; i < 29; i++) {
            test.tick();
        }
        assertThat(test.server.logins()).hasSize(1);

        test.tick();
        assertThat(test.server.logins()).hasSize(2);
    }

    @Test
    void aRefusalFailsWhoWaitsAtOnceIfThereIsNoSession() throws Exception {
        test.server.refuse(TestPool.OWN);

        Borrower refused = test.borrower();

        assertThat(refused.refused()).isEqualTo(Reason.REFUSED);
        assertThat(refused.thrown()).hasCauseInstanceOf(FakeServer.Refusal.class);
        assertThat(test.server.logins()).hasSize(1);
    }

    @Test
    void oneRefusalAnswersAllWhoWaitAlsoThoseOutside() throws Exception {
        test.server.refuse(TestPool.OWN);
        test.tasks.hold();
        List<Borrower> all = borrowers(3 * MAX);
        TestPool.await(() -> pool.books().queued() == 2 * MAX);

        test.tasks.letGo();

        for (Borrower each : all) {
            assertThat(each.refused()).isEqualTo(Reason.REFUSED);
        }
        assertThat(test.server.logins()).hasSize(1);
    }

    @Test
    void aLoginThatHangsIsTriedBesideItAlsoAfterASuccess() throws Exception {
        test.borrow();
        test.tasks.hold();
        Borrower waiting = test.borrower();
        test.awaitWaiting(1);

        test.tick();
        assertThat(test.tasks.held()).isEqualTo(2);

        test.tasks.runHeld(1);
        assertThat(waiting.lent()).isNotNull();
        test.tasks.letGo();
    }

    @Test
    void whoComesAfterARefusalTriesAgain() throws Exception {
        test.server.refuse(TestPool.OWN);
        assertThat(test.borrower().refused()).isEqualTo(Reason.REFUSED);
        test.server.permit(TestPool.OWN);

        assertThat(test.borrow()).isNotNull();
        assertThat(test.server.logins()).hasSize(2);
    }

    @Test
    void aRefusalMakesNobodyGiveUpWhileASessionMayComeBack() throws Exception {
        PooledSession<String, FakeSession> lent = test.borrow();
        test.server.refuse(TestPool.OWN);
        test.tasks.hold();
        Borrower waiting = test.borrower();
        test.awaitWaiting(1);
        test.tasks.runHeld();

        assertThat(waiting.isDone()).isFalse();

        pool.giveBack(lent);
        assertThat(waiting.lent()).isSameAs(lent);
    }
}
