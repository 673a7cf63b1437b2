package com.terafy.ra.spi;

import com.terafy.api.ConnectionState;
import com.terafy.api.PoolStatistics;
import com.terafy.pool.settings.InvalidSettingsException;
import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.Setting;
import com.terafy.pool.settings.SettingsReader;
import com.terafy.pool.settings.SettingsSource;
import com.terafy.pool.time.Ticker;
import com.terafy.ra.connect.BeforeLogin;
import com.terafy.ra.connect.DriverProperties;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.Assertions;

/** One pool in a {@link FakeContainer}, on a real PostgreSQL; closing it checks the ledger and leaves no backend. */
final class PoolFixture implements AutoCloseable {

    static final int MIN = 2;
    static final int MAX = 10;

    final TerafyManagedConnectionFactory factory;
    final FakeContainer container;
    final PooledDataSource dataSource;
    final ManagedPool pool;
    final FakeRegistry registry = new FakeRegistry();

    private PoolFixture(Builder builder) throws ResourceException {
        factory = new TerafyManagedConnectionFactory();
        builder.settings.forEach((setting, value) -> {
            if (setting == Setting.DB_USER) {
                factory.setUser(value);
            } else if (setting == Setting.DB_PASSWORD) {
                factory.setPassword(value);
            }
        });
        factory.setResourceAdapter(new Adapter(builder.settings, builder.ticker, builder.beforeLogin, registry));
        pool = factory.pool();
        container = new FakeContainer(
                factory, pool.settings().size().max(), pool.acquireTimeout().toMillis());
        dataSource = new PooledDataSource(factory, container);
    }

    static Builder on(TestPostgres postgres) {
        return new Builder(postgres.host(), postgres.port(), postgres.password());
    }

    /** Through the proxy; the server's password is still needed. */
    static Builder through(FaultProxy proxy, TestPostgres postgres) {
        return new Builder(proxy.host(), proxy.port(), postgres.password());
    }

    /** Through something else that listens on this port. */
    static Builder through(int port, String password) {
        return new Builder("localhost", port, password);
    }

    /** As the superuser on the server of all tests, with the default settings. */
    static PoolFixture shared() throws ResourceException {
        return on(TestPostgres.shared()).open();
    }

    TerafyManagedConnection take() throws ResourceException {
        return container.take(null);
    }

    /** An idle connection that the container has in its pool. */
    TerafyManagedConnection idle() throws ResourceException {
        container.prefill(1);
        return (TerafyManagedConnection) container.idle.getLast();
    }

    Connection handleOf(TerafyManagedConnection connection) throws ResourceException {
        return ((Association) connection.getConnection(null, null)).takeHandle();
    }

    PoolStatistics statistics() {
        return dataSource.pool();
    }

    static String query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        checkInvariants();
        container.shutdown();
        checkInvariants();
        Assertions.assertThat(pool.ledger().usable()).isZero();
        Assertions.assertThat(pool.connections()).isEmpty();
    }

    /** style.md: total = idle + in use + being created, total ≤ max, no physical connection lost. */
    void checkInvariants() {
        PoolStatistics now = statistics();
        Assertions.assertThat(now.total()).isEqualTo(now.idle() + now.inUse() + now.beingCreated());
        Assertions.assertThat(now.total()).isLessThanOrEqualTo(now.max());
        Assertions.assertThat(pool.ledger().entries()).hasSameSizeAs(pool.connections());
        Assertions.assertThat(pool.ledger().usable()).isEqualTo((int) pool.ledger().entries().stream()
                .map(entry -> entry.state())
                .filter(state -> state == ConnectionState.IDLE || state == ConnectionState.IN_USE)
                .count());
    }

    /** Settings as in the environment. */
    static final class Builder {

        private final Map<Setting, String> settings = new EnumMap<>(Setting.class);
        private Ticker ticker = Ticker.SYSTEM;
        private BeforeLogin beforeLogin = BeforeLogin.NOTHING;

        private Builder(String host, int port, String password) {
            with(Setting.DB_HOST, host);
            with(Setting.DB_PORT, Integer.toString(port));
            with(Setting.DB_NAME, TestPostgres.DATABASE);
            with(Setting.DB_USER, TestPostgres.SUPERUSER);
            with(Setting.DB_PASSWORD, password);
            with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "10s");
        }

        Builder with(Setting setting, String value) {
            settings.put(setting, value);
            return this;
        }

        Builder without(Setting setting) {
            settings.remove(setting);
            return this;
        }

        Builder at(Ticker own) {
            ticker = own;
            return this;
        }

        Builder after(BeforeLogin preparation) {
            beforeLogin = preparation;
            return this;
        }

        PoolFixture open() throws ResourceException {
            return new PoolFixture(this);
        }
    }

    /** Takes the settings from the test instead of the environment. */
    private static final class Adapter extends TerafyResourceAdapter {

        private final Map<Setting, String> settings;
        private final Ticker ticker;
        private final BeforeLogin beforeLogin;
        private final ThreadTransaction threadTransaction = new ThreadTransaction();

        Adapter(Map<Setting, String> settings, Ticker ticker, BeforeLogin beforeLogin, FakeRegistry registry) {
            threadTransaction.isToldBy(registry);
            this.settings = Map.copyOf(settings);
            this.ticker = ticker;
            this.beforeLogin = beforeLogin;
        }

        @Override
        ManagedPool poolFor(String name, Map<Setting, String> overrides) throws InvalidSettingsException {
            PoolSettings read = SettingsReader.read(
                    name,
                    List.of(SettingsSource.descriptor(settings)),
                    DriverProperties.known(),
                    DriverProperties.reserved());
            return new ManagedPool(read, "test", ticker, beforeLogin, threadTransaction);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return Objects.hash(settings);
        }
    }
}
