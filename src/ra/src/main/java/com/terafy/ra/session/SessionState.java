package com.terafy.ra.session;

import com.terafy.api.SessionContext;
import com.terafy.pool.settings.SessionReset;
import com.terafy.ra.Messages;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.postgresql.util.PGobject;

/**
 * What a borrower changed in the session, and how to put it back, so that the next one starts as the first did. What
 * went through JDBC's setters is known exactly; for the rest every text of SQL is judged by {@link SqlText}. Where
 * nothing was changed the reset costs no round trip.
 *
 * <p>Used by whoever holds the connection, one thread at a time.
 */
public final class SessionState {

    private static final Executor SAME_THREAD = Runnable::run;

    /**
     * What {@code DISCARD ALL} does, but for the plans and the driver's own prepared statements, and in one message. And
     * more than it does: the role is what it was after the login, where {@code ALTER ROLE … SET role} says so.
     */
    private static final String RESET_SESSION = """
            SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; RESET ALL; CLOSE ALL; UNLISTEN *;
            DISCARD SEQUENCES; DISCARD TEMP; SELECT pg_catalog.pg_advisory_unlock_all()
            """;

    /**
     * The same where statements may have been prepared by SQL: what comes back last are the commands that are missing for
     * them. And {@code random()} cannot be foretold by one who called {@code setseed}. This costs as much as the rest.
     */
    private static final String RESET_RARE = RESET_SESSION + """
            ; SELECT pg_catalog.setseed(
                pg_catalog.hashtextextended(pg_catalog.gen_random_uuid()::text, 0::bigint) / 9.3e18::float8);
            SELECT 'DEALLOCATE ' || pg_catalog.quote_ident(name) FROM pg_catalog.pg_prepared_statement() WHERE from_sql
            """;

    /** By this text the driver notices that its own prepared statements were prepared for another search path. */
    private static final String RESET_SEARCH_PATH = "SET search_path TO DEFAULT";

    /** More distinct texts than this on one connection are judged again. */
    private static final int MOST_JUDGEMENTS = 500;

    /** Longer texts are judged each time and not kept. */
    private static final int LONGEST_KEPT_TEXT = 10_000;

    private final BaseConnection connection;
    private final SessionReset mode;
    private final SessionHazards hazards;
    private final Map<String, SqlVerdict> verdicts = new HashMap<>();
    private final DriverDefaults driverDefaults;
    private final boolean readOnly;
    private final int networkTimeout;
    private final int holdability;
    private final String applicationName;

    /** Something other than JDBC's setters may have changed the session. */
    private boolean mayHaveChanged;

    private boolean driverMayHaveChanged;
    private boolean mayHavePrepared;
    private boolean mayHaveDefined;
    private boolean pathMayHaveMoved;
    private boolean beyondReset;

    /** Variables were set for the borrower beyond a transaction: they are reset whatever the mode. */
    private boolean contextSet;

    /** What the variables were before a borrower in this transaction set his own; null if nothing is to be restored. */
    private @Nullable OuterContext toRestore;

    /** Counts transactions, so that what was local to one is never restored in another. */
    private int transaction;

    /** The classes that the driver had for types which the borrower gave classes of his own. */
    private final Map<String, Class<? extends PGobject>> formerTypes = new HashMap<>();

    private boolean isolationChanged;
    private boolean schemaChanged;
    private boolean readOnlyChanged;
    private boolean networkTimeoutChanged;
    private boolean holdabilityChanged;
    private boolean clientInfoChanged;

    /** The state as it is now is the state to go back to. */
    public SessionState(BaseConnection connection, SessionReset mode, SessionHazards hazards) throws SQLException {
        this.connection = connection;
        this.mode = mode;
        this.hazards = hazards;
        this.driverDefaults = DriverDefaults.of(connection);
        this.readOnly = connection.isReadOnly();
        this.networkTimeout = connection.getNetworkTimeout();
        this.holdability = connection.getHoldability();
        this.applicationName = connection.getClientInfo("ApplicationName");
    }

    /**
     * Sets variables for this borrow. Outside a transaction they last until the reset, which is then sure to come; inside
     * they end with it, and no reset is needed. Goes past the judgement of texts.
     */
    public void set(SessionContext context, boolean inTransaction) throws SQLException {
        contextSet |= !inTransaction;
        SessionVariables.set(connection, context.variables(), inTransaction);
    }

    /**
     * Sets variables for this borrow in a transaction that may go on when the borrow has ended.
     *
     * @return what they were before, for {@link #ended}
     */
    public OuterContext replace(SessionContext context) throws SQLException {
        restore();
        return new OuterContext(this, transaction, SessionVariables.replace(connection, context.variables()));
    }

    /** The borrow has ended: in what is left of the transaction the variables are to be what they were. */
    public void ended(OuterContext outer) {
        if (outer.session == this && outer.transaction == transaction) {
            toRestore = outer;
        }
    }

    /** Restores what there is to be restored; in a failed transaction nothing can be, and its end does it. */
    public void restore() throws SQLException {
        OuterContext outer = toRestore;
        toRestore = null;
        if (outer != null && connection.getTransactionState() == TransactionState.OPEN) {
            SessionVariables.set(connection, outer.variables, true);
        }
    }

    /** A transaction began or ended, and with it ended what was local to the former one. */
    public void transactionChanged() {
        transaction++;
        toRestore = null;
    }

    /** A text of SQL is about to be sent. */
    public void executing(String sql) {
        SqlVerdict verdict = judge(sql);
        boolean hidden = hazards.present();
        mayHaveChanged |= verdict.mayChange() || hidden;
        mayHavePrepared |= verdict.mayPrepare() || hidden;
        pathMayHaveMoved |= verdict.mayMovePath();
        beyondReset |= verdict.mayStay();
        if (verdict.mayDefine()) {
            mayHaveDefined = true;
            hazards.defined();
        }
    }

    private SqlVerdict judge(String sql) {
        SqlVerdict known = verdicts.get(sql);
        if (known == null) {
            known = SqlVerdict.on(sql, connection.getStandardConformingStrings());
            if (verdicts.size() >= MOST_JUDGEMENTS) {
                verdicts.clear();
            }
            if (sql.length() <= LONGEST_KEPT_TEXT) {
                verdicts.put(sql, known);
            }
        }
        return known;
    }

    /** The borrower got hold of the driver's own object, or set something that only the driver knows. */
    public void touched() {
        mayHaveChanged = true;
        mayHavePrepared = true;
        driverMayHaveChanged = true;
    }

    public void setTransactionIsolation(int level) throws SQLException {
        isolationChanged = true;
        connection.setTransactionIsolation(level);
    }

    public void setReadOnly(boolean newReadOnly) throws SQLException {
        if (newReadOnly != connection.isReadOnly()) {
            readOnlyChanged = true;
            connection.setReadOnly(newReadOnly);
        }
    }

    public void setSchema(String schema) throws SQLException {
        schemaChanged = true;
        connection.setSchema(schema);
    }

    /** True if the next reset may have something to say to the server. */
    public boolean needsServer() {
        return mode == SessionReset.ALWAYS
                || mayHaveChanged
                || contextSet
                || isolationChanged
                || schemaChanged
                || readOnlyChanged
                || clientInfoChanged
                || connection.getTransactionState() != TransactionState.IDLE;
    }

    /** PostgreSQL cannot change the database of a session, and pgjdbc ignores the call. */
    public void setCatalog(String catalog) throws SQLException {
        connection.setCatalog(catalog);
    }

    public void setHoldability(int newHoldability) throws SQLException {
        holdabilityChanged = true;
        connection.setHoldability(newHoldability);
    }

    public void setNetworkTimeout(@Nullable Executor executor, int millis) throws SQLException {
        networkTimeoutChanged = true;
        connection.setNetworkTimeout(executor == null ? SAME_THREAD : executor, millis);
    }

    public void setClientInfo(String name, @Nullable String value) throws java.sql.SQLClientInfoException {
        clientInfoChanged = true;
        connection.setClientInfo(name, value);
    }

    public void setClientInfo(Properties properties) throws java.sql.SQLClientInfoException {
        clientInfoChanged = true;
        connection.setClientInfo(properties);
    }

    public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
        connection.setTypeMap(map);
    }

    /** The borrower is about to give a type a class of his own. */
    public void addingDataType(String type) {
        Class<? extends PGobject> former = connection.getTypeInfo().getPGobject(type);
        formerTypes.putIfAbsent(type, former == null ? PGobject.class : former);
    }

    /** True while a COPY is under way: whatever else is done with the connection then waits for ever. */
    public boolean isCopying() {
        return DriverLock.isCopying(connection);
    }

    /** Rolls back an open transaction, which {@code setAutoCommit(true)} would commit, and leaves auto-commit on. */
    public void endTransaction() throws SQLException {
        rollBack();
        if (!connection.getAutoCommit()) {
            connection.setAutoCommit(true);
        }
        transactionChanged();
    }

    /** Rolls back an open transaction. */
    public void rollBack() throws SQLException {
        if (isCopying()) {
            throw new SQLException(Messages.copyUnfinished(connection.getBackendPID()), "55000");
        }
        if (connection.getTransactionState() != TransactionState.IDLE) {
            if (connection.getAutoCommit()) {
                execute("ROLLBACK");
            } else {
                connection.rollback();
            }
        }
    }

    /**
     * Puts back everything that was changed; all that needs the server goes in one round trip.
     *
     * @throws SQLException if not everything can be put back: then the connection is not to be used again
     */
    public void reset() throws SQLException {
        endTransaction();
        if (mayHaveDefined) {
            hazards.defined();
        }
        if (beyondReset && mode != SessionReset.OFF) {
            throw new SQLException(Messages.beyondReset(connection.getBackendPID()), "55000");
        }
        resetInDriver();
        if (needsWholeReset()) {
            resetSession();
        } else if (isolationChanged || schemaChanged) {
            execute((isolationChanged ? "RESET default_transaction_isolation; " : "")
                    + (schemaChanged ? RESET_SEARCH_PATH : ""));
        }
        forgetChanges();
    }

    private boolean needsWholeReset() {
        return contextSet || mode == SessionReset.ALWAYS || (mode == SessionReset.TRACKED && mayHaveChanged);
    }

    private void forgetChanges() {
        contextSet = false;
        mayHaveChanged = false;
        mayHavePrepared = false;
        driverMayHaveChanged = false;
        mayHaveDefined = false;
        pathMayHaveMoved = false;
        isolationChanged = false;
        schemaChanged = false;
    }

    private void resetSession() throws SQLException {
        List<String> further = new ArrayList<>();
        try (Statement statement = ((Connection) connection).createStatement()) {
            boolean rows = statement.execute(mayHavePrepared ? RESET_RARE : RESET_SESSION);
            while (rows || statement.getUpdateCount() >= 0) {
                further.clear();
                if (rows && mayHavePrepared) {
                    readTexts(statement.getResultSet(), further);
                }
                rows = statement.getMoreResults();
            }
        }
        connection.getQueryExecutor().getNotifications(); // what was heard for the one who listened
        if (pathMayHaveMoved || schemaChanged || driverMayHaveChanged) {
            further.add(RESET_SEARCH_PATH);
        }
        if (readOnly) {
            connection.setReadOnly(false); // the driver may have told the session so as it logged in
            connection.setReadOnly(true);
        }
        if (!further.isEmpty()) {
            execute(String.join("; ", further));
        }
    }

    /** The variables of a transaction as they were before a borrow. */
    public static final class OuterContext {

        private final SessionState session;
        private final int transaction;
        private final Map<String, String> variables;

        private OuterContext(SessionState session, int transaction, Map<String, String> variables) {
            this.session = session;
            this.transaction = transaction;
            this.variables = variables;
        }
    }

    private static void readTexts(ResultSet result, List<String> into) throws SQLException {
        while (result.next()) {
            into.add(result.getString(1));
        }
    }

    private void resetInDriver() throws SQLException {
        if (driverMayHaveChanged) {
            driverDefaults.restore(connection);
        }
        if (readOnlyChanged) {
            connection.setReadOnly(readOnly);
            readOnlyChanged = false;
        }
        if (networkTimeoutChanged) {
            connection.setNetworkTimeout(SAME_THREAD, networkTimeout);
            networkTimeoutChanged = false;
        }
        if (holdabilityChanged) {
            connection.setHoldability(holdability);
            holdabilityChanged = false;
        }
        if (clientInfoChanged) {
            connection.setClientInfo("ApplicationName", applicationName);
            clientInfoChanged = false;
        }
        Map<String, Class<?>> typeMap = connection.getTypeMap(); // the driver's own, which anybody may add to
        if (typeMap == null || !typeMap.isEmpty()) {
            connection.setTypeMap(new HashMap<>());
        }
        restoreTypes();
        connection.clearWarnings();
    }

    private void restoreTypes() throws SQLException {
        if (formerTypes.isEmpty()) {
            return;
        }
        for (Map.Entry<String, Class<? extends PGobject>> former : formerTypes.entrySet()) {
            connection.addDataType(former.getKey(), former.getValue());
        }
        formerTypes.clear();
    }

    private void execute(String commands) throws SQLException {
        try (Statement statement = ((Connection) connection).createStatement()) {
            statement.execute(commands);
        }
    }
}
