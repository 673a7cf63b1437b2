package com.terafy.ra.session;

import com.terafy.api.SessionContext;
import com.terafy.pool.settings.SessionReset;
import com.terafy.ra.Messages;
import com.terafy.ra.connect.PhysicalConnection;
import com.terafy.ra.driver.DriverDefaults;
import com.terafy.ra.driver.DriverLock;
import com.terafy.ra.driver.DriverStream;
import com.terafy.ra.driver.DriverTypes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.postgresql.jdbc.PreferQueryMode;

/**
 * What a borrower may have changed in the session, and how the next one gets it as it was after the login: the commands for
 * that are sent as it comes back, nobody waits, and the answer is read before it is lent again.
 *
 * <p>Used by whoever holds the connection, one thread at a time.
 */
public final class SessionState {

    private static final Executor SAME_THREAD = Runnable::run;

    /** Invalid SQL statement name. */
    private static final String NO_SUCH_STATEMENT = "26000";

    /** What a superuser can do that stays and that nothing shows. */
    private static final Pattern BEYOND_RESET = Pattern.compile(
            "\\bload\\s+(?:e|u&)?['$]|\\b(?:pg_backup_start|pg_start_backup|pg_replication_origin_session_setup)\\b",
            Pattern.CASE_INSENSITIVE);

    /** Statements that may share a transaction with another one, unlike VACUUM and its kin. */
    private static final Pattern CAN_FOLLOW =
            Pattern.compile("\\s*(select|insert|update|delete|merge|with|values)\\b", Pattern.CASE_INSENSITIVE);

    /** By this text the driver notices that its own prepared statements were prepared for another search path. */
    private static final String RESET_SEARCH_PATH = "SET search_path TO DEFAULT";

    private final PhysicalConnection physical;
    private final BaseConnection connection;
    private final SessionReset mode;
    private final boolean lasts;
    private final FreshLogin fresh;
    private final DriverDefaults driverDefaults;
    private final DriverTypes driverTypes;
    private final boolean readOnly;
    private final int networkTimeout;
    private final int holdability;
    private final String applicationName;

    /** A text was executed that leaves what nothing shows and no reset takes back. */
    private boolean beyondReset;

    /** Variables of this borrow beyond a transaction: they are reset whatever the mode. */
    private @Nullable SessionContext sessionContext;

    /** They are not set in the session yet, or not any more. */
    private boolean contextIsMissing;

    /** What the variables were before a borrower in this transaction set his own; null if nothing is to be restored. */
    private @Nullable OuterContext toRestore;

    /** Counts transactions, so that what was local to one is never restored in another. */
    private int transaction;

    /** The commands of a reset were sent, and their answer was not read. */
    private boolean resetUnderWay;

    private boolean driverMayHaveChanged;
    private boolean isolationChanged;
    private boolean schemaChanged;
    private boolean readOnlyChanged;
    private boolean networkTimeoutChanged;
    private boolean holdabilityChanged;
    private boolean clientInfoChanged;

    /**
     * The state as it is now is the state to go back to.
     *
     * @param lasts whether the session lasts longer than a transaction
     */
    public SessionState(PhysicalConnection physical, SessionReset mode, FreshLogin fresh, boolean lasts)
            throws SQLException {
        this.physical = physical;
        this.lasts = lasts;
        this.connection = physical.driverConnection();
        this.mode = mode;
        this.fresh = fresh;
        this.driverDefaults = DriverDefaults.of(connection);
        this.driverTypes = new DriverTypes(connection);
        this.readOnly = connection.isReadOnly();
        this.networkTimeout = connection.getNetworkTimeout();
        this.holdability = connection.getHoldability();
        this.applicationName = connection.getClientInfo("ApplicationName");
        physical.stream().forgetPath();
        physical.forgetUse();
    }

    /** For a session that will be reset: has the server prepare what is needed, and does not wait. */
    public void prepareReset() throws SQLException {
        if (mode == SessionReset.ALWAYS && fresh.isPrepared()) {
            physical.send(fresh::prepare, DriverStream::readAnswer);
        }
    }

    /**
     * Sets variables for this borrow. Outside a transaction they travel ahead of its first statement and last until the reset,
     * which is then sure to come; inside they end with it.
     */
    public void set(SessionContext context, boolean inTransaction) throws SQLException {
        if (inTransaction) {
            SessionVariables.set(connection, context.variables(), true);
        } else {
            requireLasting("A SessionContext", "Use withTransaction(context, …).");
            sessionContext = context;
            contextIsMissing = true;
        }
    }

    private void requireLasting(String what, String instead) throws SQLException {
        if (!lasts) {
            throw new SQLFeatureNotSupportedException(Messages.notBehindTransactionPooler(what, instead), "0A000");
        }
    }

    /** What is missing of the context is set now, since what follows is no statement that it could travel ahead of. */
    public void completeContext() throws SQLException {
        if (physical.stream().isAheadAlone()) {
            physical.stream().sendAheadAlone();
        }
        SessionContext context = sessionContext;
        if (context != null && isContextMissing()) {
            SessionVariables.set(connection, context.variables(), false);
            contextIsMissing = false;
        }
    }

    private void sendContextAhead(String sql) throws SQLException {
        SessionContext context = sessionContext;
        if (context == null || !isContextMissing()) {
            return;
        }
        if (CAN_FOLLOW.matcher(sql).lookingAt() && isPipelined()) {
            SessionVariables.setAhead(physical.stream(), context.variables());
            contextIsMissing = false;
        } else {
            completeContext();
        }
    }

    private boolean isContextMissing() {
        contextIsMissing |= physical.stream().hasAheadFailed();
        return contextIsMissing;
    }

    private boolean isPipelined() throws SQLException {
        return connection.getPreferQueryMode().compareTo(PreferQueryMode.EXTENDED) >= 0
                && connection.getAutoCommit()
                && connection.getTransactionState() == TransactionState.IDLE;
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

    /** True if {@link #restore()} may ask the server. */
    public boolean hasToRestore() {
        return toRestore != null;
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

    /** A text of SQL is about to be sent, or to be prepared for that. */
    public void executing(String sql) throws SQLException {
        sendContextAhead(sql);
        beyondReset |= fresh.isSuperuser() && BEYOND_RESET.matcher(sql).find();
    }

    /** The borrower got hold of the driver's own object, or set something that only the driver knows. */
    public void touched() throws SQLException {
        driverMayHaveChanged = true; // also where the context is refused
        completeContext();
    }

    public void setTransactionIsolation(int level) throws SQLException {
        if (!lasts && connection.getTransactionIsolation() == level) {
            return;
        }
        requireLasting("Another isolation", "Begin the transaction by SET TRANSACTION ISOLATION LEVEL.");
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
        requireLasting("A schema", "Qualify names, or use SET LOCAL search_path.");
        schemaChanged = true;
        connection.setSchema(schema);
    }

    /** True if the borrower has sent nothing and set nothing, so that a reset would change nothing. */
    public boolean isUntouched() throws SQLException {
        boolean anythingSet = driverMayHaveChanged
                || isolationChanged
                || schemaChanged
                || readOnlyChanged
                || networkTimeoutChanged
                || holdabilityChanged
                || clientInfoChanged
                || sessionContext != null
                || !connection.getAutoCommit();
        return !anythingSet && physical.isUnused() && hasNoTypeMap();
    }

    /** The map is the driver's own, which anybody may add to. */
    private boolean hasNoTypeMap() throws SQLException {
        Map<String, Class<?>> typeMap = connection.getTypeMap();
        return typeMap != null && typeMap.isEmpty();
    }

    /** True if the next reset may have to wait for the server. */
    public boolean needsServer() {
        return readOnlyChanged
                || driverMayHaveChanged
                || physical.stream().isAheadAlone()
                || connection.getTransactionState() != TransactionState.IDLE
                || (mode == SessionReset.OFF && (isolationChanged || schemaChanged || clientInfoChanged));
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
    public void addingDataType() {
        driverMayHaveChanged = true;
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
     * Puts back everything that was changed; what the server has to do is sent, and its answer read by whoever has the
     * session next.
     *
     * @throws SQLException if not everything can be put back: then the connection is not to be used again
     */
    public void reset() throws SQLException {
        if (physical.stream().isAheadAlone()) {
            physical.stream().sendAheadAlone();
        }
        boolean rollsBack = connection.getTransactionState() != TransactionState.IDLE; // and whatever names meant in it
        endTransaction();
        if (beyondReset && mode != SessionReset.OFF) {
            throw new SQLException(
                    Messages.beyondReset(connection.getBackendPID(), "LOAD, a base backup or a replication origin"),
                    "55000");
        }
        if (physical.stream().hasReplicated() && mode != SessionReset.OFF) {
            throw new SQLException(Messages.beyondReset(connection.getBackendPID(), "a replication stream"), "55000");
        }
        if (driverMayHaveChanged && !physical.isWatched() && mode != SessionReset.OFF) {
            throw new SQLException(Messages.unwrappedUnwatched(connection.getBackendPID()), "55000");
        }
        resetInDriver();
        if (mode == SessionReset.ALWAYS || sessionContext != null) {
            if (!physical.isUnused()) {
                DriverStream stream = physical.stream();
                boolean namesMoved = rollsBack || stream.isPathMoved();
                String reset = fresh.reset(connection);
                physical.send(asking -> asking.send(reset), answering -> readReset(namesMoved));
                resetUnderWay = true;
            }
        } else {
            resetSetters();
        }
        sessionContext = null;
        contextIsMissing = false;
        isolationChanged = false;
        schemaChanged = false;
        clientInfoChanged = false;
    }

    /**
     * Just before it is lent again: whoever kept an object of the driver may have used it since it came back.
     *
     * @throws SQLException if so
     */
    public void requireUnused() throws SQLException {
        if (mode != SessionReset.OFF) {
            physical.requireUnused();
        }
    }

    /** True if the answer to a reset is to be read before it is lent again. */
    public boolean awaitsReset() {
        return resetUnderWay && physical.awaitsAnswer();
    }

    private void readReset(boolean namesMoved) throws SQLException {
        resetUnderWay = false;
        FreshLogin.After after = fresh.after(answer(physical.stream()));
        if (namesMoved || after.namesMoved()) {
            physical.stream().forgetPrepared();
            driverTypes.forgetLearned();
        }
        physical.stream().forgetPath();
        if (!after.beyond().isEmpty()) {
            throw new SQLException(Messages.beyondReset(connection.getBackendPID(), after.beyond()), "55000");
        }
        if (after.hasPrepared()) {
            deallocate();
        }
        connection.getQueryExecutor().getNotifications(); // what was heard for the one who listened
        connection.clearWarnings();
    }

    private void deallocate() throws SQLException {
        DriverStream stream = physical.stream();
        stream.send(FreshLogin.PREPARED_BY_SQL);
        stream.send(
                stream.readAnswer().stream().map(row -> "DEALLOCATE " + row[0]).collect(Collectors.joining("; ")));
        stream.readAnswer();
    }

    private List<String[]> answer(DriverStream stream) throws SQLException {
        try {
            return stream.readAnswer();
        } catch (SQLException failed) {
            if (!NO_SUCH_STATEMENT.equals(failed.getSQLState())) {
                throw failed;
            }
        }
        stream.send(fresh.resetUnprepared(connection));
        List<String[]> rows = stream.readAnswer();
        fresh.prepare(stream);
        stream.readAnswer();
        stream.forgetPrepared(); // the driver's were deallocated with ours
        return rows;
    }

    /** What went through JDBC's setters. */
    private void resetSetters() throws SQLException {
        if (clientInfoChanged) {
            connection.setClientInfo("ApplicationName", applicationName);
        }
        if (isolationChanged || schemaChanged) {
            execute((isolationChanged ? "RESET default_transaction_isolation; " : "")
                    + (schemaChanged ? RESET_SEARCH_PATH : ""));
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

    private void resetInDriver() throws SQLException {
        if (driverMayHaveChanged) {
            driverDefaults.restore(connection);
            driverTypes.restoreClasses();
            readOnlyChanged |= connection.isReadOnly() != readOnly;
            holdabilityChanged = true;
            driverMayHaveChanged = false;
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
        if (!hasNoTypeMap()) {
            connection.setTypeMap(new HashMap<>());
        }
        connection.clearWarnings();
    }

    private void execute(String commands) throws SQLException {
        try (Statement statement = ((Connection) connection).createStatement()) {
            statement.execute(commands);
        }
    }
}
