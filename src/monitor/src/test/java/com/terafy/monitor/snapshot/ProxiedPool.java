package com.terafy.monitor.snapshot;

import com.terafy.api.ConnectionInfo;
import com.terafy.api.ConnectionWork;
import com.terafy.api.DurationHistogram;
import com.terafy.api.FlushMode;
import com.terafy.api.LeaseStatus;
import com.terafy.api.PoolIdentity;
import com.terafy.api.PoolOperations;
import com.terafy.api.PoolStatistics;
import com.terafy.api.SettingOrigin;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A pool, empty at first, that opens sessions outside it through a proxy. */
public class ProxiedPool implements PoolOperations {

    private final FaultProxy proxy;
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicReference<Connection> newest = new AtomicReference<>();
    private final PoolIdentity identity;
    private final Map<String, String> settings;
    private volatile List<ConnectionInfo> connections = List.of();

    /** The default one. */
    public ProxiedPool(FaultProxy proxy) {
        this(proxy, "TerafyDS", Map.of());
    }

    public ProxiedPool(FaultProxy proxy, String name, Map<String, String> settings) {
        this.proxy = proxy;
        this.identity =
                new PoolIdentity("monitored", name, ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE));
        this.settings = settings;
    }

    /** The newest session outside the pool. */
    Connection newest() {
        return newest.get();
    }

    /** From now on it believes that it has these. */
    void believe(ConnectionInfo... has) {
        connections = List.of(has);
    }

    /** How many sessions outside the pool were opened. */
    public int opened() {
        return opened.get();
    }

    @Override
    public String name() {
        return identity.pool();
    }

    @Override
    public PoolIdentity identity() {
        return identity;
    }

    @Override
    public Connection openOutsidePool(String purpose) throws SQLException {
        opened.incrementAndGet();
        Properties properties = new Properties();
        properties.setProperty("user", TestPostgres.SUPERUSER);
        properties.setProperty("password", TestPostgres.shared().password());
        properties.setProperty("ApplicationName", identity.applicationName(purpose));
        properties.setProperty("assumeMinServerVersion", "9.0");
        properties.setProperty("connectTimeout", "1");
        properties.setProperty("loginTimeout", "2");
        Connection connection = DriverManager.getConnection(proxy.url(TestPostgres.DATABASE), properties);
        newest.set(connection);
        return connection;
    }

    @Override
    public List<ConnectionInfo> connections() {
        return connections;
    }

    @Override
    public Map<String, String> settings() {
        return settings;
    }

    @Override
    public Map<String, SettingOrigin> origins() {
        return Map.of();
    }

    @Override
    public Optional<LeaseStatus> lease() {
        return Optional.empty();
    }

    @Override
    public <T, E extends Exception> T onLease(Duration patience, ConnectionWork<T, E> work) {
        throw new UnsupportedOperationException("a reading has a session of its own");
    }

    @Override
    public PoolStatistics statistics() {
        DurationHistogram none = new DurationHistogram(List.of(), List.of(0L), Duration.ZERO);
        return new PoolStatistics(
                name(), 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of(), 0, Map.of(), none, none, none);
    }

    @Override
    public int flush(FlushMode mode) {
        throw new UnsupportedOperationException("a reading flushes nothing");
    }

    @Override
    public void pause() {
        throw new UnsupportedOperationException("a reading changes no pool");
    }

    @Override
    public void resume() {
        throw new UnsupportedOperationException("a reading changes no pool");
    }

    @Override
    public boolean isPaused() {
        return false;
    }

    @Override
    public void change(Map<String, String> changes) {
        throw new UnsupportedOperationException("a reading changes no pool");
    }

    @Override
    public Map<String, String> changed() {
        throw new UnsupportedOperationException("a reading changes no pool");
    }
}
