package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.PoolStatistics;
import com.terafy.pool.sessions.NoSessionException;
import com.terafy.pool.sessions.Patience;
import com.terafy.pool.sessions.PooledSession;
import com.terafy.pool.sessions.PooledSession.State;
import com.terafy.pool.sessions.SessionPool;
import com.terafy.pool.settings.InvalidSettingsException;
import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.Setting;
import com.terafy.pool.settings.SettingsReader;
import com.terafy.pool.settings.SettingsSource;
import com.terafy.pool.time.Ticker;
import com.terafy.ra.connect.BeforeLogin;
import com.terafy.ra.connect.Credentials;
import com.terafy.ra.connect.DriverProperties;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import java.lang.reflect.Field;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.awaitility.Awaitility;
import org.postgresql.PGConnection;

/**
 * One pool in a {@link FakeContainer}, on a real PostgreSQL, without the upkeep's own clock and with a minimum of none;
 * closing it checks that nothing is left.
 */
final class PoolFixture implements AutoCloseable {

    static final int MAX = 10;

    /** Also on a busy machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final TerafyManagedConnectionFactory factory;
    final FakeContainer container;
    final PooledDataSource dataSource;
    final ManagedPool pool;
    final FakeRegistry registry = new FakeRegistry();
    private final Builder builder;

    private PoolFixture(Builder builder) throws ResourceException {
        this.builder = builder;
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
        container = new FakeContainer(factory, registry);
        dataSource = new PooledDataSource(factory, container);
    }

    static Builder on(TestPostgres postgres) {
        return new Builder(postgres.host(), postgres.port(), postgres.password()).leavingNothingOn(postgres, null);
    }

    /** Through the proxy; the server's password is still needed. */
    static Builder through(FaultProxy proxy, TestPostgres postgres) {
        return new Builder(proxy.host(), proxy.port(), postgres.password()).leavingNothingOn(postgres, proxy);
    }

    /** Through something else that listens on this port. */
    static Builder through(int port, TestPostgres postgres) {
        return new Builder("localhost", port, postgres.password()).leavingNothingOn(postgres, null);
    }

    /** As the superuser on the server of all tests, with the default settings. */
    static PoolFixture shared() throws ResourceException {
        return on(TestPostgres.shared()).open();
    }

    /** A managed connection that nobody holds; it has no session yet. */
    TerafyManagedConnection take() throws ResourceException {
        return container.take(null);
    }

    Connection handleOf(TerafyManagedConnection connection) throws ResourceException {
        return ((Association) connection.getConnection(null, null)).takeHandle();
    }

    /** The session that is bound to it. */
    PooledSession<Credentials, Session> sessionOf(TerafyManagedConnection connection) {
        return sessions().stream()
                .filter(session -> session.session().holder() == connection)
                .findFirst()
                .orElseThrow();
    }

    /** To which a handle's session is bound. */
    TerafyManagedConnection holderOf(Connection handle) throws SQLException {
        int pid = handle.unwrap(PGConnection.class).getBackendPID();
        return sessions().stream()
                .filter(session -> pid(session) == pid)
                .map(session -> session.session().holder())
                .findFirst()
                .orElseThrow();
    }

    /** Borrows as the adapter does for a handle. */
    PooledSession<Credentials, Session> lend() throws ResourceException {
        return pool.borrow(pool.ownCredentials());
    }

    /** So many more idle sessions. */
    void prefill(int count) {
        int min = pool.sessions().min();
        int max = pool.sessions().max();
        int before = idle().size();
        pool.sessions().resize(0, Math.min(max, sessions().size() + count)); // so that none is opened in advance
        List<PooledSession<Credentials, Session>> lent = new ArrayList<>();
        try {
            while (lent.size() < before + count) {
                lent.add(pool.sessions().borrow(pool.ownCredentials(), Patience.of(PATIENCE)));
            }
        } catch (NoSessionException | InterruptedException none) {
            throw new IllegalStateException(none);
        } finally {
            lent.forEach(pool.sessions()::giveBack);
            pool.sessions().resize(min, max);
        }
    }

    /** One more idle session. */
    PooledSession<Credentials, Session> prefillOne() {
        prefill(1);
        return sessions().get(sessions().size() - 1);
    }

    /** In the order of their opening. */
    List<PooledSession<Credentials, Session>> sessions() {
        return pool.sessions()
                .sessions()
                .sorted(Comparator.comparingLong(PooledSession::id))
                .toList();
    }

    /** Those that nobody has. */
    List<PooledSession<Credentials, Session>> idle() {
        return sessions().stream()
                .filter(session -> session.state() == State.IDLE)
                .toList();
    }

    static int pid(PooledSession<Credentials, Session> session) {
        return session.session().physical().backendPid();
    }

    void sweep() {
        pool.sweep();
    }

    void tick() {
        pool.sessions().tick();
    }

    /** What the upkeep does every second. */
    void look() {
        pool.upkeep().look(pool);
    }

    /** Those that the server counts; without the lease's. */
    int backends() {
        String tag = pool.identity().applicationName();
        return Math.toIntExact(builder.postgres.backends(tag).stream()
                .filter(backend -> backend.applicationName().equals(tag))
                .count());
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
        stop();
        container.shutdown();
        Awaitility.await("no session in the pool").until(() -> sessions().isEmpty());
        assertThat(freePermits()).as("permits").isEqualTo(pool.sessions().max());
        assertThat(statistics().inUse()).isZero();
        if (builder.proxy != null) {
            builder.proxy.pass();
        }
        if (builder.postgres != null) {
            Awaitility.await("no backend").until(() -> backends() == 0);
        }
    }

    private void stop() {
        try {
            pool.stop();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** style.md: total = idle + in use + being created, total ≤ max. */
    void checkInvariants() {
        PoolStatistics now = statistics();
        assertThat(now.total()).isEqualTo(now.idle() + now.inUse() + now.beingCreated());
        if (!builder.mayExceed) {
            assertThat(sessions().size()).isLessThanOrEqualTo(now.max());
        }
    }

    /** The pool tells nobody; a stop lets everybody in. */
    private int freePermits() {
        try {
            Field gate = SessionPool.class.getDeclaredField("gate");
            gate.setAccessible(true);
            Field everybody = SessionPool.class.getDeclaredField("EVERYBODY");
            everybody.setAccessible(true);
            return ((Semaphore) gate.get(pool.sessions())).availablePermits() % everybody.getInt(null);
        } catch (ReflectiveOperationException renamed) {
            throw new AssertionError(renamed);
        }
    }

    /** Settings as in the environment. */
    static final class Builder {

        private final Map<Setting, String> settings = new EnumMap<>(Setting.class);
        private Ticker ticker = Ticker.SYSTEM;
        private BeforeLogin beforeLogin = BeforeLogin.NOTHING;
        private TestPostgres postgres;
        private FaultProxy proxy;
        private boolean mayExceed;

        private Builder(String host, int port, String password) {
            with(Setting.DB_HOST, host);
            with(Setting.DB_PORT, Integer.toString(port));
            with(Setting.DB_NAME, TestPostgres.DATABASE);
            with(Setting.DB_USER, TestPostgres.SUPERUSER);
            with(Setting.DB_PASSWORD, password);
            with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "10s");
            with(Setting.DB_POOL_MIN, "0");
        }

        private Builder leavingNothingOn(TestPostgres server, FaultProxy on) {
            postgres = server;
            proxy = on;
            return this;
        }

        /** The server will be gone by the end of the test. */
        Builder leavingIt() {
            return leavingNothingOn(null, null);
        }

        /** The pool is made smaller while sessions are in use. */
        Builder mayExceed() {
            mayExceed = true;
            return this;
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
            return new ManagedPool(read, Map.of(), "test", ticker, beforeLogin, threadTransaction);
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
