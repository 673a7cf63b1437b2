package com.terafy.it.differential.inside;

import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** What the code of a scenario works with, and what it has seen. Notes may be taken by any thread. */
final class Scene {

    private static final int LIMIT_SECONDS = 40;

    private final Outcome outcome = new Outcome();
    private final Set<String> backends = ConcurrentHashMap.newKeySet();
    private final Deque<Connection> borrowed = new ConcurrentLinkedDeque<>();
    private final DataSource database;
    private final String password;
    private final Beans beans;
    private final OwnDemarcation own;
    private final ManagedExecutorService executor;
    private final UserTransaction transaction = find("java:jboss/UserTransaction");
    private final TransactionManager manager = find("java:/TransactionManager");
    private final TransactionSynchronizationRegistry registry = find("java:jboss/TransactionSynchronizationRegistry");

    Scene(String database, String password, Beans beans, OwnDemarcation own, ManagedExecutorService executor) {
        this.database = find("java:/" + database);
        this.password = password;
        this.beans = beans;
        this.own = own;
        this.executor = executor;
    }

    @SuppressWarnings({"BanJNDI", "unchecked", "TypeParameterUnusedInFormals"}) // names of the server's own directory
    static <T> T find(String name) {
        try {
            return (T) InitialContext.doLookup(name);
        } catch (NamingException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- what there is

    /** The datasource itself; who borrows here must give back himself. */
    DataSource database() {
        return database;
    }

    UserTransaction transaction() {
        return transaction;
    }

    TransactionManager manager() {
        return manager;
    }

    TransactionSynchronizationRegistry registry() {
        return registry;
    }

    Beans beans() {
        return beans;
    }

    /** Borrows; what the scenario does not close is closed after it. */
    Connection borrow() throws SQLException {
        Connection connection = database.getConnection();
        borrowed.push(connection);
        return connection;
    }

    /** The same, as the application's role by name. */
    Connection borrowByName() throws SQLException {
        Connection connection = database.getConnection("terafy_app", password);
        borrowed.push(connection);
        return connection;
    }

    // ---- what was seen

    void note(String label, Object value) {
        outcome.add(label, value);
    }

    /** The scenario goes on, whether it fails or not. */
    void attempt(String label, Step step) {
        try {
            step.run();
            outcome.add(label, "ok");
        } catch (Exception failure) {
            outcome.failed(label, failure);
        }
    }

    /** The same with a value. */
    void ask(String label, Callable<?> question) {
        try {
            outcome.add(label, question.call());
        } catch (Exception failure) {
            outcome.failed(label, failure);
        }
    }

    /** The outcome tells how many different ones there were. */
    void backend(Connection connection) throws SQLException {
        backends.add(Sql.backend(connection));
    }

    List<String> outcome() {
        if (!backends.isEmpty()) {
            note("backends", backends.size());
            backends.clear();
        }
        return outcome.lines();
    }

    // ---- where it runs

    /** Runs the code there and cleans up behind it. */
    void perform(Place place, Code code) throws Exception {
        Step step = () -> code.on(this);
        switch (place) {
            case SERVLET -> orderly(step);
            case BEAN -> own.run(() -> orderly(step));
            case REQUIRED -> attempt("end", () -> beans.required(step));
            case TASK -> inTask(() -> orderly(step));
            case THREAD -> inThread(() -> orderly(step));
        }
    }

    private void orderly(Step step) throws Exception {
        try {
            step.run();
        } catch (Exception failure) {
            outcome.failed("broke off", failure);
        } finally {
            if (transaction.getStatus() != Status.STATUS_NO_TRANSACTION) {
                note("left behind", "a transaction");
                transaction.rollback();
            }
            transaction.setTransactionTimeout(0);
        }
    }

    /** Closes what is still borrowed. */
    void giveBack() {
        for (Connection connection : borrowed) {
            try {
                connection.close();
            } catch (SQLException broken) {
                System.getLogger("differential").log(System.Logger.Level.DEBUG, "cannot close", broken);
            }
        }
        borrowed.clear();
    }

    /** Runs the step in a thread that the server does not know, and waits for it. */
    void inThread(Step step) throws Exception {
        FutureTask<Void> task = task(step);
        Thread thread = new Thread(task, "differential");
        thread.setContextClassLoader(Scene.class.getClassLoader());
        thread.start();
        await(task);
    }

    /** Runs the step in a thread of the server's executor, and waits for it. */
    void inTask(Step step) throws Exception {
        FutureTask<Void> task = task(step);
        executor.execute(task);
        await(task);
    }

    static FutureTask<Void> task(Step step) {
        return new FutureTask<>(() -> {
            step.run();
            return null;
        });
    }

    static void await(FutureTask<Void> task) throws Exception {
        try {
            task.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** Waits until the transaction of this thread was rolled back by its timeout. */
    void awaitTimeout() throws SystemException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (transaction.getStatus() != Status.STATUS_ROLLEDBACK && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(10); // there is no notification of it that comes after the rollback
        }
    }
}
