package com.terafy.it.differential.inside;

import static com.terafy.it.differential.inside.Difference.DOOMED;

import jakarta.transaction.Transaction;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Several components, and transactions that are suspended while another one, or none, is in force. */
final class Components {

    private Components() {}

    static List<Scenario> all() {
        return List.of(
                Scenario.of("an EJB commits", s -> s.beans().required(() -> Sql.insert(s.borrow(), 1)))
                        .in(Place.SERVLET, Place.BEAN, Place.TASK, Place.THREAD),
                Scenario.of("an EJB that throws a system exception rolls back", Components::breaks),
                Scenario.of("an EJB that throws a checked exception commits", Components::refuses),
                Scenario.everywhere("an EJB joins the transaction of its caller", Components::joins),
                Scenario.everywhere(
                        "a handle older than the transaction of an EJB is passed to it", s -> passed(s, false)),
                Scenario.everywhere(
                        "a handle older than the transaction of an EJB that rolls back", s -> passed(s, true)),
                Scenario.of("an EJB returns its handle to its caller", Components::returned)
                        .in(Place.SERVLET, Place.THREAD),
                Scenario.of("REQUIRES_NEW commits, its caller rolls back", s -> requiresNew(s, false))
                        .in(Place.SERVLET, Place.TASK),
                Scenario.of("REQUIRES_NEW rolls back, its caller commits", s -> requiresNew(s, true))
                        .in(Place.SERVLET, Place.TASK),
                Scenario.of("REQUIRES_NEW in an EJB with a transaction of the container", Components::nestedNew)
                        .in(Place.REQUIRED),
                Scenario.of("the caller's handle in REQUIRES_NEW", Components::callersHandleInNew),
                Scenario.of("the caller's handle while its transaction is suspended", Components::suspendedHandle),
                Scenario.of("NOT_SUPPORTED commits by itself", Components::notSupported)
                        .in(Place.SERVLET, Place.REQUIRED),
                Scenario.of("SUPPORTS has a transaction when its caller has one", Components::supports),
                Scenario.of("three components with a handle each", Components::three)
                        .in(Place.SERVLET, Place.REQUIRED),
                Scenario.of("an inner EJB breaks, the outer one goes on", Components::innerBreaks)
                        .differs(
                                "what is done in a doomed transaction goes with it; a refusal has a SQLSTATE",
                                "by an open handle: (ok|" + DOOMED + ")"),
                Scenario.everywhere("suspend and resume by hand", Components::suspendAndResume),
                Scenario.everywhere("a handle is borrowed while suspended and used after resume", Components::borrowed),
                Scenario.everywhere("the transaction manager begins, not UserTransaction", Components::manager),
                Scenario.everywhere("an older handle, and the transaction manager begins", Components::managerOlder),
                Scenario.of("a transaction with a second resource commits in two phases", s -> twoPhases(s, true)),
                Scenario.of("a transaction whose second resource refuses rolls back", s -> twoPhases(s, false)));
    }

    private static void breaks(Scene scene) {
        scene.attempt(
                "call",
                () -> scene.beans().required(() -> {
                    Sql.insert(scene.borrow(), 1);
                    throw new IllegalStateException("thrown by the scenario");
                }));
    }

    private static void refuses(Scene scene) {
        scene.attempt(
                "call",
                () -> scene.beans().required(() -> {
                    Sql.insert(scene.borrow(), 1);
                    throw new java.io.IOException("thrown by the scenario");
                }));
    }

    private static void joins(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        scene.backend(connection);
        scene.beans().required(() -> {
            try (Connection own = scene.database().getConnection()) {
                scene.backend(own);
                Sql.insert(own, 2);
            }
        });
        scene.ask("count", () -> Sql.count(connection));
        scene.attempt("rollback", scene.transaction()::rollback);
        scene.ask("count after", () -> Sql.count(connection));
    }

    private static void passed(Scene scene, boolean rollsBack) throws Exception {
        Connection connection = scene.borrow();
        scene.backend(connection);
        scene.attempt(
                "call",
                () -> scene.beans().required(() -> {
                    scene.attempt("insert", () -> Sql.insert(connection, 1));
                    if (rollsBack) {
                        scene.beans().setRollbackOnly();
                    }
                }));
        scene.ask("count", () -> Sql.count(connection));
        scene.attempt("same", () -> scene.backend(connection));
        scene.ask("auto-commit", connection::getAutoCommit);
    }

    private static void returned(Scene scene) throws Exception {
        AtomicReference<Connection> returned = new AtomicReference<>();
        scene.attempt(
                "call",
                () -> scene.beans().required(() -> {
                    returned.set(scene.borrow());
                    Sql.insert(returned.get(), 1);
                }));
        scene.ask("count", () -> Sql.count(returned.get()));
        scene.ask("auto-commit", () -> returned.get().getAutoCommit());
        scene.attempt("close", () -> returned.get().close());
    }

    private static void requiresNew(Scene scene, boolean innerRollsBack) throws Exception {
        scene.transaction().begin();
        Connection outer = scene.borrow();
        Sql.insert(outer, 1);
        scene.backend(outer);
        scene.attempt("inner", () -> scene.beans().requiresNew(() -> inner(scene, innerRollsBack)));
        Sql.insert(outer, 3);
        scene.ask("count", () -> Sql.count(outer));
        scene.attempt("end", innerRollsBack ? scene.transaction()::commit : scene.transaction()::rollback);
        scene.ask("count after", () -> Sql.count(outer));
    }

    private static void inner(Scene scene, boolean rollsBack) throws Exception {
        try (Connection own = scene.database().getConnection()) {
            scene.backend(own);
            Sql.insert(own, 2);
            scene.note("count inside", Sql.count(own));
        }
        if (rollsBack) {
            scene.beans().setRollbackOnly();
        }
    }

    private static void nestedNew(Scene scene) throws Exception {
        Connection outer = scene.borrow();
        Sql.insert(outer, 1);
        scene.beans().requiresNew(() -> inner(scene, true));
        scene.beans().requiresNew(() -> {
            try (Connection own = scene.database().getConnection()) {
                Sql.insert(own, 4);
            }
        });
        scene.ask("count", () -> Sql.count(outer));
        scene.beans().setRollbackOnly();
    }

    private static void callersHandleInNew(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection outer = scene.borrow();
        Sql.insert(outer, 1);
        scene.attempt(
                "inner",
                () -> scene.beans().requiresNew(() -> {
                    scene.attempt("by the caller's", () -> Sql.insert(outer, 2));
                }));
        scene.attempt("rollback", scene.transaction()::rollback);
        scene.ask("count", () -> Sql.count(outer));
    }

    private static void suspendedHandle(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection outer = scene.borrow();
        Sql.insert(outer, 1);
        scene.attempt(
                "inner",
                () -> scene.beans().notSupported(() -> {
                    scene.attempt("by the caller's", () -> Sql.insert(outer, 2));
                    scene.ask("auto-commit", outer::getAutoCommit);
                }));
        scene.attempt("rollback", scene.transaction()::rollback);
        scene.ask("count", () -> Sql.count(outer));
    }

    private static void notSupported(Scene scene) throws Exception {
        boolean begins = scene.manager().getTransaction() == null;
        if (begins) {
            scene.transaction().begin();
        }
        Connection outer = scene.borrow();
        Sql.insert(outer, 1);
        scene.beans().notSupported(() -> {
            try (Connection own = scene.database().getConnection()) {
                scene.ask("auto-commit", own::getAutoCommit);
                Sql.insert(own, 2);
                scene.ask("count inside", () -> Sql.count(own));
            }
        });
        scene.ask("count", () -> Sql.count(outer));
        scene.attempt("end", begins ? scene.transaction()::rollback : scene.manager()::setRollbackOnly);
    }

    private static void supports(Scene scene) throws Exception {
        scene.beans().supports(() -> scene.ask("without", () -> scene.borrow().getAutoCommit()));
        scene.transaction().begin();
        scene.beans().supports(() -> scene.ask("with", () -> scene.borrow().getAutoCommit()));
        scene.beans().supports(() -> Sql.insert(scene.borrow(), 1));
        scene.attempt("rollback", scene.transaction()::rollback);
    }

    private static void three(Scene scene) throws Exception {
        Connection first = scene.borrow();
        scene.beans().required(() -> {
            Connection second = scene.borrow();
            Sql.insert(second, 2);
            scene.beans().required(() -> {
                Connection third = scene.borrow();
                Sql.insert(third, 3);
                scene.ask("count by the third", () -> Sql.count(third));
            });
            scene.ask("count by the second", () -> Sql.count(second));
        });
        scene.ask("count by the first", () -> Sql.count(first));
        scene.attempt("by the first", () -> Sql.insert(first, 1));
    }

    private static void innerBreaks(Scene scene) {
        scene.attempt(
                "outer",
                () -> scene.beans().required(() -> {
                    Connection connection = scene.borrow();
                    Sql.insert(connection, 1);
                    scene.attempt(
                            "inner",
                            () -> scene.beans().required(() -> {
                                throw new IllegalStateException("thrown by the scenario");
                            }));
                    scene.attempt("by an open handle", () -> Sql.insert(connection, 2));
                }));
    }

    private static void suspendAndResume(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        Transaction suspended = scene.manager().suspend();
        scene.attempt("while suspended", () -> {
            try (Connection other = scene.database().getConnection()) {
                Sql.insert(other, 2);
                scene.note("count", Sql.count(other));
            }
        });
        scene.manager().resume(suspended);
        scene.attempt("resumed", () -> Sql.insert(connection, 3));
        scene.attempt("rollback", scene.transaction()::rollback);
        scene.ask("count after", () -> Sql.count(connection));
    }

    private static void borrowed(Scene scene) throws Exception {
        scene.transaction().begin();
        Transaction suspended = scene.manager().suspend();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        scene.manager().resume(suspended);
        scene.attempt("resumed", () -> Sql.insert(connection, 2));
        scene.attempt("rollback", scene.transaction()::rollback);
        scene.ask("count", () -> Sql.count(connection));
    }

    private static void manager(Scene scene) throws Exception {
        scene.manager().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        scene.attempt("commit", scene.manager()::commit);
        scene.manager().begin();
        scene.attempt("insert", () -> Sql.insert(scene.borrow(), 2));
        scene.attempt("rollback", scene.manager()::rollback);
        scene.ask("count", () -> Sql.count(connection));
    }

    private static void managerOlder(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        scene.manager().begin();
        scene.attempt("insert", () -> Sql.insert(connection, 1));
        scene.ask("auto-commit", connection::getAutoCommit);
        scene.attempt("rollback", scene.manager()::rollback);
        scene.ask("count", () -> Sql.count(connection));
    }

    private static void twoPhases(Scene scene, boolean votesYes) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        scene.manager().getTransaction().enlistResource(new OtherResource(votesYes));
        scene.attempt("commit", scene.transaction()::commit);
        scene.ask("count", () -> Sql.count(connection));
    }
}
