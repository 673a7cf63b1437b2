package com.terafy.it.differential.inside;

import static com.terafy.it.differential.inside.Difference.ENDED;

import jakarta.transaction.Synchronization;
import java.sql.Connection;
import java.util.List;

/** What is done as a transaction ends, by synchronizations of both kinds. */
final class Synchronizations {

    private static final String OVER = "the transaction is over, so there is nothing that a connection could disturb";

    private Synchronizations() {}

    /** The interposed ones are called last before, and first after the completion. */
    private enum Kind {
        /** Called while the thread still has the transaction, so that it may also be refused. */
        PLAIN("(auto-commit true|" + ENDED + ")"),
        INTERPOSED("auto-commit true");

        final String borrowed;

        Kind(String borrowed) {
            this.borrowed = borrowed;
        }

        String rows(boolean commits) {
            String both = commits ? "1,2" : "2";
            return this == PLAIN ? "(" + both + "|" + (commits ? "1" : "none") + ")" : both;
        }

        void register(Scene scene, Synchronization synchronization) throws Exception {
            if (this == PLAIN) {
                scene.manager().getTransaction().registerSynchronization(synchronization);
            } else {
                scene.registry().registerInterposedSynchronization(synchronization);
            }
        }

        String word() {
            return this == PLAIN ? "a plain synchronization" : "an interposed synchronization";
        }
    }

    static List<Scenario> all() {
        return List.of(
                before(Kind.PLAIN),
                before(Kind.INTERPOSED),
                first(Kind.PLAIN),
                first(Kind.INTERPOSED),
                after(Kind.PLAIN, true),
                after(Kind.INTERPOSED, true),
                after(Kind.PLAIN, false),
                after(Kind.INTERPOSED, false),
                handle(Kind.PLAIN),
                handle(Kind.INTERPOSED),
                close(Kind.PLAIN),
                close(Kind.INTERPOSED),
                Scenario.of("a handle is closed in beforeCompletion", Synchronizations::closedBefore),
                Scenario.of("a statement fails in beforeCompletion", Synchronizations::failsBefore),
                Scenario.of(
                                "the last handle is borrowed and closed in beforeCompletion of an EJB",
                                s -> Kind.INTERPOSED.register(s, before(() -> insert(s, 1))))
                        .in(Place.REQUIRED));
    }

    private static Synchronization before(Step step) {
        return new Calls(step, () -> {});
    }

    private static Synchronization after(Step step) {
        return new Calls(() -> {}, step);
    }

    private record Calls(Step before, Step after) implements Synchronization {

        @Override
        public void beforeCompletion() {
            call(before);
        }

        @Override
        public void afterCompletion(int status) {
            call(after);
        }

        private static void call(Step step) {
            try {
                step.run();
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        }
    }

    private static void insert(Scene scene, int id) {
        scene.ask("borrow and insert", () -> {
            try (Connection connection = scene.database().getConnection()) {
                Sql.insert(connection, id);
                return "auto-commit " + connection.getAutoCommit();
            }
        });
    }

    private static void commit(Scene scene) {
        scene.attempt("commit", scene.transaction()::commit);
    }

    private static Scenario before(Kind kind) {
        return Scenario.everywhere("beforeCompletion of " + kind.word() + " borrows", s -> {
            s.transaction().begin();
            Sql.insert(s.borrow(), 1);
            kind.register(s, before(() -> insert(s, 2)));
            commit(s);
        });
    }

    private static Scenario first(Kind kind) {
        return Scenario.of("beforeCompletion of " + kind.word() + " is the first to borrow", s -> {
            s.transaction().begin();
            kind.register(s, before(() -> insert(s, 1)));
            commit(s);
        });
    }

    private static Scenario after(Kind kind, boolean commits) {
        String name = "afterCompletion of " + kind.word() + " borrows after the " + (commits ? "commit" : "rollback");
        return Scenario.everywhere(name, s -> {
                    s.transaction().begin();
                    Sql.insert(s.borrow(), 1);
                    kind.register(s, after(() -> insert(s, 2)));
                    s.attempt("end", commits ? s.transaction()::commit : s.transaction()::rollback);
                })
                .differs(OVER, "borrow and insert: " + kind.borrowed, "rows: " + kind.rows(commits));
    }

    private static Scenario handle(Kind kind) {
        return Scenario.of("afterCompletion of " + kind.word() + " uses the handle of the transaction", s -> {
                    s.transaction().begin();
                    Connection connection = s.borrow();
                    Sql.insert(connection, 1);
                    kind.register(s, after(() -> s.ask("count", () -> Sql.count(connection))));
                    commit(s);
                    s.ask("count after", () -> Sql.count(connection));
                })
                .differs(OVER, "count: 1");
    }

    private static Scenario close(Kind kind) {
        return Scenario.of("afterCompletion of " + kind.word() + " closes the handle", s -> {
            s.transaction().begin();
            Connection connection = s.borrow();
            Sql.insert(connection, 1);
            kind.register(s, after(() -> s.attempt("close", connection::close)));
            commit(s);
            s.ask("closed", connection::isClosed);
            s.attempt("borrow", () -> Sql.insert(s.borrow(), 2));
        });
    }

    private static void closedBefore(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Kind.INTERPOSED.register(scene, before(() -> {
            Sql.insert(connection, 1);
            scene.attempt("close", connection::close);
        }));
        commit(scene);
    }

    private static void failsBefore(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        Kind.INTERPOSED.register(scene, before(() -> Sql.fail(connection)));
        commit(scene);
        scene.ask("count", () -> Sql.count(connection));
    }
}
