package com.terafy.it.differential.inside;

import java.sql.Connection;
import java.util.List;

/** Isolation, read-only and other state around transactions, and for whom it lasts. */
final class States {

    private static final String NO_STATE = "WildFly's refusal has no SQLSTATE";

    private States() {}

    static List<Scenario> all() {
        return List.of(
                Scenario.everywhere("isolation set before begin is in force inside", States::isolationBefore),
                Scenario.of("isolation set as the first thing in a transaction", States::isolationFirst),
                Scenario.of("isolation set after the first statement of a transaction", States::isolationLate),
                Scenario.of("isolation does not reach the next borrower", States::isolationOfNext),
                Scenario.of("read-only outside of a transaction", States::readOnly),
                Scenario.of("read-only set before begin", States::readOnlyBefore),
                Scenario.of("read-only set as the first thing in a transaction", States::readOnlyFirst)
                        .differs(Mode.LOCAL, "nothing forbids it", "set: ok", "insert: SQLException 25006 .*")
                        .differs(Mode.XA, NO_STATE, "set: SQLException 25001 .*"),
                Scenario.of("read-only set after the first statement of a transaction", States::readOnlyLate)
                        .differs(NO_STATE, "set: SQLException 25001 .*"),
                Scenario.of("SET LOCAL ends with the transaction", States::setLocal),
                Scenario.of("SET is undone by the rollback", States::set),
                Scenario.of("SET does not reach the next borrower", States::setOfNext)
                        .differs("one borrower's state never reaches the next", "lock_timeout: 0"),
                Scenario.of("a temporary table of the transaction", States::temporary),
                Scenario.of("an advisory lock of the transaction", States::advisory),
                Scenario.of("the schema set in a transaction", States::schema),
                Scenario.of("generated keys and a batch in a transaction", States::batch),
                Scenario.of("the handle of a statement and of the metadata", States::identity)
                        .differs("JDBC: the connection that produced this metadata object", "of the metadata: true"),
                Scenario.of("holdability and warnings", States::others));
    }

    private static void rollback(Scene scene) {
        scene.attempt("rollback", scene.transaction()::rollback);
    }

    private static String isolation(Connection connection) throws Exception {
        return Sql.ask(connection, "SHOW transaction_isolation");
    }

    private static void isolationBefore(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        scene.transaction().begin();
        scene.ask("inside", () -> isolation(connection));
        rollback(scene);
        scene.ask("after", () -> isolation(connection));
        scene.ask("as JDBC has it", connection::getTransactionIsolation);
    }

    private static void isolationFirst(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        scene.attempt("set", () -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE));
        scene.ask("inside", () -> isolation(connection));
        rollback(scene);
        scene.ask("after", () -> isolation(connection));
    }

    private static void isolationLate(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        scene.attempt("set", () -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE));
        scene.ask("inside", () -> isolation(connection));
        rollback(scene);
    }

    private static void isolationOfNext(Scene scene) throws Exception {
        for (int i = 0; i < 2; i++) {
            try (Connection connection = scene.database().getConnection()) {
                scene.ask("isolation", () -> isolation(connection));
                connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            }
        }
    }

    private static void readOnly(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        scene.attempt("set", () -> connection.setReadOnly(true));
        scene.attempt("insert", () -> Sql.insert(connection, 1));
        scene.attempt("close", connection::close);
        scene.attempt("next", () -> Sql.insert(scene.borrow(), 2));
    }

    private static void readOnlyBefore(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        connection.setReadOnly(true);
        scene.transaction().begin();
        scene.attempt("insert", () -> Sql.insert(connection, 1));
        rollback(scene);
        scene.ask("read-only", connection::isReadOnly);
    }

    private static void readOnlyFirst(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        scene.attempt("set", () -> connection.setReadOnly(true));
        scene.attempt("insert", () -> Sql.insert(connection, 1));
        rollback(scene);
    }

    private static void readOnlyLate(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.insert(connection, 1);
        scene.attempt("set", () -> connection.setReadOnly(true));
        scene.attempt("insert", () -> Sql.insert(connection, 2));
        rollback(scene);
    }

    private static void setLocal(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.run(connection, "SET LOCAL lock_timeout = 1234");
        scene.ask("inside", () -> Sql.ask(connection, "SHOW lock_timeout"));
        scene.attempt("commit", scene.transaction()::commit);
        scene.ask("after", () -> Sql.ask(connection, "SHOW lock_timeout"));
    }

    private static void set(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.run(connection, "SET lock_timeout = 1234");
        rollback(scene);
        scene.ask("after", () -> Sql.ask(connection, "SHOW lock_timeout"));
    }

    private static void setOfNext(Scene scene) throws Exception {
        for (int i = 0; i < 4; i++) {
            try (Connection connection = scene.database().getConnection()) {
                scene.ask("lock_timeout", () -> Sql.ask(connection, "SHOW lock_timeout"));
                Sql.run(connection, "SET lock_timeout = 1234");
            }
        }
    }

    private static void temporary(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        Sql.run(connection, "CREATE TEMPORARY TABLE differential_temporary (id int) ON COMMIT DROP");
        scene.ask("inside", () -> Sql.ask(connection, "SELECT count(*) FROM differential_temporary"));
        scene.attempt("commit", scene.transaction()::commit);
        scene.ask("after", () -> Sql.ask(connection, "SELECT count(*) FROM differential_temporary"));
    }

    private static void advisory(Scene scene) throws Exception {
        String lock = "SELECT pg_try_advisory_xact_lock(4711)";
        scene.transaction().begin();
        scene.ask("first", () -> Sql.ask(scene.borrow(), lock));
        scene.inThread(() -> scene.ask("second, meanwhile", () -> Sql.ask(scene.borrow(), lock)));
        scene.attempt("commit", scene.transaction()::commit);
        scene.inThread(() -> scene.ask("second, after", () -> Sql.ask(scene.borrow(), lock)));
    }

    private static void schema(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        scene.attempt("set", () -> connection.setSchema("pg_catalog"));
        scene.ask("inside", connection::getSchema);
        rollback(scene);
        scene.ask("after", connection::getSchema);
    }

    private static void batch(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        try (var insert = connection.prepareStatement("INSERT INTO differential_row VALUES (?)", new String[] {"id"})) {
            for (int id = 1; id <= 3; id++) {
                insert.setInt(1, id);
                insert.addBatch();
            }
            scene.ask("counts", () -> insert.executeBatch().length);
            scene.ask("key", () -> {
                var keys = insert.getGeneratedKeys();
                keys.next();
                return keys.getInt(1);
            });
        }
        scene.attempt("commit", scene.transaction()::commit);
    }

    private static void identity(Scene scene) throws Exception {
        scene.transaction().begin();
        Connection connection = scene.borrow();
        try (var statement = connection.createStatement()) {
            scene.ask("of the statement", () -> statement.getConnection() == connection);
            scene.ask("of the rows", () -> statement.executeQuery("SELECT 1").getStatement() == statement);
        }
        scene.ask("of the metadata", () -> connection.getMetaData().getConnection() == connection);
        scene.ask("equal to a second", () -> connection.equals(scene.borrow()));
        rollback(scene);
    }

    private static void others(Scene scene) throws Exception {
        Connection connection = scene.borrow();
        scene.ask("holdability", connection::getHoldability);
        scene.ask("warnings", connection::getWarnings);
        Sql.run(connection, "DO $$ BEGIN RAISE WARNING 'differential'; END $$");
        scene.attempt("clear", connection::clearWarnings);
        scene.ask("type map", () -> connection.getTypeMap().size());
        scene.ask("network timeout", connection::getNetworkTimeout);
    }
}
