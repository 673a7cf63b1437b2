package com.terafy.it.differential.inside;

import static com.terafy.it.differential.inside.Difference.ENDED;
import static com.terafy.it.differential.inside.Difference.MANAGER_LOG;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/** Transactions that last longer than they may. Each scenario takes at least a second. */
final class Timeouts {

    private static final Duration BEFORE_THE_END = Duration.ofMillis(2_500);
    private static final String SLEEP = "SELECT pg_sleep(3)";

    private static final String TOLD = "the refusal says by its SQLSTATE, and in a sentence, that all was rolled back";

    private Timeouts() {}

    static List<Scenario> all() {
        return List.of(
                Scenario.of("the transaction times out between two statements", Timeouts::between)
                        .in(Place.SERVLET, Place.THREAD)
                        .differs(TOLD, "insert: " + ENDED, "insert again: " + ENDED, MANAGER_LOG),
                Scenario.of("the transaction of an older handle times out", Timeouts::older)
                        .differs(TOLD, "insert: " + ENDED, MANAGER_LOG),
                Scenario.of("the transaction times out in a statement", Timeouts::inStatement)
                        .differs(
                                "a transaction that is over keeps no backend busy",
                                "sleep: SQLException (57014|40000|25...) .*",
                                "cancelled: true",
                                "insert: " + ENDED,
                                MANAGER_LOG),
                Scenario.of("a transaction that has timed out borrows", Timeouts::borrow)
                        .differs(TOLD, "borrow: " + ENDED, MANAGER_LOG),
                Scenario.of("a transaction that has timed out borrows for the first time", Timeouts::borrowFirst)
                        .differs(TOLD, "borrow: " + ENDED, MANAGER_LOG),
                Scenario.of("transactions after one that has timed out", Timeouts::transactionsAfter),
                Scenario.of("a query times out in a transaction, then commit", Timeouts::query)
                        .differs(
                                "commit must not return as if it had committed what is lost",
                                "commit: RollbackException .*",
                                MANAGER_LOG));
    }

    private static Connection begin(Scene scene) throws Exception {
        scene.transaction().setTransactionTimeout(1);
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        return connection;
    }

    private static void commit(Scene scene) {
        scene.attempt("commit", scene.transaction()::commit);
    }

    private static void between(Scene scene) throws Exception {
        Connection connection = begin(scene);
        scene.awaitTimeout();
        scene.attempt("insert", () -> Sql.insert(connection, 2));
        scene.attempt("insert again", () -> Sql.insert(connection, 3));
        commit(scene);
        scene.attempt("insert after", () -> Sql.insert(connection, 4));
        scene.attempt("close", connection::close);
    }

    private static void older(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        scene.transaction().setTransactionTimeout(1);
        scene.transaction().begin();
        Sql.insert(connection, 1);
        scene.awaitTimeout();
        scene.attempt("insert", () -> Sql.insert(connection, 2));
        scene.attempt("rollback", scene.transaction()::rollback);
        scene.attempt("insert after", () -> Sql.insert(connection, 3));
        scene.ask("count", () -> Sql.count(connection));
    }

    private static void inStatement(Scene scene) throws Exception {
        Connection connection = begin(scene);
        long began = System.nanoTime();
        scene.attempt("sleep", () -> Sql.run(connection, SLEEP));
        scene.note("cancelled", System.nanoTime() - began < BEFORE_THE_END.toNanos());
        scene.attempt("insert", () -> Sql.insert(connection, 2));
        commit(scene);
        scene.attempt("insert after", () -> Sql.insert(connection, 3));
    }

    private static void borrow(Scene scene) throws Exception {
        begin(scene);
        scene.awaitTimeout();
        scene.attempt("borrow", () -> Sql.insert(scene.borrow(), 2));
        commit(scene);
        scene.attempt("borrow after", () -> Sql.insert(scene.borrow(), 3));
    }

    private static void borrowFirst(Scene scene) throws Exception {
        scene.transaction().setTransactionTimeout(1);
        scene.transaction().begin();
        scene.awaitTimeout();
        scene.attempt("borrow", () -> Sql.insert(scene.borrow(), 1));
        scene.attempt("rollback", scene.transaction()::rollback);
        scene.attempt("borrow after", () -> Sql.insert(scene.borrow(), 2));
    }

    private static void transactionsAfter(Scene scene) throws Exception {
        begin(scene);
        scene.awaitTimeout();
        commit(scene);
        scene.transaction().setTransactionTimeout(0);
        for (int i = 0; i < 11; i++) {
            int id = 10 + i;
            scene.transaction().begin();
            scene.attempt("insert", () -> Sql.insert(scene.borrow(), id));
            commit(scene);
            scene.giveBack();
        }
    }

    private static void query(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            scene.attempt("sleep", () -> statement.execute(SLEEP));
        }
        commit(scene);
    }
}
