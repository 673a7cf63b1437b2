package com.terafy.monitor.web;

import com.terafy.api.BackendCleanupOperations;
import com.terafy.api.PoolOperations;
import com.terafy.api.TerafyDataSource;
import com.terafy.monitor.audit.Audit;
import com.terafy.monitor.history.History;
import com.terafy.monitor.history.Sample;
import com.terafy.monitor.problems.ProblemCode;
import com.terafy.monitor.problems.ProblemException;
import com.terafy.monitor.snapshot.Snapshot;
import com.terafy.monitor.snapshot.Snapshots;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.EJB;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * What the WAR keeps while it is deployed: the snapshots, the history, and the ways to the pool and to the backend
 * cleanup. Two threads of its own, one that reads and one that samples: a server without Jakarta Concurrency has
 * nothing to offer instead, and a reading that hangs must not keep a thread of the server's pool.
 */
@ApplicationScoped
public class Monitoring {

    /** The DataSource that is watched. */
    static final String DATA_SOURCE = "java:/TerafyDS";

    private static final System.Logger LOG = System.getLogger(Monitoring.class.getName());

    // Set by the container before any business method is called.
    @Resource(lookup = DATA_SOURCE)
    @SuppressWarnings("NullAway.Init")
    private DataSource dataSource;

    @EJB(lookup = BackendCleanupOperations.JNDI_NAME)
    @SuppressWarnings("NullAway.Init")
    private BackendCleanupOperations bean;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Audit audit;

    @SuppressWarnings("NullAway.Init") // by start()
    private OneQuestion cleanup;

    private final History history = new History();
    private final ScheduledExecutorService reader = thread("terafy-monitor-reader");
    private final ScheduledExecutorService sampler = thread("terafy-monitor-sampler");
    private final Snapshots snapshots = new Snapshots(this::find, reader, System::nanoTime, Snapshots.Limits.USUAL);

    /** For the container. */
    public Monitoring() {}

    private static ScheduledExecutorService thread(String name) {
        ThreadFactory factory = work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            thread.setContextClassLoader(Monitoring.class.getClassLoader());
            return thread;
        };
        return Executors.newSingleThreadScheduledExecutor(factory);
    }

    @PostConstruct
    @SuppressWarnings("FutureReturnValueIgnored") // sample() lets no exception out
    void start() {
        cleanup = new OneQuestion(bean);
        sampler.scheduleWithFixedDelay(this::sample, 0, History.INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    @PreDestroy
    void stop() {
        sampler.shutdownNow();
        snapshots.close();
        reader.shutdown();
    }

    private void sample() {
        try {
            audit.tellCounted();
            history.add(Sample.of(Instant.now(), find().statistics()));
            snapshots.closeIfUnused();
        } catch (SQLException | RuntimeException failed) {
            LOG.log(Level.DEBUG, "No sample of the pool", failed); // an exception would end the sampling for good
        }
    }

    private PoolOperations find() throws SQLException {
        return dataSource.unwrap(TerafyDataSource.class).operations();
    }

    /**
     * The pool.
     *
     * @throws ProblemException if java:/TerafyDS is not Terafy's
     */
    public PoolOperations pool() {
        try {
            return find();
        } catch (SQLException missing) {
            throw notAvailable(missing, "The pool is not available.");
        }
    }

    /** The pool of that name; 404 if there is none. */
    public PoolOperations pool(String name) {
        PoolOperations pool = pool();
        if (!pool.name().equals(name)) {
            throw new ProblemException(ProblemCode.NOT_FOUND, "There is no pool of that name.");
        }
        return pool;
    }

    /** What is known now; within a bounded time. */
    public Snapshot snapshot() {
        try {
            return snapshots.current();
        } catch (SQLException missing) {
            throw notAvailable(missing, "The pool is not available.");
        }
    }

    /** What was known when somebody asked last; empty if that was long ago. Asks the database nothing. */
    public Optional<Snapshot> lastSnapshot() {
        return snapshots.last();
    }

    /** The last quarter of an hour. */
    public History history() {
        return history;
    }

    /** The backend cleanup; what asks the database is refused with a problem while another question is under way. */
    public BackendCleanupOperations cleanup() {
        return cleanup;
    }

    private static ProblemException notAvailable(Exception cause, String detail) {
        LOG.log(
                Level.WARNING,
                "TERAFY0511: Monitoring: " + detail + " Look for a failed deployment in the log.",
                cause);
        return new ProblemException(ProblemCode.NOT_AVAILABLE, detail);
    }
}
