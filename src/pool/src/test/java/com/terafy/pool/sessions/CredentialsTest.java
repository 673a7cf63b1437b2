package com.terafy.pool.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.EvictionReason;
import com.terafy.pool.sessions.FakeServer.Call;
import com.terafy.pool.sessions.NoSessionException.Reason;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CredentialsTest {

    private static final String OTHER = "other";

    private TestPool test = new TestPool(2, 4).filled();

    @AfterEach
    void theBooksBalance() {
        test.check();
    }

    private void borrowAndGiveBack(String key) throws Exception {
        PooledSession<String, FakeSession> lent = test.borrow(key);
        assertThat(lent.session().key()).isEqualTo(key);
        test.giveBack(List.of(lent));
    }

    @Test
    void byTurnsEachLogsInOnce() throws Exception {
        for (int i = 0; i < 10; i++) {
            borrowAndGiveBack(TestPool.OWN);
            borrowAndGiveBack(OTHER);
            test.tick();
        }

        assertThat(test.server.logins(OTHER)).isEqualTo(1);
        assertThat(test.server.logins(TestPool.OWN)).isEqualTo(2);
    }

    @Test
    void byTurnsEachLogsInOnceAlsoWhereTheMinimumIsTheMaximum() throws Exception {
        test = new TestPool(2, 2).filled();
        for (int i = 0; i < 10; i++) {
            borrowAndGiveBack(TestPool.OWN);
            borrowAndGiveBack(OTHER);
            test.tick();
        }

        assertThat(test.server.logins(OTHER)).isEqualTo(1);
        assertThat(test.server.logins(TestPool.OWN)).isEqualTo(2);
    }

    @Test
    void withOneSessionForTwoKeysEachTurnIsALogin() throws Exception {
        test = new TestPool(0, 1);
        for (int i = 0; i < 3; i++) {
            borrowAndGiveBack(TestPool.OWN);
            borrowAndGiveBack(OTHER);
        }

        assertThat(test.server.logins()).hasSize(6);
        assertThat(test.server.alive()).hasSize(1);
    }

    @Test
    void aSessionByAnotherKeyMakesRoomTheOldestFirst() throws Exception {
        List<PooledSession<String, FakeSession>> own = test.borrow(4);
        test.giveBack(own);

        PooledSession<String, FakeSession> lent = test.borrow(OTHER);

        assertThat(own.get(0).session().closed).isTrue();
        assertThat(test.server.alive()).hasSize(4).contains(lent.session());
        assertThat(test.statistics().evicted()).containsEntry(EvictionReason.SURPLUS, 1L);
    }

    @Test
    void oneWhoseKeyIsKnownWaitsUntilThereIsRoom() throws Exception {
        borrowAndGiveBack(OTHER);
        test.pool.evict(other(), EvictionReason.FATAL_ERROR);
        test.with(4);
        test.tasks.hold();
        Borrower waiting = test.borrower(OTHER);
        test.awaitWaiting(1);

        assertThat(test.tasks.held()).as("one is closed, none opened yet").isEqualTo(1);
        assertThat(test.pool.books().opening()).isZero();
        test.tasks.letGo();

        assertThat(waiting.lent().session().key()).isEqualTo(OTHER);
    }

    private PooledSession<String, FakeSession> other() {
        return test.pool
                .sessions()
                .filter(session -> session.key().equals(OTHER))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void fillingDoesNotTakeTheRoomThatWasMadeForABorrower() throws Exception {
        for (String key : List.of("a", "b", "c", "d", "e", "f")) {
            test = new TestPool(2, 2).filled();
            borrowAndGiveBack(key);
            PooledSession<String, FakeSession> stays = test.borrow(TestPool.OWN);
            test.pool.evict(
                    test.pool
                            .sessions()
                            .filter(each -> each.key().equals(key))
                            .findFirst()
                            .orElseThrow(),
                    EvictionReason.FATAL_ERROR);
            test.giveBack(List.of(stays));
            test.tasks.hold();
            int before = test.server.logins().size();
            Borrower waiting = test.borrower(key);
            test.awaitWaiting(1);
            test.tasks.letGo();

            assertThat(waiting.lent().session().key()).isEqualTo(key);
            assertThat(test.server.logins().subList(before, test.server.logins().size()))
                    .containsExactly(key);
            test.check();
        }
    }

    @Test
    void fillingLeavesTheRoomAlsoWhileTheBorrowersLoginFails() throws Exception {
        test = new TestPool(2, 2).filled();
        borrowAndGiveBack(OTHER);
        test.pool.evict(other(), EvictionReason.FATAL_ERROR);
        long before = test.server.logins(TestPool.OWN);
        test.server.fail(OTHER, new Exception("too many connections"));
        Borrower waiting = test.borrower(OTHER);
        for (int i = 0; i < 5; i++) {
            TestPool.await(() -> test.tasks.pauses().size() == 1);
            test.tasks.pass();
        }

        assertThat(test.server.logins(TestPool.OWN)).isEqualTo(before);

        test.server.permit(OTHER);
        TestPool.await(() -> test.tasks.pauses().size() == 1);
        test.tasks.pass();
        assertThat(waiting.lent().key()).isEqualTo(OTHER);
    }

    @Test
    void aWrongPasswordIsOneLoginAndCostsNoSession() throws Exception {
        test.with(4);
        List<FakeSession> before = test.server.alive();
        test.server.refuse(OTHER);
        test.tasks.hold();
        List<Borrower> all = List.of(test.borrower(OTHER), test.borrower(OTHER), test.borrower(OTHER));
        test.awaitWaiting(3);
        test.tasks.letGo();

        for (Borrower each : all) {
            assertThat(each.refused()).isEqualTo(Reason.REFUSED);
        }
        assertThat(test.server.logins(OTHER)).isEqualTo(1);
        assertThat(test.server.alive()).isEqualTo(before).hasSize(4);
    }

    @Test
    void aSessionThatComesBackDuringATrialLoginStays() throws Exception {
        test.with(4);
        List<PooledSession<String, FakeSession>> lent = test.borrow(2);
        test.server.refuse(OTHER);
        test.server.during(Call.OPEN, key -> {
            test.giveBack(lent);
            test.pool.tick();
        });

        assertThat(test.borrower(OTHER).refused()).isEqualTo(Reason.REFUSED);

        assertThat(test.server.alive()).hasSize(4);
        assertThat(test.server.most()).as("it was one too many").isEqualTo(5);
    }

    @Test
    void onlyOneTrialLoginIsTooManyAtATime() throws Exception {
        test.with(4);
        test.tasks.hold();
        Borrower first = test.borrower("one");
        test.awaitWaiting(1);
        Borrower second = test.borrower("two");
        test.awaitWaiting(2);

        assertThat(test.pool.books().opening()).isEqualTo(1);

        test.tasks.letGo();
        assertThat(first.lent()).isNotNull();
        assertThat(second.lent()).isNotNull();
        assertThat(test.server.most()).isEqualTo(5);
        assertThat(test.server.alive()).hasSize(4);
    }

    @Test
    void aSessionByAnotherKeyIsReapedWhateverTheMinimum() throws Exception {
        borrowAndGiveBack(OTHER);
        test.ticker.advance(TestPool.IDLE_TIMEOUT.plusNanos(1));

        test.pool.sweep();

        assertThat(test.server.alive()).extracting(FakeSession::key).containsExactly(TestPool.OWN, TestPool.OWN);
    }

    @Test
    void aKeyWithoutSessionsIsForgotten() throws Exception {
        test.server.refuse(OTHER);
        assertThat(test.borrower(OTHER).refused()).isEqualTo(Reason.REFUSED);
        assertThat(test.pool.books().keys()).isEqualTo(2);

        test.tick();

        assertThat(test.pool.books().keys()).isEqualTo(1);
    }
}
