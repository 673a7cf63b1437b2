package com.terafy.cleanup;

import com.terafy.api.BackendCleanupOperations;
import com.terafy.api.CleanupReport;
import com.terafy.api.PoolIdentity;
import com.terafy.api.PoolOperations;
import com.terafy.api.SeenBackend;
import com.terafy.api.TerafyDataSource;
import com.terafy.api.TerminationOutcome;
import com.terafy.api.UserRequest;
import com.terafy.api.text.PoolNames;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.annotation.security.PermitAll;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Local;
import jakarta.ejb.NoSuchObjectLocalException;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.Timeout;
import jakarta.ejb.Timer;
import jakarta.ejb.TimerConfig;
import jakarta.ejb.TimerService;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import java.io.Serializable;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * The timers, and which pools there are. Everything else is in {@link PoolCleanup} and {@link BackendCleaner}, which sees
 * to it that nothing overlaps; the container's lock and transaction would only be in the way.
 */
@Singleton
@Startup
@DependsOn("Historian")
@Local(BackendCleanupOperations.class)
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
@PermitAll
public class BackendCleanup implements BackendCleanupOperations {

    private static final System.Logger LOG = System.getLogger(BackendCleanup.class.getName());

    /** Which pools there are is looked at as often; no database is asked. */
    static final Duration LOOK_FOR_POOLS = Duration.ofSeconds(5);

    private static final String POOLS = "which pools";

    private static final String NO_CONNECTION = "08003";

    // Set by the container before any business method is called.
    @Resource(lookup = "java:/TerafyDS")
    @SuppressWarnings("NullAway.Init")
    private DataSource dataSource;

    @Resource
    @SuppressWarnings("NullAway.Init")
    private TimerService timers;

    private final Map<String, PoolCleanup> cleanups = new ConcurrentHashMap<>(); // written under this

    /** What a timer is for, by what it is called. */
    private final Map<Serializable, Runnable> tasks = new ConcurrentHashMap<>();

    /** For the container. */
    @SuppressWarnings("NullAway.Init")
    public BackendCleanup() {}

    /** For tests, which inject by hand. */
    BackendCleanup(DataSource dataSource, TimerService timers) {
        this();
        this.dataSource = dataSource;
        this.timers = timers;
    }

    /**
     * Starts the timers, which are not persistent: a stopped server misses nothing worth catching up on. Nothing
     * checked is thrown: Jakarta Interceptors 2.1, 5.2.
     *
     * @throws IllegalStateException if java:/TerafyDS is not Terafy's
     * @throws IllegalArgumentException if a setting cannot be read
     */
    @PostConstruct
    void start() {
        try {
            follow(pools());
        } catch (SQLException other) {
            throw new IllegalStateException(CleanupMessages.notOurs(other), other);
        }
        every(LOOK_FOR_POOLS, POOLS, this::lookForPools);
    }

    @Timeout
    void tick(Timer timer) {
        Runnable task = tasks.get(timer.getInfo());
        if (task != null) { // otherwise its pool has just gone
            task.run();
        }
    }

    @PreDestroy
    synchronized void stop() {
        cleanups.values().forEach(PoolCleanup::close);
        cleanups.clear();
        tasks.clear();
        for (Timer timer : timers.getTimers()) {
            timer.cancel();
        }
    }

    private void lookForPools() {
        try {
            follow(pools());
        } catch (SQLException | RuntimeException gone) { // would end or repeat the timer
            LOG.log(Level.DEBUG, "TerafyDS is being stopped", gone);
        }
    }

    /** Begins for those that are new, ends for those that have gone, and leaves the others alone. */
    private synchronized void follow(List<PoolOperations> pools) {
        Map<String, PoolIdentity> now =
                pools.stream().collect(Collectors.toMap(PoolOperations::name, PoolOperations::identity));
        cleanups.values().removeIf(known -> {
            boolean gone = !known.pool().equals(now.get(known.pool().pool()));
            if (gone) {
                known.close();
            }
            return gone;
        });
        Map<String, String> doneBy = CleanupDuties.of(pools);
        for (PoolOperations pool : pools) {
            String name = pool.name();
            cleanups.computeIfAbsent(name, unknown -> new PoolCleanup(pool, () -> pool(pool.identity())))
                    .follow(
                            doneBy.getOrDefault(name, name),
                            (interval, what, task) -> every(
                                    interval, what + " of " + pool.identity().applicationName(), task));
        }
    }

    private PoolCleanup.Tick every(Duration interval, String what, Runnable task) {
        tasks.put(what, task);
        Timer timer = timers.createIntervalTimer(0, interval.toMillis(), new TimerConfig(what, false));
        return new PoolCleanup.Tick() {
            @Override
            public Instant next() {
                return timer.getNextTimeout().toInstant();
            }

            @Override
            public void cancel() {
                tasks.remove(what, task);
                try {
                    timer.cancel();
                } catch (NoSuchObjectLocalException ended) {
                    LOG.log(Level.DEBUG, "The container was faster", ended);
                }
            }
        };
    }

    private List<PoolOperations> pools() throws SQLException {
        return dataSource.unwrap(TerafyDataSource.class).pools();
    }

    /** Asked anew for every pass; another of the same name goes by other settings. */
    private PoolOperations pool(PoolIdentity identity) throws SQLException {
        return pools().stream()
                .filter(pool -> pool.identity().equals(identity))
                .findFirst()
                .orElseThrow(() -> notRunning(identity.pool()));
    }

    private static SQLException notRunning(String name) {
        return new SQLNonTransientConnectionException(CleanupMessages.notRunning(name), NO_CONNECTION);
    }

    @Override
    public BackendCleanupOperations of(String pool) {
        PoolCleanup running = cleanups.get(pool);
        return running == null ? new NoCleanup(pool) : running;
    }

    private BackendCleanupOperations usual() {
        return of(PoolNames.DEFAULT);
    }

    @Override
    public CleanupReport plan() throws SQLException {
        return usual().plan();
    }

    @Override
    public CleanupReport run(UserRequest request) throws SQLException {
        return usual().run(request);
    }

    @Override
    public Optional<CleanupReport> lastReport() {
        return usual().lastReport();
    }

    @Override
    public Optional<Instant> nextRun() {
        return usual().nextRun();
    }

    @Override
    public Optional<String> doneBy() {
        return usual().doneBy();
    }

    @Override
    public TerminationOutcome terminate(SeenBackend seen, boolean confirmed, UserRequest request) throws SQLException {
        return usual().terminate(seen, confirmed, request);
    }

    @Override
    public TerminationOutcome cancel(SeenBackend seen, UserRequest request) throws SQLException {
        return usual().cancel(seen, request);
    }

    /** That of a pool that does not run, or has not been seen yet. */
    private record NoCleanup(String pool) implements BackendCleanupOperations {

        @Override
        public BackendCleanupOperations of(String other) {
            return new NoCleanup(other);
        }

        @Override
        public CleanupReport plan() throws SQLException {
            throw notRunning(pool);
        }

        @Override
        public CleanupReport run(UserRequest request) throws SQLException {
            throw notRunning(pool);
        }

        @Override
        public Optional<CleanupReport> lastReport() {
            return Optional.empty();
        }

        @Override
        public Optional<Instant> nextRun() {
            return Optional.empty();
        }

        @Override
        public Optional<String> doneBy() {
            return Optional.empty();
        }

        @Override
        public TerminationOutcome terminate(SeenBackend seen, boolean confirmed, UserRequest request)
                throws SQLException {
            throw notRunning(pool);
        }

        @Override
        public TerminationOutcome cancel(SeenBackend seen, UserRequest request) throws SQLException {
            throw notRunning(pool);
        }
    }
}
