package com.terafy.ra.session;

import com.terafy.api.SessionContext;
import com.terafy.pool.settings.SessionReset;
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
     * What {@code DISCARD ALL} does, but for the plans and the driver's own prepared statements, and in one message: the
     * names that come back are those of statements that were prepared by SQL.
     */
    private static final String RESET_SESSION = """
            SET SESSION AUTHORIZATION DEFAULT; RESET ALL; CLOSE ALL; UNLISTEN *;
            SELECT pg_advisory_unlock_all(); DISCARD SEQUENCES; DISCARD TEMP;
            SELECT quote_ident(name) FROM pg_prepared_statements WHERE from_sql
            """;

    /** More distinct texts than this on one connection are judged again. */
    private static final int MOST_JUDGEMENTS = 500;

    private final BaseConnection connection;
    private final SessionReset mode;
    private final SessionHazards hazards;
    private final Map<String, Boolean> judgements = new HashMap<>();
    private final DriverDefaults driverDefaults;
    private final boolean readOnly;
    private final int networkTimeout;
    private final int holdability;
    private final String applicationName;

    /** Something other than JDBC's setters may have changed the session. */
    private boolean mayHaveChanged;

    private boolean driverMayHaveChanged;

    /** Variables were set for the borrower: they are reset whatever the mode. */
    private boolean contextSet;

    private boolean isolationChanged;
    private boolean schemaChanged;
    private boolean readOnlyChanged;
    private boolean networkTimeoutChanged;
    private boolean holdabilityChanged;
    private boolean clientInfoChanged;
    private boolean typeMapChanged;

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

    /** Sets variables for this borrow; outside a transaction they last until the reset, which is then sure to come. */
    public void set(SessionContext context, Connection through, boolean transactionLocal) throws SQLException {
        contextSet = true;
        SessionVariables.set(through, context, transactionLocal);
    }

    /** A text of SQL is about to be sent. */
    public void executing(String sql) {
        if (!mayHaveChanged) {
            mayHaveChanged = hazards.present() || judge(sql);
        }
    }

    private boolean judge(String sql) {
        Boolean known = judgements.get(sql);
        if (known == null) {
            if (judgements.size() >= MOST_JUDGEMENTS) {
                judgements.clear();
            }
            known = SqlText.mayChangeSession(sql);
            judgements.put(sql, known);
        }
        return known;
    }

    /** The borrower got hold of the driver's own object, or set something that only the driver knows. */
    public void touched() {
        mayHaveChanged = true;
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
        typeMapChanged = true;
        connection.setTypeMap(map);
    }

    /** Rolls back an open transaction, which {@code setAutoCommit(true)} would commit, and leaves auto-commit on. */
    public void endTransaction() throws SQLException {
        if (connection.getTransactionState() != TransactionState.IDLE) {
            if (connection.getAutoCommit()) {
                execute("ROLLBACK");
            } else {
                connection.rollback();
            }
        }
        if (!connection.getAutoCommit()) {
            connection.setAutoCommit(true);
        }
    }

    /** Puts back everything that was changed; all that needs the server goes in one round trip. */
    public void reset() throws SQLException {
        endTransaction();
        boolean wholeSession =
                contextSet || mode == SessionReset.ALWAYS || (mode == SessionReset.TRACKED && mayHaveChanged);
        if (driverMayHaveChanged) {
            driverDefaults.restore(connection);
        }
        resetInDriver();
        if (wholeSession) {
            resetSession();
        } else if (isolationChanged || schemaChanged) {
            execute((isolationChanged ? "RESET default_transaction_isolation; " : "")
                    + (schemaChanged ? "RESET search_path" : ""));
        }
        contextSet = false;
        mayHaveChanged = false;
        driverMayHaveChanged = false;
        isolationChanged = false;
        schemaChanged = false;
    }

    private void resetSession() throws SQLException {
        List<String> prepared = new ArrayList<>();
        try (Statement statement = ((Connection) connection).createStatement()) {
            boolean rows = statement.execute(RESET_SESSION);
            while (rows || statement.getUpdateCount() >= 0) {
                prepared.clear();
                if (rows) {
                    readFirstColumn(statement.getResultSet(), prepared);
                }
                rows = statement.getMoreResults();
            }
        }
        connection.getQueryExecutor().getNotifications(); // what was heard for the one who listened
        if (!prepared.isEmpty()) {
            execute("DEALLOCATE " + String.join("; DEALLOCATE ", prepared));
        }
    }

    private static void readFirstColumn(ResultSet result, List<String> into) throws SQLException {
        while (result.next()) {
            into.add(result.getString(1));
        }
    }

    private void resetInDriver() throws SQLException {
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
        if (typeMapChanged) {
            connection.setTypeMap(new HashMap<>());
            typeMapChanged = false;
        }
        connection.clearWarnings();
    }

    private void execute(String commands) throws SQLException {
        try (Statement statement = ((Connection) connection).createStatement()) {
            statement.execute(commands);
        }
    }
}
