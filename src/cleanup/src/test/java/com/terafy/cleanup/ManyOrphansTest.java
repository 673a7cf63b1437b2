package com.terafy.cleanup;

import static com.terafy.cleanup.CleanupServer.APP;
import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.CleanupReport;
import com.terafy.api.TerminationOutcome;
import com.terafy.cleanup.policy.Absence;
import com.terafy.cleanup.policy.CleanupRules;
import com.terafy.cleanup.policy.Scope;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a node leaves that had hundreds of connections. */
class ManyOrphansTest {

    private static final int ORPHANS = 1000;
    private static final Duration LIMIT = Duration.ofMillis(200);

    /** A look at a thousand takes longer than one at ten. */
    private static final Absence ABSENCE =
            new Absence(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(4));

    /** Ten times what it takes on an idle machine; waiting for each to end, in turn, would take a minute. */
    private static final Duration SECONDS = Duration.ofSeconds(20);

    @Test
    void aThousandAreEndedInOnePassOfSeconds() throws Exception {
        try (TestPostgres server =
                TestPostgres.builder().maxConnections(ORPHANS + 20).start()) {
            String password = "for-tests-only";
            server.createRole(APP, password);
            CleanupRules rules = new CleanupRules(Scope.OWN_ROLE, LIMIT, LIMIT, Set.of(), List.of(), false);
            try (FakeNode node = new FakeNode(server, APP, "a", rules, FakeNode.PATIENCE, Map.of(), ABSENCE)) {
                List<Connection> orphans =
                        open(server.url(), CleanupServer.login(APP, "terafy/lost/TerafyDS/0000000d"));
                node.lookUntil(plan -> plan.chosen() == ORPHANS);
                Instant begun = Instant.now();
                CleanupReport report = node.cleaner.run(Request.BY_TIMER);
                Duration took = Duration.between(begun, Instant.now());
                assertThat(report.count(TerminationOutcome.ENDED)).isEqualTo(ORPHANS);
                assertThat(took).isLessThan(SECONDS);
                assertThat(server.backends(APP)).hasSize(1);
                for (Connection orphan : orphans) {
                    orphan.close(); // the driver would close what nobody refers to
                }
            }
        }
    }

    private static List<Connection> open(String url, Properties login) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Connection>> opened = IntStream.range(0, ORPHANS)
                    .mapToObj(number -> threads.submit(() -> connect(url, login)))
                    .toList();
            List<Connection> all = new ArrayList<>();
            for (Future<Connection> each : opened) {
                all.add(each.get());
            }
            return all;
        } finally {
            threads.shutdownNow();
        }
    }

    private static Connection connect(String url, Properties login) throws SQLException {
        return DriverManager.getConnection(url, login);
    }
}
