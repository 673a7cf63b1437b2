package com.terafy.ra.hosts;

import com.terafy.pool.hosts.HostChoice;
import com.terafy.pool.hosts.HostState;
import com.terafy.pool.hosts.LagTrace;
import com.terafy.pool.settings.HostPort;
import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.time.Ticker;
import com.terafy.ra.Messages;
import com.terafy.ra.errors.PostgresErrors;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The servers over which a pool's sessions are spread: how each of them is, from looks and from what the sessions are told
 * unasked, and how many sessions are there. Opening goes to where the fewest are.
 *
 * <p>Thread-safe.
 */
public final class Hosts {

    private static final System.Logger LOG = System.getLogger("com.terafy.connection");

    /** How long another server is tried first after one has let nobody in although it answers. */
    private static final Duration RELUCTANCE = Duration.ofSeconds(5);

    private final PoolSettings settings;
    private final Ticker ticker;
    private final HostChoice choice;
    private final Runnable silence;

    /** In an order of this pool's own, so that the first sessions of many pools do not all go to one. */
    private final List<HostPort> hosts;

    /** Of looks without an answer the first ones may be chance: until then what was known is believed. */
    private static final int LOOKS_TO_BE_SILENT = 3;

    /** Between two looks after a login that was refused, for a wrong password for instance: the server counts these. */
    private static final Duration RELUCTANT_INTERVAL = Duration.ofSeconds(30);

    /** How far the primary's log goes is known no longer: one that does not answer is no measure for others. */
    private static final Duration MARK_LASTS = Duration.ofSeconds(3);

    /** How long the first login waits for other servers once one has answered that will do. */
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(1);

    private final Map<HostPort, Eye> eyes = new LinkedHashMap<>();
    private final Map<HostPort, HostState> states = new ConcurrentHashMap<>();
    private final Map<HostPort, Long> refusedNanos = new ConcurrentHashMap<>();

    /** Who waits for the first answers is told by this. */
    private final Object answers = new Object();

    private volatile boolean begun;

    /** How many sessions of whom are where; guarded by this. */
    private final Map<Seat, Integer> sessions = new HashMap<>();

    /** Each user's sessions are spread for themselves. */
    private record Seat(Object user, HostPort host) {}

    /** Logs in to a server. */
    @FunctionalInterface
    public interface Opener {
        /** Outside the pool, whatever the server is. */
        Connection open(HostPort host) throws SQLException;
    }

    /**
     * Opens a session.
     *
     * @param <T> what it is
     */
    @FunctionalInterface
    public interface Login<T> {
        /** At this place, which is free again if that throws. */
        T at(Place place) throws SQLException;
    }

    /** A place for a session on a server. */
    public final class Place {

        private final Seat seat;
        private final AtomicBoolean taken = new AtomicBoolean(true);

        private Place(Seat seat) {
            this.seat = seat;
        }

        /** The server. */
        public HostPort host() {
            return seat.host();
        }

        /** False if a session there must not be lent as the server is now. */
        public boolean mayLend() {
            return choice.mayLend(state(host()));
        }

        /** The server has told a session there that it has become a replica, or is none any more. */
        public void saw(boolean replica) {
            HostState now = state(host()).saying(replica);
            if (!now.equals(state(host()))) {
                learned(host(), now, null);
            }
        }

        /** The session has ended, or will when it comes back. Harmless the second time. */
        public void free() {
            if (taken.compareAndSet(true, false)) {
                count(seat, -1);
            }
        }
    }

    /** Looks at one server, by one thread at a time. */
    private final class Eye {

        private final HostPort host;
        private final HostEye eye;
        private final AtomicBoolean looks = new AtomicBoolean();
        private volatile boolean asked;

        /** Why it has not answered the last time; null if it has. */
        private volatile @Nullable SQLException failure;

        private volatile Optional<LagTrace.Mark> mark = Optional.empty();

        /** For one thread at a time, as what follows. */
        private int silences;

        private long lookedNanos;

        Eye(HostPort host, HostEye eye) {
            this.host = host;
            this.eye = eye;
        }

        void look() {
            if (!looks.compareAndSet(false, true)) {
                return;
            }
            try {
                if (!isRefused() || ticker.nanoTime() - lookedNanos >= RELUCTANT_INTERVAL.toNanos()) {
                    ask();
                }
            } finally {
                looks.set(false);
                synchronized (answers) {
                    asked = true;
                    answers.notifyAll();
                }
            }
        }

        private void ask() {
            HostState before = state(host);
            long since = lookedNanos;
            lookedNanos = ticker.nanoTime();
            try {
                HostEye.Look look = eye.look(primary());
                mark = look.mark();
                silences = 0;
                failure = null;
                learned(host, choice.steadied(before, look.state()), null);
            } catch (SQLException silent) {
                failure = silent;
                silences++;
                boolean isOver = silences >= LOOKS_TO_BE_SILENT || !before.answers();
                learned(
                        host,
                        isOver ? HostState.SILENT : before.after(Duration.ofNanos(ticker.nanoTime() - since)),
                        silent);
            }
        }

        /** True if its login is refused, and would be once more. */
        boolean isRefused() {
            SQLException why = failure;
            return why != null && !PostgresErrors.mayPass(why) && !state(host).answers();
        }
    }

    /** How far the log goes that replicas follow; empty where no server accepts it, or more than one has its own. */
    private Optional<LagTrace.Mark> primary() {
        long now = ticker.nanoTime();
        List<LagTrace.Mark> fresh = eyes.values().stream()
                .flatMap(eye -> eye.mark.stream())
                .filter(mark -> now - mark.nanos() < MARK_LASTS.toNanos())
                .toList();
        return fresh.size() == 1 ? Optional.of(fresh.get(0)) : Optional.empty();
    }

    /** @param silence is told when one that has answered does not any more */
    public Hosts(PoolSettings settings, Ticker ticker, Opener opener, Runnable silence) {
        this.settings = settings;
        this.ticker = ticker;
        this.silence = silence;
        this.choice = new HostChoice(settings.server());
        this.hosts = new ArrayList<>(settings.server().hosts());
        Collections.shuffle(hosts);
        for (HostPort host : hosts) {
            Duration patience = settings.upkeep().validationTimeout();
            eyes.put(host, new Eye(host, new HostEye(ticker, () -> opener.open(host), patience)));
        }
    }

    private HostState state(HostPort host) {
        return states.getOrDefault(host, HostState.SILENT);
    }

    private synchronized void count(Seat seat, int change) {
        int now = sessionsAt(seat) + change;
        if (now == 0) {
            sessions.remove(seat);
        } else {
            sessions.put(seat, now);
        }
    }

    /** Begins a look at each server where none is under way. Waits for nothing. */
    public void look(Executor executor) {
        eyes.values().forEach(eye -> executor.execute(eye::look));
    }

    /** From which servers a session of this user should move to another. */
    public synchronized List<HostPort> crowded(Object user) {
        return choice.crowded(hosts, this::state, this::isReluctant, host -> sessionsAt(new Seat(user, host)));
    }

    private synchronized int sessionsAt(Seat seat) {
        return sessions.getOrDefault(seat, 0);
    }

    private boolean isReluctant(HostPort host) {
        Long refused = refusedNanos.get(host);
        return refused != null && ticker.nanoTime() - refused < RELUCTANCE.toNanos();
    }

    /**
     * Opens a session on the server that wants it most, or on the next where that does not let it in.
     *
     * @param user whose it is
     * @param executor looks at servers that were not asked yet, or do not let in
     * @throws SQLException if none of them does
     */
    public <T> T open(Object user, Login<T> login, Executor executor) throws SQLException {
        awaitFirstLook(executor);
        Set<HostPort> tried = new HashSet<>();
        @Nullable SQLException last = null;
        for (Place place = take(user, tried); place != null; place = take(user, tried)) {
            boolean opened = false;
            try {
                T session = login.at(place);
                opened = true;
                refusedNanos.remove(place.host());
                return session;
            } catch (SQLException failed) {
                if (!PostgresErrors.mayPass(failed)) {
                    throw failed;
                }
                last = failed;
                refused(place.host(), failed, executor);
            } finally {
                if (!opened) {
                    place.free();
                }
            }
        }
        throw last == null ? noneFits() : last;
    }

    /** Who answers late, or not at all, holds nobody up for long where another one will do. */
    private void awaitFirstLook(Executor executor) throws SQLException {
        if (begun) {
            return;
        }
        look(executor);
        long began = System.nanoTime();
        try {
            synchronized (answers) {
                while (!begun) {
                    boolean best = hosts.stream().map(this::state).anyMatch(choice::isBest);
                    Duration longest = best ? FIRST_PATIENCE : settings.server().connectTimeout();
                    long left = longest.toNanos() - (System.nanoTime() - began);
                    if (left <= 0 || eyes.values().stream().allMatch(eye -> eye.asked)) {
                        begun = true;
                    } else {
                        TimeUnit.NANOSECONDS.timedWait(answers, left);
                    }
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", "08001", interrupted);
        }
    }

    /** The best of those that were not tried; null if there is none. */
    private synchronized @Nullable Place take(Object user, Set<HostPort> tried) {
        for (HostPort host :
                choice.order(hosts, this::state, this::isReluctant, host -> sessionsAt(new Seat(user, host)))) {
            if (tried.add(host)) {
                Seat seat = new Seat(user, host);
                count(seat, 1);
                return new Place(seat);
            }
        }
        return null;
    }

    /** How the server is is what its eye says, which is asked at once; only it lets nobody in. */
    private void refused(HostPort host, SQLException failed, Executor executor) {
        refusedNanos.put(host, ticker.nanoTime());
        Eye eye = eyes.get(host);
        if (eye != null && PostgresErrors.hasCause(failed, IOException.class)) {
            silence.run();
            executor.execute(eye::look);
        }
    }

    /** What is refused everywhere is told as such: it is no matter of waiting. */
    private SQLException noneFits() {
        @Nullable SQLException failure = null;
        boolean allRefused = true;
        for (Eye eye : eyes.values()) {
            allRefused &= eye.isRefused();
            failure = eye.failure == null ? failure : eye.failure;
        }
        return allRefused && failure != null
                ? failure
                : new SQLException(Messages.noHostFits(settings), "08001", failure);
    }

    private void learned(HostPort host, HostState now, @Nullable SQLException why) {
        HostState before = states.put(host, now);
        if (before == null) {
            return;
        }
        if (before.answers() && !now.answers()) {
            silence.run();
        }
        if (choice.serves(before) && !choice.serves(now)) {
            LOG.log(System.Logger.Level.WARNING, Messages.hostOut(settings, host, now, choice.mayLend(now), why));
        } else if (!choice.serves(before) && choice.serves(now)) {
            LOG.log(System.Logger.Level.INFO, Messages.hostBack(settings, host));
        }
    }

    /** Looks no more. */
    public void close() {
        eyes.values().forEach(eye -> eye.eye.close());
    }
}
