package com.terafy.cleanup;

import com.terafy.api.CleanupReason;
import com.terafy.api.CleanupReport;
import com.terafy.api.ConnectionInfo;
import com.terafy.api.ConnectionState;
import com.terafy.api.ConnectionWork;
import com.terafy.api.FlushMode;
import com.terafy.api.Lease;
import com.terafy.api.LeaseStatus;
import com.terafy.api.PoolIdentity;
import com.terafy.api.PoolOperations;
import com.terafy.api.PoolStatistics;
import com.terafy.api.SettingOrigin;
import com.terafy.cleanup.policy.Absence;
import com.terafy.cleanup.policy.CleanupRules;
import com.terafy.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A node without a server: a pool of plain connections with the tag of a Terafy pool, and its backend cleanup. */
final class FakeNode implements PoolOperations, AutoCloseable {

    /** An instance is gone after so long without a sign of life, and some more. */
    static final Absence ABSENCE = new Absence(Duration.ofSeconds(2), Duration.ofMillis(1500), Duration.ofMillis(1400));

    /** Longest wait for an answer. */
    static final Duration PATIENCE = Duration.ofSeconds(6);

    /** lock_not_available. */
    private static final String BUSY = "55P03";

    private final TestPostgres server;
    private final String role;
    private final PoolIdentity identity;
    private final List<Connection> opened = new ArrayList<>();
    private final List<ConnectionInfo> live = new ArrayList<>();
    private final Semaphore leaseIsFree = new Semaphore(1);
    private final Duration answer;
    private final Map<String, String> settings;
    private @Nullable Connection lease; // guarded by leaseIsFree
    private volatile Runnable whenAsked = () -> {};
    final BackendCleaner cleaner;

    FakeNode(TestPostgres server, String role, String name, CleanupRules rules, Duration answer) {
        this(server, role, name, rules, answer, Map.of());
    }

    FakeNode(
            TestPostgres server,
            String role,
            String name,
            CleanupRules rules,
            Duration answer,
            Map<String, String> settings) {
        this(server, role, name, rules, answer, settings, ABSENCE);
    }

    FakeNode(
            TestPostgres server,
            String role,
            String name,
            CleanupRules rules,
            Duration answer,
            Map<String, String> settings,
            Absence absence) {
        this.server = server;
        this.role = role;
        this.answer = answer;
        this.settings = settings;
        this.identity =
                new PoolIdentity(name, "TerafyDS", ThreadLocalRandom.current().nextInt(1, 0x7fffffff) * -1);
        this.cleaner = new BackendCleaner("TerafyDS", () -> this, rules, absence);
    }

    /** Looks until what is there was seen unchanged for long enough. */
    void lookUntilSure() {
        lookUntil(plan -> plan.verdicts().stream().noneMatch(verdict -> verdict.reason() == CleanupReason.SUSPECT));
    }

    /** Looks, as often as it takes. */
    void lookUntil(Predicate<CleanupReport> asExpected) {
        Awaitility.await("a plan as expected")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> asExpected.test(cleaner.plan()));
    }

    /** Changes a setting; the map it was made with must allow that. */
    void set(String name, String text) {
        settings.put(name, text);
    }

    /** Says that it lives, and what it has lent: all that the pool has. */
    void renew() {
        try {
            onLease(Duration.ofSeconds(5), connection -> null);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public Optional<LeaseStatus> lease() {
        throw new UnsupportedOperationException("the backend cleanup does not ask");
    }

    @Override
    public <T, E extends Exception> T onLease(Duration patience, ConnectionWork<T, E> work) throws SQLException, E {
        if (!acquired(patience)) {
            throw new SQLException("others work with it", BUSY);
        }
        try {
            Connection connection = said();
            T result = work.run(connection);
            said();
            return result;
        } finally {
            leaseIsFree.release();
        }
    }

    private boolean acquired(Duration patience) {
        try {
            return leaseIsFree.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Connection said() throws SQLException {
        Connection held = lease;
        if (held == null || !held.isValid(1)) {
            held = openOutsidePool(Lease.PURPOSE);
            held.setNetworkTimeout(Runnable::run, Math.toIntExact(answer.toMillis()));
            lease = held;
        }
        List<Integer> lent = live.stream().map(ConnectionInfo::backendPid).toList();
        try (Statement statement = held.createStatement()) {
            statement.execute(
                    new Lease(0, 10, live.size(), live.size(), 0, Instant.EPOCH, Lease.rules(settings), lent, false)
                            .sql());
        }
        return held;
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

    /** The session in which it says that it lives. */
    int leasePid() throws SQLException {
        return CleanupServer.pid(Objects.requireNonNull(lease));
    }

    @Override
    public void close() throws SQLException {
        cleaner.close();
        if (lease != null) {
            lease.close();
        }
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
        return settings;
    }

    @Override
    public Map<String, SettingOrigin> origins() {
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
    public void change(Map<String, String> changes) {
        throw new UnsupportedOperationException("the backend cleanup changes no pool");
    }

    @Override
    public Map<String, String> changed() {
        throw new UnsupportedOperationException("the backend cleanup changes no pool");
    }
}
