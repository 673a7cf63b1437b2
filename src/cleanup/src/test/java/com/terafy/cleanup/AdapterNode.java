package com.terafy.cleanup;

import com.terafy.api.PoolIdentity;
import com.terafy.api.PoolOperations;
import com.terafy.api.TerafyDataSource;
import com.terafy.cleanup.policy.Absence;
import com.terafy.cleanup.policy.CleanupRules;
import com.terafy.ra.spi.TerafyManagedConnectionFactory;
import com.terafy.ra.spi.TerafyResourceAdapter;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * A node without a server: the adapter itself, with its pool, upkeep and lease, in a container as small as it can be, and
 * the backend cleanup with a timer.
 */
final class AdapterNode implements AutoCloseable {

    private final TerafyResourceAdapter adapter = new TerafyResourceAdapter();
    private final DataSource dataSource;
    private final PoolOperations pool;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    final BackendCleaner cleaner;

    /** Starts it, with a pass in each interval. */
    AdapterNode(
            String name,
            TestPostgres server,
            String role,
            String password,
            CleanupRules rules,
            Absence absence,
            Duration interval)
            throws ResourceException, SQLException {
        Map<String, String> settings = Map.of(
                "jboss.node.name",
                name,
                "terafy.db.host",
                server.host(),
                "terafy.db.port",
                Integer.toString(server.port()),
                "terafy.db.name",
                TestPostgres.DATABASE,
                "terafy.db.user",
                role,
                "terafy.db.password",
                password,
                "terafy.db.pool.max",
                "6",
                "terafy.db.pool.sweep.interval",
                "400ms");
        settings.forEach(System::setProperty);
        try {
            adapter.start(proxy(BootstrapContext.class, proxy(TransactionSynchronizationRegistry.class, null)));
            TerafyManagedConnectionFactory factory = new TerafyManagedConnectionFactory();
            factory.setResourceAdapter(adapter);
            dataSource = (DataSource) factory.createConnectionFactory(new Container());
            pool = dataSource.unwrap(TerafyDataSource.class).operations();
        } finally {
            settings.keySet().forEach(System::clearProperty);
        }
        cleaner = new BackendCleaner(pool.name(), () -> pool, rules, absence);
        timer.scheduleWithFixedDelay(cleaner::tick, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Of all that a container offers the adapter asks for its registry of transactions only, and that knows of none. */
    private static <T> T proxy(Class<T> type, Object answer) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    return method.getReturnType() == int.class ? (Object) 6 : answer; // STATUS_NO_TRANSACTION
                }));
    }

    Connection borrow() throws SQLException {
        return dataSource.getConnection();
    }

    PoolIdentity identity() {
        return pool.identity();
    }

    @Override
    public void close() {
        cleaner.close();
        timer.shutdown();
        adapter.stop();
    }

    /** Has a managed connection as long as its handle is open. */
    private static final class Container implements ConnectionManager {

        private static final long serialVersionUID = 1L;

        @Override
        public Object allocateConnection(ManagedConnectionFactory factory, ConnectionRequestInfo request)
                throws ResourceException {
            ManagedConnection connection = factory.createManagedConnection(null, request);
            connection.addConnectionEventListener(new Listener(connection));
            return connection.getConnection(null, request);
        }
    }

    private record Listener(ManagedConnection connection) implements ConnectionEventListener {

        @Override
        public void connectionClosed(ConnectionEvent event) {
            try {
                connection.cleanup();
                connection.destroy();
            } catch (ResourceException failed) {
                throw new IllegalStateException(failed);
            }
        }

        @Override
        public void localTransactionStarted(ConnectionEvent event) {}

        @Override
        public void localTransactionCommitted(ConnectionEvent event) {}

        @Override
        public void localTransactionRolledback(ConnectionEvent event) {}

        @Override
        public void connectionErrorOccurred(ConnectionEvent event) {
            try {
                connection.destroy();
            } catch (ResourceException failed) {
                throw new IllegalStateException(failed);
            }
        }
    }
}
