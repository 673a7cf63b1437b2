package com.terafy.ra.spi;

import com.terafy.api.flight.Flight;
import com.terafy.pool.sessions.Borrow;
import com.terafy.pool.sessions.PooledSession;
import com.terafy.pool.sessions.PooledSession.State;
import com.terafy.pool.sessions.Tasks;
import com.terafy.ra.Messages;
import com.terafy.ra.connect.Credentials;
import com.terafy.ra.connect.Outage;
import com.terafy.ra.errors.PostgresErrors;
import com.terafy.ra.tracking.BorrowerText;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What has to be done for one pool and no borrower waits for: opening and closing sessions, sweeps, the lease, handles
 * that were dropped or are held too long. One thread keeps the time and never waits for the server; a few workers do, and end when
 * there is nothing to do. Workers are begun by that thread alone, so that none of them remembers a deployment.
 *
 * <p>Thread-safe.
 */
final class Upkeep implements Tasks {

    private static final System.Logger LOG = System.getLogger("com.terafy.upkeep");
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** Between two attempts after one that was refused, for a wrong password for instance: the server counts these. */
    private static final Duration RELUCTANT_INTERVAL = Duration.ofSeconds(30);

    /** How long a stop waits for what is under way. */
    private static final Duration PATIENCE_AT_STOP = Duration.ofSeconds(2);

    private static final int MOST_WORKERS = 8;

    /** One may wait for a login, the other sees that the lease is not said meanwhile. */
    private static final int MOST_SAYERS = 2;

    /** Each may wait for a session that never answers. */
    private static final int MOST_LIFE_SHOWERS = 4;

    /** One for each server that may not answer. */
    private static final int MOST_WATCHERS = 16;

    private static final Duration WORKERS_REST = Duration.ofSeconds(1);

    private final String pool;
    private final ScheduledThreadPoolExecutor clock;
    private final RestingFirst resting = new RestingFirst();
    private final ThreadPoolExecutor workers;
    private final ThreadPoolExecutor sayers;
    private final ThreadPoolExecutor lifeShowers;
    private final ThreadPoolExecutor watchers;
    private final AtomicBoolean probes = new AtomicBoolean();
    private long lastProbeNanos = System.nanoTime();

    Upkeep(String pool) {
        this.pool = pool;
        this.clock = new ScheduledThreadPoolExecutor(1, threads("terafy-upkeep-" + pool));
        this.clock.setRemoveOnCancelPolicy(true);
        this.workers = new ThreadPoolExecutor(
                0,
                MOST_WORKERS,
                WORKERS_REST.toMillis(),
                TimeUnit.MILLISECONDS,
                resting,
                threads("terafy-work-" + pool),
                (task, busy) -> queueOrRun(task));
        this.sayers = ofImpatient(MOST_SAYERS, "terafy-lease-" + pool);
        this.lifeShowers = ofImpatient(MOST_LIFE_SHOWERS, "terafy-life-" + pool);
        this.watchers = ofImpatient(MOST_WATCHERS, "terafy-hosts-" + pool);
    }

    /** Drops what it has no thread for: that is due again soon. */
    private static ThreadPoolExecutor ofImpatient(int most, String name) {
        return new ThreadPoolExecutor(
                0,
                most,
                WORKERS_REST.toMillis(),
                TimeUnit.MILLISECONDS,
                new SynchronousQueue<>(),
                threads(name),
                new ThreadPoolExecutor.DiscardPolicy());
    }

    private static ThreadFactory threads(String name) {
        return task -> {
            Thread thread = new Thread(null, task, name, 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(Upkeep.class.getClassLoader());
            return thread;
        };
    }

    /** Begins at once, by filling the pool. */
    @SuppressWarnings("FutureReturnValueIgnored") // ended by stop()
    void start(ManagedPool of) {
        clock.scheduleWithFixedDelay(() -> guarded(() -> look(of)), 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        sweepEvery(of.settings().size().sweepInterval(), of);
    }

    private void sweepEvery(Duration interval, ManagedPool of) {
        runAfter(interval, () -> {
            guarded(of::sweep);
            sweepEvery(interval, of);
        });
    }

    /** What is thrown would end the repetition. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable unexpected) {
            LOG.log(System.Logger.Level.WARNING, Messages.upkeepFailed(pool, unexpected), unexpected);
        }
    }

    @Override
    public void run(Runnable task) {
        try {
            clock.execute(() -> workers.execute(task));
        } catch (RejectedExecutionException stopped) {
            task.run();
        }
    }

    /** A worker that rests takes a task; otherwise another worker is begun. */
    private static final class RestingFirst extends LinkedTransferQueue<Runnable> {

        private static final long serialVersionUID = 1L;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }
    }

    /** On the clock's thread, as is the shutdown: all workers are busy, or have stopped. */
    private void queueOrRun(Runnable task) {
        if (workers.isShutdown()) {
            task.run(); // it may be about a session that came while the pool was stopped
        } else {
            resting.put(task);
        }
    }

    @Override
    public void runAfter(Duration delay, Runnable task) {
        try {
            schedule(delay, () -> workers.execute(task));
        } catch (RejectedExecutionException stopped) {
            LOG.log(System.Logger.Level.DEBUG, () -> "The upkeep of pool " + pool + " has stopped.");
        }
    }

    private Runnable schedule(Duration delay, Runnable task) {
        var scheduled = clock.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    /**
     * A limit for what the driver itself does not limit.
     *
     * @return what lifts it; otherwise what is under way is ended
     */
    Runnable limit(Duration within, Runnable end) {
        try {
            return schedule(within, end);
        } catch (RejectedExecutionException stopped) {
            return () -> {};
        }
    }

    /** Waits for the end of what is under way, for a short time, and begins nothing more; also where it is interrupted. */
    void stop() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_AT_STOP.toNanos();
        clock.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        try {
            clock.submit(this::shutDownWorkers).get(PATIENCE_AT_STOP.toMillis(), TimeUnit.MILLISECONDS);
            clock.shutdown(); // what is due at once is still done
            for (ThreadPoolExecutor each : executors()) {
                each.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException
                | RejectedExecutionException notInTime) {
            LOG.log(System.Logger.Level.DEBUG, () -> "The upkeep of pool " + pool + " is held up: " + notInTime);
        } finally {
            clock.shutdown();
            executors().forEach(ThreadPoolExecutor::shutdownNow);
        }
    }

    private List<ThreadPoolExecutor> executors() {
        return List.of(workers, sayers, lifeShowers, watchers);
    }

    private void shutDownWorkers() {
        executors().forEach(ThreadPoolExecutor::shutdown);
    }

    /** Waits for nothing. Package-private for tests: one look. */
    void look(ManagedPool of) {
        of.pauseSwitch().look();
        of.sessions().sessions().forEach(session -> {
            reclaimAbandoned(of, session);
            reportHeldTooLong(of, session);
            if (session.session().hearsOtherRole(session.state() == State.LENT)) {
                of.sweepSoon(); // the others may be there, too; what its borrower has set himself costs a question each
            }
        });
        of.sessions().tick();
        if (of.isSweepDue()) {
            run(of::sweep);
        }
        if (of.lease().isDue()) {
            // neither behind workers nor behind sessions that wait for a server
            sayers.execute(() -> guarded(() -> of.keepLease(life -> lifeShowers.execute(() -> guarded(life)))));
        }
        of.hosts().ifPresent(hosts -> {
            hosts.look(this::watch);
            of.spread(hosts);
        });
        probe(of);
    }

    /** Looks at a server, unless all threads for that are held up by others. */
    void watch(Runnable look) {
        try {
            clock.execute(() -> watchers.execute(() -> guarded(look)));
        } catch (RejectedExecutionException stopped) {
            LOG.log(System.Logger.Level.DEBUG, () -> "The upkeep of pool " + pool + " has stopped.");
        }
    }

    /** While there is an outage one attempt a look finds its end, also when nobody borrows and nothing is to be filled. */
    private void probe(ManagedPool of) {
        Optional<Outage.Lasting> outage = of.outage().now();
        if (outage.isEmpty() || of.sessions().usable() < of.sessions().min()) {
            return;
        }
        Duration interval = PostgresErrors.mayPass(outage.get().cause()) ? INTERVAL : RELUCTANT_INTERVAL;
        long now = System.nanoTime();
        if (now - lastProbeNanos < interval.toNanos() / 2 || !probes.compareAndSet(false, true)) {
            return;
        }
        lastProbeNanos = now;
        run(() -> {
            try {
                of.probe();
                of.outage().succeeded();
            } catch (SQLException stillAway) {
                of.outage().failed(stillAway);
            } finally {
                probes.set(false);
            }
        });
    }

    private void reclaimAbandoned(ManagedPool of, PooledSession<Credentials, Session> session) {
        TerafyManagedConnection holder = session.session().holder();
        if (holder == null) {
            return;
        }
        holder.associations().forEach(association -> {
            if (association.isAbandonedFirst()) {
                Borrow borrow = session.borrow();
                String where = borrow == null ? "unknown place" : where(borrow);
                of.counters().leaked();
                long held = borrow == null ? 0 : of.ticker().nanoTime() - borrow.sinceNanos();
                Flight.leak(of.name(), session.session().physical().backendPid(), true, Duration.ofNanos(held), where);
                LOG.log(
                        System.Logger.Level.WARNING,
                        Messages.handleAbandoned(
                                of.name(), session.session().physical().backendPid(), where));
                run(association::reclaim);
            }
        });
    }

    private static void reportHeldTooLong(ManagedPool of, PooledSession<Credentials, Session> session) {
        Duration threshold = of.settings().upkeep().leakThreshold();
        Borrow borrow = session.borrow();
        if (threshold.isZero() || borrow == null || session.state() != State.LENT) {
            return;
        }
        long held = of.ticker().nanoTime() - borrow.sinceNanos();
        if (held > threshold.toNanos() && session.claimLeakReport(borrow)) {
            of.counters().leaked();
            Flight.leak(
                    of.name(), session.session().physical().backendPid(), false, Duration.ofNanos(held), where(borrow));
            LOG.log(
                    System.Logger.Level.WARNING,
                    Messages.handleLeaked(
                            of.name(),
                            session.session().physical().backendPid(),
                            Duration.ofNanos(held),
                            where(borrow)),
                    borrow.stack());
        }
    }

    private static String where(Borrow borrow) {
        return BorrowerText.location(borrow).orElse("unknown place") + " on thread "
                + borrow.thread().getName();
    }
}
