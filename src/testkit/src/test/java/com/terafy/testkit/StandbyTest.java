package com.terafy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StandbyTest {

    @Test
    void aStandbyFollowsItsPrimaryAndTakesItsPlace() throws SQLException {
        try (TestPostgres primary = TestPostgres.builder().tls().start()) {
            primary.execute("CREATE TABLE followed (id int)", "INSERT INTO followed VALUES (1)");
            try (TestPostgres standby = TestPostgres.standbyOf(primary)) {
                primary.execute("INSERT INTO followed VALUES (2)");
                standby.awaitReplayOf(primary);

                assertThat(count(standby)).isEqualTo(2);
                assertThat(standby.isStandby()).isTrue();
                assertThatIllegalStateException()
                        .isThrownBy(() -> standby.execute("INSERT INTO followed VALUES (3)"))
                        .withMessageContaining("read-only");

                primary.killServer();
                standby.promote();
                standby.execute("INSERT INTO followed VALUES (3)");

                assertThat(count(standby)).isEqualTo(3);
                assertThat(standby.isStandby()).isFalse();
                assertThat(standby.serverLog()).doesNotContain(primary.password());
            }
        }
    }

    private static int count(TestPostgres postgres) throws SQLException {
        try (Connection connection = postgres.superuser();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM followed")) {
            row.next();
            return row.getInt(1);
        }
    }
}
