package com.terafy.ra.spi;

import com.terafy.api.ConnectionState;
import com.terafy.pool.ledger.Borrow;
import com.terafy.pool.ledger.Entry;
import com.terafy.ra.Messages;
import com.terafy.ra.connect.Outage;
import com.terafy.ra.errors.PostgresErrors;
import com.terafy.ra.tracking.BorrowerText;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What has to be done for one pool from time to time and no call of the container brings about: sweeps, handles that were
 * dropped or are held too long, and a pool below its minimum. One daemon thread: a server that keeps silent holds up the
 * upkeep of its own pool only.
 */
final class Upkeep {

    private static final System.Logger LOG = System.getLogger("com.terafy.upkeep");
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** Between two attempts after one that was refused, for a wrong password for instance: the server counts these. */
    private static final Duration RELUCTANT_INTERVAL = Duration.ofSeconds(30);

    /** How long a stop waits for what is under way: the connections that it may wait for are closed by then. */
    private static final Duration PATIENCE_AT_STOP = Duration.ofSeconds(2);

    private final ManagedPool pool;
    private final ScheduledExecutorService executor;

    private Upkeep(ManagedPool pool) {
        this.pool = pool;
        this.executor = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "terafy-upkeep-" + pool.name());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Begins at once, by filling the pool. */
    @SuppressWarnings("FutureReturnValueIgnored") // ended by stop()
    static Upkeep start(ManagedPool pool) {
        Upkeep upkeep = new Upkeep(pool);
        long sweep = pool.settings().size().sweepInterval().toMillis();
        upkeep.executor.scheduleWithFixedDelay(
                upkeep.guarded(() -> look(pool)), 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        upkeep.executor.scheduleWithFixedDelay(upkeep.guarded(() -> sweep(pool)), sweep, sweep, TimeUnit.MILLISECONDS);
        return upkeep;
    }

    /** Begins nothing more. */
    void stop() {
        executor.shutdownNow();
    }

    /** Waits for the end of what was under way at the stop, for a short time. */
    void awaitEnd() throws InterruptedException {
        if (!executor.awaitTermination(PATIENCE_AT_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.log(System.Logger.Level.DEBUG, () -> "The upkeep of pool " + pool.name() + " has not ended yet.");
        }
    }

    /** What is thrown would end the repetition. */
    private Runnable guarded(Runnable step) {
        return () -> {
            try {
                step.run();
            } catch (Throwable unexpected) {
                LOG.log(System.Logger.Level.WARNING, Messages.upkeepFailed(pool.name(), unexpected), unexpected);
            }
        };
    }

    private static void sweep(ManagedPool pool) {
        pool.sweep();
        look(pool); // what was too old is replaced at once
    }

    /** Package-private for tests: one look. */
    static void look(ManagedPool pool) {
        for (TerafyManagedConnection connection : pool.connections()) {
            reclaimAbandoned(pool, connection);
            reportHeldTooLong(pool, connection.entry());
        }
        if (pool.ledger().entries().stream().anyMatch(entry -> entry.state() == ConnectionState.RETIRED)) {
            pool.sweep(); // closes it
        }
        if (isServerThere(pool)
                && pool.ledger().usable() < pool.settings().size().min()) {
            pool.fill();
        }
    }

    /** While there is an outage one attempt a look finds its end, also when nobody borrows. */
    private static boolean isServerThere(ManagedPool pool) {
        Optional<Outage.Lasting> outage = pool.outage().now();
        if (outage.isEmpty()) {
            return true;
        }
        if (!pool.isProbeDue(PostgresErrors.mayPass(outage.get().cause()) ? INTERVAL : RELUCTANT_INTERVAL)) {
            return false;
        }
        try {
            pool.openOutsidePool("probe").close();
            pool.outage().succeeded();
            return true;
        } catch (SQLException stillAway) {
            pool.outage().failed(stillAway);
            return false;
        }
    }

    private static void reclaimAbandoned(ManagedPool pool, TerafyManagedConnection connection) {
        connection.associations().forEach(association -> {
            if (association.isAbandoned()) {
                Borrow borrow = connection.entry().borrow();
                String where = borrow == null ? "unknown place" : where(borrow);
                pool.counters().leaked();
                LOG.log(
                        System.Logger.Level.WARNING,
                        Messages.handleAbandoned(pool.name(), connection.entry().backendPid(), where));
                association.reclaim();
            }
        });
    }

    private static void reportHeldTooLong(ManagedPool pool, Entry entry) {
        Duration threshold = pool.settings().upkeep().leakThreshold();
        Borrow borrow = entry.borrow();
        if (threshold.isZero() || borrow == null || entry.state() != ConnectionState.IN_USE) {
            return;
        }
        long held = pool.ticker().nanoTime() - borrow.sinceNanos();
        if (held > threshold.toNanos() && entry.claimLeakReport(borrow)) {
            pool.counters().leaked();
            LOG.log(
                    System.Logger.Level.WARNING,
                    Messages.handleLeaked(pool.name(), entry.backendPid(), Duration.ofNanos(held), where(borrow)),
                    borrow.stack());
        }
    }

    private static String where(Borrow borrow) {
        return BorrowerText.location(borrow).orElse("unknown place") + " on thread "
                + borrow.thread().getName();
    }
}
