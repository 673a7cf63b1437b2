package com.terafy.ra;

import com.terafy.pool.settings.PoolSettings;
import com.terafy.ra.errors.PostgresErrors;
import com.terafy.ra.migration.LoginAdvice;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Every message of the adapter that an operator or an application reads, by id. Ids are never reused: 01xx settings
 * (see the settings reader), 02xx the adapter, 03xx the role migration, 04xx the backend cleanup, 05xx the monitoring.
 * No message holds a secret or a query.
 */
public final class Messages {

    private Messages() {}

    public static String poolStarted(PoolSettings settings) {
        return message(
                "0201",
                settings.poolName(),
                "started on %s as %s: %d to %d connections, closed when idle for %s.",
                settings.server().address(),
                settings.login().user(),
                settings.size().min(),
                settings.size().max(),
                show(settings.size().idleTimeout()));
    }

    public static String poolStopped(String pool) {
        return message("0202", pool, "stopped.");
    }

    /** Says what will help, where that can be told. */
    public static String noConnectionToBeHad(PoolSettings settings, SQLException cause) {
        return LoginAdvice.forFailedLogin(settings, cause)
                .orElseGet(() -> message(
                        "0203",
                        settings.poolName(),
                        "%s gives no connection: %s (SQLSTATE %s). %s",
                        settings.server().address(),
                        firstLine(cause),
                        cause.getSQLState(),
                        PostgresErrors.mayPass(cause)
                                ? "It is tried again whenever a connection is wanted; nothing is to be done here once the"
                                        + " server is back."
                                : "Check the DB_ settings."));
    }

    /** For a role that an application or the container's sign-on chose. */
    public static String noConnectionFor(PoolSettings settings, String user, SQLException cause) {
        return message(
                "0245",
                settings.poolName(),
                "%s gives no connection to %s: %s (SQLSTATE %s).",
                settings.server().address(),
                user,
                firstLine(cause),
                cause.getSQLState());
    }

    public static String databaseBack(PoolSettings settings, Duration lasted) {
        return message(
                "0204",
                settings.poolName(),
                "%s gives connections again, after %s.",
                settings.server().address(),
                show(lasted));
    }

    public static String noConnection(String pool, Duration tried, String holders) {
        return message("0205", pool, "no connection became free within %s. %s", show(tried), holders);
    }

    public static String outageOutlasted(String pool, String address, Duration tried, SQLException cause) {
        return message("0206", pool, "%s gave no connection within %s: %s", address, show(tried), firstLine(cause));
    }

    public static String borrowFailed(String pool, Throwable cause) {
        return message("0208", pool, "no connection: %s", String.valueOf(cause.getMessage()));
    }

    public static String handleLeaked(String pool, int backendPid, Duration held, String where) {
        return message(
                "0209",
                pool,
                "backend %d has been held for %s by %s. Close it with try-with-resources, or raise"
                        + " DB_POOL_LEAK_THRESHOLD if that is meant.",
                backendPid,
                show(held),
                where);
    }

    public static String handleAbandoned(String pool, int backendPid, String where) {
        return message(
                "0210",
                pool,
                "backend %d was reclaimed: its borrower dropped the connection without closing it (%s).",
                backendPid,
                where);
    }

    public static String sizeNotApplicable(String pool, String why) {
        return message(
                "0211",
                pool,
                "this container does not let the adapter set its pool's size and timeouts (%s). Configure them in the"
                        + " container, or leave the DB_POOL_ settings at their defaults.",
                why);
    }

    public static String destroyedWithOpenHandles(String pool, int backendPid) {
        return message("0212", pool, "backend %d was closed while it was in use.", backendPid);
    }

    public static String connectionBroke(String pool, int backendPid, SQLException error) {
        return message(
                "0220", pool, "backend %d ended: %s (SQLSTATE %s).", backendPid, firstLine(error), error.getSQLState());
    }

    public static String transactionFailed(String connection, String what, SQLException error) {
        return "TERAFY0221: " + connection + ": " + what + " failed: " + firstLine(error) + " (SQLSTATE "
                + error.getSQLState() + ").";
    }

    public static String managedTransaction(String method) {
        return "TERAFY0222: " + method + " is not allowed here: the transaction manager ends this transaction. Use"
                + " UserTransaction or setRollbackOnly.";
    }

    public static String sweepFailed(String pool, Throwable unexpected) {
        return message("0228", pool, "a connection could not be looked at by the sweep and is kept: %s", unexpected);
    }

    public static String upkeepFailed(String pool, Throwable unexpected) {
        return message("0229", pool, "the upkeep could not look at the pool and tries again: %s", unexpected);
    }

    public static String noXa(String pool) {
        return message("0218", pool, "takes part in local transactions only. Set DB_TRANSACTION_SUPPORT to xa.");
    }

    public static String noPreparedTransactions(String pool) {
        return message(
                "0230",
                pool,
                "DB_TRANSACTION_SUPPORT is xa but the server's max_prepared_transactions is 0. Set it to at least"
                        + " DB_POOL_MAX and restart PostgreSQL, or set DB_TRANSACTION_SUPPORT to local.");
    }

    /** An unfinished COPY makes the driver wait for ever. */
    public static String copyUnfinished(int backendPid) {
        return "TERAFY0240: a COPY on backend " + backendPid + " was begun and neither ended nor cancelled, so that the"
                + " connection is closed. Call endCopy or cancelCopy, also after an exception.";
    }

    public static String hazardFound(String pool, String hazard) {
        return message(
                "0241",
                pool,
                "the database has what may change a session unseen (%s, maybe others): every"
                        + " connection is reset as it comes back.",
                hazard);
    }

    public static String hazardsUnknown(String pool, SQLException failed) {
        return message(
                "0242",
                pool,
                "it cannot be read whether the database has functions that change a session, so"
                        + " every connection is reset as it comes back: %s",
                firstLine(failed));
    }

    /** No reset takes away what LOAD and its kin leave behind. */
    public static String beyondReset(int backendPid) {
        return "TERAFY0243: backend " + backendPid + " was used for LOAD, dblink_connect or a replication origin, which"
                + " last as long as the session.";
    }

    public static String alreadyBegun(String connection) {
        return "TERAFY0246: " + connection + ": a transaction was begun already and neither committed nor rolled back.";
    }

    public static String endedConnection(String connection) {
        return "TERAFY0247: " + connection + " has ended.";
    }

    public static String noReference(String pool) {
        return message("0248", pool, "the container has set no reference, so that there is nothing to be bound.");
    }

    /** The driver's "The connection attempt failed." says little: with it, what the network said. */
    private static String firstLine(SQLException failure) {
        String text = String.valueOf(failure.getMessage());
        int end = text.indexOf('\n');
        String line = end < 0 ? text : text.substring(0, end);
        return failure.getCause() instanceof IOException network ? line + " (" + network.getMessage() + ")" : line;
    }

    private static String show(Duration duration) {
        return duration.toMillis() < 10_000 ? duration.toMillis() + " ms" : duration.toSeconds() + " s";
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would cost a dependency
    private static String message(String id, String pool, String format, Object... arguments) {
        return "TERAFY" + id + ": Pool " + pool + ": " + String.format(java.util.Locale.ROOT, format, arguments);
    }
}
