package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.pool.settings.Setting;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;

/** Further properties of the driver, as they come in effect. */
class DriverPropertiesTest {

    /** The replication protocol knows simple queries only. */
    @Test
    void sessionForReplication() throws Exception {
        try (PoolFixture fixture = PoolFixture.on(TestPostgres.shared())
                        .with(Setting.DB_DRIVER_PROPERTIES, "replication=database;preferQueryMode=simple")
                        .open();
                Connection connection = fixture.dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet system = statement.executeQuery("IDENTIFY_SYSTEM")) {
            assertThat(system.next()).isTrue();
            assertThat(system.getString("dbname")).isEqualTo(TestPostgres.DATABASE);
        }
    }

    /** The driver and the server keep of a stream what makes the next one in the same session silent. */
    @Test
    void sessionThatHasReplicatedIsNotLentAgain() throws Exception {
        try (PoolFixture fixture = PoolFixture.on(TestPostgres.shared())
                .with(Setting.DB_DRIVER_PROPERTIES, "replication=database;preferQueryMode=simple")
                .open()) {
            int replicated;
            try (Connection connection = fixture.dataSource.getConnection()) {
                PGConnection driver = connection.unwrap(PGConnection.class);
                replicated = driver.getBackendPID();
                driver.getReplicationAPI()
                        .replicationStream()
                        .physical()
                        .withStartPosition(LogSequenceNumber.valueOf(
                                PoolFixture.query(connection, "SELECT pg_current_wal_flush_lsn()")))
                        .start()
                        .close();
            }
            try (Connection next = fixture.dataSource.getConnection()) {
                assertThat(next.unwrap(PGConnection.class).getBackendPID()).isNotEqualTo(replicated);
            }
        }
    }

    @Test
    void tagOfThePoolSurvivesWhatTheApplicationResets() throws Exception {
        try (PoolFixture fixture = PoolFixture.shared();
                Connection connection = fixture.dataSource.getConnection()) {
            PoolFixture.execute(connection, "DISCARD ALL");

            assertThat(PoolFixture.query(connection, "SHOW application_name"))
                    .isEqualTo(fixture.pool.identity().applicationName());
        }
    }

    /** In .github/migration.md, for what other pools have an attribute for. */
    @Test
    void whatTheMigrationGuideNamesHoldsAfterEachReset() throws Exception {
        try (PoolFixture fixture = PoolFixture.on(TestPostgres.shared())
                .with(Setting.DB_POOL_MIN, "1")
                .with(Setting.DB_POOL_MAX, "1")
                .with(
                        Setting.DB_DRIVER_PROPERTIES,
                        "options=-c default_transaction_isolation=serializable -c work_mem=5MB;currentSchema=pg_catalog;"
                                + "queryTimeout=7;preparedStatementCacheQueries=16;prepareThreshold=3;loadBalanceHosts=true")
                .open()) {
            for (int borrow = 0; borrow < 3; borrow++) {
                try (Connection connection = fixture.dataSource.getConnection();
                        Statement statement = connection.createStatement()) {
                    assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
                    assertThat(connection.getSchema()).isEqualTo("pg_catalog");
                    assertThat(PoolFixture.query(connection, "SHOW work_mem")).isEqualTo("5MB");
                    assertThat(statement.getQueryTimeout()).isEqualTo(7);
                    PoolFixture.execute(connection, "SET work_mem = '6MB'");
                    connection.setSchema("public");
                    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
                }
            }
        }
    }
}
