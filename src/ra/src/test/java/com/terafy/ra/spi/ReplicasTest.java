package com.terafy.ra.spi;

import static com.terafy.ra.spi.Replicas.on;
import static com.terafy.ra.spi.Replicas.portOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.api.Lease;
import com.terafy.pool.settings.Setting;
import com.terafy.ra.connect.PhysicalConnection;
import com.terafy.ra.liveness.Liveness;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.RecordingLog;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.spi.ResourceAdapterInternalException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A pool for reading: sessions are on several replicas, as many on each. */
class ReplicasTest {

    /** The upkeep looks once a second, and a busy machine is slow. */
    private static final Duration SOON = Duration.ofSeconds(60);

    private static Replicas servers;

    @BeforeAll
    static void start() {
        servers = new Replicas();
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    @Test
    void itsSessionsAreOnTheReplicasAsManyOnEach() throws Exception {
        try (PoolFixture fixture = servers.pool("secondary").open()) {
            fixture.prefill(10);
            assertThat(on(servers.first, fixture)).isEqualTo(5);
            assertThat(on(servers.second, fixture)).isEqualTo(5);
        }
        try (PoolFixture fixture = servers.pool("preferSecondary").open()) {
            fixture.prefill(6);
            assertThat(on(servers.first, fixture)).isEqualTo(3);
            assertThat(on(servers.second, fixture)).isEqualTo(3);
        }
    }

    @Test
    void withAnyServerTheyAreOnAllWhereTheDriverIsToldToBalance() throws Exception {
        try (PoolFixture fixture = servers.pool("any")
                .with(Setting.DB_DRIVER_PROPERTIES, "loadBalanceHosts=true")
                .open()) {
            fixture.prefill(9);
            assertThat(on(servers.primary, fixture)).isEqualTo(3);
            assertThat(on(servers.first, fixture)).isEqualTo(3);
            assertThat(on(servers.second, fixture)).isEqualTo(3);
        }
    }

    @Test
    void withoutAReplicaThePrimaryServesThoseThatPreferOneUntilItIsBack() throws Exception {
        try (PoolFixture fixture = servers.pool("preferSecondary")
                .with(Setting.DB_HOST, "localhost:" + servers.primary.port() + ",localhost:" + servers.second.port())
                .open()) {
            fixture.prefill(3);
            assertThat(on(servers.second, fixture)).isEqualTo(3);
            fixture.pool.start();

            servers.second.stopFast();
            assertThat(portOf(fixture)).isEqualTo(servers.primary.port());

            servers.second.start();
            Awaitility.await().atMost(SOON).until(() -> portOf(fixture) == servers.second.port());
            Awaitility.await().atMost(SOON).until(() -> on(servers.primary, fixture) == 0);
        }
    }

    @Test
    void aReplicaTooFarBehindIsNotReadFromUntilItHasCaughtUp() throws Exception {
        try (PoolFixture fixture = servers.pool("preferSecondary")
                .with(Setting.DB_HOST, "localhost:" + servers.primary.port() + ",localhost:" + servers.first.port())
                .with(Setting.DB_REPLICA_MAX_LAG, "2s")
                .open()) {
            fixture.prefill(4);
            assertThat(on(servers.first, fixture)).isEqualTo(4);
            fixture.pool.start();
            Thread.sleep(2_500); // the primary is idle for longer than the limit
            assertThat(portOf(fixture)).isEqualTo(servers.first.port());

            servers.first.execute("SELECT pg_wal_replay_pause()");
            try {
                servers.primary.execute("INSERT INTO written VALUES (1)");
                Awaitility.await().atMost(SOON).until(() -> portOf(fixture) == servers.primary.port());
                List<Connection> all = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    all.add(fixture.dataSource.getConnection());
                }
                for (Connection connection : all) {
                    assertThat(Replicas.port(connection)).isEqualTo(servers.primary.port());
                    connection.close();
                }
            } finally {
                servers.first.execute("SELECT pg_wal_replay_resume()");
            }
            Awaitility.await().atMost(SOON).until(() -> portOf(fixture) == servers.first.port());
        }
    }

    @Test
    void oneHostIsLookedAtByNobody() throws Exception {
        try (PoolFixture fixture = PoolFixture.on(servers.first)
                .with(Setting.DB_TARGET_SERVER_TYPE, "secondary")
                .open()) {
            assertThat(portOf(fixture)).isEqualTo(servers.first.port());
            fixture.look();
            assertThat(fixture.pool.hosts()).isEmpty();
            assertThat(servers.first.backends("terafy/"))
                    .noneMatch(backend -> backend.applicationName().endsWith("/hosts"));
        }
    }

    /** One look at a login would be believed for ever. */
    @Test
    void withoutAContainerSessionsAreWhereTheDriverGoesAndNobodyLooks() throws Exception {
        try (PoolFixture fixture = servers.pool("secondary").open()) {
            DataSource unmanaged = (DataSource) fixture.factory.createConnectionFactory();
            for (TestPostgres away : List.of(servers.first, servers.second)) {
                away.stopFast();
                try (Connection connection = unmanaged.getConnection()) {
                    assertThat(Replicas.port(connection))
                            .isEqualTo((away.equals(servers.first) ? servers.second : servers.first).port());
                } finally {
                    away.start();
                }
            }
            for (TestPostgres server : List.of(servers.primary, servers.first, servers.second)) {
                assertThat(server.backends(fixture.pool.identity().applicationName()))
                        .noneMatch(backend -> backend.applicationName().endsWith("/hosts"));
            }
        }
    }

    @Test
    void withoutAContainerALimitOfLagIsRefused() throws Exception {
        try (PoolFixture fixture = servers.pool("secondary")
                .with(Setting.DB_REPLICA_MAX_LAG, "10s")
                .open()) {
            assertThatThrownBy(fixture.factory::createConnectionFactory)
                    .isInstanceOf(ResourceAdapterInternalException.class)
                    .hasMessage("TERAFY0274: Pool TerafyDS: DB_REPLICA_MAX_LAG is 10 s, and without a container nobody"
                            + " looks how far a replica is behind. Set it to off.");
        }
    }

    @Test
    void aWrongPasswordIsARefusalAtOnceWithALimitOfLagToo() throws Exception {
        try (PoolFixture fixture = servers.pool("secondary")
                .with(Setting.DB_PASSWORD, "wrong")
                .with(Setting.DB_REPLICA_MAX_LAG, "10s")
                .open()) {
            assertThatThrownBy(() -> portOf(fixture))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
        }
    }

    @Test
    void whereNoReplicaWillDoTheBorrowerIsToldWhatIsWanted() throws Exception {
        servers.first.execute("SELECT pg_wal_replay_pause()");
        try (RecordingLog log = RecordingLog.of("com.terafy.connect");
                PoolFixture fixture = servers.pool("secondary")
                        .with(
                                Setting.DB_HOST,
                                "localhost:" + servers.primary.port() + ",localhost:" + servers.first.port())
                        .with(Setting.DB_REPLICA_MAX_LAG, "1s")
                        .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "500ms")
                        .open()) {
            fixture.prefill(1);
            fixture.pool.start();
            servers.primary.execute("INSERT INTO written VALUES (1)");
            Awaitility.await()
                    .atMost(SOON)
                    .untilAsserted(() -> assertThatThrownBy(() -> portOf(fixture))
                            .isInstanceOfSatisfying(
                                    SQLException.class,
                                    e -> assertThat(e.getCause())
                                            .hasMessage("TERAFY0270: Pool TerafyDS: of localhost:"
                                                    + servers.primary.port()
                                                    + ",localhost:" + servers.first.port() + "/" + TestPostgres.DATABASE
                                                    + " none answers and is what DB_TARGET_SERVER_TYPE=secondary wants, no more than 1000 ms"
                                                    + " behind.")));
            Thread.sleep(3_000); // some looks at a server that answers and is not wanted
            assertThat(log.messages())
                    .as("no connection, and told once")
                    .singleElement()
                    .asString()
                    .startsWith("TERAFY0203: ");
        } finally {
            servers.first.execute("SELECT pg_wal_replay_resume()");
        }
    }

    /** Process ids of another server mean nothing there. On each a session shows that the pool lives. */
    @Test
    void itsLeaseNamesTheLentSessionsOfItsOwnServerOnly() throws Exception {
        try (PoolFixture fixture = servers.pool("secondary").open()) {
            fixture.prefill(4);
            List<Connection> lent = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                lent.add(fixture.dataSource.getConnection());
            }
            fixture.pool.keepLease();

            TestPostgres there = leaseOn(servers.first, fixture).isPresent() ? servers.first : servers.second;
            List<Integer> pids = new ArrayList<>();
            for (Connection connection : lent) {
                if (Replicas.port(connection) == there.port()) {
                    pids.add(Integer.parseInt(PoolFixture.query(connection, "SELECT pg_backend_pid()")));
                }
            }
            assertThat(pids).hasSize(2);
            assertThat(leaseOn(there, fixture).orElseThrow().lent()).containsExactlyInAnyOrderElementsOf(pids);
            for (Connection connection : lent) {
                connection.close();
            }
        }
    }

    /** Within 250 ms, which is all that sessions get on a server of which one has not answered. */
    @Test
    void theSilenceOfOneServerShortensNobodysTimeOnAnother() throws Exception {
        try (FaultProxy slow = FaultProxy.to(servers.first);
                FaultProxy frozen = FaultProxy.to(servers.second);
                PoolFixture there = onlyOn(slow, servers.first).open();
                PoolFixture elsewhere = onlyOn(frozen, servers.second).open()) {
            there.prefill(1);
            elsewhere.prefill(1);
            Liveness liveness = there.pool.liveness();
            frozen.freeze();
            assertThat(liveness.validate(only(elsewhere))).isFalse();

            slow.toClient().delay(Duration.ofMillis(400));

            assertThat(liveness.validate(only(there))).isTrue();
            slow.pass();
            frozen.pass();
        }
    }

    private static PoolFixture.Builder onlyOn(FaultProxy proxy, TestPostgres server) {
        return PoolFixture.through(proxy, server).leavingIt().with(Setting.DB_POOL_VALIDATION_TIMEOUT, "1s");
    }

    private static PhysicalConnection only(PoolFixture fixture) {
        return fixture.sessions().get(0).session().physical();
    }

    private static Optional<Lease> leaseOn(TestPostgres server, PoolFixture fixture) throws SQLException {
        try (Connection superuser = server.superuser();
                PreparedStatement statement = superuser.prepareStatement(
                        "SELECT coalesce(max(query), '') FROM pg_stat_activity WHERE application_name = ?")) {
            statement.setString(1, fixture.pool.identity().applicationName(Lease.PURPOSE));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return Lease.parse(row.getString(1));
            }
        }
    }
}
