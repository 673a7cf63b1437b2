package com.terafy.it.switchover;

import com.terafy.it.switchover.inside.Attempt;
import com.terafy.testkit.PatroniCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** The run, see package-info.java: prints what happens, line by line, and the table. Not thread-safe. */
public final class SwitchoverRun {

    /** Rows of the loads are told apart by the thousand millions of their ids. */
    private static final long IDS_OF_A_LOAD = 1_000_000_000L;

    private static final List<Event> SHORT = List.of(Event.PLANNED, Event.CRASH, Event.RETURN);

    private static final int UNDER_WAY = 10;
    private static final Duration WARMUP = Duration.ofSeconds(15);
    private static final Duration BEFORE = Duration.ofSeconds(1);
    private static final Duration DOWN = Duration.ofSeconds(5);

    /** HAProxy must see it, too, and the pools must find it. */
    private static final Duration AFTER = Duration.ofSeconds(6);

    private static final Duration FAILOVER = Duration.ofSeconds(90);

    /** Of the last operations: a wait for a connection, and a policy's whole time. */
    private static final Duration END = Duration.ofSeconds(150);

    private static final Duration POLL = Duration.ofMillis(100);
    private static final int SHOWN_FAILURES = 4;

    private final Instant begun = Instant.now();
    private final SwitchoverStage stage;
    private final Set<Peer> peers;
    private final Table table = new Table();
    private int loads;
    private String victim = "";

    SwitchoverRun(SwitchoverStage stage, Set<Peer> peers) {
        this.stage = stage;
        this.peers = peers;
    }

    /**
     * Runs all, and fails where Terafy misses a goal.
     *
     * @param arguments the installation of WildFly, a directory for the server, terafy.ear, and true for Terafy alone by the
     *     list of hosts, a switchover and a crash
     */
    public static void main(String[] arguments) {
        boolean brief = arguments.length > 3 && Boolean.parseBoolean(arguments[3]);
        Set<Way> ways = brief ? EnumSet.of(Way.LIST) : EnumSet.allOf(Way.class);
        Set<Peer> peers = brief ? EnumSet.range(Peer.PAUSED, Peer.RETRIED) : EnumSet.allOf(Peer.class);
        String lacking = PatroniCluster.lacking();
        if (!lacking.isEmpty()) {
            throw new IllegalStateException(lacking);
        }
        try (SwitchoverStage stage =
                new SwitchoverStage(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]), ways, peers)) {
            SwitchoverRun run = new SwitchoverRun(stage, peers);
            run.say("the cluster and the server are up; server.log is " + stage.serverLog());
            if (brief) {
                run.brief();
            } else {
                run.whole();
            }
            System.out.println(run.table);
            if (!run.table.missed().isEmpty()) {
                throw new IllegalStateException("FAILED, goals missed:\n" + String.join("\n", run.table.missed()));
            }
            System.out.println("PASSED");
        }
    }

    /** All by the list and through HAProxy; by the name, what moves the primary. */
    private void whole() {
        for (int threads : List.of(8, 32)) {
            for (Way way : List.of(Way.LIST, Way.HAPROXY)) {
                for (Event event : Event.values()) {
                    if (event.canBeBroughtAbout()) {
                        tryToHappen(event, way, threads);
                    }
                }
            }
        }
        for (Event event : SHORT) {
            tryToHappen(event, Way.NAME, 8);
        }
    }

    /** A switchover, a crash, and the return. */
    void brief() {
        for (Event event : SHORT) {
            happen(event, Way.LIST, 8);
        }
    }

    /** What cannot be done is told at the end; the rest goes on. */
    private void tryToHappen(Event event, Way way, int threads) {
        try {
            happen(event, way, threads);
        } catch (RuntimeException failed) {
            say("    could not be done: " + failed);
            System.out.println(stage.cluster().logs());
            table.add(event, way, threads, failed);
        }
    }

    Table table() {
        return table;
    }

    private void say(String what) {
        long seconds = Duration.between(begun, Instant.now()).toSeconds();
        System.out.println(String.format(Locale.ROOT, "%02d:%02d ", seconds / 60, seconds % 60) + what);
    }

    private void happen(Event event, Way way, int threads) {
        say(event.title() + ", " + way.title() + ", " + threads + " threads");
        if (event == Event.RETURN || event == Event.THAW) {
            stage.cluster().awaitSynchronous(); // one fault at a time
        } else {
            stage.cluster().awaitWhole();
        }
        List<Peer> present = peers.stream().filter(event::concerns).toList();
        int first = loads;
        for (Peer peer : present) {
            stage.refresh(peer, way);
            start(peer, way, threads, ++loads);
        }
        present.forEach(peer -> awaitUnderWay(peer, way));
        pass(BEFORE);
        Optional<String> leader = stage.cluster().leader();
        long begin = System.currentTimeMillis();
        long end = happen(event, way);
        pass(AFTER);
        present.forEach(peer -> stage.ask("stop", peer.pool(way), Map.of()));
        Map<Peer, List<Attempt>> attempts = new HashMap<>();
        for (Peer peer : present) {
            attempts.put(peer, attempts(peer, way));
        }
        if (event != Event.CRASH && event != Event.FREEZE) {
            stage.cluster().awaitWhole();
        }
        boolean isTakenBack = event == Event.THAW && !stage.cluster().leader().equals(leader);
        Event happened = isTakenBack ? Event.TAKEN_BACK : event;
        for (int i = 0; i < present.size(); i++) {
            Peer peer = present.get(i);
            List<Attempt> all = attempts.getOrDefault(peer, List.of());
            Cell cell = Cell.of(all, begin, end, rows(first + i + 1));
            say("    " + peer + ": " + cell);
            show(peer, all, begin);
            table.add(happened, way, threads, peer, cell);
        }
    }

    private void start(Peer peer, Way way, int threads, int load) {
        stage.ask(
                "start",
                peer.pool(way),
                Map.of(
                        "threads",
                        threads,
                        "load",
                        load,
                        "first",
                        load * IDS_OF_A_LOAD,
                        "retried",
                        peer == Peer.RETRIED));
    }

    /** A peer that does not recover goes on as it is. */
    private void awaitUnderWay(Peer peer, Way way) {
        try {
            await(
                    peer + " is under way",
                    WARMUP,
                    () -> Long.parseLong(
                                    stage.ask("count", peer.pool(way), Map.of()).get(0))
                            >= UNDER_WAY);
        } catch (ConditionTimeoutException stuck) {
            say("    " + peer + " does not work before the event either");
        }
    }

    /** Returns when it is over: no connection to what was killed or frozen was lent later. */
    private long happen(Event event, Way way) {
        PatroniCluster cluster = stage.cluster();
        long end = 0;
        switch (event) {
            case PLANNED -> {
                planned(way);
                end = System.currentTimeMillis();
            }
            case CRASH -> {
                victim = cluster.leader().orElseThrow();
                cluster.crash(victim);
                end = System.currentTimeMillis();
                awaitWritable();
            }
            case FREEZE -> {
                victim = cluster.leader().orElseThrow();
                cluster.freeze(victim);
                end = System.currentTimeMillis();
                awaitWritable();
            }
            case RETURN -> {
                cluster.start(victim);
                cluster.awaitWhole();
            }
            case THAW -> {
                cluster.thaw(victim);
                cluster.awaitWhole();
            }
            case TAKEN_BACK -> throw new IllegalArgumentException("comes of " + Event.THAW);
            case ALL_DOWN -> {
                String leader = cluster.leader().orElseThrow();
                cluster.crash(leader);
                cluster.names().stream().filter(name -> !name.equals(leader)).forEach(cluster::crash);
                end = System.currentTimeMillis();
                pass(DOWN);
                cluster.names().forEach(cluster::start);
                awaitWritable();
            }
        }
        return end;
    }

    /** As an operator does it: the pool that can be paused is, the others are not told. */
    private void planned(Way way) {
        boolean paused = peers.contains(Peer.PAUSED);
        String pool = Peer.PAUSED.pool(way);
        if (paused && !stage.ask("pause", pool, Map.of()).equals(List.of("true"))) {
            say("    not all connections came back within the time");
        }
        stage.cluster().switchOver();
        awaitWritable();
        if (paused) {
            stage.ask("resume", pool, Map.of());
        }
    }

    private void awaitWritable() {
        long from = System.nanoTime();
        await(
                "a server that may be written to",
                FAILOVER,
                () -> stage.cluster().writable().isPresent());
        say("    " + stage.cluster().writable().orElse("none") + " may be written to "
                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from) + " ms later");
    }

    private List<Attempt> attempts(Peer peer, Way way) {
        String pool = peer.pool(way);
        try {
            await(
                    "the last operations of " + pool,
                    END,
                    () -> stage.ask("over", pool, Map.of()).equals(List.of("true")));
        } catch (ConditionTimeoutException hangs) {
            say("    " + peer + " hangs");
        }
        return stage.ask("result", pool, Map.of()).stream().map(Attempt::of).toList();
    }

    private Map<Long, Integer> rows(int load) {
        Map<Long, Integer> rows = new HashMap<>();
        for (String line : stage.cluster()
                .query("SELECT id || ' ' || count(*) FROM ledger WHERE load = " + load + " GROUP BY id")) {
            String[] parts = line.split(" ");
            rows.put(Long.valueOf(parts[0]), Integer.valueOf(parts[1]));
        }
        return rows;
    }

    private static void show(Peer peer, List<Attempt> attempts, long begin) {
        if (!peer.isTerafy()) {
            return;
        }
        List<String> lines = new ArrayList<>();
        for (Attempt attempt : attempts) {
            if (attempt.failed()) {
                lines.add("        " + (attempt.began() - begin) + ", " + (attempt.borrowed() - begin) + ", "
                        + (attempt.ended() - begin) + " ms: " + attempt.failure());
            }
        }
        lines.stream().limit(SHOWN_FAILURES).forEach(System.out::println);
    }

    private static void await(String what, Duration limit, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(limit)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL)
                .until(condition);
    }

    private static void pass(Duration time) {
        try {
            TimeUnit.MILLISECONDS.sleep(time.toMillis());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
