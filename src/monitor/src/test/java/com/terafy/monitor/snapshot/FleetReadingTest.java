package com.terafy.monitor.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.FleetMember;
import com.terafy.api.Lease;
import com.terafy.api.PoolIdentity;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** On a real PostgreSQL, as a superuser and as a role that may see nothing in particular. */
class FleetReadingTest {

    private static final String PASSWORD = "for-tests-only";
    private static final PoolIdentity HERE = new PoolIdentity("app1", "TerafyDS", 0x0a000001);
    private static final PoolIdentity ELSEWHERE = new PoolIdentity("app2", "TerafyDS", 0x0a000002);
    private static final PoolIdentity MUTE = new PoolIdentity("app3", "TerafyDS", 0x0a000003);
    private static final Lease LEASE =
            new Lease(2, 40, 7, 6, 1, Instant.parse("2026-03-02T10:00:00Z"), "own-role,5m", List.of(4711), false);

    private final TestPostgres server = TestPostgres.shared();

    private static void run(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static void tag(Connection connection, String applicationName) throws SQLException {
        run(connection, "SET application_name = '" + applicationName + "'");
    }

    private static List<FleetMember> read(Connection connection, long later) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT clock_timestamp(), " + FleetMember.SQL)) {
            row.next();
            Instant now = row.getObject(1, OffsetDateTime.class).toInstant();
            return FleetMember.read(row, 2, now.plusSeconds(later)).stream()
                    .filter(member -> List.of(HERE, ELSEWHERE, MUTE).stream().anyMatch(member::is))
                    .toList();
        }
    }

    private static FleetMember one(List<FleetMember> all, PoolIdentity identity) {
        return all.stream().filter(member -> member.is(identity)).findFirst().orElseThrow();
    }

    @Test
    void poolsOfAllDatabasesAreReadFromWhatTheirLeasesSay() throws SQLException {
        try (Connection reader = server.superuser();
                Connection lease = server.superuser();
                Connection pooled = server.superuser();
                Connection elsewhere =
                        DriverManager.getConnection(server.url("postgres"), TestPostgres.SUPERUSER, server.password());
                Connection mute = server.superuser()) {
            tag(lease, HERE.applicationName(Lease.PURPOSE));
            tag(pooled, HERE.applicationName());
            tag(elsewhere, ELSEWHERE.applicationName(Lease.PURPOSE));
            tag(mute, MUTE.applicationName());
            run(lease, LEASE.sql());
            run(elsewhere, LEASE.sql());
            List<FleetMember> all = read(reader, 0);
            assertThat(all).hasSize(3);
            FleetMember here = one(all, HERE);
            assertThat(here.database()).isEqualTo(TestPostgres.DATABASE);
            assertThat(here.max()).contains(40);
            assertThat(here.sessions()).contains(7);
            assertThat(here.inUse()).contains(6);
            assertThat(here.waiting()).contains(1);
            assertThat(here.since()).contains(LEASE.since());
            assertThat(here.rules()).contains("own-role,5m");
            assertThat(here.seenAt()).isPresent();
            assertThat(one(all, ELSEWHERE).database()).isEqualTo("postgres");
            assertThat(one(all, ELSEWHERE).max()).contains(40);
            assertThat(one(all, MUTE).max()).as("no session of its says it").isEmpty();
            assertThat(read(reader, 91))
                    .as("silent for longer than a living one can be")
                    .isEmpty();
        }
    }

    @Test
    void whatOthersSayIsHiddenFromARoleWithoutARightAndTheirPoolsAreThere() throws SQLException {
        server.createRole("fleet_reader", PASSWORD);
        try (Connection reader = server.connect("fleet_reader", PASSWORD);
                Connection lease = server.superuser()) {
            tag(lease, HERE.applicationName(Lease.PURPOSE));
            run(lease, LEASE.sql());
            FleetMember hidden = one(read(reader, 3600), HERE);
            assertThat(List.of(hidden.min(), hidden.max(), hidden.sessions(), hidden.seenAt()))
                    .allMatch(Optional::isEmpty);
        }
    }
}
