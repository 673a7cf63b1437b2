package com.terafy.pool.sessions;

import com.terafy.api.EvictionReason;
import com.terafy.api.FlushMode;
import com.terafy.pool.reaping.SweepPolicy;
import com.terafy.pool.sessions.NoSessionException.Reason;
import com.terafy.pool.statistics.PoolCounters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two borrowers and somebody who disturbs them, on threads that the checker switches at every access to shared memory: no
 * deadlock, no session is lent to two, no permit and no room is lost. A wake-up that is lost it does not see, since it
 * lets waits with a limit end at any time: {@link BorrowingTest} and {@link PauseTest} do.
 *
 * <p>Only with {@code -Dpool.interleavings=}, say 100, since it needs a processor for half a minute and then for a third
 * of a second each, in each case, while the rest of this module takes seconds.
 */
@EnabledIfSystemProperty(named = "pool.interleavings", matches = "\\d+")
class InterleavingsTest {

    private static final int INVOCATIONS = Integer.getInteger("pool.interleavings", 0);
    private static final String OWN = "own";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** A session that knows whether somebody holds it. */
    private static final class Held {
        private volatile Thread holder;
        private volatile boolean over;
    }

    /** Opens at once, or never. */
    private static final class Server implements Sessions<String, Held> {
        private final AtomicInteger present = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();
        private volatile boolean down;

        @Override
        public Held open(String key) throws Exception {
            if (down) {
                throw new Exception("down");
            }
            int now = present.incrementAndGet();
            most.accumulateAndGet(now, Math::max);
            return new Held();
        }

        @Override
        public boolean mayPass(String key, Exception failure) {
            return true;
        }

        @Override
        public boolean isUsable(Held session, long patienceNanos) {
            return !session.over;
        }

        @Override
        public boolean hasEnded(Held session) {
            return session.over;
        }

        @Override
        public boolean answers(Held session) {
            return true;
        }

        @Override
        public void close(Held session) {
            session.over = true;
            present.decrementAndGet();
        }

        @Override
        public void abort(Held session) {
            close(session);
        }
    }

    /** On the thread that decided it; a failed attempt is never repeated. */
    private static final class AtOnce implements Tasks {
        @Override
        public void run(Runnable task) {
            task.run();
        }

        @Override
        public void runAfter(Duration delay, Runnable task) {
            // never
        }
    }

    private static final class Scene {
        private final Server server = new Server();
        private final SessionPool<String, Held> pool;
        private final List<Throwable> wrong = new ArrayList<>();

        Scene(int max) {
            pool = new SessionPool<>(
                    OWN,
                    0,
                    max,
                    new SweepPolicy(Duration.ofNanos(-1)),
                    Duration.ZERO,
                    false,
                    () -> 0,
                    new PoolCounters(),
                    server,
                    new AtOnce());
        }

        /** One session is there, and no other can be had: who waits depends on its return. */
        void goDown() {
            use(OWN, pool::giveBack);
            server.down = true;
        }

        private void fail(String what) {
            synchronized (wrong) {
                wrong.add(new AssertionError(what));
            }
        }

        /** Borrows, holds and ends the borrow; true if the pool was closed. */
        void use(String key, Consumer<PooledSession<String, Held>> end) {
            try {
                PooledSession<String, Held> lent = pool.borrow(key, PATIENCE);
                Held session = lent.session();
                if (session.holder != null) {
                    fail("lent to two");
                }
                session.holder = Thread.currentThread();
                if (session.holder != Thread.currentThread()) {
                    fail("lent to another one, too");
                }
                session.holder = null;
                end.accept(lent);
            } catch (NoSessionException e) {
                if (e.reason() != Reason.CLOSED) {
                    fail("no session: " + e.reason());
                }
            } catch (InterruptedException e) {
                fail("interrupted");
            }
        }

        void end(int most) {
            Books books = pool.books();
            boolean closed = books.permits() > 1000;
            require(closed || books.permits() == pool.max(), "permits");
            require(books.open() == books.idle().size() && books.open() == server.present.get(), "open");
            require(books.opening() == 0 && books.ending() == 0 && books.waiting() == 0, "under way");
            require(books.usable() <= books.open() && (!closed || books.open() == 0), "usable");
            require(server.most.get() <= most, "too many: " + server.most);
            if (!wrong.isEmpty()) {
                throw new AssertionError(wrong.get(0).getMessage() + ": " + books);
            }
        }

        private void require(boolean holds, String what) {
            if (!holds) {
                fail(what);
            }
        }
    }

    private record Case(
            String name,
            int max,
            int most,
            boolean outage,
            Consumer<Scene> first,
            Consumer<Scene> second,
            Consumer<Scene> third) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static void use(Scene scene) {
        scene.use(OWN, scene.pool::giveBack);
    }

    private static void useAsAnother(Scene scene) {
        scene.use("other", scene.pool::giveBack);
    }

    private static void breakOne(Scene scene) {
        scene.use(OWN, lent -> scene.pool.evict(lent, EvictionReason.FATAL_ERROR));
    }

    private static void endAny(Scene scene) {
        scene.pool.sessions().forEach(each -> scene.pool.evict(each, EvictionReason.ABORTED));
    }

    private static void pauseAndResume(Scene scene) {
        scene.pool.pause();
        scene.pool.resume();
    }

    private static void shrinkAndGrow(Scene scene) {
        scene.pool.resize(0, 1);
        scene.pool.resize(0, 2);
    }

    static Stream<Case> cases() {
        Consumer<Scene> use = InterleavingsTest::use;
        Consumer<Scene> breakOne = InterleavingsTest::breakOne;
        return Stream.of(
                new Case("breaking", 1, 1, false, use, breakOne, scene -> {}),
                new Case("flush", 1, 1, false, use, use, scene -> scene.pool.flush(FlushMode.GRACEFULLY)),
                new Case("sweep", 1, 1, false, use, use, scene -> scene.pool.sweep()),
                new Case("tick", 1, 1, false, use, breakOne, scene -> scene.pool.tick()),
                new Case("outage", 3, 1, true, use, use, scene -> {}),
                new Case("outage and tick", 2, 1, true, use, use, scene -> scene.pool.tick()),
                new Case("two keys", 2, 3, false, use, InterleavingsTest::useAsAnother, use),
                new Case("pause", 2, 2, false, use, use, InterleavingsTest::pauseAndResume),
                new Case("resize", 2, 2, false, use, use, InterleavingsTest::shrinkAndGrow),
                new Case("a stranger ends", 2, 2, false, use, use, InterleavingsTest::endAny),
                new Case("close", 1, 1, false, use, use, scene -> scene.pool.close()));
    }

    /**
     * The checker rewrites classes as they are met, which takes seconds, and bounds the time of a run at once: the first
     * run is for that and proves nothing, whatever it says.
     */
    @BeforeAll
    static void rewriteClasses() {
        cases().forEach(InterleavingsTest::play);
        try {
            Lincheck.runConcurrentTest(1, () -> cases().forEach(InterleavingsTest::play));
        } catch (LincheckAssertionError slow) {
            // so do those that prove something
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void nothingIsLostAndNothingLentToTwo(Case each) {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> play(each));
    }

    private static void play(Case each) {
        Scene scene = new Scene(each.max());
        if (each.outage()) {
            scene.goDown();
        }
        Thread first = new Thread(() -> each.first().accept(scene));
        Thread second = new Thread(() -> each.second().accept(scene));
        first.start();
        second.start();
        each.third().accept(scene);
        try {
            first.join();
            second.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        scene.end(each.most());
    }
}
