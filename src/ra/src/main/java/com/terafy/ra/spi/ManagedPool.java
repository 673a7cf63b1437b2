package com.terafy.ra.spi;

import com.terafy.api.EvictionReason;
import com.terafy.api.PoolIdentity;
import com.terafy.pool.ledger.Entry;
import com.terafy.pool.ledger.Ledger;
import com.terafy.pool.reaping.SweepPolicy;
import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.statistics.PoolCounters;
import com.terafy.pool.time.Ticker;
import com.terafy.ra.Messages;
import com.terafy.ra.connect.BeforeLogin;
import com.terafy.ra.connect.Credentials;
import com.terafy.ra.connect.Outage;
import com.terafy.ra.connect.PatientConnector;
import com.terafy.ra.connect.PhysicalConnection;
import com.terafy.ra.connect.PhysicalConnector;
import com.terafy.ra.container.ContainerPool;
import com.terafy.ra.liveness.Liveness;
import com.terafy.ra.session.SessionHazards;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnectionFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The adapter's side of one pool of the container: its settings and everything that is shared by its connections. The
 * container owns the pool; this decides.
 *
 * <p>Thread-safe.
 */
final class ManagedPool {

    private static final System.Logger LOG = System.getLogger("com.terafy.adapter");

    /** Between two looks whether a sweep is done with a connection: about what it takes to ask the server. */
    private static final long SWEEP_PAUSE_NANOS = 50_000;

    /** What the current thread fills the pool with, until the container takes it. */
    private static final ThreadLocal<@Nullable PhysicalConnection> PREPARED = new ThreadLocal<>();

    private final PoolSettings settings;
    private final Ticker ticker;
    private final PoolIdentity identity;
    private final PoolCounters counters = new PoolCounters();
    private final Ledger ledger;
    private final SweepPolicy sweepPolicy;
    private final Liveness liveness;
    private final SessionHazards hazards;
    private final Outage outage;
    private final Credentials ownCredentials;
    private final PhysicalConnector connector;
    private final PatientConnector patientConnector;
    private final ThreadTransaction threadTransaction;

    private long lastProbeNanos;
    private volatile Door door = () -> {
        throw new ResourceException("there is no container yet");
    };
    private volatile ContainerPool container = ContainerPool.NONE;
    private volatile @Nullable ManagedConnectionFactory factory;
    private final Set<TerafyManagedConnection> connections = ConcurrentHashMap.newKeySet();

    ManagedPool(
            PoolSettings settings,
            String node,
            Ticker ticker,
            BeforeLogin beforeLogin,
            ThreadTransaction threadTransaction) {
        this.threadTransaction = threadTransaction;
        this.settings = settings;
        this.ticker = ticker;
        this.identity = new PoolIdentity(
                node, settings.poolName(), ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE));
        this.ledger = new Ledger(
                settings.size().min(),
                settings.upkeep().maxLifetime(),
                !settings.upkeep().leakThreshold().isZero(),
                ticker,
                counters);
        this.sweepPolicy = new SweepPolicy(settings.size().idleTimeout());
        this.liveness = new Liveness(
                ticker, settings.upkeep().validateAfter(), settings.upkeep().validationTimeout());
        this.hazards = new SessionHazards(
                settings.poolName(), ticker, settings.size().sweepInterval().dividedBy(2));
        this.lastProbeNanos = ticker.nanoTime();
        this.outage = new Outage(settings, ticker);
        this.ownCredentials = Credentials.of(settings.login());
        this.connector = new PhysicalConnector(settings, ticker, beforeLogin, liveness::alarmsNow);
        this.patientConnector =
                new PatientConnector(connector, outage, ticker, counters, ownCredentials, identity.applicationName());
    }

    PoolSettings settings() {
        return settings;
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

    PoolCounters counters() {
        return counters;
    }

    Ledger ledger() {
        return ledger;
    }

    Liveness liveness() {
        return liveness;
    }

    SessionHazards hazards() {
        return hazards;
    }

    Outage outage() {
        return outage;
    }

    Credentials ownCredentials() {
        return ownCredentials;
    }

    /** Opens a connection that the pool does not count, tagged with what it is for. */
    Connection openOutsidePool(String purpose) throws SQLException {
        return connector.openUnpooled(ownCredentials, identity.applicationName(purpose));
    }

    /** Advice about the settings is for those who log in by them. */
    String describeFailure(Credentials credentials, SQLException failure) {
        return credentials.equals(ownCredentials)
                ? Messages.noConnectionToBeHad(settings, failure)
                : Messages.noConnectionFor(settings, credentials.user(), failure);
    }

    PatientConnector patientConnector() {
        return patientConnector;
    }

    Duration acquireTimeout() {
        return settings.size().acquireTimeout();
    }

    /** How to borrow through the container, once it is there. */
    void fillBy(Door newDoor) {
        door = newDoor;
    }

    /** Fills the pool up to its minimum, with at most that many. Stops at the first that is not to be had. */
    void fill() {
        int min = settings.size().min();
        int added = 0;
        while (ledger.usable() < min && added < min && addOne()) {
            added++;
        }
    }

    /**
     * Opens a connection while nobody has to wait for that, and then borrows until the container takes it: it does when
     * there is no idle one left.
     */
    private boolean addOne() {
        List<Association> held = new ArrayList<>();
        try {
            PREPARED.set(patientConnector.openAtOnce(ownCredentials));
            while (PREPARED.get() != null) {
                held.add((Association) door.borrow());
            }
            return true;
        } catch (SQLException | ResourceException notNow) {
            LOG.log(System.Logger.Level.DEBUG, () -> "Pool " + name() + " cannot be filled now: " + notNow);
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            takePrepared().ifPresent(PhysicalConnection::close);
            held.forEach(association -> association.takeHandle().close());
        }
    }

    private Optional<PhysicalConnection> takePrepared() {
        Optional<PhysicalConnection> taken = Optional.ofNullable(PREPARED.get());
        PREPARED.remove();
        return taken;
    }

    /** A connection that the container wants for nobody: the one to fill the pool with, or a new one. */
    PhysicalConnection openForContainer(Credentials credentials) throws SQLException, InterruptedException {
        Optional<PhysicalConnection> taken = takePrepared();
        if (taken.isPresent()) {
            if (taken.get().credentials().equals(credentials)) {
                return taken.get();
            }
            taken.get().close();
        }
        return patientConnector.openAtOnce(credentials);
    }

    /** Longest that a login may take, and what has to be asked of the server with it. */
    Duration loginTimeout() {
        return connector.loginTimeout();
    }

    /** The way a borrower takes. */
    @FunctionalInterface
    interface Door {
        Object borrow() throws ResourceException;
    }

    /** Whose pool it is; told once, before anything is asked. */
    void isOf(ManagedConnectionFactory owner) {
        factory = owner;
    }

    /** True for its factory and, as the container may have made a copy, for any of the same configuration. */
    boolean belongsTo(@Nullable ManagedConnectionFactory candidate) {
        return candidate != null && candidate.equals(factory);
    }

    /** The container's pool, once it is there. */
    void isIn(ContainerPool newContainer) {
        container = newContainer;
    }

    ContainerPool container() {
        return container;
    }

    /** The live connections that the container has taken into its pool. */
    Set<TerafyManagedConnection> connections() {
        return connections;
    }

    /** A connection broke in use: the idle ones are suspects. True for the first caller, who reports it. */
    boolean broke(Entry entry) {
        boolean first = ledger.breakDown(entry, EvictionReason.FATAL_ERROR);
        if (first) {
            liveness.alarm();
        }
        return first;
    }

    /** One sweep: the container offers each connection in its pool to {@link #sweep(TerafyManagedConnection)}. */
    void sweep() {
        container.offerIdle();
    }

    /**
     * What a sweep does with one connection. It claims it, so that no borrower gets it meanwhile, and leaves alone what
     * somebody else has, broken or not: the container would lose the borrower's permit. One that the container keeps for the
     * recovery of transactions is validated only.
     *
     * @return true if the container is to close it
     */
    boolean sweep(TerafyManagedConnection connection) {
        if (!connection.isPooled()) {
            return !liveness.validate(connection.physical());
        }
        Entry entry = connection.entry();
        if (!ledger.tryClaim(entry)) {
            return entry.isOver() && entry.borrow() == null;
        }
        boolean decided = false;
        try {
            boolean invalid = switch (sweepPolicy.judge(entry, ticker.nanoTime())) {
                case REAP -> ledger.tryReap(entry) || isInvalid(connection, entry);
                case REPLACE -> !ledger.giveBack(entry);
                case VALIDATE -> isInvalid(connection, entry);
            };
            decided = true;
            return invalid;
        } finally {
            if (!decided) {
                ledger.giveBack(entry);
            }
        }
    }

    /** True if the last probe is at least about that long ago, and then this one counts. For one thread. */
    boolean isProbeDue(Duration interval) {
        long now = ticker.nanoTime();
        if (now - lastProbeNanos < interval.toNanos() / 2) {
            return false;
        }
        lastProbeNanos = now;
        return true;
    }

    private boolean isInvalid(TerafyManagedConnection connection, Entry entry) {
        try {
            if (liveness.validate(connection.physical())) {
                connection.refreshHazards();
                return !ledger.giveBack(entry);
            }
        } catch (SQLException brokeMeanwhile) {
            // It is as invalid as one that does not answer.
        }
        ledger.breakDown(entry, EvictionReason.VALIDATION_FAILED);
        return true;
    }

    /** Lends an idle connection to the current thread, if it is alive. */
    boolean tryBorrow(TerafyManagedConnection connection) {
        Entry entry = connection.entry();
        if (!ledger.tryClaim(entry) && !claimAfterSweep(entry)) {
            return false;
        }
        long now = ticker.nanoTime();
        if (!liveness.isUsable(connection.physical(), now, ManagedPool::patienceNanos)) {
            ledger.breakDown(entry, EvictionReason.FOUND_DEAD);
            return false;
        }
        return ledger.lend(entry, now);
    }

    /** Waits while a sweep has what the container offers to this borrower: mostly for one round trip. */
    private boolean claimAfterSweep(Entry entry) {
        long began = ticker.nanoTime();
        long patience = patienceNanos(began);
        boolean claimed = false;
        while (!claimed && entry.borrow() == null && !entry.isOver() && ticker.nanoTime() - began < patience) {
            LockSupport.parkNanos(SWEEP_PAUSE_NANOS);
            claimed = ledger.tryClaim(entry);
        }
        return claimed;
    }

    /** Half of what a borrower has left: if this connection does not answer, another one may have to be opened. */
    private static long patienceNanos(long now) {
        BorrowAttempt borrower = BorrowAttempt.current();
        return borrower == null ? Long.MAX_VALUE : borrower.leftNanos(now) / 2;
    }
}
