package com.terafy.ra.spi;

import static com.terafy.ra.spi.Replicas.on;
import static com.terafy.ra.spi.Replicas.port;
import static com.terafy.ra.spi.Replicas.portOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.pool.settings.Setting;
import com.terafy.testkit.RecordingLog;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server becomes writable or read-only under the sessions that are on it: none of them is lent for the other. */
class PromotionTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int COUNT = 4;

    private Replicas servers;

    @BeforeEach
    void start() {
        servers = new Replicas();
    }

    @AfterEach
    void stop() {
        servers.close();
    }

    private void promoteFirst() {
        servers.first.awaitReplayOf(servers.primary);
        servers.first.promote();
    }

    /** Every session that can be had. */
    private static List<Integer> ports(PoolFixture fixture) throws SQLException {
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < 2 * COUNT; i++) {
            all.add(fixture.dataSource.getConnection());
        }
        List<Integer> ports = new ArrayList<>();
        for (Connection connection : all) {
            ports.add(port(connection));
            connection.close();
        }
        return ports;
    }

    /** It tells each session with the next answer; here with that of the reset, which is no round trip. */
    @Test
    void afterOneAnswerOfAPromotedServerNoSessionThereIsLentForReading() throws Exception {
        try (PoolFixture fixture = servers.pool("secondary").open()) {
            fixture.prefill(COUNT);
            assertThat(on(servers.first, fixture)).isEqualTo(COUNT / 2);
            promoteFirst();
            List<Connection> all = new ArrayList<>();
            for (int i = 0; i < COUNT; i++) { // nobody can know yet
                all.add(fixture.dataSource.getConnection());
            }
            boolean heard = false;
            for (Connection connection : all) {
                heard = heard || port(connection) == servers.first.port(); // one of them only
            }
            for (Connection connection : all) {
                connection.close();
            }
            assertThat(ports(fixture)).containsOnly(servers.second.port());
            assertThat(on(servers.first, fixture)).isZero();
        }
    }

    @Test
    void theUpkeepSeesAPromotionWithinASecondOrSoThoughNobodyBorrows() throws Exception {
        try (PoolFixture fixture = servers.pool("secondary").open()) {
            fixture.prefill(COUNT);
            fixture.pool.start();
            promoteFirst();
            Awaitility.await().atMost(SOON).until(() -> on(servers.first, fixture) == 0);
            assertThat(ports(fixture)).containsOnly(servers.second.port());
        }
    }

    @Test
    void thoseThatPreferAReplicaLeaveThePromotedServer() throws Exception {
        try (PoolFixture fixture = servers.pool("preferSecondary").open()) {
            fixture.prefill(COUNT);
            fixture.pool.start();
            promoteFirst();
            Awaitility.await().atMost(SOON).until(() -> on(servers.first, fixture) == 0);
            assertThat(portOf(fixture)).isEqualTo(servers.second.port());
        }
    }

    /** The role of the pool writes nowhere, which is no news about a server. */
    @Test
    void aRoleThatOnlyReadsStaysWhereItIs() throws Exception {
        servers.primary.execute("ALTER ROLE postgres SET default_transaction_read_only = on");
        servers.first.awaitReplayOf(servers.primary);
        servers.second.awaitReplayOf(servers.primary);
        try (RecordingLog log = RecordingLog.of("com.terafy.connection");
                PoolFixture fixture = servers.pool("secondary").open()) {
            fixture.prefill(2 * COUNT);
            fixture.pool.start();
            for (int i = 0; i < 2 * COUNT; i++) {
                ports(fixture);
                Thread.sleep(300); // some looks
            }
            assertThat(log.messages())
                    .noneMatch(text -> text.startsWith("TERAFY0268") || text.startsWith("TERAFY0269"));
        }
    }

    /** A read is refused by no server; its answer tells all the same. */
    @Test
    void afterOneAnswerOfAFencedServerNoSessionThereIsLentForWriting() throws Exception {
        try (PoolFixture fixture = servers.pool("primary")
                .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "30s")
                .open()) {
            fixture.prefill(COUNT);
            servers.first.awaitReplayOf(servers.primary);
            servers.primary.reload("default_transaction_read_only", "on");
            servers.first.promote();
            try (Connection first = fixture.dataSource.getConnection()) { // nobody can know yet
                assertThat(port(first)).isEqualTo(servers.primary.port());
                Awaitility.await("a reload reaches a backend when it does")
                        .until(() -> PoolFixture.query(first, "SHOW default_transaction_read_only")
                                .equals("on"));
            }

            for (int i = 0; i < 2 * COUNT; i++) {
                try (Connection connection = fixture.dataSource.getConnection()) {
                    PoolFixture.execute(connection, "INSERT INTO written VALUES (1)");
                }
            }
            assertThat(ports(fixture)).containsOnly(servers.first.port());
        }
    }
}
