package com.terafy.it.differential.inside;

import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * Transactions that insert at random moments while they are rolled back from outside, and that go on as if nothing had
 * happened. Thread-safe.
 */
final class Mass {

    /** Who rolls back. */
    enum End {
        TIMEOUT(1_600),
        OTHER_THREAD(12);

        /** How long a transaction goes on inserting. */
        final int millis;

        End(int millis) {
            this.millis = millis;
        }
    }

    private final DataSource database;
    private final End end;
    private final AtomicInteger next;
    private final int limit;
    private final UserTransaction transaction = Scene.find("java:jboss/UserTransaction");
    private final TransactionManager manager = Scene.find("java:/TransactionManager");
    private final AtomicInteger committed = new AtomicInteger();
    private final AtomicInteger inserted = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger acceptedTooLate = new AtomicInteger();
    private final AtomicInteger notBorrowed = new AtomicInteger();

    Mass(String database, End end, int from, int count) {
        this.database = Scene.find("java:/" + database);
        this.end = end;
        this.next = new AtomicInteger(from);
        this.limit = from + count;
    }

    /** By one of the threads, until all transactions are done. */
    void run() throws Exception {
        for (int id = next.getAndIncrement(); id < limit; id = next.getAndIncrement()) {
            transaction.setTransactionTimeout(end == End.TIMEOUT ? 1 : 0);
            transaction.begin();
            FutureTask<Void> other = rollbackByAnotherThread();
            work(id);
            other.get();
            finish(id);
        }
    }

    private FutureTask<Void> rollbackByAnotherThread() throws Exception {
        Transaction current = manager.getTransaction();
        int delay = ThreadLocalRandom.current().nextInt(8_000);
        FutureTask<Void> task = Scene.task(() -> {
            if (end == End.OTHER_THREAD) {
                TimeUnit.MICROSECONDS.sleep(delay); // the random moment
                current.rollback();
            }
        });
        new Thread(task, "differential-other").start();
        return task;
    }

    private void work(int id) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(end.millis);
        try (Connection connection = database.getConnection()) {
            while (System.nanoTime() < until) {
                insert(connection, id);
                pause();
            }
        } catch (SQLException failed) {
            if (isActive()) {
                notBorrowed.incrementAndGet();
            }
        }
    }

    private static void pause() {
        if (ThreadLocalRandom.current().nextInt(4) == 0) {
            Thread.yield();
        }
    }

    private void insert(Connection connection, int id) {
        boolean over = isOver();
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO differential_mass VALUES (" + id + ", " + over + ")");
            inserted.incrementAndGet();
            if (over) {
                acceptedTooLate.incrementAndGet();
            }
        } catch (SQLException ignored) {
            refused.incrementAndGet();
        }
    }

    /** Whether the rollback was complete before now. */
    private boolean isOver() {
        return status() == Status.STATUS_ROLLEDBACK;
    }

    private boolean isActive() {
        return status() == Status.STATUS_ACTIVE;
    }

    private int status() {
        try {
            return transaction.getStatus();
        } catch (SystemException e) {
            throw new IllegalStateException(e);
        }
    }

    private void finish(int id) throws Exception {
        try {
            transaction.commit();
            committed.incrementAndGet();
            try (Connection connection = database.getConnection()) {
                Sql.run(connection, "DELETE FROM differential_mass WHERE transaction = " + id);
            }
        } catch (Exception rolledBack) {
            if (transaction.getStatus() != Status.STATUS_NO_TRANSACTION) {
                transaction.rollback();
            }
        }
    }

    List<String> report() {
        return List.of(
                "committed: " + committed,
                "inserted: " + inserted,
                "refused: " + refused,
                "accepted too late: " + acceptedTooLate,
                "not borrowed: " + notBorrowed);
    }
}
