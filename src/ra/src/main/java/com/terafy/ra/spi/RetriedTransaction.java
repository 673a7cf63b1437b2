package com.terafy.ra.spi;

import com.terafy.api.RetryCause;
import com.terafy.api.RetryOutcome;
import com.terafy.api.RetryPolicy;
import com.terafy.pool.settings.Pooler;
import com.terafy.ra.Messages;
import com.terafy.ra.connect.PhysicalConnection;
import com.terafy.ra.outcome.CommitTrace;
import com.terafy.ra.outcome.Outcome;
import com.terafy.ra.outcome.Outcome.Verdict;
import com.terafy.ra.outcome.OutcomeQuestion;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A {@code withTransaction} whose work is run again while it is certain that it was not committed, within the bounds of its
 * policy. Used by one thread, once.
 */
final class RetriedTransaction {

    private static final System.Logger LOG = System.getLogger("com.terafy.connection");

    /** What the session that asks for an outcome is for, in its application_name. */
    private static final String PURPOSE = "outcome";

    /** How long is asked at least, also where the policy's time is nearly over. */
    private static final Duration SHORTEST_QUESTION = Duration.ofSeconds(5);

    private final ManagedPool pool;
    private final RetryPolicy policy;
    private final Lender lender;
    private final long startedNanos;

    /** The session that was lost in the run before this one; its backend may live on, with all its locks. */
    private @Nullable PhysicalConnection lost;

    /** Something was tried again. */
    private boolean again;

    /** Lends a connection. */
    @FunctionalInterface
    interface Lender {
        /** One, within that time. */
        Association borrow(Duration patience) throws SQLException;
    }

    /** What is done in the transaction. */
    @FunctionalInterface
    interface Work<T, E extends Exception> {
        T run(Association association, Connection connection) throws SQLException, E;
    }

    RetriedTransaction(ManagedPool pool, RetryPolicy policy, Lender lender) {
        this.pool = pool;
        this.policy = policy;
        this.lender = lender;
        this.startedNanos = pool.ticker().nanoTime();
    }

    <T, E extends Exception> T run(Work<T, E> work) throws SQLException, E {
        if (pool.threadTransaction().key() != null) {
            throw new SQLException(Messages.notInATransaction(pool.name()), "25001");
        }
        for (int number = 1; ; number++) {
            Attempt attempt = new Attempt(pool, borrow());
            try {
                T result = once(attempt, work);
                if (again) {
                    pool.counters().retried(RetryOutcome.COMMITTED);
                }
                return result;
            } catch (Throwable thrown) {
                Optional<RetryCause> cause = attempt.cause();
                if (!isAgain(number, cause, thrown)) {
                    throw thrown;
                }
                lost = cause.equals(Optional.of(RetryCause.SESSION_LOST)) ? attempt.physical() : null;
            }
        }
    }

    /** A wait in vain counts for the time only. */
    private Association borrow() throws SQLException {
        for (int number = 1; ; number++) {
            Optional<RetryCause> paused = pool.sessions().isPaused() ? Optional.of(RetryCause.PAUSE) : Optional.empty();
            try {
                return lender.borrow(shorter(pool.acquireTimeout(), left()));
            } catch (BorrowTimeout none) {
                Optional<RetryCause> cause = none.reason().or(() -> paused); // it may have been resumed meanwhile
                if (!isAgain(Math.min(number, policy.attempts() - 1), cause, none)) {
                    throw none;
                }
            }
        }
    }

    private <T, E extends Exception> T once(Attempt attempt, Work<T, E> work) throws SQLException, E {
        try (attempt) {
            try {
                PhysicalConnection before = lost;
                if (before != null && pool.settings().server().pooler() == Pooler.NONE) {
                    attempt.endBackendOf(before);
                }
                attempt.begin();
                T result = work.run(attempt.association(), attempt.handle());
                attempt.commit(this::ask);
                return result;
            } catch (Throwable thrown) {
                attempt.failed(thrown);
                throw thrown;
            }
        }
    }

    private Outcome ask(CommitTrace trace) {
        Duration left = left();
        Outcome outcome = new OutcomeQuestion(
                        trace,
                        () -> pool.openOutsidePool(PURPOSE),
                        pool.ticker(),
                        left.compareTo(SHORTEST_QUESTION) < 0 ? SHORTEST_QUESTION : left)
                .ask();
        if (outcome.verdict() == Verdict.UNKNOWN) {
            pool.counters().retried(RetryOutcome.UNKNOWN);
        }
        return outcome;
    }

    /** Waits for the next run; false if there is none, which the exception is told. */
    private boolean isAgain(int number, Optional<RetryCause> cause, Throwable thrown) {
        if (cause.isEmpty() || !policy.causes().contains(cause.get())) {
            return false;
        }
        Duration pause = pauseAfter(number);
        if (number >= policy.attempts() || left().compareTo(pause) <= 0) {
            pool.counters().retried(RetryOutcome.GIVEN_UP);
            thrown.addSuppressed(new SQLException(Messages.givenUp(pool.name(), number, waited()), "40000"));
            return false;
        }
        LOG.log(System.Logger.Level.DEBUG, () -> Messages.runsAgain(pool.name(), number, cause.get(), thrown));
        again = slept(pause);
        return again;
    }

    /** Doubled with each run, and shortened by up to half, so that those who met once do not meet again. */
    private Duration pauseAfter(int number) {
        long longest = policy.longestPause().toNanos();
        long pause = policy.firstPause().toNanos();
        for (int doubled = 1; doubled < number && pause < longest && pause > 0; doubled++) {
            pause *= 2; // an hour is far from the end of long
        }
        pause = Math.min(pause, longest);
        return Duration.ofNanos(
                pause - (pause < 2 ? 0 : ThreadLocalRandom.current().nextLong(pause / 2)));
    }

    private static boolean slept(Duration pause) {
        try {
            Thread.sleep(pause.toMillis(), pause.toNanosPart() % 1_000_000);
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Duration waited() {
        return Duration.ofNanos(pool.ticker().nanoTime() - startedNanos);
    }

    private Duration left() {
        Duration left = policy.time().minus(waited());
        return left.isNegative() ? Duration.ZERO : left;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
