package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.pool.settings.Setting;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

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

    @Test
    void tagOfThePoolSurvivesWhatTheApplicationResets() throws Exception {
        try (PoolFixture fixture = PoolFixture.shared();
                Connection connection = fixture.dataSource.getConnection()) {
            PoolFixture.execute(connection, "DISCARD ALL");

            assertThat(PoolFixture.query(connection, "SHOW application_name"))
                    .isEqualTo(fixture.pool.identity().applicationName());
        }
    }
}
