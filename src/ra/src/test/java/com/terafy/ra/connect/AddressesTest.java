package com.terafy.ra.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.SettingsReader;
import com.terafy.pool.settings.SettingsSource;
import com.terafy.pool.time.Ticker;
import com.terafy.testkit.TestPostgres;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One name with several addresses; with the roles of servers behind them it is tried in SwitchoverRun. */
class AddressesTest {

    private static final String NAME = "db.terafy.test";

    private final TestPostgres postgres = TestPostgres.shared();

    /** A name with these addresses, the last octets of 127.0.0.0. */
    private PhysicalConnector connector(String password, int... lastOctets) throws Exception {
        Map<String, String> variables = Map.of(
                "DB_HOST",
                NAME,
                "DB_PORT",
                Integer.toString(postgres.port()),
                "DB_USER",
                TestPostgres.SUPERUSER,
                "DB_PASSWORD",
                password);
        PoolSettings settings =
                SettingsReader.read("several", List.of(SettingsSource.environment(variables)), Set.of(), Set.of());
        return new PhysicalConnector(settings, Ticker.SYSTEM, BeforeLogin.NOTHING, () -> 0, name -> {
            if (!name.equals(NAME)) {
                throw new UnknownHostException(name);
            }
            List<InetAddress> all = new ArrayList<>();
            for (int octet : lastOctets) {
                all.add(InetAddress.getByAddress(NAME, new byte[] {127, 0, 0, (byte) octet}));
            }
            return all.toArray(InetAddress[]::new);
        });
    }

    private static void login(PhysicalConnector connector, String password) throws SQLException {
        connector
                .open(Credentials.of(TestPostgres.SUPERUSER, password), "terafy/test/several/1", Duration.ofSeconds(10))
                .close();
    }

    @Test
    void anAddressWithoutAServerIsPassedBy() throws Exception {
        login(connector(postgres.password(), 99, 98, 1), postgres.password());
    }

    @Test
    void whereNoAddressHasAServerTheFailureIsTheDrivers() throws Exception {
        PhysicalConnector connector = connector(postgres.password(), 99, 98);

        assertThatThrownBy(() -> login(connector, postgres.password()))
                .hasMessageContaining(NAME)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08001"));
    }

    @Test
    void aWrongPasswordIsNotTriedAtTheOtherAddresses() throws Exception {
        PhysicalConnector connector = connector("wrong", 1, 99);

        assertThatThrownBy(() -> login(connector, "wrong"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
    }
}
