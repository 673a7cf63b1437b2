package com.terafy.ra.session;

import java.sql.Connection;
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
 * What a borrower changed through JDBC's setters, and how to put it back. Where nothing was changed the reset costs no
 * round trip.
 *
 * <p>Used by whoever holds the connection, one thread at a time.
 */
public final class SessionState {

    private static final Executor SAME_THREAD = Runnable::run;

    private final BaseConnection connection;
    private final boolean readOnly;
    private final int networkTimeout;
    private final int holdability;
    private final String applicationName;

    private boolean isolationChanged;
    private boolean schemaChanged;
    private boolean readOnlyChanged;
    private boolean networkTimeoutChanged;
    private boolean holdabilityChanged;
    private boolean clientInfoChanged;
    private boolean typeMapChanged;

    /** The state as it is now is the state to go back to. */
    public SessionState(BaseConnection connection) throws SQLException {
        this.connection = connection;
        this.readOnly = connection.isReadOnly();
        this.networkTimeout = connection.getNetworkTimeout();
        this.holdability = connection.getHoldability();
        this.applicationName = connection.getClientInfo("ApplicationName");
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
        List<String> commands = new ArrayList<>(0);
        if (readOnlyChanged) {
            connection.setReadOnly(readOnly);
            readOnlyChanged = false;
        }
        if (isolationChanged) {
            commands.add("RESET default_transaction_isolation");
            isolationChanged = false;
        }
        if (schemaChanged) {
            commands.add("RESET search_path");
            schemaChanged = false;
        }
        resetInDriver();
        if (!commands.isEmpty()) {
            execute(String.join("; ", commands));
        }
    }

    private void resetInDriver() throws SQLException {
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
