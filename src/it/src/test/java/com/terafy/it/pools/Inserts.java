package com.terafy.it.pools;

import jakarta.transaction.Status;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** Threads of an application that insert a row in each transaction of the container. Runs in the server. */
final class Inserts {

    private static final int THREADS = 4;
    private static final long PAUSE_MILLIS = 10;

    private final DataSource database;
    private final UserTransaction transaction;
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicReference<String> firstFailure = new AtomicReference<>("");
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ended;

    private Inserts(DataSource database, UserTransaction transaction) {
        this.database = database;
        this.transaction = transaction;
    }

    @SuppressWarnings("BanJNDI") // a constant name of the server's own directory
    static Inserts begin(DataSource database) throws NamingException {
        Inserts inserts = new Inserts(database, InitialContext.doLookup("java:jboss/UserTransaction"));
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(inserts::work, "inserts-" + i);
            inserts.threads.add(thread);
            thread.start();
        }
        return inserts;
    }

    void end() {
        ended = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        while (!ended) {
            try {
                insert();
                done.incrementAndGet();
            } catch (Exception failure) {
                failed.incrementAndGet();
                firstFailure.compareAndSet("", String.valueOf(failure));
                rollBack();
            }
            pause();
        }
    }

    private void insert() throws Exception {
        transaction.begin();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO inserted DEFAULT VALUES");
        }
        transaction.commit();
    }

    private void rollBack() {
        try {
            if (transaction.getStatus() != Status.STATUS_NO_TRANSACTION) {
                transaction.rollback();
            }
        } catch (Exception gone) {
            System.getLogger("inserts").log(System.Logger.Level.DEBUG, "no rollback", gone);
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Done, failed, and the first failure. */
    @Override
    public String toString() {
        return done + " " + failed + " " + firstFailure;
    }
}
