package com.terafy.ra.hosts;

import com.terafy.pool.hosts.HostChoice;
import com.terafy.pool.hosts.HostState;
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
import java.util.concurrent.CountDownLatch;
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

    private final Map<HostPort, Eye> eyes = new LinkedHashMap<>();
    private final Map<HostPort, HostState> states = new ConcurrentHashMap<>();
    private final CountDownLatch unasked;

    /** Why the last one that was asked did not answer; null if it did. */
    private volatile @Nullable SQLException failure;

    /** Guarded by this, as what follows. */
    private final Map<HostPort, Integer> sessions = new HashMap<>();

    private final Map<HostPort, Long> refusedNanos = new HashMap<>();

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

        private final HostPort host;
        private final AtomicBoolean taken = new AtomicBoolean(true);

        private Place(HostPort host) {
            this.host = host;
        }

        /** The server. */
        public HostPort host() {
            return host;
        }

        /** False if a session there must not be lent as the server is now. */
        public boolean mayLend() {
            return choice.mayLend(state(host));
        }

        /** The server has told a session there whether it is a replica. */
        public void saw(boolean replica) {
            HostState before = state(host);
            HostState now = before.saying(replica);
            if (before.answers() && !now.equals(before)) {
                learned(host, now, null);
            }
        }

        /** The session has ended. Harmless the second time. */
        public void free() {
            if (taken.compareAndSet(true, false)) {
                count(host, -1);
            }
        }
    }

    /** Looks at one server, by one thread at a time. */
    private final class Eye {

        private final HostPort host;
        private final HostEye eye;
        private final AtomicBoolean looks = new AtomicBoolean();
        private final AtomicBoolean asked = new AtomicBoolean();

        Eye(HostPort host, HostEye eye) {
            this.host = host;
            this.eye = eye;
        }

        void look() {
            if (!looks.compareAndSet(false, true)) {
                return;
            }
            try {
                learned(host, eye.look(), null);
            } catch (SQLException silent) {
                learned(host, HostState.SILENT, silent);
            } finally {
                looks.set(false);
                if (asked.compareAndSet(false, true)) {
                    unasked.countDown();
                }
            }
        }
    }

    /** @param silence is told when one that has answered does not any more */
    public Hosts(PoolSettings settings, Ticker ticker, Opener opener, Runnable silence) {
        this.settings = settings;
        this.ticker = ticker;
        this.silence = silence;
        this.choice = new HostChoice(settings.server());
        this.hosts = new ArrayList<>(settings.server().hosts());
        Collections.shuffle(hosts);
        this.unasked = new CountDownLatch(hosts.size());
        for (HostPort host : hosts) {
            Duration patience = settings.upkeep().validationTimeout();
            eyes.put(host, new Eye(host, new HostEye(ticker, () -> opener.open(host), patience)));
        }
    }

    private HostState state(HostPort host) {
        return states.getOrDefault(host, HostState.SILENT);
    }

    private synchronized void count(HostPort host, int change) {
        sessions.merge(host, change, Integer::sum);
    }

    /** Begins a look at each server where none is under way. Waits for nothing. */
    public void look(Executor executor) {
        eyes.values().forEach(eye -> executor.execute(eye::look));
    }

    /** From which server a session should move to another. */
    public synchronized Optional<HostPort> crowded() {
        return choice.crowded(hosts, this::stateForLogins, this::sessionsAt);
    }

    private int sessionsAt(HostPort host) {
        return sessions.getOrDefault(host, 0);
    }

    private HostState stateForLogins(HostPort host) {
        Long refused = refusedNanos.get(host);
        boolean reluctant = refused != null && ticker.nanoTime() - refused < RELUCTANCE.toNanos();
        return reluctant ? HostState.SILENT : state(host);
    }

    /**
     * Opens a session on the server that wants it most, or on the next where that does not let it in.
     *
     * @param executor looks at servers that were not asked yet
     * @throws SQLException if none of them does
     */
    public <T> T open(Login<T> login, Executor executor) throws SQLException {
        awaitFirstLook(executor);
        Set<HostPort> tried = new HashSet<>();
        @Nullable SQLException last = null;
        for (Place place = take(tried); place != null; place = take(tried)) {
            boolean opened = false;
            try {
                T session = login.at(place);
                opened = true;
                return session;
            } catch (SQLException failed) {
                if (!PostgresErrors.mayPass(failed)) {
                    throw failed;
                }
                last = failed;
                refused(place.host(), failed);
            } finally {
                if (!opened) {
                    place.free();
                }
            }
        }
        throw last == null ? noneFits() : last;
    }

    private void awaitFirstLook(Executor executor) throws SQLException {
        if (unasked.getCount() == 0) {
            return;
        }
        look(executor);
        try {
            Duration longest = settings.server().connectTimeout();
            if (!unasked.await(longest.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.log(System.Logger.Level.DEBUG, () -> settings.poolName() + ": not all servers have answered yet");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", "08001", interrupted);
        }
    }

    /** The best of those that were not tried; null if there is none. */
    private synchronized @Nullable Place take(Set<HostPort> tried) {
        for (HostPort host : choice.order(hosts, this::stateForLogins, this::sessionsAt)) {
            if (tried.add(host)) {
                count(host, 1);
                return new Place(host);
            }
        }
        return null;
    }

    private void refused(HostPort host, SQLException failed) {
        synchronized (this) {
            refusedNanos.put(host, ticker.nanoTime());
        }
        if (PostgresErrors.hasCause(failed, IOException.class)) {
            learned(host, HostState.SILENT, failed);
        }
    }

    /**
     * By the last look.
     *
     * @throws SQLException if none of the servers answers and is wanted
     */
    public void requireOne() throws SQLException {
        if (hosts.stream().map(this::state).noneMatch(choice::serves)) {
            throw noneFits();
        }
    }

    private SQLException noneFits() {
        return new SQLException(Messages.noHostFits(settings), "08001", failure);
    }

    private void learned(HostPort host, HostState now, @Nullable SQLException why) {
        HostState before = states.put(host, now);
        failure = why;
        if (before != null && before.answers() && !now.answers()) {
            silence.run();
        }
        if (now.answers() && (before == null || !before.answers())) {
            synchronized (this) {
                refusedNanos.remove(host);
            }
        }
        if (before != null && choice.serves(before) && !choice.serves(now)) {
            LOG.log(System.Logger.Level.WARNING, Messages.hostOut(settings, host, now, why));
        } else if (before != null && !choice.serves(before) && choice.serves(now)) {
            LOG.log(System.Logger.Level.INFO, Messages.hostBack(settings, host));
        }
    }

    /** Looks no more. */
    public void close() {
        eyes.values().forEach(eye -> eye.eye.close());
    }
}
