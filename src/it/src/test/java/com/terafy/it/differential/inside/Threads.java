package com.terafy.it.differential.inside;

import static com.terafy.it.differential.inside.Difference.CLOSED;
import static com.terafy.it.differential.inside.Difference.DOOMED;
import static com.terafy.it.differential.inside.Difference.ENDED;
import static com.terafy.it.differential.inside.Difference.LOST_LOG;
import static com.terafy.it.differential.inside.Difference.MANAGER_LOG;

import jakarta.transaction.Transaction;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.FutureTask;

/** Handles and transactions that a second thread has its hands on. */
final class Threads {

    private static final String NO_STATE = "WildFly's refusal has no SQLSTATE";
    private static final String TOLD = "the refusal says by its SQLSTATE that all was rolled back; later work goes on";

    private Threads() {}

    static List<Scenario> all() {
        return List.of(
                Scenario.of("another thread closes the handle", Threads::closed).differs(NO_STATE, "insert: " + CLOSED),
                Scenario.of("another thread closes the handle of a transaction", Threads::closedInside),
                Scenario.of("another thread uses the handle", Threads::used),
                Scenario.of("another thread uses the handle of a transaction", Threads::usedInside),
                Scenario.of("another thread uses the handle in a transaction of its own", Threads::usedInOther),
                Scenario.everywhere("another thread rolls back the transaction", Threads::rolledBack)
                        .differs(
                                TOLD,
                                "insert: " + ENDED,
                                "borrow: " + ENDED,
                                "insert after: ok",
                                "borrow again: ok",
                                "rows: 4,5",
                                MANAGER_LOG),
                Scenario.of("another thread rolls back the transaction of an older handle", Threads::olderRolledBack)
                        .differs(TOLD, "insert: " + ENDED, MANAGER_LOG),
                Scenario.of(
                                "another thread uses the handle of a transaction that has timed out",
                                Threads::usedAfterTimeout)
                        .differs(TOLD, "by another: " + ENDED, "insert: " + ENDED, "rows: 4", MANAGER_LOG),
                Scenario.of("a handle goes through another transaction as its own times out", Threads::throughAnother)
                        .differs(TOLD, "insert: " + ENDED, MANAGER_LOG),
                Scenario.of("another thread closes the handle, then a transaction begins", Threads::closedThenBegin)
                        .differs(
                                "what one thread does outside of any transaction is not rolled back with another's",
                                "rows: 2,3",
                                "log: (none|WARN IJ000612)"),
                Scenario.of("another thread commits the transaction", Threads::committed)
                        .differs(NO_STATE, "insert: " + ENDED, MANAGER_LOG),
                Scenario.of("another thread sets rollback-only", Threads::setRollbackOnly)
                        .differs(
                                "what is done in a doomed transaction goes with it; a refusal has a SQLSTATE",
                                "insert: (ok|" + DOOMED + ")"),
                Scenario.of("another thread resumes the transaction and borrows", Threads::resumed),
                Scenario.of("another thread resumes the transaction and uses its handle", Threads::resumedHandle),
                Scenario.of("another thread cancels the statement, then commit", Threads::cancelled)
                        .differs(
                                "commit must not return as if it had committed what is lost",
                                "commit: RollbackException .*",
                                MANAGER_LOG),
                Scenario.of("a thread aborts its connection", Threads::aborted)
                        .differs(
                                "an aborted connection is closed, and never handed out",
                                "closed: true",
                                "insert: " + CLOSED,
                                "borrow: ok",
                                "rows: 3",
                                LOST_LOG),
                Scenario.of("a thread aborts the connection of its transaction", Threads::abortedInside)
                        .mayDiffer("an aborted connection is never handed out", "borrow: ok", "rows: 3", LOST_LOG),
                Scenario.of("validity inside and outside of a transaction", Threads::valid));
    }

    private static void rollback(Scene scene) {
        scene.attempt("rollback", scene.transaction()::rollback);
    }

    private static void commit(Scene scene) {
        scene.attempt("commit", scene.transaction()::commit);
    }

    private static void closed(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        scene.inThread(() -> scene.attempt("close", connection::close));
        scene.ask("closed", connection::isClosed);
        scene.attempt("insert", () -> Sql.insert(connection, 1));
        scene.attempt("borrow", () -> Sql.insert(scene.borrow(), 2));
    }

    private static void closedInside(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        scene.inThread(() -> scene.attempt("close", connection::close));
        scene.attempt("borrow", () -> Sql.insert(scene.borrow(), 2));
        commit(scene);
    }

    private static void usedAfterTimeout(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        scene.transaction().setTransactionTimeout(1);
        scene.transaction().begin();
        Sql.insert(connection, 1);
        scene.inThread(() -> Sql.count(connection));
        scene.awaitTimeout();
        scene.inThread(() -> scene.attempt("by another", () -> Sql.insert(connection, 2)));
        scene.attempt("insert", () -> Sql.insert(connection, 3));
        rollback(scene);
        scene.attempt("insert after", () -> Sql.insert(connection, 4));
    }

    private static void throughAnother(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        scene.transaction().setTransactionTimeout(1);
        scene.transaction().begin();
        Sql.insert(connection, 1);
        scene.awaitTimeout();
        Transaction outer = scene.manager().suspend();
        scene.transaction().setTransactionTimeout(0);
        scene.transaction().begin();
        scene.attempt("in another", () -> Sql.count(connection));
        scene.attempt("commit of the other", scene.transaction()::commit);
        scene.manager().resume(outer);
        scene.attempt("insert", () -> Sql.insert(connection, 3));
        rollback(scene);
        scene.attempt("insert after", () -> Sql.insert(connection, 4));
    }

    private static void closedThenBegin(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        scene.inThread(() -> scene.attempt("close", connection::close));
        scene.transaction().begin();
        scene.attempt("insert", () -> Sql.insert(scene.borrow(), 1));
        scene.inThread(() -> scene.attempt("insert of another", () -> Sql.insert(scene.borrow(), 2)));
        rollback(scene);
        scene.attempt("insert after", () -> Sql.insert(scene.borrow(), 3));
    }

    private static void used(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        scene.inThread(() -> scene.attempt("insert", () -> Sql.insert(connection, 1)));
        scene.ask("count", () -> Sql.count(connection));
    }

    private static void usedInside(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        scene.inThread(() -> scene.attempt("insert", () -> Sql.insert(connection, 1)));
        scene.ask("count", () -> Sql.count(connection));
        rollback(scene);
    }

    private static void usedInOther(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        scene.inThread(() -> {
            scene.transaction().begin();
            scene.attempt("insert", () -> Sql.insert(connection, 1));
            scene.attempt("commit of the other", scene.transaction()::commit);
        });
        rollback(scene);
        scene.ask("count", () -> Sql.count(connection));
    }

    private static void rolledBack(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        Transaction transaction = scene.manager().getTransaction();
        scene.inThread(() -> scene.attempt("rollback", transaction::rollback));
        scene.attempt("insert", () -> Sql.insert(connection, 2));
        scene.attempt("borrow", () -> Sql.insert(scene.borrow(), 3));
        commit(scene);
        scene.attempt("insert after", () -> Sql.insert(connection, 4));
        scene.transaction().begin();
        scene.attempt("borrow again", () -> Sql.insert(scene.borrow(), 5));
        commit(scene);
    }

    private static void olderRolledBack(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        scene.transaction().begin();
        Sql.insert(connection, 1);
        Transaction transaction = scene.manager().getTransaction();
        scene.inThread(() -> scene.attempt("rollback", transaction::rollback));
        scene.attempt("insert", () -> Sql.insert(connection, 2));
        rollback(scene);
        scene.attempt("insert after", () -> Sql.insert(connection, 3));
    }

    private static void committed(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        Transaction transaction = scene.manager().getTransaction();
        scene.inThread(() -> scene.attempt("commit by the other", transaction::commit));
        scene.attempt("insert", () -> Sql.insert(connection, 2));
        rollback(scene);
        scene.ask("count", () -> Sql.count(connection));
    }

    private static void setRollbackOnly(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        Transaction transaction = scene.manager().getTransaction();
        scene.inThread(transaction::setRollbackOnly);
        scene.attempt("insert", () -> Sql.insert(connection, 2));
        commit(scene);
    }

    private static void resumed(Scene scene) throws Exception {
        scene.transaction().begin();
        Sql.insert(scene.borrow(), 1);
        Transaction transaction = scene.manager().suspend();
        scene.inThread(() -> {
            scene.manager().resume(transaction);
            try (Connection connection = scene.database().getConnection()) {
                scene.ask("count", () -> Sql.count(connection));
                Sql.insert(connection, 2);
            }
            scene.attempt("commit", scene.manager()::commit);
        });
    }

    private static void resumedHandle(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        Transaction transaction = scene.manager().suspend();
        scene.inThread(() -> {
            scene.manager().resume(transaction);
            scene.attempt("insert", () -> Sql.insert(connection, 2));
            scene.attempt("rollback", scene.manager()::rollback);
        });
        scene.ask("count", () -> Sql.count(connection));
    }

    private static void cancelled(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        try (Statement statement = connection.createStatement()) {
            String pid = Sql.backend(connection);
            FutureTask<Void> canceller = Scene.task(() -> {
                awaitSleep(scene, pid);
                statement.cancel();
            });
            new Thread(canceller, "differential").start();
            scene.attempt("sleep", () -> statement.execute("SELECT pg_sleep(20)"));
            Scene.await(canceller);
        }
        commit(scene);
    }

    private static void awaitSleep(Scene scene, String pid) throws Exception {
        try (Connection connection = scene.database().getConnection()) {
            String sleeping = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND pid = " + pid;
            while (!Sql.ask(connection, sleeping).equals("1")) {
                Thread.onSpinWait();
            }
        }
    }

    private static void aborted(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        connection.setAutoCommit(false);
        Sql.insert(connection, 1);
        scene.attempt("abort", () -> connection.abort(Runnable::run));
        scene.ask("closed", connection::isClosed);
        scene.attempt("insert", () -> Sql.insert(connection, 2));
        scene.attempt("close", connection::close);
        scene.attempt("borrow", () -> Sql.insert(scene.borrow(), 3));
    }

    private static void abortedInside(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        scene.attempt("abort", () -> connection.abort(Runnable::run));
        scene.attempt("insert", () -> Sql.insert(connection, 2));
        rollback(scene);
        scene.attempt("borrow", () -> Sql.insert(scene.borrow(), 3));
    }

    private static void valid(Scene scene) throws Exception {
        Connection older = scene.borrow();
        scene.ask("before", () -> older.isValid(1));
        scene.transaction().begin();
        scene.ask("older", () -> older.isValid(1));
        Connection connection = scene.borrow();
        scene.ask("inside", () -> connection.isValid(1));
        scene.attempt("failure", () -> Sql.fail(connection));
        scene.ask("after a failure", () -> connection.isValid(1));
        rollback(scene);
        scene.ask("after", () -> connection.isValid(1));
        scene.ask("negative", () -> connection.isValid(-1));
    }
}
