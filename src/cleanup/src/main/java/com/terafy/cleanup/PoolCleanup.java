package com.terafy.cleanup;

import com.terafy.api.BackendCleanupOperations;
import com.terafy.api.CleanupReport;
import com.terafy.api.PoolIdentity;
import com.terafy.api.PoolOperations;
import com.terafy.api.SeenBackend;
import com.terafy.api.TerminationOutcome;
import com.terafy.api.UserRequest;
import com.terafy.cleanup.policy.Absence;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The backend cleanup of one pool instance: a cleaner, and what has it make passes. Thread-safe. */
final class PoolCleanup implements BackendCleanupOperations, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(BackendCleanup.class.getName());

    private static final String PASS = "backend cleanup";
    private static final String LOOK = "who lives";

    /** What makes something happen again and again. */
    interface Clock {

        /** Begins at once; the answer ends it, and tells when it is next. */
        Tick every(Duration interval, String what, Runnable task);
    }

    /** One of those. */
    interface Tick {

        Instant next();

        void cancel();
    }

    private final PoolIdentity pool;
    private final CleanupSettings settings;
    private final BackendCleaner cleaner;
    private final List<Tick> ticks = new ArrayList<>(); // guarded by this
    private @Nullable Tick passes; // guarded by this
    private @Nullable String doneBy; // guarded by this

    PoolCleanup(PoolOperations pool, PoolSource source) {
        this.pool = pool.identity();
        this.settings = CleanupSettings.of(pool.name(), pool.settings());
        this.cleaner = new BackendCleaner(pool.name(), source, settings.rules(), Absence.USUAL);
    }

    PoolIdentity pool() {
        return pool;
    }

    /**
     * From now on makes passes, unless another pool of the same database does; then, as where it is switched off, it looks
     * who lives.
     *
     * @param by name of the pool that does it
     */
    synchronized void follow(String by, Clock clock) {
        if (by.equals(doneBy)) {
            return;
        }
        doneBy = by;
        endTicks();
        String name = pool.pool();
        boolean makesPasses = settings.enabled() && by.equals(name);
        if (makesPasses) {
            passes = clock.every(settings.interval(), PASS, cleaner::tick);
            LOG.log(Level.INFO, CleanupMessages.started(name, settings));
        } else if (settings.enabled()) {
            LOG.log(Level.INFO, CleanupMessages.doneByAnother(name, by));
        } else {
            LOG.log(Level.INFO, CleanupMessages.switchedOff(name));
        }
        if (!makesPasses || settings.interval().compareTo(Absence.LOOKS) > 0) {
            ticks.add(clock.every(Absence.LOOKS, LOOK, cleaner::look));
        }
    }

    private void endTicks() {
        ticks.forEach(Tick::cancel);
        ticks.clear();
        if (passes != null) {
            passes.cancel();
            passes = null;
        }
    }

    @Override
    public synchronized void close() {
        endTicks();
        cleaner.close();
    }

    @Override
    public BackendCleanupOperations of(String other) {
        throw new UnsupportedOperationException("This is the one of " + pool.pool());
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
    public synchronized Optional<Instant> nextRun() {
        return Optional.ofNullable(passes).map(Tick::next);
    }

    @Override
    public synchronized Optional<String> doneBy() {
        return Optional.ofNullable(doneBy).filter(by -> settings.enabled() && !by.equals(pool.pool()));
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
