package com.terafy.ra.session;

import com.terafy.api.TerafyDataSource;
import com.terafy.ra.spi.TerafyManagedConnectionFactory;
import com.terafy.ra.spi.TerafyResourceAdapter;
import com.terafy.testkit.RecordingLog;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import java.io.Serial;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A container whose pool is one connection, over a pool of one session, so that each borrower gets the session of the one
 * before. It does what the contract says (Jakarta Connectors 2.1, 7.8): match, hand out, clean up, destroy what failed.
 */
final class OneConnection implements ConnectionManager, AutoCloseable {

    @Serial
    private static final long serialVersionUID = 1L;

    private final TerafyManagedConnectionFactory factory;
    private transient TerafyDataSource dataSource;
    private transient @Nullable ManagedConnection connection;
    private transient int borrowed;
    private transient int lastPid;
    private transient boolean inTransaction;

    private final transient RecordingLog log = RecordingLog.of("com.terafy.connection");

    private OneConnection(TerafyManagedConnectionFactory factory) throws ResourceException {
        this.factory = factory;
        this.dataSource = (TerafyDataSource) factory.createConnectionFactory(this);
    }

    /** To a database, through whatever listens on the port, with settings as system properties have them. */
    static OneConnection to(TestPostgres postgres, int port, String database, Map<String, String> settings)
            throws ResourceException {
        return to(postgres, port, database, TestPostgres.SUPERUSER, postgres.password(), settings);
    }

    static OneConnection to(
            TestPostgres postgres,
            int port,
            String database,
            String user,
            String password,
            Map<String, String> settings)
            throws ResourceException {
        TerafyManagedConnectionFactory factory = new TerafyManagedConnectionFactory();
        factory.setHost(postgres.host());
        factory.setPort(Integer.toString(port));
        factory.setDatabase(database);
        factory.setUser(user);
        factory.setPassword(password);
        Map<String, String> all = new HashMap<>(settings);
        all.put("pool.min", "0");
        all.put("pool.max", "1");
        try {
            all.forEach((name, value) -> System.setProperty("terafy.db." + name, value));
            return new OneConnection(factory);
        } finally {
            all.keySet().forEach(name -> System.clearProperty("terafy.db." + name));
        }
    }

    static OneConnection to(TestPostgres postgres, String database, String mode) throws ResourceException {
        return to(postgres, postgres.port(), database, Map.of("session.reset", mode));
    }

    TerafyDataSource dataSource() {
        return dataSource;
    }

    /** How many sessions were opened so far. */
    long opened() {
        return dataSource.pool().created();
    }

    /** Backend of the session that was borrowed last. */
    int lastPid() {
        return lastPid;
    }

    /** Why the last session to come back could not be reset; null if it could. */
    @Nullable
    String refused() {
        return log.messages().stream()
                .filter(line -> line.startsWith("TERAFY0217"))
                .findFirst()
                .orElse(null);
    }

    /** Work with a transaction of the container around it. */
    @FunctionalInterface
    interface Work {
        void run() throws SQLException;
    }

    /** As a transaction manager would: all borrows share the connection, which comes back with the end. */
    void inTransaction(boolean commit, Work work) throws ResourceException, SQLException {
        ManagedConnection mine = current();
        mine.getLocalTransaction().begin();
        inTransaction = true;
        try {
            work.run();
        } finally {
            inTransaction = false;
            if (commit) {
                mine.getLocalTransaction().commit();
            } else {
                mine.getLocalTransaction().rollback();
            }
            cleanUp();
        }
    }

    private ManagedConnection current() throws ResourceException {
        ManagedConnection present = connection;
        if (present == null) {
            present = factory.createManagedConnection(null, null);
            present.addConnectionEventListener(new Listener());
            connection = present;
        }
        return present;
    }

    @Override
    public Object allocateConnection(ManagedConnectionFactory asking, @Nullable ConnectionRequestInfo request)
            throws ResourceException {
        boolean pooled = connection != null && borrowed == 0 && !inTransaction;
        if (pooled && factory.matchManagedConnections(Set.of(current()), null, null) == null) {
            destroy();
        }
        ManagedConnection mine = current();
        Object handle = mine.getConnection(null, request);
        borrowed++;
        lastPid = Integer.parseInt(mine.toString().replaceAll("\\D+", ""));
        return handle;
    }

    private void cleanUp() {
        ManagedConnection mine = connection;
        if (mine == null || borrowed > 0) {
            return;
        }
        try {
            log.clear();
            mine.cleanup();
        } catch (ResourceException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void destroy() {
        try {
            if (connection != null) {
                connection.destroy();
            }
        } catch (ResourceException failed) {
            throw new IllegalStateException(failed);
        } finally {
            connection = null;
            borrowed = 0;
        }
    }

    @Override
    public void close() {
        destroy();
        Objects.requireNonNull((TerafyResourceAdapter) factory.getResourceAdapter())
                .stop();
        log.close();
    }

    private final class Listener implements ConnectionEventListener {

        @Override
        public void connectionClosed(ConnectionEvent event) {
            borrowed--;
            if (!inTransaction) {
                cleanUp();
            }
        }

        @Override
        public void connectionErrorOccurred(ConnectionEvent event) {
            destroy();
        }

        @Override
        public void localTransactionStarted(ConnectionEvent event) {
            // Nothing to do: the borrower's own.
        }

        @Override
        public void localTransactionCommitted(ConnectionEvent event) {
            // As when it started.
        }

        @Override
        public void localTransactionRolledback(ConnectionEvent event) {
            // As when it started.
        }
    }
}
