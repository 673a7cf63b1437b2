package com.terafy.pool.sessions;

import com.terafy.api.EvictionReason;
import com.terafy.api.FlushMode;
import com.terafy.pool.reaping.SweepPolicy;
import com.terafy.pool.sessions.PooledSession.State;
import com.terafy.pool.statistics.Occupancy;
import com.terafy.pool.statistics.PoolCounters;
import com.terafy.pool.time.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A pool of sessions. Who holds a permit of its {@link Gate} may take an idle session, the one used last first, or wait
 * until one is there: one that comes back, or one that a task opens. So a borrower never opens by itself, and filling
 * and replacing hold nobody up. Whoever has taken a session out of the idle ones owns it: a borrower, or the upkeep for
 * the time of a look.
 *
 * <p>Of what its server may count as a session there is never more than the maximum: opening begins only where there is
 * room, and what is closed makes room when it is gone. One exception: the first login by a key that was never tried may be
 * one too many until it has succeeded, since a wrong password must cost nobody a session.
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
    private final Tasks tasks;
    private final Ticker ticker;
    private final PoolCounters counters;
    private final SweepPolicy policy;
    private final Duration maxLifetime;
    private final boolean recordStacks;
    private final Gate gate;

    /** All that are not closed yet; changed under the lock, read by any. */
    private final Set<PooledSession<K, S>> all = ConcurrentHashMap.newKeySet();

    private final ReentrantLock lock = new ReentrantLock();

    /** What a borrower without a session waits for: one is idle, or can be opened no more. */
    private final Condition changed = lock.newCondition();

    // Guarded by the lock:
    private final ArrayDeque<PooledSession<K, S>> idle = new ArrayDeque<>();
    private final Map<K, Demand<K>> demands = new HashMap<>();
    private final Demand<K> own;
    private final List<Runnable> todo = new ArrayList<>();
    private int min;
    private int max;
    private long lastId;

    /** Sessions that are open, being opened or being closed. */
    private int open;

    /** Of these, those that are being closed. */
    private int ending;

    private int opening;
    private int waiting;

    /** Sessions by the own key that are neither being opened nor being closed. */
    private int usable;

    /** Expired sessions that wait for a replacement. */
    private int toReplace;

    /** One was retired before its replacement was open, since there was no room. */
    private boolean replacementOwed;

    /** What is opened in an earlier one is closed: moved on by a flush and a pause. */
    private int epoch;

    private boolean paused;
    private volatile boolean closed;

    /**
     * Fills itself only once {@link #tick} is called.
     *
     * @param own by what the pool's own sessions are opened
     * @param policy what a sweep does
     * @param maxLifetime oldest a session gets while another can be had; zero for no limit
     * @param recordStacks whether each borrow records the borrower's stack
     */
    public SessionPool(
            K own,
            int min,
            int max,
            SweepPolicy policy,
            Duration maxLifetime,
            boolean recordStacks,
            Ticker ticker,
            PoolCounters counters,
            Sessions<K, S> sessions,
            Tasks tasks) {
        this.own = new Demand<>(own);
        this.demands.put(own, this.own);
        this.min = min;
        this.max = max;
        this.gate = new Gate(max);
        this.policy = policy;
        this.maxLifetime = maxLifetime;
        this.recordStacks = recordStacks;
        this.ticker = ticker;
        this.counters = counters;
        this.sessions = sessions;
        this.tasks = tasks;
    }

    // ---- Borrowing

    /**
     * Lends a live session to the current thread.
     *
     * @param patience longest wait
     * @throws NoSessionException if none can be had
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public PooledSession<K, S> borrow(K key, Duration patience) throws NoSessionException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        if (!gate.tryAcquire() && !gate.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new NoSessionException(NoSessionException.Reason.TIME_IS_OVER, null);
        }
        PooledSession<K, S> lent = null;
        try {
            while (lent == null) {
                lent = lend(take(key, deadline), deadline);
            }
            return lent;
        } finally {
            if (lent == null) {
                gate.release();
            }
        }
    }

    /** Null if it is not alive, or ended meanwhile. */
    private @Nullable PooledSession<K, S> lend(PooledSession<K, S> taken, long deadline) {
        boolean alive = false;
        try {
            alive = sessions.isUsable(taken.session(), (deadline - System.nanoTime()) / 2);
        } finally {
            if (!alive) {
                evict(taken, EvictionReason.FOUND_DEAD);
            }
        }
        if (!alive) {
            return null;
        }
        taken.lent(Borrow.byCurrentThread(ticker.nanoTime(), recordStacks));
        if (closed || taken.endAtReturn() != null) {
            takeBack(taken);
            return null;
        }
        counters.borrowed();
        return taken;
    }

    private PooledSession<K, S> take(K key, long deadline) throws NoSessionException, InterruptedException {
        lock.lock();
        try {
            PooledSession<K, S> found = pollIdle(key);
            return found == null ? await(key, deadline) : found;
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock: the one used last. */
    private @Nullable PooledSession<K, S> pollIdle(K key) {
        if (paused || closed) {
            return null;
        }
        for (Iterator<PooledSession<K, S>> each = idle.iterator(); each.hasNext(); ) {
            PooledSession<K, S> candidate = each.next();
            if (candidate.isOpenedBy(key)) {
                each.remove();
                candidate.moveTo(State.LOOKED_AT);
                return candidate;
            }
        }
        return null;
    }

    /** Under the lock, but for the time of waiting. */
    private PooledSession<K, S> await(K key, long deadline) throws NoSessionException, InterruptedException {
        Demand<K> demand = demands.computeIfAbsent(key, Demand::new);
        int refusalsBefore = demand.refusals;
        demand.waiting++;
        waiting++;
        try {
            while (true) {
                if (closed) {
                    throw new NoSessionException(NoSessionException.Reason.CLOSED, null);
                }
                PooledSession<K, S> found = pollIdle(key);
                if (found != null) {
                    return found;
                }
                if (demand.refusals != refusalsBefore && noneBy(key)) {
                    throw new NoSessionException(NoSessionException.Reason.REFUSED, demand.failure());
                }
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new NoSessionException(NoSessionException.Reason.TIME_IS_OVER, demand.failure());
                }
                if (!handedOut(false)) {
                    changed.awaitNanos(left);
                }
            }
        } finally {
            demand.waiting--;
            waiting--;
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
            now.forEach(tasks::run);
        } finally {
            lock.lock();
        }
        return true;
    }

    /** A borrower gives its session back in good order. Harmless if it has ended meanwhile. */
    public void giveBack(PooledSession<K, S> lent) {
        if (takeBack(lent)) {
            gate.release();
        }
    }

    private boolean takeBack(PooledSession<K, S> lent) {
        List<Runnable> now;
        lock.lock();
        try {
            if (lent.state() != State.LENT) {
                return false;
            }
            counters.used(lent.returned(ticker.nanoTime()));
            EvictionReason reason = whyToEnd(lent);
            if (reason != null) {
                end(lent, reason);
            } else {
                lent.moveTo(State.IDLE);
                idle.addFirst(lent);
                if (waiting > 0) {
                    changed.signalAll();
                }
            }
            now = takeTodo();
        } finally {
            lock.unlock();
        }
        now.forEach(tasks::run);
        return true;
    }

    private @Nullable EvictionReason whyToEnd(PooledSession<K, S> returned) {
        if (closed) {
            return EvictionReason.CONTAINER;
        }
        if (paused) {
            return EvictionReason.FLUSH;
        }
        EvictionReason wanted = returned.endAtReturn();
        return wanted == null && open - ending > max ? EvictionReason.SURPLUS : wanted;
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
        sessions.abort(owned.session());
        gone(owned);
        if (lent) {
            gate.release();
        }
        return true;
    }

    // ---- Opening and closing

    /** Under the lock: begins the attempts that are useful. */
    private void serve(boolean tick) {
        if (paused || closed) {
            return;
        }
        for (Demand<K> demand : demands.values()) {
            while (demand.opening < wanted(demand)
                    && opening < MOST_OPENINGS
                    && demand.mayBegin(tick, noneBy(demand.key()), System.nanoTime())
                    && makesRoomFor(demand)) {
                open++;
                opening++;
                demand.began(System.nanoTime());
                int began = epoch;
                todo.add(() -> attempt(demand, began));
            }
        }
    }

    /** Under the lock: true if there is no session by that key that may come back. */
    private boolean noneBy(K key) {
        return all.stream().noneMatch(session -> session.state() != State.ENDING && session.isOpenedBy(key));
    }

    private int wanted(Demand<K> demand) {
        int forNobody = demand == own ? Math.max(0, min - usable) + toReplace + (replacementOwed ? 1 : 0) : 0;
        return demand.waiting + forNobody;
    }

    /** Under the lock: false if there is no room now; one by another key goes then, if it is idle. */
    private boolean makesRoomFor(Demand<K> demand) {
        if (open < max) {
            return true;
        }
        Optional<PooledSession<K, S>> other = oldestIdle(false, demand.key());
        if (open > max || other.isEmpty() || ending > 0) {
            return false;
        }
        if (demand.everOpened()) {
            end(other.get(), EvictionReason.SURPLUS);
            return false;
        }
        return true;
    }

    private Optional<PooledSession<K, S>> oldestIdle(boolean ofKey, K key) {
        for (Iterator<PooledSession<K, S>> each = idle.descendingIterator(); each.hasNext(); ) {
            PooledSession<K, S> candidate = each.next();
            if (candidate.isOpenedBy(key) == ofKey) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private void attempt(Demand<K> demand, int beganIn) {
        long began = ticker.nanoTime();
        counters.creationBegan();
        S opened = null;
        Exception failure = null;
        try {
            opened = sessions.open(demand.key());
        } catch (Throwable thrown) { // whatever it is, the attempt has ended
            failure = thrown instanceof Exception exception ? exception : new IllegalStateException(thrown);
        }
        counters.creationEnded(opened != null, ticker.nanoTime() - began);
        boolean mayPass = failure != null && sessions.mayPass(demand.key(), failure);
        List<Runnable> now;
        lock.lock();
        try {
            opening--;
            if (failure == null) {
                arrived(demand, Objects.requireNonNull(opened), beganIn);
            } else {
                missed(demand, failure, mayPass);
            }
            serve(false);
            changed.signalAll();
            now = takeTodo();
        } finally {
            lock.unlock();
        }
        now.forEach(tasks::run);
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
        fresh.moveTo(State.IDLE);
        idle.addFirst(fresh);
        if (demand == own) {
            retireReplaced();
        }
        trim(demand.key());
    }

    private static long jittered(Duration lifetime) {
        double jitter = LIFETIME_JITTER * ThreadLocalRandom.current().nextDouble();
        return (long) (lifetime.toNanos() * (1 - jitter));
    }

    /** Under the lock. */
    private void missed(Demand<K> demand, Exception failure, boolean mayPass) {
        open--;
        Duration pause = demand.failed(failure, mayPass);
        if (demand == own) {
            toReplace = 0;
            replacementOwed = false;
        }
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
        now.forEach(tasks::run);
    }

    private List<Runnable> takeTodo() {
        if (todo.isEmpty()) {
            return List.of();
        }
        List<Runnable> taken = List.copyOf(todo);
        todo.clear();
        return taken;
    }

    /** Under the lock: it is nobody's any more, and a task closes it. */
    private void end(PooledSession<K, S> session, @Nullable EvictionReason reason) {
        idle.remove(session);
        count(session, reason);
        todo.add(() -> {
            sessions.close(session.session());
            gone(session);
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
        while (open - ending > max) {
            Optional<PooledSession<K, S>> surplus = oldestIdle(false, kept).or(() -> oldestIdle(true, kept));
            if (surplus.isEmpty()) {
                return;
            }
            end(surplus.get(), EvictionReason.SURPLUS);
        }
    }

    // ---- Upkeep

    /**
     * What is to be done every second or so: sessions that have ended are noticed, the minimum is filled, and those past
     * their lifetime are replaced.
     */
    public void tick() {
        for (PooledSession<K, S> session : idleOldestFirst()) {
            if (tryTake(session)) {
                keepOrEnd(session, !sessions.hasEnded(session.session()), EvictionReason.FOUND_DEAD);
            }
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
            if (policy.isIdleTooLong(session, ticker.nanoTime()) && tryReap(session)) {
                continue;
            }
            if (tryTake(session)) {
                keepOrEnd(session, sessions.answers(session.session()), EvictionReason.VALIDATION_FAILED);
            }
        }
    }

    private List<PooledSession<K, S>> idleOldestFirst() {
        lock.lock();
        try {
            List<PooledSession<K, S>> found = new ArrayList<>(idle.size());
            idle.descendingIterator().forEachRemaining(found::add);
            return found;
        } finally {
            lock.unlock();
        }
    }

    private boolean tryReap(PooledSession<K, S> session) {
        boolean[] reaped = new boolean[1];
        change(() -> {
            boolean isOwn = session.isOpenedBy(own.key());
            reaped[0] = session.state() == State.IDLE && (!isOwn || usable > min);
            if (reaped[0]) {
                end(session, null);
            }
        });
        return reaped[0];
    }

    private boolean tryTake(PooledSession<K, S> session) {
        lock.lock();
        try {
            if (session.state() != State.IDLE) {
                return false;
            }
            idle.remove(session);
            session.moveTo(State.LOOKED_AT);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void keepOrEnd(PooledSession<K, S> looked, boolean alive, EvictionReason otherwise) {
        if (!alive) {
            evict(looked, otherwise);
            return;
        }
        change(() -> {
            EvictionReason reason = whyToEnd(looked);
            if (reason != null) {
                end(looked, reason);
            } else {
                looked.moveTo(State.IDLE);
                putBack(looked);
            }
        });
    }

    /** Where it was: those used later are before it. */
    private void putBack(PooledSession<K, S> looked) {
        ArrayDeque<PooledSession<K, S>> older = new ArrayDeque<>();
        while (!idle.isEmpty() && idle.getLast().lastUsedNanos() - looked.lastUsedNanos() < 0) {
            older.addFirst(idle.removeLast());
        }
        idle.addLast(looked);
        idle.addAll(older);
    }

    /**
     * Under the lock: an expired session is retired when its replacement is open. Where there is no room for one, the
     * oldest goes first and the next one only after its replacement; and none while opening fails.
     */
    private void replaceExpired() {
        long now = ticker.nanoTime();
        List<PooledSession<K, S>> expired = expired(now);
        for (PooledSession<K, S> session : expired) {
            if (!session.isOpenedBy(own.key())) {
                retire(session);
            }
        }
        expired.removeIf(session -> session.state() == State.ENDING || session.endAtReturn() != null);
        toReplace = open < max ? expired.size() : 0;
        if (toReplace == 0 && !expired.isEmpty() && !replacementOwed && own.isTrusted() && ending == 0) {
            replacementOwed = true;
            retire(expired.get(0));
        }
    }

    /** Oldest first, those that are idle before the others. */
    private List<PooledSession<K, S>> expired(long now) {
        return new ArrayList<>(all.stream()
                .filter(session -> session.isExpired(now) && session.state() != State.ENDING)
                .filter(session -> session.endAtReturn() == null)
                .sorted(Comparator.comparing((PooledSession<K, S> session) -> session.state() != State.IDLE)
                        .thenComparing(PooledSession::id))
                .toList());
    }

    /** Under the lock: one by the own key has arrived. */
    private void retireReplaced() {
        if (replacementOwed) {
            replacementOwed = false;
        } else if (toReplace > 0) {
            toReplace--;
            expired(ticker.nanoTime()).stream()
                    .filter(session -> session.isOpenedBy(own.key()))
                    .findFirst()
                    .ifPresent(this::retire);
        }
        if (toReplace == 0) {
            replaceExpired();
        }
    }

    private void retire(PooledSession<K, S> expired) {
        endOrMark(expired, EvictionReason.LIFETIME);
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
        change(() -> {
            epoch++;
            for (PooledSession<K, S> session : List.copyOf(all)) {
                boolean ended = session.state() == State.ENDING;
                if (!ended && (session.state() != State.LENT || mode != FlushMode.IDLE)) {
                    endOrMark(session, EvictionReason.FLUSH);
                    count[0]++;
                }
            }
        });
        return count[0];
    }

    /** From now on borrowers wait; what is idle is ended, what is in use as it comes back. */
    public void pause() {
        change(() -> {
            paused = true;
            epoch++;
            List.copyOf(all).stream()
                    .filter(session -> session.state() != State.ENDING)
                    .forEach(session -> endOrMark(session, EvictionReason.FLUSH));
        });
    }

    /** Ends a pause. */
    public void resume() {
        change(() -> paused = false);
    }

    public boolean isPaused() {
        lock.lock();
        try {
            return paused;
        } finally {
            lock.unlock();
        }
    }

    /** Changes the sizes: what is too many goes, at once if it is idle, as it comes back otherwise. */
    public void resize(int newMin, int newMax) {
        if (newMin < 0 || newMax < Math.max(1, newMin)) {
            throw new IllegalArgumentException("minimum " + newMin + ", maximum " + newMax);
        }
        change(() -> {
            gate.widen(newMax - max);
            min = newMin;
            max = newMax;
            trim(own.key());
        });
    }

    /** Ends what is idle, and lends nothing more; those in use are for the caller to end, or come back. */
    public void close() {
        change(() -> {
            closed = true;
            List.copyOf(idle).forEach(session -> end(session, EvictionReason.CONTAINER));
        });
        gate.widen(EVERYBODY);
    }

    // ---- What there is

    /** Fewest sessions by the own key that are kept. */
    public int min() {
        lock.lock();
        try {
            return min;
        } finally {
            lock.unlock();
        }
    }

    /** Most sessions. */
    public int max() {
        lock.lock();
        try {
            return max;
        } finally {
            lock.unlock();
        }
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
        int inUse = (int)
                sessions().filter(session -> session.state() == State.LENT).count();
        return new Occupancy((int) sessions().count() - inUse, inUse);
    }

    /** All that are not closed yet. */
    public Stream<PooledSession<K, S>> sessions() {
        return all.stream();
    }
}
