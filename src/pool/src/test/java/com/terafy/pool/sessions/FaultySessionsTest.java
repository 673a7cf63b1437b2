package com.terafy.pool.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.EvictionReason;
import com.terafy.pool.sessions.FakeServer.Call;
import com.terafy.pool.sessions.NoSessionException.Reason;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the sessions throw, contract or not: no permit is lost, no room, no session. */
class FaultySessionsTest {

    private final TestPool test = new TestPool(0, 2);
    private final SessionPool<String, FakeSession> pool = test.pool;

    /** It serves as before. */
    @AfterEach
    void nothingIsLost() {
        test.server.calmDown();
        test.giveBack(test.borrow(2));
        test.check();
        assertThat(pool.books().permits()).isEqualTo(2);
        assertThat(test.server.alive()).hasSize(2);
        assertThat(test.server.present()).isEqualTo(2);
    }

    private static Consumer<String> thrower(Class<? extends Throwable> type) {
        return key -> {
            if (type == StackOverflowError.class) {
                throw new StackOverflowError("script");
            }
            throw new IllegalStateException("script");
        };
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, StackOverflowError.class})
    void openingThrows(Class<? extends Throwable> type) {
        test.server.during(Call.OPEN, thrower(type));

        assertThatThrownBy(() -> pool.borrow(TestPool.OWN, Patience.of(Duration.ofMillis(5))))
                .isInstanceOfSatisfying(
                        NoSessionException.class,
                        none -> assertThat(none.reason()).isEqualTo(Reason.TIME_IS_OVER));
        test.tasks.pass();
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, StackOverflowError.class})
    void judgingAFailureThrows(Class<? extends Throwable> type) {
        test.server.during(Call.MAY_PASS, thrower(type));
        test.server.refuse(TestPool.OWN);

        assertThatThrownBy(() -> pool.borrow(TestPool.OWN, Patience.of(Duration.ofMillis(5))))
                .as("what cannot be judged may pass")
                .isInstanceOfSatisfying(
                        NoSessionException.class,
                        none -> assertThat(none.reason()).isEqualTo(Reason.TIME_IS_OVER));
        test.server.permit(TestPool.OWN);
        test.tasks.pass();
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, StackOverflowError.class})
    void lookingForABorrowerThrows(Class<? extends Throwable> type) {
        test.with(2);
        test.server.during(Call.IS_USABLE, thrower(type));

        assertThatThrownBy(test::borrow).isInstanceOf(type);

        assertThat(test.server.alive()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, StackOverflowError.class})
    void aTickThrows(Class<? extends Throwable> type) {
        test.with(2);
        test.server.during(Call.HAS_ENDED, thrower(type));

        assertThatThrownBy(test::tick).isInstanceOf(type);

        assertThat(pool.sessions()).noneMatch(each -> each.state() == PooledSession.State.LOOKED_AT);
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, StackOverflowError.class})
    void aSweepThrows(Class<? extends Throwable> type) {
        test.with(2);
        test.server.during(Call.ANSWERS, thrower(type));

        assertThatThrownBy(pool::sweep).isInstanceOf(type);

        assertThat(pool.sessions()).noneMatch(each -> each.state() == PooledSession.State.LOOKED_AT);
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, StackOverflowError.class})
    void closingThrows(Class<? extends Throwable> type) {
        test.with(2);
        test.server.during(Call.CLOSE, thrower(type));
        test.ticker.advance(TestPool.IDLE_TIMEOUT.plusNanos(1));

        assertThatThrownBy(pool::sweep).isInstanceOf(type);

        assertThat(test.server.alive()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, StackOverflowError.class})
    void abortingThrows(Class<? extends Throwable> type) throws Exception {
        PooledSession<String, FakeSession> lent = test.borrow();
        test.server.during(Call.ABORT, thrower(type));

        assertThatThrownBy(() -> pool.evict(lent, EvictionReason.FATAL_ERROR)).isInstanceOf(type);

        assertThat(pool.books().permits()).isEqualTo(2);
        assertThat(pool.sessions()).isEmpty();
    }
}
