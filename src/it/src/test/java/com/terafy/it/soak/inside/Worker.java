package com.terafy.it.soak.inside;

import com.terafy.api.PoolStatistics;
import com.terafy.api.TerafyDataSource;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One thread of the application.
 *
 * @param number of the thread, from 0
 * @param firstId of the ids that are this thread's own
 * @param mayWork whether there is work for this thread now
 */
record Worker(
        int number,
        long firstId,
        TaskSequence tasks,
        TerafyDataSource database,
        Actions actions,
        Journal journal,
        BooleanSupplier mayWork,
        BooleanSupplier stopping)
        implements Runnable {

    private static final int SHORTEST_PAUSE_MILLIS = 4;
    private static final int PAUSES = 8;
    private static final int MAXIMUM = 10;

    @Override
    public void run() {
        long id = firstId;
        while (!stopping.getAsBoolean()) {
            if (mayWork.getAsBoolean()) {
                attempt(new Attempt(id++, tasks.next()));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SHORTEST_PAUSE_MILLIS + id % PAUSES));
        }
    }

    private void attempt(Attempt attempt) {
        journal.begun(number, attempt);
        journal.ended(number, attempt, failureOf(attempt));
    }

    private @Nullable String failureOf(Attempt attempt) {
        try {
            requireMaximum(database.pool());
            actions.run(attempt);
            return null;
        } catch (SQLException failed) {
            return "SQLSTATE " + failed.getSQLState() + " " + failed.getMessage();
        } catch (RollbackException | HeuristicMixedException | HeuristicRollbackException | SystemException failed) {
            return "JTA " + failed;
        } catch (Exception | Error failed) {
            return failed.getClass().getSimpleName() + " " + failed.getMessage();
        }
    }

    /** The largest: where it is lowered, those in use come back first. */
    private static void requireMaximum(PoolStatistics pool) {
        if (pool.total() > MAXIMUM) {
            throw new IllegalStateException("the pool has more than its maximum: " + pool);
        }
    }
}
