package com.terafy.monitor.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.monitor.backends.DatabaseFigures;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** On a real PostgreSQL, as a superuser and as a role that may see nothing in particular. */
class DatabaseReadingTest {

    private final AtomicLong nanos = new AtomicLong();
    private final DatabaseReading reading = new DatabaseReading(nanos::get);

    private Optional<DatabaseFigures> read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN READ ONLY");
            try {
                return reading.read(connection);
            } finally {
                statement.execute("SELECT 1"); // the transaction goes on, whatever became of the figures
                statement.execute("COMMIT");
            }
        }
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void sizeAndRatesAreRead() throws SQLException {
        try (Connection connection = TestPostgres.shared().superuser()) {
            DatabaseFigures first = read(connection).orElseThrow();
            assertThat(first.sizeBytes().orElseThrow()).isGreaterThan(1_000_000);
            assertThat(first.commitsPerSecond()).isEmpty();
            assertThat(first.standby()).isFalse();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> read(connection)
                            .orElseThrow()
                            .commitsPerSecond()
                            .filter(rate -> rate > 0)
                            .isPresent());
            assertThat(read(connection).orElseThrow().cacheHitRatio().orElseThrow())
                    .isBetween(0.5, 1.0);
        }
    }

    @Test
    void theSizeIsReadOnceAMinute() throws SQLException {
        try (Connection connection = TestPostgres.shared().superuser()) {
            long before = read(connection).orElseThrow().sizeBytes().orElseThrow();
            execute(connection, "CREATE TABLE grown AS SELECT generate_series(1, 100000)");
            assertThat(read(connection).orElseThrow().sizeBytes()).contains(before);
            nanos.addAndGet(DatabaseReading.SIZE_EVERY.toNanos());
            assertThat(read(connection).orElseThrow().sizeBytes().orElseThrow()).isGreaterThan(before);
            execute(connection, "DROP TABLE grown");
        }
    }

    /** A function of that name, first in the search path, sleeps. */
    @Test
    void aSizeThatTakesTooLongCostsHalfASecondAndTheFiguresOnceAndIsLeftAloneForAWhile() throws SQLException {
        try (Connection connection = TestPostgres.shared().superuser()) {
            execute(
                    connection,
                    "CREATE SCHEMA slow",
                    "CREATE FUNCTION slow.pg_database_size(oid) RETURNS bigint LANGUAGE plpgsql"
                            + " AS 'BEGIN PERFORM pg_sleep(30); RETURN 1; END'",
                    "SET search_path = slow, pg_catalog, public");
            long begun = System.nanoTime();
            assertThat(read(connection)).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofMillis(400), Duration.ofSeconds(5));
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            DatabaseFigures without = read(connection).orElseThrow();
            assertThat(without.sizeBytes()).isEmpty();
            nanos.addAndGet(DatabaseReading.SIZE_EVERY.toNanos());
            assertThat(read(connection)).isPresent();
            nanos.addAndGet(DatabaseReading.SIZE_AGAIN.toNanos());
            assertThat(read(connection)).isEmpty();
            execute(connection, "DROP SCHEMA slow CASCADE");
        }
    }

    @Test
    void aStandbySaysHowFarItIsBehindAndItsPrimaryDoesToWhoMayKnow() throws SQLException {
        try (TestPostgres primary = TestPostgres.builder().start();
                TestPostgres standby = TestPostgres.standbyOf(primary)) {
            primary.createRole("nobody", "secret");
            standby.awaitReplayOf(primary);
            try (Connection there = standby.superuser();
                    Connection here = primary.superuser();
                    Connection nobody = primary.connect("nobody", "secret")) {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> read(there).orElseThrow().replicationLag().isPresent());
                assertThat(read(there).orElseThrow().standby()).isTrue();
                Awaitility.await()
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> read(here)
                                .orElseThrow()
                                .replicationLag()
                                .filter(lag -> lag.compareTo(Duration.ofSeconds(10)) < 0)
                                .isPresent());
                assertThat(read(here).orElseThrow().replicas()).isEqualTo(1);
                DatabaseFigures hidden = read(nobody).orElseThrow();
                assertThat(hidden.replicas()).isEqualTo(1);
                assertThat(hidden.replicationLag()).isEmpty();
                assertThat(hidden.sizeBytes()).isPresent();
            }
        }
    }

    /** GREATEST and LEAST leave out what is null: it would be behind by nothing. */
    @Test
    void aStandbyThatIsCutOffKnowsTheAgeOfWhatItHasReplayedOrNothing() throws SQLException {
        try (TestPostgres primary = TestPostgres.builder().start();
                TestPostgres standby = TestPostgres.standbyOf(primary);
                Connection there = standby.superuser()) {
            primary.stopFast();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> read(there).orElseThrow().replicationLag().isEmpty());
            primary.start();
            primary.awaitAccepting();
            primary.execute("CREATE TABLE something (id int)");
            standby.awaitReplayOf(primary);
            primary.stopFast();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> read(there)
                            .orElseThrow()
                            .replicationLag()
                            .filter(lag -> lag.compareTo(Duration.ofSeconds(1)) > 0)
                            .isPresent());
        }
    }

    @Test
    void withoutAReplicaThereIsNoLag() throws SQLException {
        try (Connection connection = TestPostgres.shared().superuser()) {
            DatabaseFigures figures = read(connection).orElseThrow();
            assertThat(figures.replicas()).isZero();
            assertThat(figures.replicationLag()).isEmpty();
        }
    }
}
