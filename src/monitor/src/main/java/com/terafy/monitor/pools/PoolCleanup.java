package com.terafy.monitor.pools;

import com.terafy.api.BackendCleanupOperations;
import com.terafy.api.CleanupReport;
import com.terafy.api.SeenBackend;
import com.terafy.api.TerminationOutcome;
import com.terafy.api.UserRequest;
import com.terafy.monitor.problems.ProblemCode;
import com.terafy.monitor.problems.ProblemException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The backend cleanup of one pool with one question under way at a time: while a silent database leaves one without an
 * answer, all others about this pool are refused at once, and keep no thread of the server. Thread-safe.
 */
public final class PoolCleanup {

    /** Usual questions take milliseconds, so that the next is worth waiting for. */
    private static final Duration PATIENCE = Duration.ofMillis(50);

    /** Behind a question that has been under way for longer nobody waits. */
    private static final Duration USUAL = Duration.ofMillis(500);

    private final BackendCleanupOperations all;
    private final String pool;
    private final Duration patience;
    private final Semaphore permit = new Semaphore(1, true);
    private volatile long begunAtNanos;

    /** @param all that of all pools of the server */
    PoolCleanup(BackendCleanupOperations all, String pool) {
        this(all, pool, PATIENCE);
    }

    /** @param patience longest wait behind a question that has not been under way for long */
    PoolCleanup(BackendCleanupOperations all, String pool, Duration patience) {
        this.all = all;
        this.pool = pool;
        this.patience = patience;
    }

    /** Asked for anew each time, as the bean wants it. */
    private BackendCleanupOperations cleanup() {
        return all.of(pool);
    }

    @FunctionalInterface
    private interface Question<T> {
        T ask() throws SQLException;
    }

    private <T> T ask(Question<T> question) throws SQLException {
        if (!begin()) {
            throw new ProblemException(
                    ProblemCode.BUSY, "The database is being asked something else; try again in a moment.");
        }
        try {
            begunAtNanos = System.nanoTime();
            return question.ask();
        } finally {
            permit.release();
        }
    }

    private boolean begin() {
        if (permit.tryAcquire()) {
            return true;
        }
        if (System.nanoTime() - begunAtNanos > USUAL.toNanos()) {
            return false;
        }
        try {
            return permit.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** As {@link BackendCleanupOperations#plan}. */
    public CleanupReport plan() throws SQLException {
        return ask(() -> cleanup().plan());
    }

    /** As {@link BackendCleanupOperations#run}. */
    public CleanupReport run(UserRequest request) throws SQLException {
        return ask(() -> cleanup().run(request));
    }

    /** As {@link BackendCleanupOperations#terminate}. */
    public TerminationOutcome terminate(SeenBackend seen, boolean confirmed, UserRequest request) throws SQLException {
        return ask(() -> cleanup().terminate(seen, confirmed, request));
    }

    /** As {@link BackendCleanupOperations#cancel}. */
    public TerminationOutcome cancel(SeenBackend seen, UserRequest request) throws SQLException {
        return ask(() -> cleanup().cancel(seen, request));
    }

    /** As {@link BackendCleanupOperations#lastReport}. */
    public Optional<CleanupReport> lastReport() {
        return cleanup().lastReport();
    }

    /** As {@link BackendCleanupOperations#nextRun}. */
    public Optional<Instant> nextRun() {
        return cleanup().nextRun();
    }

    /** As {@link BackendCleanupOperations#doneBy}. */
    public Optional<String> doneBy() {
        return cleanup().doneBy();
    }
}
