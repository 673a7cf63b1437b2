package com.terafy.cleanup;

import com.terafy.api.ConnectionInfo;
import com.terafy.api.ConnectionState;
import com.terafy.api.FlushMode;
import com.terafy.api.PoolIdentity;
import com.terafy.api.PoolOperations;
import com.terafy.api.PoolStatistics;
import com.terafy.cleanup.database.SessionBounds;
import com.terafy.cleanup.policy.CleanupRules;
import com.terafy.cleanup.policy.Sightings;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;

/** A node without a server: a pool of plain connections with the tag of a Terafy pool, and its backend cleanup. */
final class FakeNode implements PoolOperations, AutoCloseable {

    static final SessionBounds BOUNDS =
            new SessionBounds(Duration.ofMinutes(2), Duration.ofSeconds(5), Duration.ofSeconds(6));

    /** An instance is gone after this long without a lease. */
    static final Duration ABSENCE = Duration.ofSeconds(2);

    private static final Sightings SIGHTINGS = Sightings.none(ABSENCE, ABSENCE.minusMillis(1));

    private final TestPostgres server;
    private final String role;
    private final PoolIdentity identity;
    private final List<Connection> opened = new ArrayList<>();
    private final List<ConnectionInfo> live = new ArrayList<>();
    private volatile Runnable whenAsked = () -> {};
    final BackendCleaner cleaner;

    FakeNode(TestPostgres server, String role, String name, CleanupRules rules, SessionBounds bounds) {
        this.server = server;
        this.role = role;
        this.identity =
                new PoolIdentity(name, "TerafyDS", ThreadLocalRandom.current().nextInt(1, 0x7fffffff) * -1);
        this.cleaner = new BackendCleaner("TerafyDS", () -> this, rules, bounds, SIGHTINGS);
    }

    /** A connection of the pool; it does nothing but be there. */
    Connection pooled() throws SQLException {
        Connection connection = CleanupServer.open(server, role, identity.applicationName());
        opened.add(connection);
        live.add(new ConnectionInfo(
                live.size() + 1,
                ConnectionState.IDLE,
                CleanupServer.pid(connection),
                CleanupServer.start(connection),
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                0,
                Duration.ZERO,
                Duration.ZERO,
                Optional.empty()));
        return connection;
    }

    /** Runs something the next time but one that the pool is asked for its connections: after the plan was made. */
    void betweenPlanAndTermination(Runnable interference) {
        whenAsked = () -> whenAskedOnce(interference);
    }

    /** Runs something the next time that the pool is asked for its connections: amid a pass. */
    void whenAskedOnce(Runnable interference) {
        whenAsked = () -> {
            whenAsked = () -> {};
            interference.run();
        };
    }

    /** The host is lost: the lease goes, the backends stay. */
    void loseTheHost() {
        cleaner.close();
    }

    @Override
    public void close() throws SQLException {
        cleaner.close();
        for (Connection connection : opened) {
            connection.close();
        }
    }

    @Override
    public String name() {
        return "TerafyDS";
    }

    @Override
    public PoolIdentity identity() {
        return identity;
    }

    @Override
    public List<ConnectionInfo> connections() {
        whenAsked.run();
        return List.copyOf(live);
    }

    /** Impatient, as the pool is by DB_CONNECT_TIMEOUT. */
    @Override
    public Connection openOutsidePool(String purpose) throws SQLException {
        Properties properties = CleanupServer.login(role, identity.applicationName(purpose));
        properties.setProperty("connectTimeout", "1");
        properties.setProperty("loginTimeout", "1");
        return DriverManager.getConnection(server.url(), properties);
    }

    @Override
    public Map<String, String> settings() {
        return Map.of();
    }

    @Override
    public PoolStatistics statistics() {
        throw new UnsupportedOperationException("the backend cleanup asks for no statistics");
    }

    @Override
    public int flush(FlushMode mode) {
        throw new UnsupportedOperationException("the backend cleanup flushes nothing");
    }

    @Override
    public void pause() {
        throw new UnsupportedOperationException("the backend cleanup changes no pool");
    }

    @Override
    public void resume() {
        throw new UnsupportedOperationException("the backend cleanup changes no pool");
    }

    @Override
    public boolean isPaused() {
        return false;
    }

    @Override
    public void resize(int min, int max) {
        throw new UnsupportedOperationException("the backend cleanup changes no pool");
    }
}
