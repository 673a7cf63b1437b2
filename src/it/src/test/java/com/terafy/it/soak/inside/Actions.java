package com.terafy.it.soak.inside;

import com.terafy.api.SessionContext;
import com.terafy.api.TerafyDataSource;
import com.terafy.it.soak.inside.Attempt.Fate;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Does the tasks. Thread-safe. */
final class Actions {

    private static final String VARIABLE = "app.soak";
    private static final int LONGEST_SLEEP_MILLIS = 300;
    private static final int ROWS_READ = 3;

    /** They hold a connection for long. */
    private static final int TIMEOUTS_OF_HUNDRED = 5;

    private static final Duration TIMED_OUT = Duration.ofMillis(1_300);
    private static final long PAUSE_NANOS = 10_000_000;

    private final TerafyDataSource database;
    private final UserTransaction transaction;
    private final Picture fresh;

    /** @param fresh what a session looks like that nobody has used */
    Actions(TerafyDataSource database, UserTransaction transaction, Picture fresh) {
        this.database = database;
        this.transaction = transaction;
        this.fresh = fresh;
    }

    /** Something done with a connection. */
    @FunctionalInterface
    private interface Work {
        void on(Connection connection) throws SQLException;
    }

    void run(Attempt attempt) throws Exception {
        int amount = attempt.task().amount();
        switch (attempt.task().action()) {
            case READ -> borrow(attempt, connection -> {});
            case INSERT -> borrow(attempt, connection -> insert(connection, attempt, Fate.OPEN, Fate.COMMITTED));
            case COMMIT -> borrow(attempt, connection -> commit(connection, attempt));
            case ROLL_BACK ->
                borrow(attempt, connection -> {
                    connection.setAutoCommit(false);
                    insert(connection, attempt, Fate.ABSENT, Fate.ABSENT);
                    connection.rollback();
                });
            case FORGET ->
                borrow(attempt, connection -> {
                    connection.setAutoCommit(false);
                    insert(connection, attempt, Fate.ABSENT, Fate.ABSENT);
                });
            case JTA_COMMIT -> inTransaction(attempt, true);
            case JTA_ACROSS -> across(attempt);
            case JTA_TIMEOUT -> {
                if (amount < TIMEOUTS_OF_HUNDRED) {
                    timeOut(attempt);
                }
            }
            case WRONG_PASSWORD -> wrongPassword();
            case JTA_ROLL_BACK -> inTransaction(attempt, false);
            case CONTEXT -> context(attempt);
            case CONTEXT_TRANSACTION -> contextTransaction(attempt);
            case DIRTY -> borrow(attempt, connection -> Dirt.make(connection, amount));
            case UNWRAP -> borrow(attempt, connection -> Dirt.byStatement(driversOwn(connection), amount));
            case SLEEP -> borrow(attempt, connection -> sleep(connection, LONGEST_SLEEP_MILLIS * amount / 100));
            case ERROR -> borrow(attempt, connection -> fail(connection, amount % 2 == 0));
            case CANCEL -> borrow(attempt, connection -> cancel(connection));
            case ABANDON_ROWS -> borrow(attempt, connection -> abandonRows(connection));
        }
    }

    private void borrow(Attempt attempt, Work work) throws SQLException {
        try (Connection connection = database.getConnection()) {
            attempt.borrowed();
            fresh.requireOf(connection);
            work.on(connection);
        }
    }

    private static void insert(Connection connection, Attempt attempt, Fate before, Fate after) throws SQLException {
        attempt.is(before);
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO soak_ledger VALUES (?)")) {
            statement.setLong(1, attempt.id());
            statement.executeUpdate();
        }
        attempt.is(after);
    }

    private static void commit(Connection connection, Attempt attempt) throws SQLException {
        connection.setAutoCommit(false);
        insert(connection, attempt, Fate.ABSENT, Fate.OPEN);
        connection.commit();
        attempt.is(Fate.COMMITTED);
    }

    private void inTransaction(Attempt attempt, boolean commits) throws Exception {
        attempt.is(Fate.ABSENT);
        transaction.begin();
        try {
            try (Connection connection = database.getConnection()) {
                attempt.borrowed();
                insert(connection, attempt, Fate.ABSENT, Fate.ABSENT);
            }
            if (commits) {
                attempt.is(Fate.OPEN);
                transaction.commit();
                attempt.is(Fate.COMMITTED);
            }
        } finally {
            if (transaction.getStatus() != Status.STATUS_NO_TRANSACTION) {
                transaction.rollback();
            }
        }
    }

    private void across(Attempt attempt) throws Exception {
        try (Connection connection = database.getConnection()) {
            attempt.borrowed();
            transaction.begin();
            try {
                insert(
                        connection,
                        attempt,
                        Fate.OPEN,
                        Fate.OPEN); // WildFly brings no older handle of such a thread into it
                transaction.commit();
                attempt.is(Fate.COMMITTED);
            } finally {
                endIfOpen();
            }
            fresh.requireOf(connection);
        }
    }

    private void endIfOpen() throws Exception {
        if (transaction.getStatus() != Status.STATUS_NO_TRANSACTION) {
            transaction.rollback();
        }
    }

    /** None of the rows may stay, whatever the thread goes on to do. */
    private void timeOut(Attempt attempt) throws Exception {
        attempt.is(Fate.ABSENT);
        transaction.setTransactionTimeout(1);
        transaction.begin();
        try (Connection connection = database.getConnection()) {
            attempt.borrowed();
            long end = System.nanoTime() + TIMED_OUT.toNanos();
            while (System.nanoTime() < end) {
                tryInsert(connection, attempt);
            }
            attempt.is(Fate.OPEN);
            transaction.commit(); // the transaction manager may be late
        } catch (RollbackException told) {
            attempt.is(Fate.ABSENT);
        } finally {
            transaction.setTransactionTimeout(0);
            endIfOpen();
        }
    }

    private static void tryInsert(Connection connection, Attempt attempt) {
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT INTO soak_ledger VALUES (?) ON CONFLICT DO NOTHING")) {
            statement.setLong(1, attempt.id());
            statement.executeUpdate();
        } catch (SQLException cancelledOrRefused) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Costs nobody a connection, and says what is wrong. */
    private void wrongPassword() throws SQLException {
        try (Connection unexpected = database.getConnection("nobody", "wrong")) {
            throw new IllegalStateException("nobody has got " + unexpected);
        } catch (SQLException refused) {
            if (!"28P01".equals(refused.getSQLState())) {
                throw refused;
            }
        }
    }

    private void context(Attempt attempt) throws SQLException {
        String own = "of " + attempt.id();
        database.withConnection(SessionContext.of(VARIABLE, own), connection -> {
            attempt.borrowed();
            requireVariable(connection, own);
            return own;
        });
    }

    private void contextTransaction(Attempt attempt) throws SQLException {
        String own = "of " + attempt.id();
        attempt.is(Fate.ABSENT);
        database.withTransaction(SessionContext.of(VARIABLE, own), connection -> {
            attempt.borrowed();
            requireVariable(connection, own);
            insert(connection, attempt, Fate.ABSENT, Fate.OPEN);
            return own;
        });
        attempt.is(Fate.COMMITTED);
    }

    private static void requireVariable(Connection connection, String own) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_setting('app.soak', true)")) {
            row.next();
            if (!own.equals(row.getString(1))) {
                throw new StateCrossedException(VARIABLE + " is " + row.getString(1) + " instead of " + own);
            }
        }
    }

    /** The application does not see the driver's classes, but may find them. */
    private static Connection driversOwn(Connection connection) throws SQLException {
        try {
            Class<?> type = Class.forName(
                    "org.postgresql.jdbc.PgConnection",
                    false,
                    connection.getClass().getClassLoader());
            return (Connection) connection.unwrap(type);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sleep(Connection connection, int millis) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_sleep(" + millis / 1000.0 + ")");
        }
    }

    private static void fail(Connection connection, boolean inTransaction) throws SQLException {
        connection.setAutoCommit(!inTransaction);
        requireFailure(connection, "SELECT 1 / 0", "22012");
        if (inTransaction) {
            requireFailure(connection, "SELECT 1", "25P02");
        } else {
            requireFailure(connection, "SELECT nobody FROM nowhere", "42P01");
        }
    }

    private static void cancel(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL statement_timeout = '30ms'");
        }
        requireFailure(connection, "SELECT pg_sleep(2)", "57014");
    }

    private static void requireFailure(Connection connection, String sql, String state) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            if (state.equals(failed.getSQLState())) {
                return;
            }
            throw failed;
        }
        throw new IllegalStateException(sql + " did not fail");
    }

    @SuppressWarnings("resource") // that the rows are left open is the point
    private static void abandonRows(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        Statement statement = connection.createStatement();
        statement.setFetchSize(10);
        ResultSet rows = statement.executeQuery("SELECT generate_series(1, 5000)");
        for (int i = 0; i < ROWS_READ; i++) {
            rows.next();
        }
    }
}
