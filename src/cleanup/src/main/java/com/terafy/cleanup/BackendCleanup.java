package com.terafy.cleanup;

import com.terafy.api.BackendCleanupOperations;
import com.terafy.api.CleanupReport;
import com.terafy.api.PoolOperations;
import com.terafy.api.SeenBackend;
import com.terafy.api.TerafyDataSource;
import com.terafy.api.TerminationOutcome;
import com.terafy.api.UserRequest;
import com.terafy.cleanup.policy.Absence;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.annotation.security.PermitAll;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Local;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.Timeout;
import jakarta.ejb.Timer;
import jakarta.ejb.TimerConfig;
import jakarta.ejb.TimerService;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The timer. Everything else is in {@link BackendCleaner}, which sees to it that nothing overlaps; the container's
 * lock and transaction would only be in the way.
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

    private static final String PASS = "backend cleanup";
    private static final String LOOK = "who lives";

    // Set by the container, and by start(), before any business method is called.
    @Resource(lookup = "java:/TerafyDS")
    @SuppressWarnings("NullAway.Init")
    private DataSource dataSource;

    @Resource
    @SuppressWarnings("NullAway.Init")
    private TimerService timers;

    @SuppressWarnings("NullAway.Init")
    private BackendCleaner cleaner;

    private @Nullable Timer passes;

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
        PoolOperations pool = poolAtStart();
        CleanupSettings settings = CleanupSettings.of(pool.name(), pool.settings());
        cleaner = new BackendCleaner(pool.name(), this::pool, settings.rules(), Absence.USUAL);
        if (settings.enabled()) {
            passes = timers.createIntervalTimer(0, settings.interval().toMillis(), new TimerConfig(PASS, false));
            LOG.log(Level.INFO, CleanupMessages.started(pool.name(), settings));
        } else {
            LOG.log(Level.INFO, CleanupMessages.switchedOff(pool.name()));
        }
        if (!settings.enabled() || settings.interval().compareTo(Absence.LOOKS) > 0) {
            timers.createIntervalTimer(0, Absence.LOOKS.toMillis(), new TimerConfig(LOOK, false));
        }
    }

    @Timeout
    void tick(Timer timer) {
        if (timer.getInfo().equals(PASS)) {
            cleaner.tick();
        } else {
            cleaner.look();
        }
    }

    @PreDestroy
    void stop() {
        for (Timer timer : timers.getTimers()) {
            timer.cancel();
        }
        cleaner.close();
    }

    private PoolOperations poolAtStart() {
        try {
            return pool();
        } catch (SQLException other) {
            throw new IllegalStateException(CleanupMessages.notOurs(other), other);
        }
    }

    private PoolOperations pool() throws SQLException {
        return dataSource.unwrap(TerafyDataSource.class).operations();
    }

    @Override
    public CleanupReport plan() throws SQLException {
        return cleaner.plan();
    }

    @Override
    public CleanupReport run(UserRequest request) throws SQLException {
        return cleaner.run(Request.byAdministrator(request));
    }

    @Override
    public Optional<CleanupReport> lastReport() {
        return cleaner.lastReport();
    }

    @Override
    public Optional<Instant> nextRun() {
        return Optional.ofNullable(passes).map(timer -> timer.getNextTimeout().toInstant());
    }

    @Override
    public TerminationOutcome terminate(SeenBackend seen, boolean confirmed, UserRequest request) throws SQLException {
        return cleaner.terminate(seen, confirmed, Request.byAdministrator(request));
    }

    @Override
    public TerminationOutcome cancel(SeenBackend seen, UserRequest request) throws SQLException {
        return cleaner.cancel(seen, Request.byAdministrator(request));
    }
}
