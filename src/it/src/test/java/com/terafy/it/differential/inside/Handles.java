package com.terafy.it.differential.inside;

import static com.terafy.it.differential.inside.Difference.CLOSED;
import static com.terafy.it.differential.inside.Difference.ENDED;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Handles that are older than a transaction, that outlive one, and several at once. */
final class Handles {

    private static final int MANY = 20;
    private static final String NO_STATE = "WildFly's refusal has no SQLSTATE";
    private static final String[] CLOSED_TWICE = {
        "valid: false",
        "statement: " + CLOSED,
        "commit of the connection: " + CLOSED,
        "auto-commit: " + CLOSED,
        "warnings: " + CLOSED
    };

    private Handles() {}

    static List<Scenario> all() {
        return List.of(
                Scenario.everywhere("a handle older than the transaction works after its commit", s -> older(s, true)),
                Scenario.everywhere("a handle older than the transaction works after rollback", s -> older(s, false)),
                Scenario.everywhere("one handle sees twenty transactions on one backend", Handles::twenty),
                Scenario.everywhere("a statement prepared before begin works after the commit", s -> prepared(s, true)),
                Scenario.everywhere(
                        "a statement prepared before begin works after the rollback", s -> prepared(s, false)),
                Scenario.everywhere("a handle outlives the commit of its transaction", s -> outlives(s, true)),
                Scenario.everywhere("a handle outlives the rollback of its transaction", s -> outlives(s, false)),
                Scenario.everywhere("a statement outlives its transaction", Handles::statementOutlives),
                Scenario.everywhere("a request borrows again after an older handle saw a transaction", Handles::again),
                Scenario.everywhere("a handle of the first transaction serves in the second", Handles::second),
                Scenario.everywhere("an older handle and a new one in one transaction", Handles::olderAndNew),
                Scenario.of("two older handles in one transaction", Handles::twoOlder)
                        .in(Place.SERVLET, Place.BEAN, Place.TASK)
                        .differs(
                                Mode.LOCAL,
                                "a transaction of two local resources cannot commit: refused with a SQLSTATE or rolled back",
                                "by one: (ok|" + ENDED + ")",
                                "by the other: (ok|" + ENDED + ")",
                                "count by one: 0",
                                "count by the other: 0",
                                "rows: none"),
                Scenario.of("an older handle with a local transaction under way", Handles::localUnderWay),
                Scenario.everywhere("handles of one transaction have one backend", Handles::several)
                        .differs(NO_STATE, "closed: " + CLOSED),
                Scenario.of("a handle borrowed with user and password", Handles::byName),
                Scenario.of("a handle borrowed with user and password in a transaction", Handles::byNameInside),
                Scenario.of("a handle borrowed with user and password beside another", Handles::besideAnother),
                Scenario.everywhere("handles one after the other in a transaction", Handles::oneAfterTheOther),
                Scenario.of("a handle closed in the transaction stays closed", Handles::closedInside)
                        .differs(NO_STATE, "insert: " + CLOSED, "insert after: " + CLOSED),
                Scenario.of("an older handle closed in the transaction", Handles::olderClosedInside),
                Scenario.of("a handle is closed twice", Handles::closedTwice).differs(NO_STATE, CLOSED_TWICE),
                Scenario.of("a handle is closed twice in a transaction", Handles::closedTwiceInside)
                        .differs(NO_STATE, CLOSED_TWICE),
                Scenario.of("a statement left open in the transaction", Handles::leftOpen)
                        .differs(NO_STATE, "use: SQLException 55000 .*"),
                Scenario.of("a result set left open over the commit", Handles::resultSet),
                Scenario.of("a cursor that holds over the commit", Handles::holdable),
                Scenario.of("a handle is closed after its transaction", Handles::closedAfter)
                        .differs(NO_STATE, "insert: " + CLOSED));
    }

    private static void end(Scene scene, boolean commits) throws Exception {
        if (commits) {
            scene.attempt("commit", scene.transaction()::commit);
        } else {
            scene.attempt("rollback", scene.transaction()::rollback);
        }
    }

    private static void older(Scene scene, boolean commits) throws Exception {
        Connection connection = scene.borrow();
        scene.backend(connection);
        scene.transaction().begin();
        scene.attempt("insert", () -> Sql.insert(connection, 1));
        end(scene, commits);
        scene.ask("count", () -> Sql.count(connection));
        scene.attempt("same", () -> scene.backend(connection));
        scene.ask("auto-commit", connection::getAutoCommit);
        scene.attempt("close", connection::close);
    }

    private static void twenty(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        for (int i = 0; i < MANY; i++) {
            scene.transaction().begin();
            Sql.insert(connection, i);
            scene.backend(connection);
            scene.transaction().commit();
            scene.backend(connection);
        }
        scene.ask("count", () -> Sql.count(connection));
        scene.attempt("close", connection::close);
    }

    private static void prepared(Scene scene, boolean commits) throws Exception {
        Connection connection = scene.borrow();
        PreparedStatement insert = connection.prepareStatement("INSERT INTO " + Sql.TABLE + " VALUES (?)");
        scene.transaction().begin();
        scene.attempt("inside", () -> insert(insert, 1));
        end(scene, commits);
        scene.attempt("after", () -> insert(insert, 2));
        scene.ask("count", () -> Sql.count(connection));
        scene.attempt("close", insert::close);
    }

    private static void insert(PreparedStatement insert, int id) throws SQLException {
        insert.setInt(1, id);
        insert.executeUpdate();
    }

    private static void outlives(Scene scene, boolean commits) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        scene.backend(connection);
        scene.attempt("insert", () -> Sql.insert(connection, 1));
        end(scene, commits);
        scene.ask("count", () -> Sql.count(connection));
        scene.ask("auto-commit", connection::getAutoCommit);
        scene.attempt("same", () -> scene.backend(connection));
        scene.attempt("insert after", () -> Sql.insert(connection, 2));
        scene.attempt("close", connection::close);
    }

    private static void statementOutlives(Scene scene) throws Exception {
        scene.transaction().begin();
        PreparedStatement insert = scene.borrow().prepareStatement("INSERT INTO " + Sql.TABLE + " VALUES (?)");
        scene.attempt("inside", () -> insert(insert, 1));
        end(scene, true);
        scene.attempt("after", () -> insert(insert, 2));
        scene.attempt("close", insert::close);
    }

    private static void again(Scene scene) throws Exception {
        older(scene, true);
        for (int i = 2; i < 5; i++) {
            scene.transaction().begin();
            int id = i;
            scene.attempt("borrow and insert", () -> {
                try (Connection connection = scene.database().getConnection()) {
                    Sql.insert(connection, id);
                }
            });
            end(scene, true);
        }
    }

    private static void second(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        scene.attempt("first", () -> Sql.insert(connection, 1));
        end(scene, true);
        scene.transaction().begin();
        scene.attempt("second", () -> Sql.insert(connection, 2));
        scene.ask("auto-commit", connection::getAutoCommit);
        end(scene, false);
        scene.ask("count", () -> Sql.count(connection));
    }

    private static void olderAndNew(Scene scene) throws Exception {
        Connection older = scene.borrow();
        scene.transaction().begin();
        scene.attempt("by the older", () -> Sql.insert(older, 1));
        scene.attempt("by the new one", () -> {
            try (Connection connection = scene.database().getConnection()) {
                Sql.insert(connection, 2);
                scene.note("count", Sql.count(connection));
            }
        });
        end(scene, false);
        scene.ask("count after", () -> Sql.count(older));
    }

    private static void twoOlder(Scene scene) throws Exception {
        Connection one = scene.borrow();
        Connection other = scene.borrow();
        scene.attempt("begin", scene.transaction()::begin);
        scene.attempt("by one", () -> Sql.insert(one, 1));
        scene.attempt("by the other", () -> Sql.insert(other, 2));
        end(scene, false);
        scene.ask("count by one", () -> Sql.count(one));
        scene.ask("count by the other", () -> Sql.count(other));
    }

    private static void localUnderWay(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        connection.setAutoCommit(false);
        Sql.insert(connection, 1);
        scene.attempt("begin", scene.transaction()::begin);
        scene.attempt("insert", () -> Sql.insert(connection, 2));
        end(scene, false);
        scene.ask("auto-commit", connection::getAutoCommit);
        scene.ask("count", () -> Sql.count(connection));
        scene.attempt("rollback of the connection", connection::rollback);
        scene.attempt("close", connection::close);
    }

    private static void several(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection one = scene.borrow();
        Connection other = scene.borrow();
        scene.backend(one);
        scene.backend(other);
        scene.attempt("by one", () -> Sql.insert(one, 1));
        scene.ask("count by the other", () -> Sql.count(other));
        scene.attempt("close one", one::close);
        scene.attempt("by the other", () -> Sql.insert(other, 2));
        end(scene, true);
        scene.ask("count", () -> Sql.count(other));
        scene.attempt("closed", () -> Sql.insert(one, 3));
    }

    private static void byName(Scene scene) {
        scene.ask("user", () -> Sql.ask(scene.borrowByName(), "SELECT current_user"));
        scene.attempt("insert", () -> Sql.insert(scene.borrowByName(), 1));
    }

    private static void byNameInside(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrowByName();
        Sql.insert(connection, 1);
        scene.ask("auto-commit", connection::getAutoCommit);
        scene.backend(connection);
        scene.backend(scene.borrowByName());
        end(scene, false);
        scene.ask("count", () -> Sql.count(connection));
    }

    private static void besideAnother(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        scene.attempt("by name", () -> Sql.insert(scene.borrowByName(), 2));
        end(scene, false);
        scene.ask("count", () -> Sql.count(connection));
    }

    private static void oneAfterTheOther(Scene scene) throws Exception {
        scene.transaction().begin();
        for (int i = 0; i < MANY; i++) {
            try (Connection connection = scene.database().getConnection()) {
                scene.backend(connection);
                Sql.insert(connection, i);
            }
        }
        end(scene, true);
    }

    private static void closedInside(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        scene.attempt("close", connection::close);
        scene.attempt("insert", () -> Sql.insert(connection, 2));
        end(scene, true);
        scene.attempt("insert after", () -> Sql.insert(connection, 3));
        scene.ask("closed", connection::isClosed);
    }

    private static void olderClosedInside(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        scene.transaction().begin();
        scene.attempt("insert", () -> Sql.insert(connection, 1));
        scene.attempt("close", connection::close);
        end(scene, true);
        scene.attempt("borrow", () -> scene.borrow().close());
    }

    private static void closedTwice(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        scene.attempt("close", connection::close);
        scene.attempt("close again", connection::close);
        scene.ask("closed", connection::isClosed);
        scene.ask("valid", () -> connection.isValid(1));
        scene.attempt("statement", () -> connection.createStatement().close());
        scene.attempt("commit of the connection", connection::commit);
        scene.attempt("auto-commit", () -> connection.setAutoCommit(true));
        scene.attempt("warnings", connection::clearWarnings);
    }

    private static void closedTwiceInside(Scene scene) throws Exception {
        scene.transaction().begin();
        closedTwice(scene);
        end(scene, true);
    }

    private static void leftOpen(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Statement statement = connection.createStatement();
        statement.executeQuery("SELECT generate_series(1, 100)").next();
        scene.attempt("close", connection::close);
        scene.ask("statement closed", statement::isClosed);
        scene.attempt("use", () -> statement.execute("SELECT 1"));
        end(scene, true);
    }

    private static void resultSet(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Statement statement = connection.createStatement();
        statement.setFetchSize(2);
        ResultSet rows = statement.executeQuery("SELECT generate_series(1, 5)");
        rows.next();
        end(scene, true);
        scene.ask("second row", rows::next);
        scene.ask("third row", rows::next);
        scene.attempt("another statement", () -> Sql.count(connection));
        scene.attempt("close", rows::close);
    }

    private static void holdable(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Statement statement = connection.createStatement(
                ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY, ResultSet.HOLD_CURSORS_OVER_COMMIT);
        statement.setFetchSize(2);
        ResultSet rows = statement.executeQuery("SELECT generate_series(1, 5)");
        rows.next();
        end(scene, true);
        scene.ask("second row", rows::next);
        scene.ask("third row", rows::next);
        scene.attempt("close", rows::close);
    }

    private static void closedAfter(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        end(scene, true);
        scene.attempt("close", connection::close);
        scene.ask("closed", connection::isClosed);
        scene.attempt("insert", () -> Sql.insert(connection, 2));
    }
}
