package com.terafy.it.faults;

import jakarta.transaction.Status;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Threads of an application that work on a datasource, one operation after the other. Runs in the server. */
final class Load {

    /** Between two operations of a thread, where there is no end to them. */
    private static final long PAUSE_MILLIS = 5;

    private final DataSource database;
    private final @Nullable UserTransaction transaction;
    private final Queue<Operation> operations = new ConcurrentLinkedQueue<>();
    private final AtomicInteger left;
    private final boolean pausing;
    private final List<Thread> threads = new ArrayList<>();

    private Load(DataSource database, @Nullable UserTransaction transaction, int count, boolean pausing) {
        this.database = database;
        this.transaction = transaction;
        this.left = new AtomicInteger(count);
        this.pausing = pausing;
    }

    /**
     * Begins.
     *
     * @param transaction null for operations in auto-commit
     * @param count of operations; more than can be done for no end
     */
    static Load begin(
            DataSource database, @Nullable UserTransaction transaction, int threadCount, int count, boolean pausing) {
        Load load = new Load(database, transaction, count, pausing);
        for (int i = 0; i < threadCount; i++) {
            Thread thread = new Thread(load::work, "load-" + i);
            load.threads.add(thread);
            thread.start();
        }
        return load;
    }

    /** No operation begins any more. */
    void stop() {
        left.set(0);
    }

    void awaitEnd() {
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    List<Operation> operations() {
        return List.copyOf(operations);
    }

    private void work() {
        while (left.getAndDecrement() > 0) {
            operations.add(operate());
            if (pausing) {
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Operation operate() {
        long began = System.currentTimeMillis();
        long[] borrowed = new long[1];
        String failure = null;
        try {
            if (transaction == null) {
                ask("SELECT 1", borrowed);
            } else {
                transaction.begin();
                ask("INSERT INTO fault_note DEFAULT VALUES", borrowed);
                transaction.commit();
            }
        } catch (Exception failed) {
            failure = describe(failed);
            rollBack();
        }
        long ended = System.currentTimeMillis();
        return new Operation(began, borrowed[0] == 0 ? ended : borrowed[0], ended, failure);
    }

    private void ask(String sql, long[] borrowed) throws SQLException {
        try (Connection connection = database.getConnection()) {
            borrowed[0] = System.currentTimeMillis();
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.execute();
            }
        }
    }

    private void rollBack() {
        try {
            if (transaction != null && transaction.getStatus() != Status.STATUS_NO_TRANSACTION) {
                transaction.rollback();
            }
        } catch (Exception gone) {
            System.getLogger("load").log(System.Logger.Level.DEBUG, "no rollback", gone);
        }
    }

    private static String describe(Exception failed) {
        String state = failed instanceof SQLException sql ? sql.getSQLState() + " " : "";
        return failed.getClass().getSimpleName() + " " + state
                + String.valueOf(failed.getMessage()).replace('\n', ' ');
    }
}
