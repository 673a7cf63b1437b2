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
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What has to be looked at from time to time and no call of the container brings about: handles that were dropped or
 * are held too long, and a pool below its minimum. One daemon thread for all pools of an adapter.
 */
final class Upkeep {

    private static final System.Logger LOG = System.getLogger("com.terafy.upkeep");
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** Between two attempts after one that was refused, for a wrong password for instance: the server counts these. */
    private static final Duration RELUCTANT_INTERVAL = Duration.ofSeconds(30);

    private final Collection<ManagedPool> pools;
    private final ScheduledExecutorService executor;

    private Upkeep(Collection<ManagedPool> pools) {
        this.pools = pools;
        this.executor = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "terafy-upkeep");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Begins to look after pools, also those that are added later. */
    @SuppressWarnings("FutureReturnValueIgnored") // ended by stop()
    static Upkeep start(Collection<ManagedPool> pools) {
        Upkeep upkeep = new Upkeep(pools);
        upkeep.executor.scheduleWithFixedDelay(
                upkeep::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        return upkeep;
    }

    /** Looks at once, besides: there is a new pool to be filled. */
    void lookNow() {
        executor.execute(this::look);
    }

    void stop() {
        executor.shutdownNow();
    }

    private void look() {
        for (ManagedPool pool : pools) {
            try {
                look(pool);
            } catch (RuntimeException unexpected) {
                LOG.log(System.Logger.Level.WARNING, Messages.upkeepFailed(pool.name(), unexpected), unexpected);
            }
        }
    }

    /** Package-private for tests: one look at one pool. */
    static void look(ManagedPool pool) {
        for (TerafyManagedConnection connection : pool.connections()) {
            reclaimAbandoned(pool, connection);
            reportHeldTooLong(pool, connection.entry());
        }
        if (pool.ledger().entries().stream().anyMatch(entry -> entry.state() == ConnectionState.RETIRED)) {
            pool.closeRetired();
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
