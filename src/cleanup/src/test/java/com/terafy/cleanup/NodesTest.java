package com.terafy.cleanup;

import static com.terafy.cleanup.CleanupServer.idleInTransaction;
import static com.terafy.cleanup.CleanupServer.pid;
import static com.terafy.cleanup.CleanupServer.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.BackendCleanupOperations;
import com.terafy.api.Lease;
import com.terafy.api.PoolIdentity;
import com.terafy.cleanup.policy.Absence;
import com.terafy.cleanup.policy.CleanupRules;
import com.terafy.cleanup.policy.Scope;
import com.terafy.testkit.RecordingLog;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The short form of {@code mvn -Pnodes verify}, see {@code com.terafy.it.nodes} in src/it: the pools of two real adapters
 * with their upkeep and leases, each with a cleanup, borrowers that keep silent, and a PostgreSQL that lets nobody in while
 * leases are lost. Without servers, and the 90 and 30 seconds scaled down to what three renewals of a lease need: in full no form
 * of it is shorter than three minutes.
 */
class NodesTest {

    private static final Absence ABSENCE =
            new Absence(Lease.INTERVAL.multipliedBy(2), Duration.ofSeconds(8), Duration.ofSeconds(7));
    private static final Duration LIMIT = Duration.ofSeconds(1);

    /** Longer than a pool may keep silent. */
    private static final Duration FULL = ABSENCE.silence().plus(ABSENCE.seen()).plusSeconds(4);

    /** A look that fails counts no more than one of those before it, and starts the three seconds anew. */
    private static final Duration MOST_SLACK = Duration.ofSeconds(15);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ROLE = "terafy_app";
    private static final String PASSWORD = "for-tests-only";
    private static final long SEED = Long.getLong("terafy.seed", new Random().nextInt(1_000_000));

    private final Random random = new Random(SEED);
    private final RecordingLog audit = RecordingLog.of(BackendCleanupOperations.AUDIT_LOG);
    private final TestPostgres postgres = TestPostgres.builder().start();
    private final List<AdapterNode> nodes = new ArrayList<>();

    /** The driver closes what nobody refers to. */
    private final List<Connection> dead = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        postgres.createRole(ROLE, PASSWORD);
        postgres.execute("GRANT pg_read_all_stats, pg_signal_backend TO " + ROLE);
        nodes.add(node("own", Scope.OWN_ROLE, Duration.ofMillis(200)));
        nodes.add(node("all", Scope.DATABASE, Duration.ofMillis(900)));
    }

    private AdapterNode node(String name, Scope scope, Duration interval) throws Exception {
        CleanupRules rules = new CleanupRules(scope, LIMIT, LIMIT, Set.of(), List.of(), false);
        return new AdapterNode(name, postgres, ROLE, PASSWORD, rules, ABSENCE, interval);
    }

    @AfterEach
    void stop() throws Exception {
        for (Connection connection : dead) {
            connection.close();
        }
        for (AdapterNode node : nodes) {
            node.close();
        }
        postgres.close();
        audit.close();
    }

    @Test
    void noFriendIsEndedAndEachOrphanIsInTime() throws Exception {
        List<Connection> kept = new ArrayList<>();
        for (AdapterNode node : nodes) {
            kept.add(node.borrow());
            kept.add(renamed(node.borrow()));
            kept.add(idleInTransaction(node.borrow()));
            kept.add(idleInTransaction(renamed(node.borrow())));
        }
        List<Integer> friends = pids(kept);

        fullWhileALeaseIsLost();
        List<Integer> orphans = die();
        Instant died = Instant.now();
        Duration ended = anythingUntilTheEndOf(orphans, died);

        assertThat(ended)
                .as("seed " + SEED)
                .isBetween(
                        ABSENCE.silence(),
                        ABSENCE.silence().plus(ABSENCE.seen()).plus(MOST_SLACK));
        Awaitility.await("a line for each").until(() -> audit.messages().size() >= orphans.size());
        assertThat(audit.messages())
                .as("seed " + SEED)
                .allMatch(line -> orphans.stream().anyMatch(pid -> line.contains("terminate pid=" + pid + " ")));
        assertThat(pids(kept)).as("seed " + SEED).isEqualTo(friends);
        for (Connection connection : kept) {
            connection.close();
        }
    }

    /** The other node looks all the time, and sees of this one only what its lent sessions show. */
    private void fullWhileALeaseIsLost() throws Exception {
        AdapterNode node = nodes.get(random.nextInt(nodes.size()));
        int others = postgres.backends(ROLE).size() - 1;
        postgres.execute("ALTER ROLE " + ROLE + " CONNECTION LIMIT " + others);
        loseLease(node);
        TimeUnit.MILLISECONDS.sleep(FULL.toMillis());
        assertThat(hasLease(node)).isFalse();
        postgres.execute("ALTER ROLE " + ROLE + " CONNECTION LIMIT -1");
        Awaitility.await("its lease").atMost(PATIENCE).until(() -> hasLease(node));
    }

    private Duration anythingUntilTheEndOf(List<Integer> orphans, Instant died) throws Exception {
        while (postgres.backends().stream().anyMatch(backend -> orphans.contains((int) backend.pid()))) {
            assertThat(Duration.between(died, Instant.now())).isLessThan(PATIENCE);
            anything();
            TimeUnit.MILLISECONDS.sleep(random.nextInt(500));
        }
        return Duration.between(died, Instant.now());
    }

    private void anything() throws Exception {
        AdapterNode node = nodes.get(random.nextInt(nodes.size()));
        switch (random.nextInt(5)) {
            case 0 -> loseLease(node);
            case 1 -> {
                postgres.freeze();
                TimeUnit.MILLISECONDS.sleep(random.nextInt(1_000));
                postgres.thaw();
            }
            case 2 -> runNow(node);
            case 3 -> node.borrow().close();
            default -> renamed(node.borrow()).close();
        }
    }

    /** It may not have its lease just now. */
    private static void runNow(AdapterNode node) {
        try {
            node.cleaner.run(Request.byAdministrator("ana", "the short form"));
        } catch (SQLException away) {
            assertThat(away.getSQLState()).startsWith("08");
        }
    }

    private void loseLease(AdapterNode node) {
        postgres.backends(node.identity().applicationName(Lease.PURPOSE))
                .forEach(lease -> postgres.terminate(lease.pid()));
    }

    private boolean hasLease(AdapterNode node) {
        return !postgres.backends(node.identity().applicationName(Lease.PURPOSE))
                .isEmpty();
    }

    /** A node that has said that it lives, and will say nothing more; its sessions. */
    private List<Integer> die() throws SQLException {
        PoolIdentity identity = new PoolIdentity("dead", "TerafyDS", 0x0badcafe);
        List<Connection> opened =
                List.of(open(identity.applicationName()), idleInTransaction(open(identity.applicationName())));
        Connection lease = open(identity.applicationName(Lease.PURPOSE));
        List<Integer> pids = new ArrayList<>();
        for (Connection connection : opened) {
            pids.add(pid(connection));
        }
        run(lease, new Lease(2, 10, 2, 2, 0, Instant.EPOCH, Lease.NO_RULES, pids, false).sql());
        pids.add(lease.unwrap(org.postgresql.PGConnection.class).getBackendPID());
        return pids;
    }

    private Connection open(String applicationName) throws SQLException {
        Properties login = CleanupServer.login(ROLE, applicationName);
        Connection connection = DriverManager.getConnection(postgres.url(), login);
        dead.add(connection);
        return connection;
    }

    private static Connection renamed(Connection connection) throws SQLException {
        connection.setClientInfo("ApplicationName", "nightly-report");
        return connection;
    }

    private static List<Integer> pids(List<Connection> connections) throws SQLException {
        List<Integer> pids = new ArrayList<>();
        for (Connection connection : connections) {
            pids.add(pid(connection));
        }
        return pids;
    }
}
