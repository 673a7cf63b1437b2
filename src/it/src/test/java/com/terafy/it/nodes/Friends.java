package com.terafy.it.nodes;

import com.terafy.api.PoolIdentity;
import com.terafy.testkit.Backend;
import com.terafy.testkit.TestPostgres;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks at the database all the time: writes down every session that a live node has, whatever it is called later, and when
 * which sessions were last there. Thread-safe.
 */
final class Friends implements AutoCloseable {

    private static final Set<String> NODES =
            Stream.of(NodeSettings.values()).map(NodeSettings::nodeName).collect(Collectors.toSet());
    private static final long POLL_MILLIS = 250;

    /** What one look shows. */
    record Look(Instant when, Set<Session> there) {}

    private final TestPostgres postgres;
    private final Map<Session, String> friends = new ConcurrentHashMap<>();
    private final Thread thread = new Thread(this::watch, "friends");
    private final Map<Session, Instant> gone = new ConcurrentHashMap<>();
    private volatile Look last = new Look(Instant.MIN, Set.of());
    private volatile boolean ended;

    Friends(TestPostgres postgres) {
        this.postgres = postgres;
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        while (!ended) {
            try {
                look(postgres.backends());
            } catch (IllegalStateException away) {
                System.getLogger("nodes").log(System.Logger.Level.DEBUG, "the database cannot be asked", away);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void look(List<Backend> backends) {
        for (Backend backend : backends) {
            Optional<PoolIdentity> pool =
                    PoolIdentity.parse(backend.applicationName()).filter(identity -> NODES.contains(identity.node()));
            pool.ifPresent(identity -> friends.putIfAbsent(
                    Session.of(backend), "node " + identity.node() + " (" + backend.applicationName() + ")"));
        }
        Set<Session> there = backends.stream().map(Session::of).collect(Collectors.toSet());
        Instant now = Instant.now();
        for (Session before : last.there()) {
            if (!there.contains(before)) {
                gone.put(before, now);
            }
        }
        last = new Look(now, there);
    }

    /** A node has told of it. */
    void add(Session session, String whose) {
        friends.putIfAbsent(session, whose);
    }

    Map<Session, String> all() {
        return Map.copyOf(friends);
    }

    /** When a session was first seen to be missing. */
    Optional<Instant> gone(Session session) {
        return Optional.ofNullable(gone.get(session));
    }

    /** Returns when the database was looked at once more; the look began after this call. */
    void lookAgain() throws InterruptedException {
        Look before = last;
        awaitAfter(awaitAfter(before));
    }

    private Look awaitAfter(Look before) throws InterruptedException {
        while (last == before) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return last;
    }

    @Override
    public void close() {
        ended = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
