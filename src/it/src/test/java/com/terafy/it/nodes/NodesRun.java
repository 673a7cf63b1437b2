package com.terafy.it.nodes;

import com.terafy.api.PoolIdentity;
import com.terafy.testkit.Backend;
import com.terafy.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** One run, see package-info.java: prints what happens, line by line, and a summary; fails if something is wrong. */
public final class NodesRun implements AutoCloseable {

    static final String ROLE = "terafy_app";

    private static final int MAX_CONNECTIONS = 80;

    /** What a frozen or restarted server keeps from being said is said within this time. */
    private static final Duration BREATH = Duration.ofSeconds(6);

    /** So long a pool that has died may still live to the others, without saying what it has lent. */
    private static final Duration GONE = Duration.ofSeconds(60 + 90 + 5);

    private static final int MOST_SEEDS = 1_000_000;

    private final Instant begun = Instant.now();
    private final String password = UUID.randomUUID().toString();
    private final TestPostgres postgres =
            TestPostgres.builder().maxConnections(MAX_CONNECTIONS).start();
    private final Map<NodeSettings, Node> nodes = new EnumMap<>(NodeSettings.class);
    private final Crowd crowd = new Crowd(postgres);
    private final Dead dead;
    private final Friends friends = new Friends(postgres);
    private final Hindrances hindrances = new Hindrances();
    private final Judgement judgement = new Judgement(hindrances);
    private final Set<String> violations = new LinkedHashSet<>();
    private final Map<Event, Integer> counts = new EnumMap<>(Event.class);
    private long released;
    private long refused;

    private NodesRun(Path home, Path base, Path ear) throws IOException {
        postgres.createRole(ROLE, password);
        // So that the node that looks at all roles sees them and may end them
        postgres.execute("GRANT pg_read_all_stats, pg_signal_backend TO " + ROLE);
        dead = new Dead(postgres, ROLE, password);
        List<Path> archives = List.of(ear, application());
        try {
            for (NodeSettings settings : NodeSettings.values()) {
                nodes.put(
                        settings,
                        new Node(settings, home, base.resolve(settings.nodeName()), postgres, password, archives));
                say("node " + settings + " starts: " + settings.environment());
            }
            nodes.values().forEach(Node::awaitStarted);
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    private static Path application() throws IOException {
        Path file = Files.createTempDirectory("terafy-nodes-").resolve("keeper.war");
        ShrinkWrap.create(WebArchive.class, "keeper.war")
                .addPackage(NodesRun.class.getPackageName() + ".inside")
                .as(ZipExporter.class)
                .exportTo(file.toFile());
        file.getParent().toFile().deleteOnExit(); // after what is in it: the last is the first
        file.toFile().deleteOnExit();
        return file;
    }

    /**
     * Runs, and fails with what is wrong.
     *
     * @param arguments the installation of WildFly, a directory for the servers, terafy.ear, how many minutes, and the seed;
     *     without one it is another every time
     */
    public static void main(String[] arguments) throws IOException, SQLException, InterruptedException {
        Duration length = Duration.ofSeconds(Math.round(60 * Double.parseDouble(arguments[3])));
        boolean told = arguments.length > 4 && arguments[4] != null && !arguments[4].isBlank();
        long seed = told ? Long.parseLong(arguments[4]) : new Random().nextInt(MOST_SEEDS);
        Set<String> violations;
        try (NodesRun run = new NodesRun(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]))) {
            run.say("nodes.seed=" + seed + ", " + length);
            run.play(seed, length);
            run.end();
            violations = run.violations;
        }
        if (!violations.isEmpty()) {
            throw new IllegalStateException("FAILED with nodes.seed=" + seed + ": " + violations.size()
                    + " violations: " + String.join("\n", violations));
        }
        System.out.println("PASSED with nodes.seed=" + seed);
    }

    private void say(String what) {
        System.out.println(Minutes.of(Duration.between(begun, Instant.now())) + " " + what);
    }

    private void play(long seed, Duration length) throws IOException, SQLException, InterruptedException {
        keep();
        Deck deck = new Deck(seed, length);
        Instant end = Instant.now().plus(length);
        orphans();
        while (Instant.now().isBefore(end)) {
            Card card = deck.next();
            pause(card.quiet());
            say(card.toString());
            counts.merge(card.event(), 1, Integer::sum);
            tryToHappen(card);
            judge();
        }
    }

    /** What cannot be done is told at the end; the rest goes on. */
    private void tryToHappen(Card card) throws InterruptedException {
        try {
            happen(card);
        } catch (RuntimeException | IOException | SQLException failed) {
            violation(card + " could not be done: " + failed);
        }
    }

    private void happen(Card card) throws IOException, SQLException, InterruptedException {
        switch (card.event()) {
            case LEASE -> loseLeases(card);
            case FULL -> full(card);
            case RESTART -> restart();
            case PAUSE -> pauseNode(card);
            case SUSPEND -> suspend(card);
            case RUN_NOW -> runNow(node(card.node()));
            case FREEZE -> freeze(card);
            case ORPHANS -> orphans();
            case SHUFFLE -> shuffle(card);
        }
    }

    private Node node(NodeSettings settings) {
        return nodes.get(settings);
    }

    private void loseLeases(Card card) {
        Instant from = Instant.now();
        card.nodes().forEach(this::loseLease);
        hindrances.add(from, Instant.now().plus(BREATH), false);
    }

    private void loseLease(NodeSettings settings) {
        for (Backend lease : leasesOf(settings)) {
            say("    the lease of " + settings + ", backend " + lease.pid() + ", terminated: "
                    + postgres.terminate(lease.pid()));
        }
    }

    private List<Backend> leasesOf(NodeSettings settings) {
        return postgres.backends("terafy/" + settings.nodeName() + "/").stream()
                .filter(backend -> PoolIdentity.isLease(backend.applicationName()))
                .toList();
    }

    private void full(Card card) throws IOException, InterruptedException {
        Instant from = Instant.now();
        crowd.come();
        try {
            card.nodes().forEach(this::loseLease);
            pause(card.lasts().dividedBy(2));
            runNow(node(card.node()));
            pause(card.lasts().dividedBy(2));
            say("    without a lease: "
                    + Stream.of(NodeSettings.values())
                            .filter(each -> leasesOf(each).isEmpty())
                            .toList());
        } finally {
            say("    " + crowd.leave() + " others leave");
        }
        boolean nobodyLooks = card.nodes().containsAll(List.of(NodeSettings.STRICT, NodeSettings.WIDE));
        hindrances.add(from, Instant.now().plus(BREATH), nobodyLooks);
    }

    private void restart() throws InterruptedException {
        release(Integer.MAX_VALUE);
        ended();
        say("    " + judgement.living().size() + " orphans end with PostgreSQL");
        Instant from = Instant.now();
        judgement.excuseThoseThatLive();
        dead.close();
        postgres.restartFast();
        hindrances.add(from, Instant.now().plus(BREATH), true);
        keep();
    }

    /** It is stopped amid whatever it does, and the others are asked to look meanwhile. */
    private void pauseNode(Card card) throws IOException, InterruptedException {
        Node paused = node(card.node());
        Instant from = Instant.now();
        paused.freeze();
        try {
            if (card.nodes().size() > 1) {
                loseLease(card.node());
            }
            pause(card.lasts());
            for (Node other : nodes.values()) {
                if (other != paused) {
                    runNow(other);
                }
            }
        } finally {
            paused.thaw();
        }
        hindrances.add(from, Instant.now().plus(BREATH), false);
    }

    private void suspend(Card card) throws IOException, InterruptedException {
        Node suspended = node(card.node());
        suspended.suspend();
        try {
            if (card.nodes().size() > 1) {
                loseLease(card.node());
            }
            pause(card.lasts());
            for (Node other : nodes.values()) {
                if (other != suspended) {
                    runNow(other);
                }
            }
        } finally {
            suspended.resume();
        }
    }

    private void freeze(Card card) throws InterruptedException {
        Instant from = Instant.now();
        postgres.freeze();
        try {
            pause(card.lasts());
        } finally {
            postgres.thaw();
        }
        hindrances.add(from, Instant.now().plus(BREATH), true);
    }

    /** 503 is the honest answer of one that cannot look. */
    private void runNow(Node node) throws IOException, InterruptedException {
        Instant from = Instant.now();
        int status = node.runNow();
        say("    a pass of " + node + " by hand: " + status + " after "
                + Duration.between(from, Instant.now()).toMillis() + " ms");
        if (status != 200 && status != 503) {
            violation("node " + node + " answers " + status + " to Run now");
        }
    }

    private void orphans() throws SQLException {
        List<Orphan> orphans = dead.die();
        judgement.add(orphans);
        Instant silent = orphans.get(0).silentSince();
        hindrances.add(silent, silent.plus(GONE), false);
        say("    " + orphans.size() + " orphans: " + orphans.get(0).what() + " …");
    }

    private void shuffle(Card card) {
        for (NodeSettings settings : card.nodes()) {
            Node node = node(settings);
            int count = (settings.kept() + 1) / 2;
            release(node, count);
            keep(node, count);
        }
    }

    private void keep() {
        nodes.values().forEach(node -> keep(node, node.settings().kept()));
    }

    private void keep(Node node, int count) {
        for (String line : node.tell("keep", count)) {
            String[] words = line.split(" ");
            if (words[0].equals("kept")) {
                friends.add(
                        new Session(Long.parseLong(words[1]), Instant.parse(words[2])),
                        "node " + node + " (" + words[3] + ")");
            } else {
                refused++;
                say("    node " + node + " could not borrow: " + line);
            }
        }
    }

    private void release(int most) {
        nodes.values().forEach(node -> release(node, most));
    }

    private void release(Node node, int most) {
        for (String line : node.tell("release", most)) {
            released++;
            if (!line.startsWith("same ")) {
                violation("a connection that node " + node + " had lent: " + line);
            }
        }
    }

    private void judge() throws InterruptedException {
        ended();
        Map<Session, String> known = friends.all();
        for (Node node : nodes.values()) {
            if (!node.isAlive()) {
                violation("node " + node + " has ended");
            }
            node.log().audit().forEach(line -> judgement.against(line, known).ifPresent(this::violation));
            node.log().failures().forEach(this::violation);
        }
        judgement.untimely(Instant.now()).forEach(this::violation);
    }

    /** Which orphans are gone. */
    private void ended() throws InterruptedException {
        friends.lookAgain();
        for (Orphan orphan : judgement.living()) {
            friends.gone(orphan.session()).ifPresent(when -> {
                judgement.ended(orphan.session(), when);
                say("    ended: " + orphan.what() + " after "
                        + Duration.between(orphan.silentSince(), when).toSeconds() + " s");
            });
        }
    }

    private void violation(String what) {
        if (violations.add(what)) {
            say("VIOLATION: " + what);
        }
    }

    /** Waits until the orphans have ended, or have had their time. */
    private void end() throws InterruptedException {
        say("nothing more happens; " + judgement.living().size() + " orphans are to end");
        while (!judgement.living().isEmpty()
                && judgement.untimely(Instant.now()).isEmpty()) {
            pause(NodeSettings.STRICTEST_INTERVAL);
            ended();
        }
        release(Integer.MAX_VALUE);
        judge();
        judgement.unaudited(audit()).forEach(this::violation);
        summary();
    }

    private List<AuditLine> audit() {
        return nodes.values().stream()
                .flatMap(node -> node.log().audit().stream())
                .toList();
    }

    private void summary() {
        Map<Boolean, List<Duration>> times = judgement.times();
        List<AuditLine> audit = audit();
        say("events: " + counts);
        say("sessions of live nodes: " + friends.all().size() + " seen, "
                + audit.stream()
                        .filter(AuditLine::ends)
                        .filter(line -> friends.all().containsKey(line.session()))
                        .count()
                + " ended by the backend cleanup");
        say("connections kept silent: " + released + " given back, each the same backend unless told above; " + refused
                + " could not be borrowed");
        say("orphans ended, nothing in the way: " + Minutes.of(times.getOrDefault(true, List.of())) + "; allowed are "
                + Judgement.LIMIT.toSeconds() + " s");
        say("orphans ended, PostgreSQL frozen, full or a node silent meanwhile: "
                + Minutes.of(times.getOrDefault(false, List.of())));
        say("orphans not ended: " + judgement.living().size());
        for (Node node : nodes.values()) {
            say("node " + node + ": "
                    + node.log().audit().stream().filter(AuditLine::ends).count() + " ended, "
                    + node.log().audit().stream().filter(line -> !line.ends()).count()
                    + " chosen and not ended, leases lost " + node.log().count("TERAFY0260") + ", passes failed "
                    + node.log().count("TERAFY0403"));
        }
        say(violations.size() + " violations");
        violations.forEach(System.out::println);
    }

    private static void pause(Duration time) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(time.toMillis());
    }

    /** Nothing stays behind. */
    @Override
    public void close() {
        friends.close();
        nodes.values().forEach(Node::close);
        dead.close();
        postgres.close();
    }
}
