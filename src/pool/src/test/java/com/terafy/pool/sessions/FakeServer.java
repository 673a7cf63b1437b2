package com.terafy.pool.sessions;

import com.terafy.api.EvictionReason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A server by script. It counts as PostgreSQL does: a session is one from the moment its login begins until it is
 * gone, and records every login that made them too many.
 */
final class FakeServer implements Sessions<String, FakeSession> {

    /** A failure that does not pass, like a wrong password. */
    static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;

        Refusal() {
            super("refused");
        }
    }

    /** What may happen meanwhile; the keys of {@link #during}. */
    enum Call {
        OPEN,
        MAY_PASS,
        IS_USABLE,
        HAS_ENDED,
        ANSWERS,
        CLOSE,
        ABORT
    }

    private final Map<String, Exception> failures = new ConcurrentHashMap<>();
    private final Map<Call, Consumer<String>> meanwhile = new ConcurrentHashMap<>();
    private final List<String> logins = new CopyOnWriteArrayList<>();
    private final List<FakeSession> opened = new CopyOnWriteArrayList<>();
    private final List<String> tooMany = new CopyOnWriteArrayList<>();

    // Guarded by this:
    private final Set<String> known = new HashSet<>();
    private int present;
    private int most;
    private IntSupplier limit = () -> Integer.MAX_VALUE - 1;

    /** More than these are noted as too many, but for the first login by a key. */
    synchronized void limitTo(IntSupplier sessions) {
        limit = sessions;
    }

    /** As if it had been tried: not even its first login may be one too many. */
    synchronized void know(String... keys) {
        known.addAll(List.of(keys));
    }

    void fail(String key, Exception failure) {
        failures.put(key, failure);
    }

    void refuse(String key) {
        fail(key, new Refusal());
    }

    void permit(String key) {
        failures.remove(key);
    }

    /** Each call of the kind does this first; what it throws, the call throws. */
    void during(Call call, Consumer<String> action) {
        meanwhile.put(call, action);
    }

    void calmDown() {
        meanwhile.clear();
    }

    /** By which keys it was tried, in order. */
    List<String> logins() {
        return logins;
    }

    long logins(String key) {
        return logins.stream().filter(key::equals).count();
    }

    List<FakeSession> opened() {
        return opened;
    }

    List<FakeSession> alive() {
        return opened.stream().filter(session -> !session.closed).toList();
    }

    /** All sessions end, as at a restart. */
    void endAll() {
        alive().forEach(session -> session.ended = true);
    }

    synchronized int present() {
        return present;
    }

    synchronized int most() {
        return most;
    }

    List<String> tooMany() {
        return new ArrayList<>(tooMany);
    }

    private void meanwhile(Call call, String key) {
        meanwhile.getOrDefault(call, any -> {}).accept(key);
    }

    @Override
    public FakeSession open(String key) throws Exception {
        come(key);
        boolean successful = false;
        try {
            logins.add(key);
            meanwhile(Call.OPEN, key);
            Exception failure = failures.get(key);
            if (failure != null) {
                throw failure;
            }
            FakeSession session = new FakeSession(key);
            opened.add(session);
            successful = true;
            return session;
        } finally {
            settle(key, successful);
        }
    }

    private synchronized void come(String key) {
        present++;
        most = Math.max(most, present);
        int allowed = limit.getAsInt() + (known.contains(key) ? 0 : 1);
        if (present > allowed) {
            tooMany.add(present + " sessions at a login as " + key + ", allowed " + allowed);
        }
    }

    private synchronized void settle(String key, boolean successful) {
        if (successful) {
            known.add(key);
        } else {
            present--;
        }
    }

    private synchronized void go(FakeSession session) {
        if (session.closed) {
            tooMany.add("closed twice");
        }
        session.closed = true;
        present--;
    }

    @Override
    public boolean mayPass(String key, Exception failure) {
        meanwhile(Call.MAY_PASS, key);
        return !(failure instanceof Refusal);
    }

    @Override
    public boolean isReady(FakeSession session) {
        return !session.busy;
    }

    @Override
    public @Nullable EvictionReason whyUnusable(FakeSession session, Patience patience) {
        if (patience.halfNanos() < 0) {
            throw new IllegalArgumentException("patience " + patience.halfNanos());
        }
        boolean usable = !session.ended && !session.closed;
        meanwhile(Call.IS_USABLE, session.key());
        return usable ? null : EvictionReason.FOUND_DEAD;
    }

    @Override
    public boolean hasEnded(FakeSession session) {
        meanwhile(Call.HAS_ENDED, session.key());
        return session.ended;
    }

    @Override
    public boolean answers(FakeSession session) {
        meanwhile(Call.ANSWERS, session.key());
        return !session.silent && !session.ended;
    }

    @Override
    public void close(FakeSession session, @Nullable EvictionReason reason) {
        try {
            meanwhile(Call.CLOSE, session.key());
        } finally {
            go(session);
        }
    }

    @Override
    public void abort(FakeSession session, EvictionReason reason) {
        try {
            meanwhile(Call.ABORT, session.key());
        } finally {
            go(session);
        }
    }
}
