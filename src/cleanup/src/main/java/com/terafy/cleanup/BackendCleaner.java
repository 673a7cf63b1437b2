package com.terafy.cleanup;

import com.terafy.api.CleanupReport;
import com.terafy.api.CleanupStatus;
import com.terafy.api.PoolOperations;
import com.terafy.api.SeenBackend;
import com.terafy.api.TerminationOutcome;
import com.terafy.cleanup.database.Lease;
import com.terafy.cleanup.database.PassLock;
import com.terafy.cleanup.database.SessionBounds;
import com.terafy.cleanup.policy.CleanupPlan;
import com.terafy.cleanup.policy.CleanupRules;
import com.terafy.cleanup.policy.Sightings;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes the passes, on a session outside the pool that holds the lease meanwhile and between them; works therefore
 * when the pool is exhausted.
 *
 * <p>Thread-safe. One pass at a time here by a permit, and one in the database by the {@link PassLock}.
 */
final class BackendCleaner implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(BackendCleaner.class.getName());

    /** The timer waits this long for a renewal of the lease that is under way, and skips its tick otherwise. */
    private static final Duration PATIENCE_OF_THE_TIMER = Duration.ofSeconds(1);

    /** More than one answer that never comes. */
    private static final Duration PATIENCE_OF_AN_ADMINISTRATOR = Duration.ofSeconds(15);

    private static final Duration PATIENCE_OF_THE_END = Duration.ofSeconds(3);

    private final String name;
    private final PoolSource source;
    private final CleanupRules rules;
    private final Lease lease;
    private final Outages outages; // guarded by permit
    private final Memory memory; // guarded by permit
    private final Semaphore permit = new Semaphore(1);
    private volatile @Nullable CleanupReport lastReport;
    private volatile boolean closed;

    /**
     * A cleaner that has not asked the database yet.
     *
     * @param name name of the pool, for messages
     * @param none before the first look
     */
    BackendCleaner(String name, PoolSource source, CleanupRules rules, SessionBounds bounds, Sightings none) {
        this.name = name;
        this.source = source;
        this.rules = rules;
        this.lease = new Lease(bounds);
        this.memory = new Memory(none);
        this.outages = new Outages(LOG, name, "the session outside the pool");
    }

    /** The timer's pass. Never throws for the database's sake: what fails is logged, and the next tick tries again. */
    void tick() {
        timed(() -> pass(Request.BY_TIMER));
    }

    /**
     * Renews the lease where no pass is due, and looks who else has his, so that the next pass knows for how long.
     * Never throws for the database's sake.
     */
    void renew() {
        timed(() -> look(source.pool(), Request.BY_TIMER));
    }

    /** Decides and ends nothing. */
    CleanupReport plan() throws SQLException {
        return asked(() -> {
            Pass pass = look(source.pool(), Request.byAdministrator("", ""));
            return pass.planned(pass.plan(rules));
        });
    }

    /** A pass on an administrator's word. */
    CleanupReport run(Request request) throws SQLException {
        return asked(() -> pass(request));
    }

    /** Ends a backend on an administrator's word, one of another pool that may live only if he has confirmed it. */
    TerminationOutcome terminate(SeenBackend seen, boolean confirmed, Request request) throws SQLException {
        return asked(() -> look(source.pool(), request).terminate(seen, confirmed));
    }

    /** Cancels what a backend runs, on an administrator's word. */
    TerminationOutcome cancel(SeenBackend seen, Request request) throws SQLException {
        return asked(() -> look(source.pool(), request).cancel(seen));
    }

    /** The last pass that was not skipped. */
    Optional<CleanupReport> lastReport() {
        return Optional.ofNullable(lastReport);
    }

    /** Gives up the lease for good; a pass under way has a moment to end. */
    @Override
    public void close() {
        closed = true;
        boolean quiet = tryPermit(PATIENCE_OF_THE_END);
        lease.close();
        if (quiet) {
            permit.release();
        }
    }

    private CleanupReport pass(Request request) throws SQLException {
        PoolOperations pool = source.pool();
        Optional<PassLock> taken = PassLock.tryTake(lease.hold(pool));
        if (taken.isEmpty()) {
            look(pool, request); // what was seen before stays unbroken
            return skipped(request);
        }
        memory.notSkipped();
        try (PassLock lock = taken.get()) {
            CleanupReport report = pass(Pass.read(pool, lock.session(), request, memory), request);
            lastReport = report;
            return report;
        }
    }

    private CleanupReport pass(Pass pass, Request request) throws SQLException {
        CleanupPlan plan = pass.plan(rules);
        pass.tellLimits(plan);
        CleanupReport report = rules.dryRun() ? pass.rehearse(plan) : pass.execute(plan);
        long ended = report.count(TerminationOutcome.ENDED);
        LOG.log(
                ended > 0 ? Level.INFO : Level.DEBUG,
                CleanupMessages.passed(name, request.who(), report.verdicts().size(), report.chosen(), ended));
        return report;
    }

    private CleanupReport skipped(Request request) {
        LOG.log(Level.DEBUG, CleanupMessages.elsewhere(name));
        if (memory.skipped()) {
            LOG.log(Level.WARNING, CleanupMessages.alwaysElsewhere(name, Memory.SKIPS_WORTH_A_WORD));
        }
        return new CleanupReport(CleanupStatus.SKIPPED, Instant.now(), request.who(), List.of());
    }

    private Pass look(PoolOperations pool, Request request) throws SQLException {
        return Pass.read(pool, lease.hold(pool), request, memory);
    }

    /** Something that needs the permit. */
    @FunctionalInterface
    private interface Work<T> {
        T run() throws SQLException;
    }

    private void timed(Work<?> work) {
        if (closed) {
            return; // a tick that the container had already started
        }
        if (!tryPermit(PATIENCE_OF_THE_TIMER)) {
            LOG.log(Level.DEBUG, CleanupMessages.stillRunning(name));
            return;
        }
        try {
            onTheLease(work);
            outages.worked();
        } catch (SQLException | RuntimeException failed) {
            outages.failed(failed); // an exception out of a timeout method would end or repeat the timer
        } finally {
            permit.release();
        }
    }

    private <T> T asked(Work<T> work) throws SQLException {
        if (!tryPermit(PATIENCE_OF_AN_ADMINISTRATOR)) {
            throw new SQLTransientException(CleanupMessages.busy(name, PATIENCE_OF_AN_ADMINISTRATOR));
        }
        try {
            return onTheLease(work);
        } finally {
            permit.release();
        }
    }

    /** What failed leaves no lock of the pass behind, and keeps the lease if it can: it protects this pool. */
    private <T> T onTheLease(Work<T> work) throws SQLException {
        try {
            return work.run();
        } catch (SQLException | RuntimeException failed) {
            lease.recover();
            memory.forgetSightings();
            throw failed;
        }
    }

    private boolean tryPermit(Duration patience) {
        try {
            return permit.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
