package com.terafy.ra;

import com.terafy.api.RetryCause;
import com.terafy.api.SettingOrigin;
import com.terafy.api.text.PoolNames;
import com.terafy.pool.hosts.HostState;
import com.terafy.pool.settings.HostPort;
import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.Setting;
import com.terafy.ra.errors.PostgresErrors;
import com.terafy.ra.migration.LoginAdvice;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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

    /** INFO, at the start. */
    public static String settingsFrom(String pool, Map<String, SettingOrigin> origins) {
        return message(
                "0266",
                pool,
                "settings of its own: %s; inherited: %s; the others have their defaults.",
                named(origins, SettingOrigin.Kind.OWN),
                named(origins, SettingOrigin.Kind.INHERITED));
    }

    private static String named(Map<String, SettingOrigin> origins, SettingOrigin.Kind kind) {
        String names = origins.values().stream()
                .filter(origin -> origin.kind() == kind)
                .flatMap(origin -> origin.name().stream())
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "none" : names;
    }

    /** WARN; of several servers one serves no more. */
    public static String hostOut(
            PoolSettings settings, HostPort host, HostState now, boolean mayLend, @Nullable SQLException silence) {
        return message(
                "0268",
                settings.poolName(),
                "%s gets no more sessions%s until that has changed: %s.",
                host,
                mayLend ? "" : ", and none on it is lent,",
                whyOut(settings, now, silence));
    }

    private static String whyOut(PoolSettings settings, HostState now, @Nullable SQLException silence) {
        if (!now.answers()) {
            return "it does not answer" + (silence == null ? "" : " (" + endOf(silence) + ")");
        }
        if (!now.readOnly()) {
            return "it accepts writes, and " + settings.nameOf(Setting.DB_TARGET_SERVER_TYPE) + " is secondary";
        }
        return "it is " + now.lag().map(Messages::show).orElse("an unknown time") + " behind, and "
                + settings.nameOf(Setting.DB_REPLICA_MAX_LAG) + " is "
                + show(settings.server().replicaMaxLag());
    }

    /** INFO. */
    public static String hostBack(PoolSettings settings, HostPort host) {
        return message("0269", settings.poolName(), "%s serves again.", host);
    }

    /** The exception where there is no container. */
    public static String lagNeedsContainer(PoolSettings settings) {
        return message(
                "0274",
                settings.poolName(),
                "%s is %s, and without a container nobody looks how far a replica is behind. Set it to off.",
                settings.nameOf(Setting.DB_REPLICA_MAX_LAG),
                show(settings.server().replicaMaxLag()));
    }

    /** The exception of a login. */
    public static String noHostFits(PoolSettings settings) {
        Duration maxLag = settings.server().replicaMaxLag();
        return message(
                "0270",
                settings.poolName(),
                "of %s none answers and is what %s=%s wants%s.",
                settings.server().address(),
                settings.nameOf(Setting.DB_TARGET_SERVER_TYPE),
                settings.server().targetServerType().text(),
                maxLag.isZero() ? "" : ", no more than " + show(maxLag) + " behind");
    }

    /** The exception of the start. */
    public static String nameIsTaken(String pool, String other) {
        return message(
                "0267",
                pool,
                "the pool %s runs already, and its settings have the same names (%s…). Give one of them another name.",
                other,
                PoolNames.variable(pool, "DB_"));
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
                                : "Check the " + PoolNames.variable(settings.poolName(), "DB_") + " settings."));
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

    /** The container did not ask the adapter; what it says itself is in the cause. */
    public static String borrowFailed(String pool) {
        return message("0208", pool, "the server gives no connection; the cause says why.");
    }

    public static String notReset(String pool, int backendPid, SQLException failed) {
        return message(
                "0217",
                pool,
                "backend %d could not be reset for the next borrower and is closed: %s",
                backendPid,
                firstLine(failed));
    }

    public static String borrowInterrupted(String pool, Duration waited) {
        return message(
                "0253", pool, "the thread was interrupted after it had waited %s for a connection.", show(waited));
    }

    public static String poolIsStopped(String pool) {
        return message("0254", pool, "is stopped and gives no connections.");
    }

    public static String stillPaused(String pool, Duration waited) {
        return message(
                "0255",
                pool,
                "is paused by an operator, and %s were not enough to wait for its resumption.",
                show(waited));
    }

    public static String paused(String pool) {
        return message("0256", pool, "paused: borrowers wait until it is resumed.");
    }

    public static String resumed(String pool) {
        return message("0257", pool, "resumed.");
    }

    /** WARN, once. */
    public static String writeToReplica(PoolSettings settings, SQLException refusal) {
        return message(
                "0273",
                settings.poolName(),
                "a write was refused by a replica, whose session is closed: %s. %s is %s, so that others may follow. Set it to"
                        + " primary, unless this pool is for reading.",
                endedBy(refusal),
                settings.nameOf(Setting.DB_TARGET_SERVER_TYPE),
                settings.server().targetServerType().text());
    }

    /** WARN. */
    public static String pauseOfBefore(String pool, String property) {
        return message(
                "0271",
                pool,
                "not paused, though the system property %s says so since before the start: an order to pause is for a running"
                        + " pool. Remove it from the server's configuration.",
                property);
    }

    /** WARN. */
    public static String noPause(String pool, String property, String value) {
        return message(
                "0272",
                pool,
                "the system property %s is \"%s\", which is no order. Set it to true to pause the pool, to false to resume it.",
                property,
                value);
    }

    /**
     * INFO.
     *
     * @param changes what was asked for
     * @param atStart of all that differs from the start, what it was
     */
    public static String changed(String pool, Map<String, String> changes, Map<String, String> atStart) {
        return message(
                "0258",
                pool,
                "until the next start %s; at the start %s.",
                listed(changes),
                atStart.isEmpty() ? "the same" : listed(atStart));
    }

    private static String listed(Map<String, String> settings) {
        return new TreeMap<>(settings)
                .entrySet().stream().map(Map.Entry::toString).collect(Collectors.joining(", "));
    }

    public static String flushed(String pool) {
        return message("0280", pool, "an operator ended all connections.");
    }

    public static String transactionEndedMeanwhile(String pool) {
        return message(
                "0281",
                pool,
                "the transaction that wanted a connection has ended while it waited for one. Begin anew.");
    }

    /** For a handle that is not in the transaction: what it does would be kept. */
    public static String statementInDoomed(String connection) {
        return "TERAFY0283: " + connection
                + ": the transaction of this thread can only be rolled back, and this connection"
                + " is not part of it. Roll the transaction back first.";
    }

    /** The container has let go of a connection whose handles are still open. */
    public static String notInThisTransaction(String connection) {
        return "TERAFY0282: " + connection
                + ": the server has let go of it while it was in use, by a flush or after a commit"
                + " that failed, so that it cannot take part in this transaction. Close it and get another one.";
    }

    public static String handleLeaked(String pool, int backendPid, Duration held, String where) {
        return message(
                "0209",
                pool,
                "backend %d has been held for %s by %s. Close it with try-with-resources, or raise %s if that is meant.",
                backendPid,
                show(held),
                where,
                PoolNames.variable(pool, "DB_POOL_LEAK_THRESHOLD"));
    }

    public static String handleAbandoned(String pool, int backendPid, String where) {
        return message(
                "0210",
                pool,
                "backend %d was reclaimed: its borrower dropped the connection without closing it (%s).",
                backendPid,
                where);
    }

    public static String connectionBroke(String pool, int backendPid, SQLException error) {
        return message(
                "0220", pool, "backend %d ended: %s (SQLSTATE %s).", backendPid, firstLine(error), error.getSQLState());
    }

    public static String transactionFailed(String connection, String what, SQLException error) {
        return "TERAFY0221: " + connection + ": " + what + " failed: " + firstLine(error) + " (SQLSTATE "
                + error.getSQLState() + ").";
    }

    /** For {@code withTransaction} with a retry policy. */
    public static String notInATransaction(String pool) {
        return message(
                "0286",
                pool,
                "withTransaction with a retry policy is not for a thread that is in a transaction already: that one is its"
                        + " owner's to commit and to run again. Call it without a policy, or where no transaction is"
                        + " active.");
    }

    /** INFO. */
    public static String outcomeKnown(String pool, String transactionId, SQLException lost, String said) {
        return message(
                "0287",
                pool,
                "the answer to the COMMIT of transaction %s was lost: %s. The server says: %s.",
                transactionId,
                endOf(lost),
                said);
    }

    /** WARN, and the exception. */
    public static String outcomeUnknown(String pool, String transactionId, SQLException lost, String why) {
        return message(
                "0288",
                pool,
                "whether transaction %s was committed cannot be known. The answer to its COMMIT was lost: %s; and %s. It was"
                        + " not run again. Look in the data whether its work is there before you do it again.",
                transactionId,
                endOf(lost),
                why);
    }

    /** Part of {@link #outcomeUnknown}. */
    public static String noOutcomeWithin(Duration patience, String last) {
        return "no server could say within " + show(patience) + ": " + last;
    }

    /** The transaction is rolled back. */
    public static String noTrace(String pool, SQLException refused) {
        return message(
                "0289",
                pool,
                "nothing was committed, since the server does not tell by what the transaction could be asked for if the answer"
                        + " to its COMMIT were lost: %s. withTransaction with a retry policy needs pg_control_system() and"
                        + " pg_walfile_name(), which everybody may call unless that was revoked.",
                endOf(refused));
    }

    /** DEBUG. */
    public static String runsAgain(String pool, int number, RetryCause cause, Throwable thrown) {
        return message(
                "0290",
                pool,
                "run %d of a transaction was not committed (%s), it runs again: %s",
                number,
                cause,
                thrown);
    }

    /** Suppressed in what is thrown. */
    public static String givenUp(String pool, int runs, Duration tried) {
        return message(
                "0291",
                pool,
                "nothing was committed, and the work is not run again: its policy's bounds are reached, with run %d after"
                        + " %s.",
                runs,
                show(tried));
    }

    /** Commit and its kin in the work of {@code withTransaction(context, …)} or {@code withTransaction(policy, …)}. */
    public static String transactionHasContext(String method) {
        return "TERAFY0284: " + method
                + " is not for the work of withTransaction with a session context or a retry policy, which ends with"
                + " the transaction: it commits when the work returns and rolls back when the work throws.";
    }

    public static String managedTransaction(String method) {
        return "TERAFY0222: " + method + " is not allowed here: the transaction manager ends this transaction. Use"
                + " UserTransaction or setRollbackOnly.";
    }

    public static String upkeepFailed(String pool, Throwable unexpected) {
        return message("0229", pool, "the upkeep could not look at the pool and tries again: %s", unexpected);
    }

    public static String noXa(String pool) {
        return message(
                "0218",
                pool,
                "takes part in local transactions only. Set %s to xa.",
                PoolNames.variable(pool, "DB_TRANSACTION_SUPPORT"));
    }

    public static String noPreparedTransactions(String pool) {
        return message(
                "0230",
                pool,
                "%1$s is xa but the server's max_prepared_transactions is 0. Set it to at least %2$s and restart PostgreSQL, or"
                        + " set %1$s to local.",
                PoolNames.variable(pool, "DB_TRANSACTION_SUPPORT"),
                PoolNames.variable(pool, "DB_POOL_MAX"));
    }

    /** An unfinished COPY makes the driver wait for ever. */
    public static String copyUnfinished(int backendPid) {
        return "TERAFY0240: a COPY on backend " + backendPid + " was begun and neither ended nor cancelled, so that the"
                + " connection is closed. Call endCopy or cancelCopy, also after an exception.";
    }

    /** Some things last as long as the session, and no reset takes them away. */
    public static String beyondReset(int backendPid, String what) {
        return "TERAFY0243: backend " + backendPid + " was used for " + what + ", which lasts as long as the session.";
    }

    /** Somebody kept an object of the driver from an unwrap. */
    public static String usedAfterReturn(int backendPid) {
        return "TERAFY0242: backend " + backendPid
                + " was used by somebody who had closed the connection already, by an"
                + " object of the driver from unwrap.";
    }

    /** Whether an object of the driver is used later on, only a watched socket tells. */
    public static String unwrappedUnwatched(int backendPid) {
        return "TERAFY0285: backend " + backendPid
                + " was used by an object of the driver from unwrap, and its socket cannot be"
                + " watched because of another socketFactory: nobody would see a use after close().";
    }

    /** Outside a transaction the server says I. */
    public static String notIdle(char status) {
        return "TERAFY0241: after its reset the session is in a transaction (" + status + ").";
    }

    public static String alreadyBegun(String connection) {
        return "TERAFY0246: " + connection + ": a transaction was begun already and neither committed nor rolled back.";
    }

    public static String beginsInWork(String connection) {
        return "TERAFY0292: " + connection
                + ": the transaction under way is one of withTransaction with a RetryPolicy, which"
                + " ends with its work. Begin a transaction of the container around it, or after it.";
    }

    public static String endedConnection(String connection) {
        return "TERAFY0247: " + connection + " has ended.";
    }

    public static String noReference(String pool) {
        return message("0248", pool, "the container has set no reference, so that there is nothing to be bound.");
    }

    /** For an application's thread that goes on in a transaction that is over. */
    public static String transactionEndedElsewhere(String connection) {
        return "TERAFY0249: " + connection
                + ": the transaction of this thread was ended by another thread, as the"
                + " transaction manager does when the transaction's timeout has run out. Nothing that is executed in it"
                + " now would be kept. Roll it back; if it needs more time, set a longer timeout.";
    }

    /** The container's record of what a thread has borrowed is older than the truth. */
    public static String anothersConnection(String connection) {
        return "TERAFY0288: " + connection
                + ": the connection that this thread had borrowed was closed by another thread, or dropped"
                + " without being closed, and is somebody else's now: it cannot take part in this thread's transaction. Close a"
                + " connection on the thread that has borrowed it.";
    }

    /** To the container only. */
    public static String takenBackFromWaiter(String pool) {
        return message(
                "0289",
                pool,
                "a transaction has ended while its borrower waited for a session. The managed connection is not used again.");
    }

    public static String commitInDoubt(String connection, SQLException error) {
        return "TERAFY0287: " + connection + ": COMMIT was sent and not answered: " + endedBy(error)
                + ". Whether it was committed only the database can tell: look there before it is done again.";
    }

    /** Says what failed; null if the driver's own object was used. */
    public static String commitOfFailed(String connection, @Nullable SQLException failure) {
        String what = failure == null ? "a statement failed" : endedBy(failure);
        return "TERAFY0250: " + connection + ": nothing was committed, PostgreSQL rolls back a transaction in which a"
                + " statement failed: " + what + ". To go on after an error, roll back to a savepoint.";
    }

    /** What an error said, in one line. */
    public static String endedBy(SQLException error) {
        return firstLine(error) + " (SQLSTATE " + error.getSQLState() + ")";
    }

    public static String sessionOfTransactionEnded(String pool, String how) {
        return message(
                "0251",
                pool,
                "no connection is given in this transaction, because the session in which it was under way has ended: %s."
                        + " Roll the transaction back.",
                how);
    }

    public static String transactionDoomed(String pool) {
        return message(
                "0252",
                pool,
                "no connection is given in this transaction, because it can only be rolled back. Roll it back.");
    }

    /** WARN; only when it is lost, or cannot be had at first. */
    public static String leaseLost(String pool, Exception cause) {
        return message(
                "0260",
                pool,
                "the session by which other nodes know that this pool lives cannot be had: %s. It is tried again all the"
                        + " time, and meanwhile a session of the pool shows that it lives. If the server is full, raise its"
                        + " max_connections or lower %s.",
                endOf(cause),
                PoolNames.variable(pool, "DB_POOL_MAX"));
    }

    /** INFO. */
    public static String leaseHeldAgain(String pool) {
        return message("0261", pool, "the session by which other nodes know that this pool lives is there again.");
    }

    public static String leaseInUse(String pool, Duration waited) {
        return message(
                "0262",
                pool,
                "the session outside the pool was in use by others for more than %s. Try again in a moment.",
                show(waited));
    }

    /** The exception of a login, and the warning. */
    public static String undeclaredPooler(PoolSettings settings) {
        return message(
                "0263",
                settings.poolName(),
                "%s is no PostgreSQL but a pooler in front of it, as the process ids show. What holds behind it depends on"
                        + " its pool_mode: set %s to session or transaction.",
                settings.server().address(),
                settings.nameOf(Setting.DB_POOLER));
    }

    /** WARN, once at the start. */
    public static String behindTransactionPooler(String pool) {
        return message(
                "0264",
                pool,
                "behind a pooler that gives a session for each transaction (%s) nothing lasts longer than one: no"
                        + " session is reset, nothing is prepared on the server, a SessionContext, an isolation or a schema is"
                        + " set in transactions only, the cleanups of other nodes are not told that the pool lives, and this"
                        + " one ends nothing of the pool's role. Use no SET, LISTEN, advisory lock or temporary table"
                        + " beyond a transaction: other clients of the pooler would find it.",
                PoolNames.variable(pool, "DB_POOLER"));
    }

    /** For something that would last longer than a transaction. */
    public static String notBehindTransactionPooler(String what, String instead) {
        return "TERAFY0265: " + what
                + " cannot be set for a session behind a pooler that gives one for each transaction"
                + " (DB_POOLER=transaction): another client of the pooler would find it. " + instead;
    }

    /** What went wrong, in one line without a period. */
    public static String endOf(Exception cause) {
        String text = cause instanceof SQLException sql ? endedBy(sql) : String.valueOf(cause);
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
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
