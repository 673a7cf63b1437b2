package com.terafy.cleanup;

import com.terafy.api.CleanupReport;
import com.terafy.api.PoolOperations;
import com.terafy.api.SeenBackend;
import com.terafy.api.TerminationOutcome;
import com.terafy.cleanup.database.CleanupSession;
import com.terafy.cleanup.policy.Absence;
import com.terafy.cleanup.policy.CleanupPlan;
import com.terafy.cleanup.policy.CleanupRules;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the passes, in the session of the pool's lease: it is there also when the pool is exhausted and the server full.
 *
 * <p>Thread-safe. One pass at a time here, as one at a time has the lease; what other nodes do meanwhile does no harm, for
 * each backend is ended by a statement that checks once more.
 */
final class BackendCleaner implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(BackendCleaner.class.getName());

    /** The timer waits this long for whoever works with the lease, and skips its tick otherwise. */
    private static final Duration PATIENCE_OF_THE_TIMER = Duration.ofSeconds(1);

    /** More than one answer that never comes. */
    private static final Duration PATIENCE_OF_AN_ADMINISTRATOR = Duration.ofSeconds(15);

    /** lock_not_available: others work with the lease. */
    private static final String BUSY = "55P03";

    private final String name;
    private final PoolSource source;
    private final CleanupRules rules;
    private final Outages outages; // for the timer's thread
    private final Memory memory; // for who has the lease
    private volatile @Nullable CleanupReport lastReport;
    private volatile boolean closed;

    /**
     * A cleaner that has not asked the database yet.
     *
     * @param name name of the pool, for messages
     * @param absence what makes a pool instance gone
     */
    BackendCleaner(String name, PoolSource source, CleanupRules rules, Absence absence) {
        this.name = name;
        this.source = source;
        this.rules = rules;
        this.memory = new Memory(absence);
        this.outages = new Outages(LOG, name, "the session outside the pool");
    }

    /** Looks who lives where no pass is due, so that the next one knows for how long. Never throws for the database's sake. */
    void look() {
        timed(pass -> pass);
    }

    /** The timer's pass. Never throws for the database's sake: what fails is logged, and the next tick tries again. */
    void tick() {
        timed(this::pass);
    }

    private void timed(Work<?> work) {
        if (closed) {
            return; // a tick that the container had already started
        }
        try {
            look(PATIENCE_OF_THE_TIMER, Request.BY_TIMER, work);
            outages.worked();
        } catch (SQLException | RuntimeException failed) {
            if (isBusy(failed)) {
                LOG.log(Level.DEBUG, CleanupMessages.stillRunning(name));
            } else {
                outages.failed(failed); // an exception out of a timeout method would end or repeat the timer
            }
        }
    }

    /** Decides and ends nothing. */
    CleanupReport plan() throws SQLException {
        return asked(Request.byAdministrator("", ""), pass -> pass.planned(pass.plan(rules)));
    }

    /** A pass on an administrator's word. */
    CleanupReport run(Request request) throws SQLException {
        return asked(request, this::pass);
    }

    /** Ends a backend on an administrator's word, one of another pool that may live only if he has confirmed it. */
    TerminationOutcome terminate(SeenBackend seen, boolean confirmed, Request request) throws SQLException {
        return asked(request, pass -> pass.terminate(seen, confirmed));
    }

    /** Cancels what a backend runs, on an administrator's word. */
    TerminationOutcome cancel(SeenBackend seen, Request request) throws SQLException {
        return asked(request, pass -> pass.cancel(seen));
    }

    /** The last pass. */
    Optional<CleanupReport> lastReport() {
        return Optional.ofNullable(lastReport);
    }

    /** No tick does anything any more. */
    @Override
    public void close() {
        closed = true;
    }

    private CleanupReport pass(Pass pass) throws SQLException {
        CleanupRules now = pass.current(rules);
        CleanupPlan plan = pass.plan(now);
        pass.tellLimits(plan);
        pass.tellOtherRules();
        pass.tellFleet();
        CleanupReport report = now.dryRun() ? pass.rehearse(plan) : pass.execute(plan);
        lastReport = report;
        long ended = report.count(TerminationOutcome.ENDED);
        LOG.log(
                ended > 0 ? Level.INFO : Level.DEBUG,
                CleanupMessages.passed(name, report.who(), report.verdicts().size(), report.chosen(), ended));
        return report;
    }

    /** Something that is done on one look at the backends. */
    @FunctionalInterface
    private interface Work<T> {
        T on(Pass pass) throws SQLException;
    }

    private <T> T asked(Request request, Work<T> work) throws SQLException {
        try {
            return look(PATIENCE_OF_AN_ADMINISTRATOR, request, work);
        } catch (SQLException failed) {
            if (isBusy(failed)) {
                throw new SQLTransientException(CleanupMessages.busy(name, PATIENCE_OF_AN_ADMINISTRATOR), BUSY, failed);
            }
            throw failed;
        }
    }

    private <T> T look(Duration patience, Request request, Work<T> work) throws SQLException {
        PoolOperations pool = source.pool();
        try {
            return pool.onLease(
                    patience, connection -> work.on(Pass.read(pool, CleanupSession.on(connection), request, memory)));
        } catch (SQLException | RuntimeException failed) {
            if (!isBusy(failed)) { // also one that did not get the lease's session was no look
                memory.forgetSightings();
            }
            throw failed;
        }
    }

    private static boolean isBusy(Exception failed) {
        return failed instanceof SQLException sql && BUSY.equals(sql.getSQLState());
    }
}
