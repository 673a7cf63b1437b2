package com.terafy.it.differential.inside;

import static com.terafy.it.differential.inside.Difference.CLOSED;
import static com.terafy.it.differential.inside.Difference.DOOMED;
import static com.terafy.it.differential.inside.Difference.LOST;
import static com.terafy.it.differential.inside.Difference.LOST_LOG;
import static com.terafy.it.differential.inside.Difference.MANAGER_LOG;

import java.sql.Connection;
import java.sql.Statement;
import java.util.List;

/** Failures that the application catches, of statements, constraints and backends, and what becomes of the transaction. */
final class Failures {

    private static final String CHILD = "INSERT INTO differential_child VALUES (1)";

    private static final String ROLLED_BACK = "commit: RollbackException .*";
    private static final String LOST_WORK = "commit must not return as if it had committed what is lost";
    private static final String OUTLIVES =
            "a handle outlives its transaction, or says by its SQLSTATE that it does not";
    private static final String NEXT = "; it does not take the next one with it";
    private static final String SENTENCE = "a refusal says in a sentence of its own, and by its SQLSTATE, what to do";
    private static final String NOT_DEAD = "; a dead connection is never handed out";

    private Failures() {}

    static List<Scenario> all() {
        return List.of(
                Scenario.everywhere("commit after a caught failure in a local transaction", Failures::localCaught)
                        .differs(
                                "commit must not say that it has committed what is lost",
                                "commit: SQLException 25P02 .*(22012|division by zero).*"),
                Scenario.everywhere("commit after a caught failure in a transaction", Failures::caught)
                        .differs(LOST_WORK, ROLLED_BACK, MANAGER_LOG),
                Scenario.of("an EJB returns after a caught failure", Failures::caughtInBean)
                        .in(Place.REQUIRED)
                        .differs(
                                LOST_WORK,
                                "end: (EJBTransactionRolledbackException|EJBException) of RollbackException .*",
                                "log: ERROR WFLYEJB0034(, WARN ARJUNA\\d+)*"),
                Scenario.everywhere("a statement after a caught failure", Failures::statementAfter),
                Scenario.of("two handles, one of them sees a failure", Failures::twoHandles)
                        .differs(LOST_WORK, ROLLED_BACK, MANAGER_LOG),
                Scenario.of("a violated key, then rollback, then another transaction", Failures::duplicate),
                Scenario.of("a violated key, then local rollback", Failures::localDuplicate),
                Scenario.everywhere("a deferred constraint fails at the commit", Failures::deferred)
                        .differs(
                                Mode.LOCAL,
                                OUTLIVES,
                                "insert after: (ok|" + CLOSED + ")",
                                "rows: (3|none)",
                                MANAGER_LOG),
                Scenario.of("a deferred constraint fails as an EJB ends", s -> Sql.run(s.borrow(), CHILD))
                        .in(Place.REQUIRED),
                Scenario.of("a deferred constraint fails at a local commit", Failures::localDeferred),
                Scenario.of("a deferred constraint is checked in time", Failures::checkedInTime),
                Scenario.of("a serialization failure, then the transaction again", Failures::serialization),
                Scenario.of("a serialization failure at the commit", Failures::serializationAtCommit)
                        .differs(Mode.LOCAL, OUTLIVES, "insert after: (ok|" + CLOSED + ")", "rows: 2(,3)?", MANAGER_LOG)
                        .mayDiffer(
                                Mode.XA,
                                "a transaction that has failed as a whole is no heuristic outcome",
                                ROLLED_BACK,
                                MANAGER_LOG),
                Scenario.of("a batch fails in the middle", Failures::batch),
                Scenario.of("statement_timeout in a transaction, then commit", Failures::statementTimeout)
                        .differs(LOST_WORK, ROLLED_BACK, MANAGER_LOG),
                Scenario.everywhere("setRollbackOnly, then commit", Failures::rollbackOnly)
                        .differs(
                                "what is done in a doomed transaction goes with it; a refusal has a SQLSTATE",
                                "insert: (ok|" + DOOMED + ")"),
                Scenario.everywhere("setRollbackOnly, then borrow", Failures::borrowAfterRollbackOnly)
                        .differs(SENTENCE, "borrow: " + DOOMED),
                Scenario.of("an EJB calls setRollbackOnly and borrows", Failures::borrowInDoomedBean)
                        .in(Place.REQUIRED)
                        .differs(SENTENCE, "borrow: " + DOOMED),
                Scenario.everywhere("the backend ends in the transaction, then borrow", s -> endedThenBorrow(s, true))
                        .differs(
                                SENTENCE + NOT_DEAD,
                                "borrow: " + LOST,
                                "borrow again: ok",
                                "commit: ok",
                                "rows: 4",
                                LOST_LOG),
                Scenario.of("the backend ends and is not noticed, then borrow", s -> endedThenBorrow(s, false))
                        .mayDiffer(
                                SENTENCE + NOT_DEAD,
                                "borrow: (SQLException 57P01 .*|" + LOST + ")",
                                "borrow again: ok",
                                "commit: ok",
                                "rows: 4",
                                LOST_LOG),
                Scenario.of("the backend ends in the transaction, then commit", Failures::endedThenCommit)
                        .mayDiffer("WildFly's refusal has no SQLSTATE", "insert: " + LOST, LOST_LOG),
                Scenario.of("the answer to a commit does not come in time", Failures::unanswered)
                        .differs(
                                "a commit that nobody has confirmed is not told as rolled back",
                                "commit: HeuristicMixedException .*",
                                LOST_LOG),
                Scenario.of(
                                "a commit fails, and its handle is open in the next transaction",
                                s -> failedThenNext(s, false))
                        .differs(Mode.LOCAL, OUTLIVES + NEXT, "borrow: ok", "insert: " + LOST, "rows: 2", MANAGER_LOG)
                        .differs(
                                Mode.XA,
                                OUTLIVES + NEXT,
                                "borrow: ok",
                                "insert: ok",
                                "commit again: ok",
                                "rows: 2,3",
                                MANAGER_LOG),
                Scenario.of(
                                "a commit fails, and its handle is closed before the next transaction",
                                s -> failedThenNext(s, true))
                        .differs(OUTLIVES + NEXT, "borrow: ok", "commit again: ok", "rows: 2", MANAGER_LOG),
                Scenario.of("the backend of an older handle ends before begin", Failures::endedBeforeBegin)
                        .differs(NOT_DEAD, "insert: SQLException (57P01|08...) .*", "borrow: ok", "rows: 2", LOST_LOG),
                Scenario.of("the backend ends outside of a transaction", Failures::endedOutside)
                        .differs(NOT_DEAD, "valid: false", "borrow: ok", "rows: 2", LOST_LOG));
    }

    private static void commit(Scene scene) {
        scene.attempt("commit", scene.transaction()::commit);
    }

    private static void localCaught(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        connection.setAutoCommit(false);
        Sql.insert(connection, 1);
        scene.attempt("failure", () -> Sql.fail(connection));
        scene.attempt("commit", connection::commit);
        scene.attempt("rollback", connection::rollback);
        scene.attempt("insert", () -> Sql.insert(connection, 2));
        scene.attempt("commit again", connection::commit);
        scene.attempt("close", connection::close);
    }

    private static void caught(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        scene.attempt("failure", () -> Sql.fail(connection));
        commit(scene);
        scene.attempt("insert after", () -> Sql.insert(connection, 2));
        scene.attempt("close", connection::close);
    }

    private static void caughtInBean(Scene scene) throws Exception {
        try (Connection connection = scene.database().getConnection()) {
            Sql.insert(connection, 1);
            scene.attempt("failure", () -> Sql.fail(connection));
        }
    }

    private static void statementAfter(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        scene.attempt("failure", () -> Sql.fail(connection));
        scene.attempt("insert", () -> Sql.insert(connection, 1));
        scene.attempt("rollback", scene.transaction()::rollback);
        scene.attempt("insert after", () -> Sql.insert(connection, 2));
    }

    private static void twoHandles(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection one = scene.borrow();
        Connection other = scene.borrow();
        scene.attempt("failure", () -> Sql.fail(one));
        one.close();
        scene.attempt("by the other", () -> Sql.insert(other, 1));
        commit(scene);
        scene.attempt("after", () -> Sql.insert(other, 2));
    }

    private static void duplicate(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        scene.attempt("duplicate", () -> Sql.insert(connection, 1));
        scene.attempt("rollback", scene.transaction()::rollback);
        scene.transaction().begin();
        scene.attempt("insert", () -> Sql.insert(connection, 1));
        commit(scene);
    }

    private static void localDuplicate(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        connection.setAutoCommit(false);
        Sql.insert(connection, 1);
        scene.attempt("duplicate", () -> Sql.insert(connection, 1));
        scene.attempt("rollback", connection::rollback);
        scene.attempt("insert", () -> Sql.insert(connection, 1));
        scene.attempt("commit", connection::commit);
    }

    private static void deferred(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 2);
        Sql.run(connection, CHILD);
        commit(scene);
        scene.attempt("insert after", () -> Sql.insert(connection, 3));
    }

    private static void localDeferred(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        connection.setAutoCommit(false);
        Sql.run(connection, CHILD);
        scene.attempt("commit", connection::commit);
        scene.attempt("insert", () -> Sql.insert(connection, 1));
        scene.attempt("commit again", connection::commit);
    }

    private static void checkedInTime(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.run(connection, CHILD);
        scene.attempt("check", () -> Sql.run(connection, "SET CONSTRAINTS ALL IMMEDIATE"));
        scene.attempt("rollback", scene.transaction()::rollback);
    }

    private static void serialization(Scene scene) throws Exception {
        Sql.insert(scene.borrow(), 1);
        for (int i = 0; i < 2; i++) {
            boolean disturbed = i == 0;
            scene.transaction().begin();
            Connection connection = scene.borrow();
            Sql.run(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            Sql.count(connection);
            if (disturbed) {
                scene.inThread(() -> update(scene, 10));
            }
            scene.attempt("update", () -> Sql.run(connection, "UPDATE differential_row SET id = id + 1"));
            scene.attempt("end", disturbed ? scene.transaction()::rollback : scene.transaction()::commit);
        }
        scene.ask("sum", () -> Sql.ask(scene.borrow(), "SELECT sum(id) FROM differential_row"));
    }

    private static void update(Scene scene, int by) throws Exception {
        try (Connection connection = scene.database().getConnection()) {
            Sql.run(connection, "UPDATE differential_row SET id = id + " + by);
        }
    }

    /** Each of two transactions counts, then writes: one of them must not commit. */
    private static void serializationAtCommit(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.run(connection, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
        Sql.count(connection);
        Sql.insert(connection, 1);
        scene.inThread(() -> serializable(scene));
        commit(scene);
        scene.attempt("insert after", () -> Sql.insert(connection, 3));
    }

    private static void serializable(Scene scene) throws Exception {
        try (Connection connection = scene.database().getConnection()) {
            connection.setAutoCommit(false);
            Sql.run(connection, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
            Sql.count(connection);
            Sql.insert(connection, 2);
            connection.commit();
        }
    }

    private static void batch(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        try (Statement statement = connection.createStatement()) {
            for (int id : new int[] {1, 2, 1, 3}) {
                statement.addBatch("INSERT INTO differential_row VALUES (" + id + ")");
            }
            scene.attempt("batch", statement::executeBatch);
        }
        scene.attempt("rollback", scene.transaction()::rollback);
        scene.ask("count", () -> Sql.count(connection));
    }

    private static void statementTimeout(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        Sql.run(connection, "SET LOCAL statement_timeout = 50");
        scene.attempt("sleep", () -> Sql.run(connection, "SELECT pg_sleep(5)"));
        commit(scene);
    }

    private static void rollbackOnly(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        scene.transaction().setRollbackOnly();
        scene.attempt("insert", () -> Sql.insert(connection, 2));
        commit(scene);
        scene.ask("count", () -> Sql.count(connection));
    }

    private static void borrowAfterRollbackOnly(Scene scene) throws Exception {
        scene.transaction().begin();
        scene.transaction().setRollbackOnly();
        scene.attempt("borrow", () -> scene.borrow());
        scene.attempt("rollback", scene.transaction()::rollback);
        scene.attempt("borrow after", () -> Sql.insert(scene.borrow(), 1));
    }

    private static void borrowInDoomedBean(Scene scene) {
        scene.beans().setRollbackOnly();
        scene.attempt("borrow", () -> scene.borrow());
    }

    /** From outside, and until it is gone. */
    private static void end(Scene scene, Connection victim) throws Exception {
        String pid = Sql.backend(victim);
        scene.inThread(() -> {
            try (Connection connection = scene.database().getConnection()) {
                Sql.ask(connection, "SELECT pg_terminate_backend(" + pid + ", 10000)");
            }
        });
    }

    private static void endedThenBorrow(Scene scene, boolean noticed) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        end(scene, connection);
        if (noticed) {
            scene.attempt("insert", () -> Sql.insert(connection, 2));
        }
        scene.attempt("borrow", () -> Sql.insert(scene.borrow(), 3));
        scene.attempt("rollback", scene.transaction()::rollback);
        scene.transaction().begin();
        scene.attempt("borrow again", () -> Sql.insert(scene.borrow(), 4));
        commit(scene);
    }

    /** The server commits later than the borrower waits for. */
    private static void unanswered(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.run(connection, "CREATE TEMP TABLE slow (id int)");
        Sql.run(
                connection,
                "CREATE FUNCTION pg_temp.wait() RETURNS trigger LANGUAGE plpgsql"
                        + " AS 'BEGIN PERFORM pg_sleep(1); RETURN NULL; END'");
        Sql.run(
                connection,
                "CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED"
                        + " FOR EACH ROW EXECUTE FUNCTION pg_temp.wait()");
        Sql.run(connection, "INSERT INTO slow VALUES (1)");
        Sql.insert(connection, 1);
        connection.setNetworkTimeout(Runnable::run, 200);
        commit(scene);
        Thread.sleep(1_500);
    }

    /** As where an application tries again. */
    private static void failedThenNext(Scene scene, boolean closed) throws Exception {
        Connection connection = scene.borrow();
        scene.transaction().begin();
        scene.attempt("child", () -> Sql.run(connection, CHILD));
        commit(scene);
        if (closed) {
            scene.attempt("close", connection::close);
        }
        scene.transaction().begin();
        scene.attempt("borrow", () -> Sql.insert(scene.borrow(), 2));
        if (!closed) {
            scene.attempt("insert", () -> Sql.insert(connection, 3));
        }
        scene.attempt("commit again", scene.transaction()::commit);
    }

    private static void endedThenCommit(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        end(scene, connection);
        commit(scene);
        scene.attempt("insert", () -> Sql.insert(connection, 2));
        scene.attempt("borrow", () -> Sql.insert(scene.borrow(), 3));
    }

    private static void endedBeforeBegin(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        end(scene, connection);
        scene.transaction().begin();
        scene.attempt("insert", () -> Sql.insert(connection, 1));
        scene.attempt("rollback", scene.transaction()::rollback);
        scene.attempt("close", connection::close);
        scene.attempt("borrow", () -> Sql.insert(scene.borrow(), 2));
    }

    private static void endedOutside(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        end(scene, connection);
        scene.attempt("insert", () -> Sql.insert(connection, 1));
        scene.ask("valid", () -> connection.isValid(1));
        scene.attempt("close", connection::close);
        scene.attempt("borrow", () -> Sql.insert(scene.borrow(), 2));
    }
}
