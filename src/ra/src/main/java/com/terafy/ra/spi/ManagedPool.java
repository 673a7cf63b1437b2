package com.terafy.ra.spi;

import com.terafy.api.EvictionReason;
import com.terafy.api.Lease;
import com.terafy.api.PoolIdentity;
import com.terafy.api.SettingOrigin;
import com.terafy.api.flight.Flight;
import com.terafy.api.flight.SweepEvent;
import com.terafy.pool.sessions.NoSessionException;
import com.terafy.pool.sessions.Patience;
import com.terafy.pool.sessions.PooledSession;
import com.terafy.pool.sessions.SessionPool;
import com.terafy.pool.settings.HostPort;
import com.terafy.pool.settings.InvalidSettingsException;
import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.Pooler;
import com.terafy.pool.settings.SessionReset;
import com.terafy.pool.settings.SettingsChange;
import com.terafy.pool.settings.TargetServerType;
import com.terafy.pool.statistics.Occupancy;
import com.terafy.pool.statistics.PoolCounters;
import com.terafy.pool.time.Ticker;
import com.terafy.ra.Messages;
import com.terafy.ra.connect.BeforeLogin;
import com.terafy.ra.connect.Credentials;
import com.terafy.ra.connect.Outage;
import com.terafy.ra.connect.PhysicalConnection;
import com.terafy.ra.connect.PhysicalConnector;
import com.terafy.ra.errors.PostgresErrors;
import com.terafy.ra.hosts.Hosts;
import com.terafy.ra.lease.LeaseKeeper;
import com.terafy.ra.liveness.Liveness;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.RetryableUnavailableException;
import jakarta.resource.spi.SecurityException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One pool of the adapter: its settings, its sessions, and everything that these share. The container hands out managed
 * connections; the sessions behind them are borrowed here.
 *
 * <p>Thread-safe.
 */
final class ManagedPool {

    private static final System.Logger LOG = System.getLogger("com.terafy.connection");

    /** Between two attempts for a borrower without a container. */
    private static final long PAUSE_MILLIS = 100;

    /** What the sessions that look at servers are for, in their application_name. */
    private static final String HOSTS_PURPOSE = "hosts";

    private static final String PROBE_PURPOSE = "probe";

    /** Class of SQLSTATEs. */
    private static final String INVALID_AUTHORIZATION = "28";

    private final PoolSettings settingsAtStart;
    private final Ticker ticker;
    private final Moments moments = new Moments();
    private final PoolIdentity identity;
    private final PoolCounters counters = new PoolCounters();
    private final Liveness liveness;
    private final Outage outage;
    private final Credentials ownCredentials;
    private final BeforeLogin beforeLogin;
    private final PhysicalConnector connector;
    private final Map<HostPort, PhysicalConnector> connectors;
    private final Optional<Hosts> hosts;
    private final ThreadTransaction threadTransaction;
    private final DriverSessions driverSessions;
    private final Upkeep upkeep;
    private final SessionPool<Credentials, Session> sessions;
    private final Holders holders = new Holders(this);
    private final PauseSwitch pauseSwitch;
    private final LeaseKeeper lease;
    private volatile PoolSettings settings; // written under this
    private final Map<String, SettingOrigin> origins;

    /** Without a reset an idle session may bear the name that a borrower gave it. */
    private final boolean keepsNames;

    private final Instant startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final AtomicBoolean writeRefused = new AtomicBoolean();
    private final AtomicBoolean sweepIsDue = new AtomicBoolean();

    private volatile Product product = new Product("PostgreSQL", "");
    private volatile @Nullable ManagedConnectionFactory factory;
    private volatile boolean started;

    ManagedPool(
            PoolSettings settings,
            Map<String, SettingOrigin> origins,
            String node,
            Ticker ticker,
            BeforeLogin beforeLogin,
            ThreadTransaction threadTransaction) {
        this.threadTransaction = threadTransaction;
        this.settingsAtStart = settings;
        this.settings = settings;
        this.origins = origins;
        this.ticker = ticker;
        this.identity = new PoolIdentity(
                node, settings.poolName(), ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE));
        this.liveness = new Liveness(
                ticker, settings.upkeep().validateAfter(), settings.upkeep().validationTimeout());
        this.outage = new Outage(settings, ticker);
        this.ownCredentials = Credentials.of(settings.login(), settings.server());
        this.beforeLogin = beforeLogin;
        this.connector = new PhysicalConnector(settings, ticker, beforeLogin, liveness::alarmsNow);
        this.hosts = settings.server().isSpread()
                ? Optional.of(new Hosts(settings, ticker, this::openToLook, liveness::alarm))
                : Optional.empty();
        this.connectors = settings.server().hosts().stream()
                .collect(Collectors.toUnmodifiableMap(
                        host -> host,
                        host -> connectorTo(host, settings.server().targetServerType())));
        this.driverSessions = new DriverSessions(this, connector);
        this.upkeep = new Upkeep(settings.poolName());
        this.sessions = new SessionPool<>(
                ownCredentials,
                settings.size().min(),
                settings.size().max(),
                settings.size().idleTimeout(),
                settings.upkeep().maxLifetime(),
                !settings.upkeep().leakThreshold().isZero(),
                ticker,
                counters,
                driverSessions,
                upkeep);
        this.pauseSwitch = new PauseSwitch(this);
        this.keepsNames = settings.session().reset() == SessionReset.OFF;
        this.lease =
                new LeaseKeeper(name(), ticker, () -> openOutsidePool(Lease.PURPOSE), this::leaseNow, sessionsLast());
    }

    /** What a server said of itself at a login. */
    record Product(String name, String version) {}

    PoolSettings settings() {
        return settings;
    }

    /** Where each of those of the environment comes from. */
    Map<String, SettingOrigin> origins() {
        return origins;
    }

    /** Those of the environment. */
    PoolSettings settingsAtStart() {
        return settingsAtStart;
    }

    /**
     * Changes some settings until the next start.
     *
     * @throws InvalidSettingsException if a value is wrong, or cannot be changed: then nothing is changed
     */
    synchronized void change(Map<String, String> changes) throws InvalidSettingsException {
        PoolSettings next = SettingsChange.of(settings, changes);
        settings = next;
        sessions.resize(next.size().min(), next.size().max());
        sessions.setTimes(
                next.size().idleTimeout(),
                next.upkeep().maxLifetime(),
                !next.upkeep().leakThreshold().isZero());
    }

    String name() {
        return settings.poolName();
    }

    ThreadTransaction threadTransaction() {
        return threadTransaction;
    }

    PoolIdentity identity() {
        return identity;
    }

    Ticker ticker() {
        return ticker;
    }

    /** How moments of the ticker are told. */
    Moments moments() {
        return moments;
    }

    PoolCounters counters() {
        return counters;
    }

    Liveness liveness() {
        return liveness;
    }

    Outage outage() {
        return outage;
    }

    Credentials ownCredentials() {
        return ownCredentials;
    }

    Upkeep upkeep() {
        return upkeep;
    }

    /** The servers over which its sessions are spread; empty where the driver takes the first that will do. */
    Optional<Hosts> hosts() {
        return hosts;
    }

    /** To one of its servers. */
    PhysicalConnector connectorTo(HostPort host) {
        return Objects.requireNonNull(connectors.get(host));
    }

    private PhysicalConnector connectorTo(HostPort host, TargetServerType type) {
        return new PhysicalConnector(
                settingsAtStart.with(settingsAtStart.server().only(host, type)),
                ticker,
                beforeLogin,
                liveness::alarmsNow);
    }

    private Connection openToLook(HostPort host) throws SQLException {
        return connectorTo(host, TargetServerType.ANY)
                .openUnpooled(ownCredentials, identity.applicationName(HOSTS_PURPOSE));
    }

    LeaseKeeper lease() {
        return lease;
    }

    /** False where a pooler gives one for each transaction. */
    boolean sessionsLast() {
        return settings.server().pooler() != Pooler.TRANSACTION;
    }

    SessionPool<Credentials, Session> sessions() {
        return sessions;
    }

    Product product() {
        return product;
    }

    Duration acquireTimeout() {
        return settings.size().acquireTimeout();
    }

    Duration validationTimeout() {
        return settings.upkeep().validationTimeout();
    }

    /** Remembers what the server is, for those who ask while they have no session. */
    void opened(PhysicalConnection physical) throws SQLException {
        DatabaseMetaData data = physical.driverConnection().getMetaData(); // the driver knows it from the login
        product = new Product(data.getDatabaseProductName(), data.getDatabaseProductVersion());
        if (physical.credentials().equals(ownCredentials)) {
            lease.hasten();
        }
    }

    private Lease leaseNow() {
        Occupancy occupancy = sessions.occupancy();
        long now = ticker.nanoTime();
        List<Integer> lent = sessions.sessions()
                .filter(session -> lease.isOn(serverOf(session)) && mayHaveAnotherName(session))
                .sorted(Comparator.comparingLong(session -> session.lastBorrowedNanos() - now))
                .map(session -> session.session().physical().backendPid())
                .toList();
        return new Lease(
                sessions.min(),
                sessions.max(),
                occupancy.idle() + occupancy.inUse(),
                occupancy.inUse(),
                counters.waiting(),
                startedAt,
                Lease.rules(settings.shown()),
                lent,
                false);
    }

    /** What its borrower has named it as stays until a reset has been answered. */
    private boolean mayHaveAnotherName(PooledSession<Credentials, Session> session) {
        return session.borrow() != null
                || keepsNames
                || session.session().physical().awaitsAnswer();
    }

    /** Says the lease; of the sessions that are on another server, or where it cannot be had of all, some show life. */
    void keepLease() {
        keepLease(Runnable::run);
    }

    /**
     * The same.
     *
     * @param showers show life, and may wait for sessions that do not answer
     */
    void keepLease(Executor showers) {
        Optional<Instant> said = lease.renew() ? lease.serverStart() : Optional.empty();
        sessions.sessions()
                .filter(session -> !said.equals(Optional.of(serverOf(session))))
                .collect(Collectors.groupingBy(ManagedPool::serverOf))
                .values()
                .forEach(there -> showers.execute(() -> showLife(there)));
    }

    private static Instant serverOf(PooledSession<Credentials, Session> session) {
        return session.session().physical().serverStart();
    }

    /**
     * On one server an idle session shows that the pool lives, otherwise one that is lent, by its tag. What has another name
     * shows it besides, each for itself: nobody else would know whose it is.
     */
    private void showLife(List<PooledSession<Credentials, Session>> there) {
        String tag = identity.applicationName();
        boolean shown = !keepsNames && sessions.askOldest(there::contains);
        if (keepsNames) {
            sessions.askIdle(there::contains); // each may have another name
        }
        List<PhysicalConnection> lent = there.stream()
                .filter(session -> session.borrow() != null)
                .map(session -> session.session().physical())
                .toList();
        lent.forEach(session -> session.showLife(name -> !tag.equals(name)));
        boolean all = shown || lent.stream().anyMatch(session -> session.showLife(tag::equals));
        LOG.log(System.Logger.Level.DEBUG, () -> name() + ": a session has shown that it lives: " + all);
    }

    PauseSwitch pauseSwitch() {
        return pauseSwitch;
    }

    /** Begins the upkeep, by filling the pool. */
    void start() {
        started = true;
        pauseSwitch.forgetWhatWasBefore();
        if (!sessionsLast()) {
            LOG.log(System.Logger.Level.WARNING, Messages.behindTransactionPooler(name()));
        }
        upkeep.start(this);
    }

    /** False without a container: nobody looks how the servers are. */
    boolean isStarted() {
        return started;
    }

    /** One sweep, as the flight recorder sees it. */
    void sweep() {
        SweepEvent seen = Flight.sweep();
        int before = seen == null ? 0 : sessions.occupancy().idle();
        sessions.sweep();
        if (seen != null) {
            seen.ended(name(), before, sessions.occupancy().idle());
        }
    }

    /** The next look has a sweep begun. */
    void sweepSoon() {
        sweepIsDue.set(true);
    }

    /** True for the first who asks after {@link #sweepSoon()}. */
    boolean isSweepDue() {
        return sweepIsDue.getAndSet(false);
    }

    /** Ends all sessions, also those in use. */
    void stop() throws InterruptedException {
        sessions.close();
        sessions.sessions().filter(session -> session.borrow() != null).forEach(this::endAtStop);
        try {
            upkeep.stop();
        } finally {
            // Those whose close was not begun in time, or is not answered
            sessions.sessions().forEach(left -> left.session().physical().abort());
            hosts.ifPresent(Hosts::close);
            lease.close(); // who is interrupted must not leave behind that the pool lives
        }
    }

    private void endAtStop(PooledSession<Credentials, Session> lent) {
        sessions.evict(lent, EvictionReason.CONTAINER);
    }

    /** A session for the current borrower. */
    PooledSession<Credentials, Session> borrow(Credentials credentials) throws ResourceException {
        BorrowAttempt attempt = BorrowAttempt.currentOr(ticker, acquireTimeout());
        SQLException answer;
        try {
            return sessions.borrow(credentials, attempt);
        } catch (NoSessionException none) {
            answer = explained(attempt, credentials, none);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            counters.failed();
            answer = new SQLTransientConnectionException(
                    Messages.borrowInterrupted(name(), attempt.waited()), "08001", interrupted);
        }
        attempt.answer(answer);
        throw asResourceException(answer);
    }

    /** Jakarta Connectors 2.1, 10.2.1 and 23.2.1: refused credentials are told apart from a server that is away. */
    private static ResourceException asResourceException(SQLException answer) {
        if (answer instanceof SQLTransientConnectionException) {
            return new RetryableUnavailableException(answer.getMessage(), answer);
        }
        return String.valueOf(answer.getSQLState()).startsWith(INVALID_AUTHORIZATION)
                ? new SecurityException(answer.getMessage(), answer)
                : new ResourceException(answer.getMessage(), answer);
    }

    /** What to tell a borrower: why, for how long it was tried, and the last cause. */
    private SQLException explained(BorrowAttempt attempt, Credentials credentials, NoSessionException none) {
        SQLException cause = none.getCause() instanceof SQLException last ? last : null;
        switch (none.reason()) {
            case CLOSED -> {
                counters.failed();
                return new SQLNonTransientConnectionException(Messages.poolIsStopped(name()), "08003");
            }
            case REFUSED -> {
                counters.failed();
                return cause == null
                        ? new SQLException(Messages.borrowFailed(name()), "08000", none.getCause())
                        : new SQLNonTransientConnectionException(
                                describeFailure(credentials, cause), cause.getSQLState(), cause);
            }
            default -> {
                counters.timedOut();
                return timedOut(
                        attempt,
                        Optional.ofNullable(cause).or(() -> outage.now().map(Outage.Lasting::cause)));
            }
        }
    }

    private SQLException timedOut(BorrowAttempt attempt, Optional<SQLException> cause) {
        if (cause.isPresent()) {
            String address = settings.server().address();
            return BorrowTimeout.inOutage(
                    Messages.outageOutlasted(name(), address, attempt.waited(), cause.get()), cause.get());
        }
        return sessions.isPaused()
                ? BorrowTimeout.inPause(Messages.stillPaused(name(), attempt.waited()))
                : BorrowTimeout.amongOthers(Messages.noConnection(name(), attempt.waited(), holders.describe()));
    }

    /** Advice about the settings is for those who log in by them. */
    private String describeFailure(Credentials credentials, SQLException failure) {
        return credentials.equals(ownCredentials)
                ? Messages.noConnectionToBeHad(settings, failure)
                : Messages.noConnectionFor(settings, credentials.user(), failure);
    }

    /**
     * A session that the pool does not count: for the recovery of transactions, which keeps it, and without a container,
     * where it lives as long as its handle. Tried again while the borrower has time.
     */
    Session openAlone(Credentials credentials) throws ResourceException {
        BorrowAttempt attempt = BorrowAttempt.currentOrUnlimited(ticker);
        Patience patience = attempt.isLimited() ? attempt : Patience.of(connector.loginTimeout());
        while (true) {
            try {
                return driverSessions.openForOneUse(credentials, patience);
            } catch (SQLException failure) {
                awaitAnotherChance(attempt, credentials, failure);
            }
        }
    }

    private void awaitAnotherChance(BorrowAttempt attempt, Credentials credentials, SQLException failure)
            throws ResourceException {
        SQLException answer;
        if (!PostgresErrors.mayPass(failure)) {
            answer = new SQLNonTransientConnectionException(
                    describeFailure(credentials, failure), failure.getSQLState(), failure);
        } else if (hasTimeAfterPause(attempt)) {
            return;
        } else {
            answer = timedOut(attempt, Optional.of(failure));
        }
        attempt.answer(answer);
        throw asResourceException(answer);
    }

    private boolean hasTimeAfterPause(BorrowAttempt attempt) throws ResourceException {
        try {
            Thread.sleep(Math.min(PAUSE_MILLIS, attempt.left().toMillis()));
            return !attempt.left().isZero();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ResourceException(Messages.borrowInterrupted(name(), attempt.waited()), interrupted);
        }
    }

    /** Opens a connection that the pool does not count, tagged with what it is for. */
    Connection openOutsidePool(String purpose) throws SQLException {
        return connector.openUnpooled(ownCredentials, identity.applicationName(purpose));
    }

    /**
     * Finds out whether sessions can be had.
     *
     * @throws SQLException if not
     */
    void probe() throws SQLException {
        Connection opened = hosts.isPresent()
                ? hosts.get().open(ownCredentials, this::openProbe, upkeep::watch)
                : openOutsidePool(PROBE_PURPOSE);
        opened.close();
    }

    /** Where a session would be opened, so that both tell the same. */
    private Connection openProbe(Hosts.Place place) throws SQLException {
        Connection opened =
                connectorTo(place.host()).openUnpooled(ownCredentials, identity.applicationName(PROBE_PURPOSE));
        place.free();
        return opened;
    }

    /**
     * Moves a session to a server that has fewer, where there is one.
     *
     * @param spread the servers
     */
    void spread(Hosts spread) {
        sessions.sessions()
                .filter(sessions::isGoingForGood) // it counts no more
                .forEach(session -> session.session().leave());
        for (HostPort host : spread.crowded(ownCredentials)) {
            if (sessions.replaceOne(session -> session.isAt(host))) {
                return;
            }
        }
    }

    /** A session broke in use, and is closed: the idle ones are suspects. True for the first caller, who reports it. */
    boolean broke(PooledSession<Credentials, Session> session) {
        boolean first = sessions.evict(session, EvictionReason.FATAL_ERROR);
        if (first) {
            liveness.alarm();
        }
        return first;
    }

    /** A session broke in use because a replica has refused a write, where any server will do. */
    void writeRefused(SQLException error) {
        if (!PostgresErrors.endsConnection(error)
                && !settings.server().targetServerType().equals(TargetServerType.PRIMARY)
                && writeRefused.compareAndSet(false, true)) {
            LOG.log(System.Logger.Level.WARNING, Messages.writeToReplica(settings, error));
        }
    }

    /** The session could not be made as after its login: it is told, unless the session has ended by itself. */
    EvictionReason notReset(PhysicalConnection physical, SQLException failed) {
        LOG.log(
                physical.isOpen() ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG,
                Messages.notReset(name(), physical.backendPid(), failed));
        return EvictionReason.RESET_FAILED;
    }

    /** Whose pool it is; told once, before anything is asked. */
    void isOf(ManagedConnectionFactory owner) {
        factory = owner;
    }

    /** True for its factory and, as the container may have made a copy, for any of the same configuration. */
    boolean belongsTo(@Nullable ManagedConnectionFactory candidate) {
        return candidate != null && candidate.equals(factory);
    }
}
