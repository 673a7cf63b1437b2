package com.terafy.it.differential.inside;

import static com.terafy.it.differential.inside.Difference.DEMARCATION;

import java.sql.Connection;
import java.sql.Savepoint;
import java.util.List;
import java.util.stream.Stream;

/** Who may end which transaction: the methods of JDBC, and SQL that does the same. */
final class Demarcation {

    private static final String NO_STATE = "WildFly's refusal has no SQLSTATE";
    private static final String ENDS = "only the transaction manager ends its transaction, in whichever words";
    private static final String REFUSED = "call: " + DEMARCATION;
    private static final String NOTHING_COUNTED = "count: 0";
    private static final String NOTHING_STAYS = "rows: none";
    private static final String NOTHING_PREPARED = "prepared: none";

    private Demarcation() {}

    static List<Scenario> all() {
        return Stream.concat(Stream.of(methods()), Stream.of(texts())).toList();
    }

    private static Scenario[] methods() {
        return new Scenario[] {
            Scenario.everywhere("auto-commit inside and outside of a transaction", Demarcation::autoCommit),
            Scenario.of("commit of the connection in a transaction", s -> inside(s, Connection::commit))
                    .differs(NO_STATE, REFUSED),
            Scenario.of("rollback of the connection in a transaction", s -> inside(s, Connection::rollback))
                    .differs(NO_STATE, REFUSED),
            Scenario.of("setAutoCommit(true) in a transaction", s -> inside(s, c -> c.setAutoCommit(true)))
                    .differs(NO_STATE, REFUSED),
            Scenario.of("setAutoCommit(false) in a transaction", s -> inside(s, c -> c.setAutoCommit(false)))
                    .differs("JDBC: where the mode is not changed, the call is a no-op", "call: ok"),
            Scenario.of("setSavepoint in a transaction", s -> inside(s, Connection::setSavepoint))
                    .differs("JDBC: not while participating in a distributed transaction", REFUSED),
            Scenario.of("an EJB commits the connection", s -> {
                        Connection connection = s.borrow();
                        Sql.insert(connection, 1);
                        s.attempt("commit", connection::commit);
                    })
                    .in(Place.REQUIRED)
                    .differs(NO_STATE, "commit: " + DEMARCATION),
            Scenario.everywhere("a local transaction commits", s -> local(s, true)),
            Scenario.everywhere("a local transaction rolls back", s -> local(s, false)),
            Scenario.of("a local transaction rolls back to a savepoint", Demarcation::savepoint),
            Scenario.of("a local transaction is left open by close", Demarcation::leftOpen),
            Scenario.of("setAutoCommit(true) commits a local transaction", Demarcation::switchedBack)
                    .differs(NO_STATE, "rollback: SQLException 25P01 .*"),
            Scenario.of("commit and rollback while auto-commit is on", Demarcation::nothingToEnd)
                    .differs(NO_STATE, "commit: SQLException 25P01 .*", "rollback: SQLException 25P01 .*"),
            Scenario.of("a local transaction after a transaction", Demarcation::localAfter),
            Scenario.of("auto-commit off before begin is off after the commit", Demarcation::offBefore),
            Scenario.of("local SQL text commits a local transaction", Demarcation::localText)
        };
    }

    private static Scenario[] texts() {
        return new Scenario[] {
            ending("COMMIT"),
            ending("ROLLBACK"),
            ending("END"),
            ending("ABORT"),
            ending("PREPARE TRANSACTION 'differential'"),
            ending("COMMIT AND CHAIN"),
            ending("/* as it were */ commit work"),
            ending("SELECT 1; COMMIT"),
            text("BEGIN"),
            text("START TRANSACTION"),
            Scenario.of("SQL text of savepoints in a transaction", Demarcation::savepointText),
            Scenario.of(
                    "SQL text of a commit inside a DO block in a transaction",
                    s -> inside(s, c -> Sql.run(c, "DO $$ BEGIN COMMIT; END $$"))),
            Scenario.of(
                    "SQL text of a commit in a string in a transaction",
                    s -> inside(s, c -> Sql.run(c, "SELECT 'a; commit; b'"))),
            Scenario.of(
                            "SQL text of a prepared commit in a transaction",
                            s -> inside(s, c -> {
                                try (var commit = c.prepareStatement("COMMIT")) {
                                    commit.execute();
                                }
                            }))
                    .differs(ENDS, REFUSED, NOTHING_COUNTED, NOTHING_STAYS, NOTHING_PREPARED),
            Scenario.of(
                            "SQL text of a commit in a batch in a transaction",
                            s -> inside(s, c -> {
                                try (var batch = c.createStatement()) {
                                    batch.addBatch("INSERT INTO " + Sql.TABLE + " VALUES (7)");
                                    batch.addBatch("COMMIT");
                                    batch.executeBatch();
                                }
                            }))
                    .differs(ENDS, "call: SQLException 2D000 .*", NOTHING_COUNTED, NOTHING_STAYS)
        };
    }

    @FunctionalInterface
    private interface Call {
        void on(Connection connection) throws Exception;
    }

    /** A text that would end the transaction behind the transaction manager's back. */
    private static Scenario ending(String sql) {
        return text(sql).differs(ENDS, REFUSED, NOTHING_COUNTED, NOTHING_STAYS, NOTHING_PREPARED);
    }

    private static Scenario text(String sql) {
        return Scenario.of("SQL text " + sql + " in a transaction", s -> inside(s, c -> Sql.run(c, sql)));
    }

    /** A row before, the call, a row after it; then all is rolled back. */
    private static void inside(Scene scene, Call call) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        scene.attempt("call", () -> call.on(connection));
        scene.attempt("insert", () -> Sql.insert(connection, 2));
        scene.attempt("rollback", scene.transaction()::rollback);
        scene.ask("count", () -> Sql.count(connection));
    }

    private static void autoCommit(Scene scene) throws Exception {
        Connection older = scene.borrow();
        scene.ask("before", older::getAutoCommit);
        scene.transaction().begin();
        Connection connection = scene.borrow();
        scene.ask("of the older", older::getAutoCommit);
        scene.ask("inside", connection::getAutoCommit);
        scene.attempt("commit", scene.transaction()::commit);
        scene.ask("older after", older::getAutoCommit);
        scene.ask("after", connection::getAutoCommit);
    }

    private static void local(Scene scene, boolean commits) throws Exception {
        Connection connection = scene.borrow();
        connection.setAutoCommit(false);
        Sql.insert(connection, 1);
        scene.ask("auto-commit", connection::getAutoCommit);
        scene.attempt("end", commits ? connection::commit : connection::rollback);
        Sql.insert(connection, 2);
        scene.attempt("end again", connection::rollback);
        scene.attempt("close", connection::close);
    }

    private static void savepoint(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        connection.setAutoCommit(false);
        Sql.insert(connection, 1);
        Savepoint savepoint = connection.setSavepoint("here");
        scene.attempt("duplicate", () -> Sql.insert(connection, 1));
        scene.attempt("rollback to it", () -> connection.rollback(savepoint));
        scene.attempt("insert", () -> Sql.insert(connection, 2));
        scene.attempt("release", () -> connection.releaseSavepoint(savepoint));
        scene.attempt("commit", connection::commit);
    }

    private static void leftOpen(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        connection.setAutoCommit(false);
        Sql.insert(connection, 1);
        scene.attempt("close", connection::close);
        try (Connection next = scene.database().getConnection()) {
            scene.ask("auto-commit", next::getAutoCommit);
            scene.ask("count", () -> Sql.count(next));
        }
    }

    private static void switchedBack(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        connection.setAutoCommit(false);
        Sql.insert(connection, 1);
        scene.attempt("auto-commit", () -> connection.setAutoCommit(true));
        scene.attempt("rollback", connection::rollback);
    }

    private static void nothingToEnd(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        scene.attempt("commit", connection::commit);
        scene.attempt("rollback", connection::rollback);
        scene.attempt("savepoint", connection::setSavepoint);
        scene.attempt("insert", () -> Sql.insert(connection, 1));
    }

    private static void localAfter(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        scene.attempt("commit", scene.transaction()::commit);
        scene.attempt("auto-commit off", () -> connection.setAutoCommit(false));
        scene.attempt("insert", () -> Sql.insert(connection, 2));
        scene.attempt("rollback", connection::rollback);
        scene.attempt("insert again", () -> Sql.insert(connection, 3));
        scene.attempt("commit of the connection", connection::commit);
    }

    private static void offBefore(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        connection.setAutoCommit(false);
        scene.transaction().begin();
        scene.attempt("insert", () -> Sql.insert(connection, 1));
        scene.attempt("commit", scene.transaction()::commit);
        scene.ask("auto-commit", connection::getAutoCommit);
        scene.attempt("insert after", () -> Sql.insert(connection, 2));
        scene.attempt("rollback", connection::rollback);
    }

    private static void localText(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        scene.attempt("begin", () -> Sql.run(connection, "BEGIN"));
        Sql.insert(connection, 1);
        scene.attempt("commit", () -> Sql.run(connection, "COMMIT"));
        scene.attempt("begin again", () -> Sql.run(connection, "BEGIN"));
        Sql.insert(connection, 2);
        scene.attempt("close", connection::close);
    }

    private static void savepointText(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        scene.attempt("savepoint", () -> Sql.run(connection, "SAVEPOINT here"));
        scene.attempt("duplicate", () -> Sql.insert(connection, 1));
        scene.attempt("rollback to it", () -> Sql.run(connection, "ROLLBACK TO SAVEPOINT here"));
        scene.attempt("insert", () -> Sql.insert(connection, 2));
        scene.attempt("release", () -> Sql.run(connection, "RELEASE here"));
        scene.attempt("commit", scene.transaction()::commit);
    }
}
