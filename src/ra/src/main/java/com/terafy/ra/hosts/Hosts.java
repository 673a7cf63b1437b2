package com.terafy.ra.hosts;

import com.terafy.pool.hosts.HostChoice;
import com.terafy.pool.hosts.HostState;
import com.terafy.pool.hosts.LagTrace;
import com.terafy.pool.sessions.Patience;
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
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** An answer takes a round trip: one for which a look has waited longer may never come. */
    private static final Duration SOON = Duration.ofSeconds(1);

    /** Between two looks after a login that was refused, for a wrong password for instance: the server counts these. */
    private static final Duration RELUCTANT_INTERVAL = Duration.ofSeconds(30);

    /** Most refusals that are remembered, however many users there are. */
    private static final int MOST_REFUSALS = 1000;

    /** How far the primary's log goes is known no longer: one that does not answer is no measure for others. */
    private static final Duration MARK_LASTS = Duration.ofSeconds(3);

    /** How long the first login waits for other servers once one has answered that will do. */
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(1);

    private final Map<HostPort, Eye> eyes = new LinkedHashMap<>();
    private final Map<HostPort, HostState> states = new ConcurrentHashMap<>();
    private final Map<HostPort, Long> refusedNanos = new ConcurrentHashMap<>();

    /** How often a session there has heard whether it is a replica; guarded by {@link #states}, as changes of that are. */
    private final Map<HostPort, Integer> heard = new HashMap<>();

    /** Who waits for the first answers is told by this. */
    private final Object answers = new Object();

    private volatile boolean begun;

    /** How many sessions of whom are where; guarded by this. */
    private final Map<Seat, Integer> sessions = new HashMap<>();

    /** When a server has refused a user for good; guarded by this. */
    private final Map<Seat, Long> refusals = new HashMap<>();

    /** Whom each server has let in last. */
    private final Map<HostPort, Object> letIn = new ConcurrentHashMap<>();

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
            HostState before;
            HostState now;
            synchronized (states) {
                heard.merge(host(), 1, Integer::sum);
                before = state(host());
                now = before.saying(replica);
                if (!now.equals(before)) {
                    states.put(host(), now);
                }
            }
            tell(host(), before, now, null);
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

        /** Since when an answer is awaited; null if none is. */
        private volatile @Nullable Long awaitedSince;

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
                awaitedSince = null;
                looks.set(false);
                synchronized (answers) {
                    asked = true;
                    answers.notifyAll();
                }
            }
        }

        /** Again where that was for nothing; if it is twice, at the next look. */
        private void ask() {
            if (!askOnce()) {
                askOnce();
            }
        }

        /** False if a session there has heard more meanwhile: then nothing was learned. */
        private boolean askOnce() {
            int heardBefore = heardAt(host);
            HostState before = state(host);
            long since = lookedNanos;
            lookedNanos = ticker.nanoTime();
            awaitedSince = lookedNanos;
            try {
                HostEye.Look look = eye.look(primary());
                silences = 0;
                failure = null;
                if (!learned(host, heardBefore, choice.steadied(before, look.state()), null)) {
                    return false;
                }
                mark = look.mark();
            } catch (SQLException silent) {
                failure = silent;
                silences++;
                if (silences == 1 && before.answers()) {
                    silence.run();
                }
                boolean isOver = silences >= LOOKS_TO_BE_SILENT || !before.answers();
                HostState now = isOver ? HostState.SILENT : before.after(Duration.ofNanos(ticker.nanoTime() - since));
                learned(host, heardBefore, now, silent);
            }
            return true;
        }

        /** True if it may be that the server does not answer any more, though that is not certain yet. */
        boolean isInDoubt() {
            Long since = awaitedSince;
            return failure != null || (since != null && ticker.nanoTime() - since > SOON.toNanos());
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
        return choice.crowded(
                hosts,
                this::state,
                host -> isReluctant(host) || refusedFor(new Seat(user, host)) > 0,
                host -> sessionsAt(new Seat(user, host)));
    }

    private synchronized int sessionsAt(Seat seat) {
        return sessions.getOrDefault(seat, 0);
    }

    private boolean isReluctant(HostPort host) {
        Long refused = refusedNanos.get(host);
        return eye(host).isInDoubt() || (refused != null && ticker.nanoTime() - refused < RELUCTANCE.toNanos());
    }

    private Eye eye(HostPort host) {
        return Objects.requireNonNull(eyes.get(host));
    }

    /** For how long the server is not to be asked about this user; 0 if it has not refused him lately. */
    private synchronized long refusedFor(Seat seat) {
        Long refused = refusals.get(seat);
        return refused == null ? 0 : Math.max(0, RELUCTANT_INTERVAL.toNanos() - (ticker.nanoTime() - refused));
    }

    /**
     * Opens a session on the server that wants it most, or on the next where that does not let it in. It is refused for good
     * only where all do: what one of them refuses another may let in, be it later.
     *
     * @param user whose it is
     * @param executor looks at servers that were not asked yet, or do not let in
     * @throws SQLException if none of them does
     */
    public <T> T open(Object user, Login<T> login, Executor executor) throws SQLException {
        return open(user, login, executor, () -> Long.MAX_VALUE);
    }

    /**
     * The same for one who waits for it.
     *
     * @param patience after which the first answers are not awaited any longer, and no other server is tried
     */
    public <T> T open(Object user, Login<T> login, Executor executor, Patience patience) throws SQLException {
        awaitFirstLook(executor, patience);
        Set<HostPort> tried = new HashSet<>();
        @Nullable SQLException passing = null;
        @Nullable SQLException refusal = null;
        for (Place place = take(user, tried); place != null; place = take(user, tried)) {
            boolean opened = false;
            try {
                if (refusedFor(place.seat) > 0 && (passing != null || refusal != null)) {
                    break; // nor would the others, which have refused him later
                }
                if (passing != null && patience.leftNanos() <= 0) {
                    break;
                }
                T session = login.at(place);
                opened = true;
                letIn(place.seat);
                return session;
            } catch (SQLException failed) {
                if (PostgresErrors.mayPass(failed)) {
                    passing = failed;
                    failedAt(place.host(), failed, executor);
                } else {
                    refusal = failed;
                    refused(place.seat);
                    if (passing == null && PostgresErrors.isWrongPassword(failed) && !letIn.containsValue(user)) {
                        throw failed; // everywhere, most likely: the servers count these
                    }
                }
            } finally {
                if (!opened) {
                    place.free();
                }
            }
        }
        throw passing != null ? passing : refusal != null && !mayFitLater() ? refusal : noneFits();
    }

    /** True if a server that was not tried does not answer, or is too far behind: it might let him in. */
    private boolean mayFitLater() {
        return hosts.stream()
                .filter(host -> !choice.mayLend(state(host)) && !eye(host).isRefused())
                .anyMatch(host -> !state(host).answers() || state(host).replica());
    }

    private void letIn(Seat seat) {
        refusedNanos.remove(seat.host());
        letIn.put(seat.host(), seat.user());
        synchronized (this) {
            refusals.remove(seat);
        }
    }

    private synchronized void refused(Seat seat) {
        if (refusals.size() >= MOST_REFUSALS) {
            refusals.clear();
        }
        refusals.put(seat, ticker.nanoTime());
    }

    /** Who answers late, or not at all, holds nobody up for long where another one will do. */
    private void awaitFirstLook(Executor executor, Patience patience) throws SQLException {
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
                    long own = patience.leftNanos();
                    if (left <= 0 || eyes.values().stream().allMatch(eye -> eye.asked)) {
                        begun = true;
                    } else if (own <= 0) {
                        return;
                    } else {
                        TimeUnit.NANOSECONDS.timedWait(answers, Math.min(left, own));
                    }
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", "08001", interrupted);
        }
    }

    /** The best of those that were not tried, last those that have refused this user; null if there is none. */
    private synchronized @Nullable Place take(Object user, Set<HostPort> tried) {
        List<HostPort> order =
                choice.order(hosts, this::state, this::isReluctant, host -> sessionsAt(new Seat(user, host))).stream()
                        .sorted(Comparator.comparingLong(host -> refusedFor(new Seat(user, host))))
                        .toList();
        for (HostPort host : order) {
            if (tried.add(host)) {
                Seat seat = new Seat(user, host);
                count(seat, 1);
                return new Place(seat);
            }
        }
        return null;
    }

    /** How the server is is what its eye says, which is asked at once; only it lets nobody in. */
    private void failedAt(HostPort host, SQLException failed, Executor executor) {
        refusedNanos.put(host, ticker.nanoTime());
        if (PostgresErrors.hasCause(failed, IOException.class)) {
            silence.run();
            executor.execute(eye(host)::look);
        }
    }

    /** What is refused everywhere is told as such: it is no matter of waiting. */
    private SQLException noneFits() {
        @Nullable SQLException passing = null;
        @Nullable SQLException refusal = null;
        for (Eye eye : eyes.values()) {
            if (!eye.isRefused()) {
                SQLException failure = eye.failure;
                passing = failure != null && PostgresErrors.mayPass(failure) ? failure : passing;
            } else {
                refusal = eye.failure;
            }
        }
        boolean allRefused = eyes.values().stream().allMatch(Eye::isRefused);
        return allRefused && refusal != null
                ? refusal
                : new SQLException(Messages.noHostFits(settings), "08001", passing);
    }

    private int heardAt(HostPort host) {
        synchronized (states) {
            return heard.getOrDefault(host, 0);
        }
    }

    /** False, and forgotten, if a session there has heard more since: it may be older than that. */
    private boolean learned(HostPort host, int heardBefore, HostState now, @Nullable SQLException why) {
        HostState before;
        synchronized (states) {
            if (heardAt(host) != heardBefore) {
                return false;
            }
            before = states.put(host, now);
        }
        if (before != null) {
            tell(host, before, now, why);
        }
        return true;
    }

    private void tell(HostPort host, HostState before, HostState now, @Nullable SQLException why) {
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
