package com.terafy.pool.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.EvictionReason;
import com.terafy.api.FlushMode;
import com.terafy.pool.sessions.PooledSession.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All operations in random order, with the tasks of the pool done at random, too: after each step the books balance.
 * One thread: a seed repeats a run, but for a borrow that is timed out by chance. {@code -Dpool.schedules=} and {@code -Dpool.schedule.seed=} for more.
 */
class ScheduleTest {

    private static final int STEPS = 1_500;
    private static final List<String> KEYS = List.of(TestPool.OWN, TestPool.OWN, TestPool.OWN, "other", "third");
    private static final Duration LIFETIME = Duration.ofMinutes(7);

    static LongStream seeds() {
        long first = Long.getLong("pool.schedule.seed", 20251124);
        return LongStream.range(first, first + Integer.getInteger("pool.schedules", 20));
    }

    private final List<PooledSession<String, FakeSession>> lent = new ArrayList<>();
    private final List<PooledSession<String, FakeSession>> over = new ArrayList<>();

    @ParameterizedTest
    @MethodSource("seeds")
    void theBooksBalanceAfterEveryStep(long seed) {
        Random random = new Random(seed);
        int max = 1 + random.nextInt(5);
        int min = random.nextInt(max + 1);
        TestPool test = new TestPool(min, max, random.nextBoolean() ? LIFETIME : Duration.ZERO);
        test.server.limitTo(
                () -> Integer.MAX_VALUE - 1); // reservations are checked here: logins of old ones may follow
        test.tasks.hold();
        for (int step = 0; step < STEPS; step++) {
            int openBefore = test.pool.books().open();
            step(test, random);
            checkStep(test, openBefore, () -> "seed " + seed + ", " + test.pool.books());
        }
        windUp(test);
    }

    private void checkStep(TestPool test, int openBefore, Supplier<String> what) {
        PoolInvariants.check(test.pool, TestPool.OWN);
        Books books = test.pool.books();
        assertThat(books.permits() + (int) test.lent()).as(what).isEqualTo(test.pool.max());
        assertThat(lent).as(what).allMatch(each -> each.state() == State.LENT);
        assertThat(test.lent()).as(what).isEqualTo(lent.size());
        assertThat(books.open() <= test.pool.max() + 1 || books.open() <= openBefore)
                .as(what)
                .isTrue();
        assertThat(books.open() - books.opening()).as(what).isEqualTo((int)
                test.pool.sessions().count());
        assertThat(test.server.present()).as(what).isLessThanOrEqualTo(books.open());
        assertThat(test.server.tooMany()).as(what).isEmpty();
    }

    private void step(TestPool test, Random random) {
        SessionPool<String, FakeSession> pool = test.pool;
        switch (random.nextInt(24)) {
            case 0, 1, 2, 3, 4 -> borrow(test, KEYS.get(random.nextInt(KEYS.size())), random);
            case 5, 6, 7, 8 ->
                random(lent, random, each -> {
                    lent.remove(each);
                    over.add(each);
                    pool.giveBack(each);
                });
            case 9 ->
                random(lent, random, each -> {
                    lent.remove(each);
                    over.add(each);
                    pool.evict(each, EvictionReason.FATAL_ERROR);
                });
            case 10 ->
                random(over, random, each -> {
                    if (!lent.contains(each)) {
                        pool.giveBack(each);
                    }
                });
            case 11 ->
                random(new ArrayList<>(pool.sessions().toList()), random, each -> {
                    lent.remove(each);
                    pool.evict(each, EvictionReason.ABORTED);
                });
            case 12, 13 -> pool.tick();
            case 14 -> sweep(test);
            case 15 -> pool.flush(FlushMode.values()[random.nextInt(2)]);
            case 16 -> togglePause(pool, random);
            case 17 -> {
                int max = 1 + random.nextInt(6);
                pool.resize(random.nextInt(max + 1), max);
            }
            case 18 -> test.ticker.advance(Duration.ofSeconds(random.nextInt(120)));
            case 19 -> fault(test, random);
            case 20 -> test.tasks.pass();
            default -> runOne(test, random);
        }
    }

    private static void togglePause(SessionPool<String, FakeSession> pool, Random random) {
        if (pool.isPaused()) {
            pool.resume();
        } else if (random.nextInt(3) == 0) {
            pool.pause();
        }
    }

    private static void sweep(TestPool test) {
        int before = test.pool.usable();
        int healthy = (int) test.pool
                .sessions()
                .filter(each -> each.key().equals(TestPool.OWN) && each.state() == State.IDLE)
                .filter(each -> each.session().silent || each.session().ended)
                .count();
        test.pool.sweep();
        assertThat(test.pool.usable())
                .as("only what is broken may take it below the minimum")
                .isGreaterThanOrEqualTo(Math.min(before, test.pool.min()) - healthy);
    }

    private static void fault(TestPool test, Random random) {
        String key = KEYS.get(random.nextInt(KEYS.size()));
        switch (random.nextInt(5)) {
            case 0 -> test.server.refuse(key);
            case 1 -> test.server.fail(key, new Exception("outage"));
            case 2 -> random(test.server.alive(), random, each -> each.ended = true);
            case 3 -> random(test.server.alive(), random, each -> each.silent = true);
            default -> KEYS.forEach(test.server::permit);
        }
    }

    private static void runOne(TestPool test, Random random) {
        if (test.tasks.held() > 0) {
            test.tasks.runHeld(random.nextInt(test.tasks.held()));
        }
    }

    /** Hardly waiting, so that one thread is enough; sometimes with the tasks done meanwhile. */
    private void borrow(TestPool test, String key, Random random) {
        boolean patient = random.nextBoolean();
        if (patient) {
            test.tasks.letGo();
        }
        try {
            PooledSession<String, FakeSession> got = test.pool.borrow(key, Patience.of(Duration.ofMillis(1)));
            assertThat(got.key()).isEqualTo(key);
            assertThat(lent).doesNotContain(got);
            lent.add(got);
        } catch (NoSessionException expected) {
            assertThat(expected.reason()).isNotEqualTo(NoSessionException.Reason.CLOSED);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            test.tasks.hold();
        }
    }

    private static <T> void random(List<T> from, Random random, Consumer<T> action) {
        if (!from.isEmpty()) {
            action.accept(from.get(random.nextInt(from.size())));
        }
    }

    /** Once nothing is wrong any more, all is there again; and closed, nothing is left. */
    private void windUp(TestPool test) {
        SessionPool<String, FakeSession> pool = test.pool;
        KEYS.forEach(test.server::permit);
        lent.forEach(pool::giveBack);
        pool.resume();
        test.tasks.letGo();
        for (int i = 0; i < 35; i++) {
            test.tick();
            test.tasks.pass();
        }
        assertThat((int) pool.sessions().count())
                .as("one by another key may stand in the way until it is reaped")
                .isBetween(pool.min(), pool.max());
        assertThat(pool.books().permits()).isEqualTo(pool.max());
        test.ticker.advance(TestPool.IDLE_TIMEOUT.plusSeconds(1));
        test.tick();
        pool.sweep();
        test.tick();
        assertThat(pool.books().idle()).hasSize(pool.min());
        pool.close();
        assertThat(test.server.present()).isZero();
        assertThat(pool.sessions()).isEmpty();
    }
}
