package com.terafy.pool.sessions;

import com.terafy.pool.sessions.PooledSession.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that nobody has, the one used last first.
 *
 * <p>Guarded by the pool's lock.
 */
final class IdleSessions<K, S> {

    private final ArrayDeque<PooledSession<K, S>> sessions = new ArrayDeque<>();

    /** One that was used just now. */
    void add(PooledSession<K, S> used) {
        used.moveTo(State.IDLE);
        sessions.addFirst(used);
    }

    /** One that was only looked at, to where it was: those used later are before it. */
    void putBack(PooledSession<K, S> looked) {
        looked.moveTo(State.IDLE);
        ArrayDeque<PooledSession<K, S>> older = new ArrayDeque<>();
        while (!sessions.isEmpty() && sessions.getLast().idleSinceNanos() - looked.idleSinceNanos() < 0) {
            older.addFirst(sessions.removeLast());
        }
        sessions.addLast(looked);
        sessions.addAll(older);
    }

    /** Takes the one by that key that was used last, of those that are ready if any is; null if there is none. */
    @Nullable
    PooledSession<K, S> poll(K key, Predicate<S> isReady) {
        PooledSession<K, S> last = null;
        for (PooledSession<K, S> candidate : sessions) {
            if (candidate.isOpenedBy(key)) {
                if (isReady.test(candidate.session())) {
                    return take(candidate);
                }
                last = last == null ? candidate : last;
            }
        }
        return last == null ? null : take(last);
    }

    private PooledSession<K, S> take(PooledSession<K, S> found) {
        sessions.removeFirstOccurrence(found);
        found.moveTo(State.LOOKED_AT);
        return found;
    }

    /** Takes this one; false if it is not there. */
    boolean tryTake(PooledSession<K, S> session) {
        boolean there = session.state() == State.IDLE && sessions.remove(session);
        if (there) {
            session.moveTo(State.LOOKED_AT);
        }
        return there;
    }

    void remove(PooledSession<K, S> session) {
        sessions.remove(session);
    }

    /** The one that was used longest ago, of those by that key or of the others; null if there is none. */
    @Nullable
    PooledSession<K, S> oldest(boolean ofKey, K key) {
        for (Iterator<PooledSession<K, S>> each = sessions.descendingIterator(); each.hasNext(); ) {
            PooledSession<K, S> candidate = each.next();
            if (candidate.isOpenedBy(key) == ofKey) {
                return candidate;
            }
        }
        return null;
    }

    int count(K key) {
        int count = 0;
        for (PooledSession<K, S> each : sessions) {
            if (each.isOpenedBy(key)) {
                count++;
            }
        }
        return count;
    }

    List<PooledSession<K, S>> lastUsedFirst() {
        return List.copyOf(sessions);
    }

    List<PooledSession<K, S>> oldestFirst() {
        List<PooledSession<K, S>> found = new ArrayList<>(sessions.size());
        sessions.descendingIterator().forEachRemaining(found::add);
        return found;
    }
}
