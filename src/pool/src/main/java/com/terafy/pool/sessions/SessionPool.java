package com.terafy.pool.sessions;

import com.terafy.api.EvictionReason;
import com.terafy.api.FlushMode;
import com.terafy.pool.sessions.PooledSession.State;
import com.terafy.pool.statistics.Occupancy;
import com.terafy.pool.statistics.PoolCounters;
import com.terafy.pool.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A pool of sessions. Who holds a permit of its {@link Gate} may take an idle session, the one used last first, or wait
 * until one is there: one that comes back, or one that a task opens. So a borrower never opens by itself, and filling
 * and replacing hold nobody up. Whoever has taken a session out of the idle ones owns it: a borrower, or the upkeep for
 * the time of a look.
 *
 * <p>Of what its server may count as a session there is never more than the maximum: opening begins only where there is
 * room, and what is closed makes room when it is gone. One exception: the first login by a key that is new, or was forgotten
 * since it has no session, may be one too many until it has succeeded and another one is closed for it: a wrong password
 * must cost nobody a session.
 *
 * <p>Thread-safe. All state is guarded by one lock, under which nothing is called that waits.
 *
 * @param <K> by what sessions are opened; one of them is the pool's own, of which the minimum is kept
 * @param <S> a session
 */
public final class SessionPool<K, S> {

    /** Most attempts to open that are under way at once, so that a server that comes back is not stormed. */
    static final int MOST_OPENINGS = 4;

    /** A lifetime is shortened by up to this part of it, so that sessions of one burst do not end together. */
    static final double LIFETIME_JITTER = 0.1;

    /** Lets everybody in when the pool is closed, to be told so. */
    private static final int EVERYBODY = 1 << 24;

    private final Sessions<K, S> sessions;
    private final Predicate<S> isReady;
    private final Tasks tasks;
    private final Ticker ticker;
    private final PoolCounters counters;
    private final Gate gate;

    /** All that are not closed yet, the oldest first; changed under the lock and seldom, read by any and often. */
    private final List<PooledSession<K, S>> all = new CopyOnWriteArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();

    /** What a borrower without a session waits for: one is idle, or can be opened no more. */
    private final Condition changed = lock.newCondition();

    // Guarded by the lock; what is volatile is read by any:
    private final IdleSessions<K, S> idle = new IdleSessions<>();
    private final Map<K, Demand<K>> demands = new LinkedHashMap<>();
    private final Demand<K> own;
    private final List<Runnable> todo = new ArrayList<>();
    private volatile int min;
    private volatile int max;
    private volatile Duration idleTimeout;
    private volatile Duration maxLifetime;
    private volatile boolean recordStacks;
    private long lastId;

    /** Sessions that are open, being opened or being closed. */
    private int open;

    /** Of these, those that are being closed. */
    private int ending;

    private int opening;
    private int waiting;

    /** One is being opened for which there is no room yet: the first login by its key. */
    private boolean trial;

    /** Sessions by the own key that are neither being opened nor being closed. */
    private int usable;

    /** Expired sessions that wait for a replacement. */
    private int toReplace;

    /** One was retired before its replacement was open, since there was no room. */
    private boolean replacementOwed;

    /** That one; it may still be in use. */
    private @Nullable PooledSession<K, S> owed;

    /** Since when it had been idle; null if it was in use. */
    private @Nullable Long owedIdleSince;

    /** What is opened in an earlier one is closed: moved on by a flush and a pause. */
    private int epoch;

    private volatile boolean paused;
    private boolean closed;

    /** Counts the attempts that were refused for good; not guarded. */
    private final AtomicLong refusals = new AtomicLong();

    /**
     * Fills itself only once {@link #tick} is called.
     *
     * @param own by what the pool's own sessions are opened
     * @param idleTimeout idle for longer, a session is reaped by a sweep
     * @param maxLifetime oldest a session gets while another can be had; zero for no limit
     * @param recordStacks whether each borrow records the borrower's stack
     */
    public SessionPool(
            K own,
            int min,
            int max,
            Duration idleTimeout,
            Duration maxLifetime,
            boolean recordStacks,
            Ticker ticker,
            PoolCounters counters,
            Sessions<K, S> sessions,
            Tasks tasks) {
        checkSizes(min, max);
        this.own = new Demand<>(own);
        this.demands.put(own, this.own);
        this.min = min;
        this.max = max;
        this.gate = new Gate(max);
        this.idleTimeout = idleTimeout;
        this.maxLifetime = maxLifetime;
        this.recordStacks = recordStacks;
        this.ticker = ticker;
        this.counters = counters;
        this.sessions = sessions;
        this.isReady = sessions::isReady;
        this.tasks = tasks;
    }

    private static void checkSizes(int min, int max) {
        if (min < 0 || max < Math.max(1, min)) {
            throw new IllegalArgumentException("minimum " + min + ", maximum " + max);
        }
    }

    // ---- Borrowing

    /**
     * Lends a live session to the current thread.
     *
     * @throws NoSessionException if none can be had
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public PooledSession<K, S> borrow(K key, Patience patience) throws NoSessionException, InterruptedException {
        long refusalsBefore = refusals.get();
        if (!gate.tryAcquire() && !gate.tryAcquire(patience.leftNanos(), TimeUnit.NANOSECONDS)) {
            throw new NoSessionException(NoSessionException.Reason.TIME_IS_OVER, lastFailure(key));
        }
        PooledSession<K, S> lent = null;
        try {
            while (lent == null) {
                lent = lend(take(key, patience, refusalsBefore), patience);
                if (lent == null && patience.leftNanos() <= 0) { // each look may take a while
                    throw new NoSessionException(NoSessionException.Reason.TIME_IS_OVER, lastFailure(key));
                }
            }
            return lent;
        } finally {
            if (lent == null) {
                gate.release();
            }
        }
    }

    private @Nullable Exception lastFailure(K key) {
        lock.lock();
        try {
            Demand<K> demand = demands.get(key);
            return demand == null ? null : demand.failure();
        } finally {
            lock.unlock();
        }
    }

    private PooledSession<K, S> take(K key, Patience patience, long refusalsBefore)
            throws NoSessionException, InterruptedException {
        lock.lock();
        try {
            PooledSession<K, S> found = waiting == 0 ? pollIdle(key) : null;
            return found == null ? await(key, patience, refusalsBefore) : found;
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock: the one used last, of those that are ready if any is. */
    private @Nullable PooledSession<K, S> pollIdle(K key) {
        return paused || closed ? null : idle.poll(key, isReady);
    }

    /**
     * Under the lock, but for the time of waiting. In the order in which they came: otherwise one who comes back quickly
     * takes the session that others have been waiting for.
     */
    private PooledSession<K, S> await(K key, Patience patience, long refusalsBefore)
            throws NoSessionException, InterruptedException {
        Demand<K> demand = demands.computeIfAbsent(key, Demand::new);
        Thread borrower = Thread.currentThread();
        demand.enter(borrower);
        waiting++;
        try {
            while (true) {
                if (closed) {
                    throw new NoSessionException(NoSessionException.Reason.CLOSED, null);
                }
                boolean mayTake = demand.isAmongFirst(idle.count(key), borrower);
                PooledSession<K, S> found = mayTake ? pollIdle(key) : null;
                if (found != null) {
                    return found;
                }
                if (!demand.isRefusedSince(refusalsBefore)) {
                    demand.ask();
                } else if (noneBy(key)) {
                    throw new NoSessionException(NoSessionException.Reason.REFUSED, demand.failure());
                }
                long left = patience.leftNanos();
                if (left <= 0) {
                    throw new NoSessionException(NoSessionException.Reason.TIME_IS_OVER, demand.failure());
                }
                if (!handedOut(false)) {
                    changed.awaitNanos(left);
                }
            }
        } finally {
            demand.leave(borrower);
            waiting--;
            if (waiting > 0) {
                changed.signalAll(); // it may be the next one's turn
            }
        }
    }

    /** Under the lock, which is given up meanwhile: begins what is useful; false if there is nothing to begin. */
    private boolean handedOut(boolean tick) {
        serve(tick);
        List<Runnable> now = takeTodo();
        if (now.isEmpty()) {
            return false;
        }
        lock.unlock();
        try {
            run(now.iterator());
        } finally {
            lock.lock();
        }
        return true;
    }

    /** Null if it is not alive, or ended meanwhile. */
    private @Nullable PooledSession<K, S> lend(PooledSession<K, S> taken, Patience patience) {
        EvictionReason reason = null;
        boolean isLent = false;
        try {
            reason = sessions.whyUnusable(taken.session(), patience);
            isLent = reason == null && tryLend(taken);
        } finally {
            if (!isLent) {
                evict(taken, reason == null ? EvictionReason.FOUND_DEAD : reason);
            }
        }
        return isLent ? taken : null;
    }

    /** False if it was ended while it was looked at, or is to be. */
    private boolean tryLend(PooledSession<K, S> taken) {
        Borrow borrow = Borrow.byCurrentThread(ticker.nanoTime(), recordStacks);
        List<Runnable> now;
        lock.lock();
        try {
            if (taken.state() != State.LOOKED_AT) {
                return false;
            }
            EvictionReason reason = whyToEnd(taken);
            if (reason == null) {
                taken.lent(borrow);
                counters.borrowed();
                return true;
            }
            end(taken, reason);
            now = takeTodo();
        } finally {
            lock.unlock();
        }
        run(now.iterator());
        return false;
    }

    /** A borrower gives its session back in good order. Harmless if it has ended meanwhile. */
    public void giveBack(PooledSession<K, S> lent) {
        List<Runnable> now;
        lock.lock();
        try {
            if (lent.state() != State.LENT) {
                return;
            }
            counters.used(lent.returned(ticker.nanoTime()));
            EvictionReason reason = whyToEnd(lent);
            if (reason != null) {
                end(lent, reason);
            } else {
                idle.add(lent);
                if (waiting > 0) {
                    changed.signalAll();
                }
            }
            now = takeTodo();
        } finally {
            lock.unlock();
        }
        gate.release();
        run(now.iterator());
    }

    /** Under the lock. */
    private @Nullable EvictionReason whyToEnd(PooledSession<K, S> owned) {
        if (closed) {
            return EvictionReason.CONTAINER;
        }
        if (paused) {
            return EvictionReason.FLUSH;
        }
        EvictionReason wanted = owned.endAtReturn();
        return wanted == null && isSurplus() ? EvictionReason.SURPLUS : wanted;
    }

    /**
     * Ends a session of which the caller is the owner, or which its borrower has found broken, at once.
     *
     * @return false if it has ended already
     */
    public boolean evict(PooledSession<K, S> owned, EvictionReason reason) {
        boolean lent;
        lock.lock();
        try {
            if (owned.state() == State.ENDING) {
                return false;
            }
            lent = owned.state() == State.LENT;
            if (lent) {
                counters.used(owned.returned(ticker.nanoTime()));
            }
            idle.remove(owned);
            count(owned, reason);
        } finally {
            lock.unlock();
        }
        try {
            sessions.abort(owned.session(), reason);
        } finally {
            if (lent) {
                gate.release();
            }
            gone(owned);
        }
        return true;
    }

    // ---- Opening and closing

    /**
     * Under the lock: begins the attempts that are useful. First those for borrowers; what is opened for nobody must
     * not take the room that was made for one of them.
     */
    private void serve(boolean tick) {
        if (paused || closed) {
            return;
        }
        int unserved = 0;
        for (Demand<K> demand : demands.values()) {
            int missing = demand.waiting() - idle.count(demand.key());
            while (mayBegin(demand, missing, tick) && makesRoomFor(demand)) {
                begin(demand);
            }
            unserved += Math.max(0, missing - demand.opening);
        }
        while (open + unserved < max && mayBegin(own, wantedForNobody(), tick)) {
            begin(own);
        }
    }

    private boolean mayBegin(Demand<K> demand, int missing, boolean tick) {
        return opening < MOST_OPENINGS && demand.mayBegin(missing, tick, noneBy(demand.key()), ticker.nanoTime());
    }

    private int wantedForNobody() {
        return Math.max(0, min - usable) + toReplace + (replacementOwed ? 1 : 0);
    }

    private void begin(Demand<K> demand) {
        boolean onTrial = open >= max;
        trial |= onTrial;
        open++;
        opening++;
        demand.began(ticker.nanoTime());
        int beganIn = epoch;
        todo.add(() -> attempt(demand, beganIn, onTrial));
    }

    /** Under the lock: true if there is no session by that key that may come back. */
    private boolean noneBy(K key) {
        for (PooledSession<K, S> session : all) {
            if (session.state() != State.ENDING && session.isOpenedBy(key)) {
                return false;
            }
        }
        return true;
    }

    /** Under the lock: false if there is no room now; one by another key goes then, if it is idle. */
    private boolean makesRoomFor(Demand<K> demand) {
        if (open < max) {
            return true;
        }
        PooledSession<K, S> other = idle.oldest(false, demand.key());
        if (open > max || other == null || ending > 0) {
            return false;
        }
        if (demand.everOpened()) {
            end(other, EvictionReason.SURPLUS);
            return false;
        }
        return true;
    }

    /** Under the lock. A login on trial makes nobody surplus before it has succeeded. */
    private boolean isSurplus() {
        return open - ending - (trial ? 1 : 0) > max;
    }

    private void attempt(Demand<K> demand, int beganIn, boolean onTrial) {
        long began = ticker.nanoTime();
        counters.creationBegan();
        S opened = null;
        Exception failure = null;
        try {
            opened = Objects.requireNonNull(sessions.open(demand.key()));
        } catch (Throwable thrown) { // whatever it is, the attempt has ended
            failure = thrown instanceof Exception exception ? exception : new IllegalStateException(thrown);
        }
        counters.creationEnded(opened != null, ticker.nanoTime() - began);
        boolean refused = failure != null && isRefusal(demand.key(), failure);
        S session = opened;
        Exception why = failure;
        change(() -> {
            opening--;
            trial &= !onTrial;
            if (session != null) {
                arrived(demand, session, beganIn);
            } else {
                missed(demand, Objects.requireNonNull(why), refused);
            }
        });
    }

    private boolean isRefusal(K key, Exception failure) {
        try {
            return !sessions.mayPass(key, failure);
        } catch (RuntimeException | Error e) { // cannot tell: it is tried again
            return false;
        }
    }

    /** Under the lock. */
    private void arrived(Demand<K> demand, S opened, int beganIn) {
        demand.succeeded();
        PooledSession<K, S> fresh =
                new PooledSession<>(++lastId, demand.key(), opened, ticker.nanoTime(), jittered(maxLifetime));
        all.add(fresh);
        counters.created();
        if (demand == own) {
            usable++;
        }
        if (closed || paused || beganIn != epoch) {
            end(fresh, closed ? EvictionReason.CONTAINER : EvictionReason.FLUSH);
            return;
        }
        idle.add(fresh);
        if (demand == own) {
            retireReplaced(fresh);
        }
        trim(demand.key());
    }

    /** How long a session lives, in nanoseconds; zero for no limit. */
    private static long jittered(Duration lifetime) {
        double jitter = LIFETIME_JITTER * ThreadLocalRandom.current().nextDouble();
        return (long) (lifetime.toNanos() * (1 - jitter));
    }

    /** Under the lock. */
    private void missed(Demand<K> demand, Exception failure, boolean refused) {
        open--;
        if (demand == own) {
            oweNoReplacement();
        }
        if (refused) {
            demand.refused(failure, refusals.incrementAndGet());
            return;
        }
        Duration pause = demand.failed(failure);
        if (!pause.isZero()) {
            Duration jittered =
                    pause.dividedBy(2).plusNanos(ThreadLocalRandom.current().nextLong(pause.toNanos() / 2 + 1));
            todo.add(() -> tasks.runAfter(jittered, () -> change(demand::retries)));
        }
    }

    /** Makes a change under the lock, then begins what has become useful. */
    private void change(Runnable change) {
        List<Runnable> now;
        lock.lock();
        try {
            change.run();
            serve(false);
            changed.signalAll();
            now = takeTodo();
        } finally {
            lock.unlock();
        }
        run(now.iterator());
    }

    private List<Runnable> takeTodo() {
        if (todo.isEmpty()) {
            return List.of();
        }
        List<Runnable> taken = List.copyOf(todo);
        todo.clear();
        return taken;
    }

    /** Each of them, also if one throws: rooms are reserved for them. */
    private void run(Iterator<Runnable> decided) {
        if (decided.hasNext()) {
            try {
                tasks.run(decided.next());
            } finally {
                run(decided);
            }
        }
    }

    /** Under the lock: it is nobody's any more, and a task closes it. */
    private void end(PooledSession<K, S> session, @Nullable EvictionReason reason) {
        idle.remove(session);
        count(session, reason);
        todo.add(() -> {
            try {
                sessions.close(session.session(), reason);
            } finally {
                gone(session);
            }
        });
    }

    /** Under the lock; without a reason it was idle for too long. */
    private void count(PooledSession<K, S> session, @Nullable EvictionReason reason) {
        session.moveTo(State.ENDING);
        ending++;
        if (session.isOpenedBy(own.key())) {
            usable--;
        }
        if (reason == null) {
            counters.reaped();
        } else {
            counters.evicted(reason);
        }
    }

    private void gone(PooledSession<K, S> session) {
        change(() -> {
            all.remove(session);
            open--;
            ending--;
        });
    }

    /** Under the lock: while there are too many, the oldest idle one goes, one by another key first. */
    private void trim(K kept) {
        while (isSurplus()) {
            PooledSession<K, S> other = idle.oldest(false, kept);
            PooledSession<K, S> surplus = other == null ? idle.oldest(true, kept) : other;
            if (surplus == null) {
                return;
            }
            end(surplus, EvictionReason.SURPLUS);
        }
    }

    // ---- Upkeep

    /**
     * What is to be done every second or so: sessions that have ended are noticed, the minimum is filled, and those past
     * their lifetime are replaced.
     */
    public void tick() {
        for (PooledSession<K, S> session : idleOldestFirst()) {
            look(session, each -> !sessions.hasEnded(each), EvictionReason.FOUND_DEAD);
        }
        lock.lock();
        try {
            demands.values().removeIf(demand -> demand != own && demand.isIdle() && noneBy(demand.key()));
            replaceExpired();
            handedOut(true);
        } finally {
            lock.unlock();
        }
    }

    /** One sweep: what is idle for too long is closed, above the minimum; of the rest, what does not answer. */
    public void sweep() {
        for (PooledSession<K, S> session : idleOldestFirst()) {
            if (!tryReap(session)) {
                look(session, sessions::answers, EvictionReason.VALIDATION_FAILED);
            }
        }
    }

    /** Asks the one of these that has been idle for longest; false if there is none, or none answers. */
    public boolean askOldest(Predicate<PooledSession<K, S>> which) {
        return idleOldestFirst().stream()
                .filter(which)
                .anyMatch(session -> look(session, sessions::answers, EvictionReason.VALIDATION_FAILED));
    }

    /** Asks each of these that is idle. */
    public void askIdle(Predicate<PooledSession<K, S>> which) {
        idleOldestFirst().stream()
                .filter(which)
                .forEach(session -> look(session, sessions::answers, EvictionReason.VALIDATION_FAILED));
    }

    private List<PooledSession<K, S>> idleOldestFirst() {
        lock.lock();
        try {
            return idle.oldestFirst();
        } finally {
            lock.unlock();
        }
    }

    private boolean tryReap(PooledSession<K, S> session) {
        boolean[] reaped = new boolean[1];
        change(() -> {
            reaped[0] = session.state() == State.IDLE
                    && isSpare(session)
                    && ticker.nanoTime() - session.idleSinceNanos() > idleTimeout.toNanos();
            if (reaped[0]) {
                end(session, null);
            }
        });
        return reaped[0];
    }

    /** Under the lock: true if the minimum does not need it. */
    private boolean isSpare(PooledSession<K, S> session) {
        return usable > min || !session.isOpenedBy(own.key());
    }

    /** Takes it for the time of a look, if it is idle; true if it is alive. */
    private boolean look(PooledSession<K, S> session, Predicate<S> isAlive, EvictionReason otherwise) {
        lock.lock();
        try {
            if (!idle.tryTake(session)) {
                return false;
            }
        } finally {
            lock.unlock();
        }
        boolean alive = false;
        try {
            alive = isAlive.test(session.session());
        } finally {
            if (!alive) {
                evict(session, otherwise);
            }
        }
        if (alive) {
            change(() -> putBack(session));
        }
        return alive;
    }

    /** Under the lock. */
    private void putBack(PooledSession<K, S> looked) {
        if (looked.state() != State.LOOKED_AT) {
            return;
        }
        EvictionReason reason = whyToEnd(looked);
        if (reason != null) {
            end(looked, reason);
        } else {
            idle.putBack(looked);
        }
    }

    /**
     * Under the lock: an expired session is retired when its replacement is open, and stays where there is none. Where there
     * is no room for a replacement, the oldest goes first and the next one only after its replacement; and none while opening
     * fails. One that its borrower keeps gives way to another one: he may keep it for hours.
     */
    private void replaceExpired() {
        for (PooledSession<K, S> session : expired()) {
            if (!session.isOpenedBy(own.key())) {
                retire(session);
            }
        }
        List<PooledSession<K, S>> expired = expired();
        toReplace = open - ending < max ? expired.size() : 0;
        if (toReplace == 0 && !expired.isEmpty() && own.isTrusted() && (!replacementOwed || isOwedInUse())) {
            keepOwed();
            replacementOwed = true;
            owed = expired.get(0);
            owedIdleSince = idleSince(owed);
            retire(owed);
        }
    }

    /** True if it is being closed, or will be when it comes back, whatever happens until then. */
    public boolean isGoingForGood(PooledSession<K, S> session) {
        lock.lock();
        try {
            return session.isGoing() && !(session == owed && isOwedInUse());
        } finally {
            lock.unlock();
        }
    }

    private boolean isOwedInUse() {
        return owed != null && owed.state() == State.LENT;
    }

    /** Under the lock: it stays, if it is still in use and nobody else wants it ended. */
    private void keepOwed() {
        PooledSession<K, S> kept = owed;
        if (kept != null && isOwedInUse() && kept.endAtReturn() == kept.whyExpired()) {
            kept.keep();
            replacementOwed = false;
        }
        owed = null;
    }

    /**
     * Under the lock: those not retired yet; first those that are idle, the oldest first, then those in use, the one lent last
     * first, since those that are kept for long come back last.
     */
    private List<PooledSession<K, S>> expired() {
        long now = ticker.nanoTime();
        return all.stream()
                .filter(session -> session.isExpired(now) && session.state() != State.ENDING)
                .filter(session -> session.endAtReturn() == null)
                .sorted(backSoonest(now))
                .toList();
    }

    private Comparator<PooledSession<K, S>> backSoonest(long now) {
        return Comparator.comparingLong(
                session -> session.state() == State.IDLE ? -1 : now - session.lastBorrowedNanos());
    }

    /** Under the lock: one by the own key has arrived. */
    private void retireReplaced(PooledSession<K, S> fresh) {
        if (replacementOwed) {
            replacementOwed = false;
            owed = null;
            beAsIdle(fresh, owedIdleSince);
        } else if (toReplace > 0) {
            toReplace--;
            expired().stream()
                    .filter(session -> session.isOpenedBy(own.key()))
                    .findFirst()
                    .ifPresent(old -> takePlaceOf(old, fresh));
        }
        if (toReplace == 0) {
            replaceExpired();
        }
    }

    private void oweNoReplacement() {
        toReplace = 0;
        replacementOwed = false;
        owed = null;
    }

    /** A replacement is as idle as what it replaces: nobody has used it, either. */
    private void takePlaceOf(PooledSession<K, S> old, PooledSession<K, S> fresh) {
        beAsIdle(fresh, idleSince(old));
        retire(old);
    }

    private @Nullable Long idleSince(PooledSession<K, S> session) {
        return session.state() == State.IDLE ? session.idleSinceNanos() : null;
    }

    private void beAsIdle(PooledSession<K, S> fresh, @Nullable Long since) {
        if (since != null) {
            idle.remove(fresh);
            fresh.isIdleSince(since);
            idle.putBack(fresh);
        }
    }

    private void retire(PooledSession<K, S> expired) {
        endOrMark(expired, expired.whyExpired());
    }

    /**
     * Has one of these replaced, an idle one if there is one, as is done at the end of a lifetime: nobody loses it, and there
     * are no fewer meanwhile where there is room for one more. None while another one is being replaced; one that is still in
     * use gives way.
     *
     * @return false if there is none
     */
    public boolean replaceOne(Predicate<S> which) {
        boolean[] found = new boolean[1];
        change(() -> {
            keepOwed();
            boolean isOneUnderWay = toReplace > 0
                    || replacementOwed
                    || expired().stream().anyMatch(session -> session.state() != State.LENT);
            if (paused || closed || isOneUnderWay) {
                return;
            }
            all.stream()
                    .filter(session -> session.isOpenedBy(own.key()) && which.test(session.session()))
                    .filter(session -> session.state() != State.ENDING && session.endAtReturn() == null)
                    .min(backSoonest(ticker.nanoTime()))
                    .ifPresent(session -> {
                        found[0] = true;
                        session.expire();
                        replaceExpired();
                    });
        });
        return found[0];
    }

    /** Under the lock. */
    private void endOrMark(PooledSession<K, S> session, EvictionReason reason) {
        if (session.state() == State.IDLE) {
            end(session, reason);
        } else {
            session.endAtReturn(reason);
        }
    }

    // ---- Operators

    /**
     * Ends sessions: the idle ones, and unless the mode is {@link FlushMode#IDLE} those in use as they come back. Those in
     * use are for the caller to end where the mode is {@link FlushMode#ALL}.
     *
     * @return how many are ended or marked
     */
    public int flush(FlushMode mode) {
        int[] count = new int[1];
        change(() -> count[0] = endAll(mode != FlushMode.IDLE));
        return count[0];
    }

    /** From now on borrowers wait; what is idle is ended, what is in use as it comes back. */
    public void pause() {
        change(() -> {
            paused = true;
            endAll(true);
        });
    }

    /** Under the lock: what is there and what is being opened; those in use as they come back, if they are meant too. */
    private int endAll(boolean alsoLent) {
        epoch++;
        oweNoReplacement();
        List<PooledSession<K, S>> meant = all.stream()
                .filter(session -> session.state() != State.ENDING)
                .filter(session -> alsoLent || session.state() != State.LENT)
                .toList();
        meant.forEach(session -> endOrMark(session, EvictionReason.FLUSH));
        return meant.size();
    }

    /** Ends a pause. */
    public void resume() {
        change(() -> paused = false);
    }

    public boolean isPaused() {
        return paused;
    }

    /** Changes the sizes: what is too many goes, at once if it is idle, as it comes back otherwise. */
    public void resize(int newMin, int newMax) {
        checkSizes(newMin, newMax);
        change(() -> {
            gate.widen(newMax - max);
            min = newMin;
            max = newMax;
            trim(own.key());
        });
    }

    /** As given to the constructor; a lifetime holds for sessions that are opened from now on. */
    public void setTimes(Duration newIdleTimeout, Duration newMaxLifetime, boolean newRecordStacks) {
        idleTimeout = newIdleTimeout;
        maxLifetime = newMaxLifetime;
        recordStacks = newRecordStacks;
    }

    /** Ends what is idle, and lends nothing more; those in use are for the caller to end, or come back. */
    public void close() {
        change(() -> {
            if (!closed) {
                closed = true;
                idle.oldestFirst().forEach(session -> end(session, EvictionReason.CONTAINER));
                gate.widen(EVERYBODY);
            }
        });
    }

    // ---- What there is

    /** Fewest sessions by the own key that are kept. */
    public int min() {
        return min;
    }

    /** Most sessions. */
    public int max() {
        return max;
    }

    /** Sessions by the own key that are neither being opened nor being closed. */
    public int usable() {
        lock.lock();
        try {
            return usable;
        } finally {
            lock.unlock();
        }
    }

    /** How many there are; one that is being closed counts as idle. */
    public Occupancy occupancy() {
        int idleOrEnding = 0;
        int inUse = 0;
        for (PooledSession<K, S> session : all) {
            if (session.state() == State.LENT) {
                inUse++;
            } else {
                idleOrEnding++;
            }
        }
        return new Occupancy(idleOrEnding, inUse);
    }

    /** All that are not closed yet. */
    public Stream<PooledSession<K, S>> sessions() {
        return all.stream();
    }

    /** What the pool counts, at one moment. */
    Books books() {
        lock.lock();
        try {
            return new Books(
                    open,
                    opening,
                    ending,
                    waiting,
                    lock.getWaitQueueLength(changed),
                    usable,
                    demands.size(),
                    gate.availablePermits(),
                    gate.getQueueLength(),
                    List.copyOf(idle.lastUsedFirst()),
                    List.copyOf(all));
        } finally {
            lock.unlock();
        }
    }
}
