package com.terafy.monitor.web;

import com.terafy.api.BackendCleanupOperations;
import com.terafy.api.PoolOperations;
import com.terafy.api.TerafyDataSource;
import com.terafy.monitor.audit.Audit;
import com.terafy.monitor.history.History;
import com.terafy.monitor.pools.PoolMonitor;
import com.terafy.monitor.pools.PoolMonitors;
import com.terafy.monitor.problems.ProblemCode;
import com.terafy.monitor.problems.ProblemException;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.EJB;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * What the WAR keeps while it is deployed: a monitor for each pool, and the thread that samples them. A server without
 * Jakarta Concurrency has no thread to offer, and a reading that hangs must not keep one of the server's pool.
 */
@ApplicationScoped
public class Monitoring {

    /** By which all pools are found. */
    static final String DATA_SOURCE = "java:/TerafyDS";

    private static final System.Logger LOG = System.getLogger(Monitoring.class.getName());

    // Set by the container before any business method is called.
    @Resource(lookup = DATA_SOURCE)
    @SuppressWarnings("NullAway.Init")
    private DataSource dataSource;

    @EJB(lookup = BackendCleanupOperations.JNDI_NAME)
    @SuppressWarnings("NullAway.Init")
    private BackendCleanupOperations cleanup;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Audit audit;

    @SuppressWarnings("NullAway.Init") // by start()
    private PoolMonitors monitors;

    private final ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "terafy-monitor-sampler");
        thread.setDaemon(true);
        thread.setContextClassLoader(Monitoring.class.getClassLoader());
        return thread;
    });

    /** For the container. */
    public Monitoring() {}

    /** Does nothing: CDI makes a bean, and starts it, when it is first used. */
    public void begin() {
        // start() has run by now
    }

    @PostConstruct
    @SuppressWarnings("FutureReturnValueIgnored") // sample() lets no exception out
    void start() {
        monitors = new PoolMonitors(this::find, cleanup);
        sampler.scheduleWithFixedDelay(this::sample, 0, History.INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    @PreDestroy
    void stop() {
        sampler.shutdownNow();
        monitors.close();
    }

    private void sample() {
        try {
            audit.tellCounted();
            monitors.sample();
        } catch (RuntimeException failed) {
            LOG.log(Level.DEBUG, "No samples", failed); // an exception would end the sampling for good
        }
    }

    private List<PoolOperations> find() throws SQLException {
        return dataSource.unwrap(TerafyDataSource.class).pools();
    }

    /**
     * Every pool that runs now, the default one first; never empty.
     *
     * @throws ProblemException if java:/TerafyDS is not Terafy's
     */
    public List<PoolMonitor> pools() {
        try {
            List<PoolMonitor> pools = monitors.all();
            if (pools.isEmpty()) {
                throw new ProblemException(ProblemCode.NOT_AVAILABLE, "No pool is running.");
            }
            return pools;
        } catch (SQLException missing) {
            LOG.log(
                    Level.WARNING,
                    "TERAFY0511: Monitoring: The pool is not available. Look for a failed deployment in the log.",
                    missing);
            throw new ProblemException(ProblemCode.NOT_AVAILABLE, "The pool is not available.");
        }
    }
}
