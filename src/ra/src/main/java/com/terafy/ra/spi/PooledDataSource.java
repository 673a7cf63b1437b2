package com.terafy.ra.spi;

import com.terafy.api.ConnectionWork;
import com.terafy.api.PoolOperations;
import com.terafy.api.PoolStatistics;
import com.terafy.api.RetryPolicy;
import com.terafy.api.SessionContext;
import com.terafy.api.TerafyDataSource;
import com.terafy.api.flight.BorrowEvent;
import com.terafy.api.flight.Flight;
import com.terafy.ra.Messages;
import com.terafy.ra.connect.Credentials;
import com.terafy.ra.spans.Spans;
import jakarta.resource.Referenceable;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import java.io.PrintWriter;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.logging.Logger;
import javax.naming.NamingException;
import javax.naming.Reference;
import org.jspecify.annotations.Nullable;

/**
 * What is bound at {@code java:/TerafyDS} (Jakarta Connectors 2.1, 7.5.1): passes each request through the container's
 * connection manager, and turns what it says into the SQLException that a JDBC application expects. Thread-safe.
 */
public final class PooledDataSource implements TerafyDataSource, Referenceable, Serializable {

    private static final long serialVersionUID = 1L;

    private final TerafyManagedConnectionFactory factory;
    private final ConnectionManager connectionManager;
    private @Nullable Reference reference;

    PooledDataSource(TerafyManagedConnectionFactory factory, ConnectionManager connectionManager) {
        this.factory = factory;
        this.connectionManager = connectionManager;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return borrow(null).takeHandle();
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return borrow(new ConnectionRequest(Credentials.of(user, password))).takeHandle();
    }

    private Association borrow(@Nullable ConnectionRequestInfo request) throws SQLException {
        ManagedPool pool = managedPool();
        return borrow(pool, request, pool.acquireTimeout());
    }

    private Association borrow(ManagedPool pool, @Nullable ConnectionRequestInfo request, Duration patience)
            throws SQLException {
        if (pool.threadTransaction().isOver()) { // the container would destroy the connection that is in it
            throw doomed(pool);
        }
        BorrowAttempt attempt = BorrowAttempt.begin(pool.ticker(), patience);
        pool.counters().waits();
        BorrowEvent wait = Flight.borrow();
        try {
            Association association = (Association) connectionManager.allocateConnection(factory, request);
            long waitedNanos = association.borrowedNanos() - attempt.startedNanos();
            pool.counters().gotAfter(waitedNanos);
            Spans.borrowed(pool.name(), waitedNanos);
            if (wait != null) {
                wait.ended(
                        pool.name(),
                        null,
                        association.physicalConnection().backendPid(),
                        pool.counters().waiting());
            }
            return association;
        } catch (ResourceException failed) {
            SQLException explained = explained(pool, attempt, failed);
            Spans.refused(pool.name(), pool.ticker().nanoTime() - attempt.startedNanos(), explained);
            if (wait != null) {
                wait.ended(
                        pool.name(), explained.getSQLState(), 0, pool.counters().waiting());
            }
            throw explained;
        } finally {
            pool.counters().waited();
            BorrowAttempt.end();
        }
    }

    /** What the adapter said itself; otherwise it was not asked, and the container's own words are for the cause. */
    private static SQLException explained(ManagedPool pool, BorrowAttempt attempt, ResourceException failed) {
        SQLException answer = attempt.answer();
        if (answer != null) {
            return answer;
        }
        if (pool.threadTransaction().isEnding()) {
            return doomed(pool);
        }
        pool.counters().failed();
        return new SQLException(Messages.borrowFailed(pool.name()), "08000", failed);
    }

    private static SQLException doomed(ManagedPool pool) {
        pool.counters().failed();
        return pool.threadTransaction()
                .lostSession()
                .map(how -> lostSession(pool, how))
                .orElseGet(() -> new SQLException(Messages.transactionDoomed(pool.name()), "25000"));
    }

    static SQLException lostSession(ManagedPool pool, String how) {
        return new SQLNonTransientConnectionException(Messages.sessionOfTransactionEnded(pool.name(), how), "08003");
    }

    private ManagedPool managedPool() throws SQLException {
        try {
            return factory.pool();
        } catch (ResourceException wrongSettings) {
            throw new SQLNonTransientConnectionException(wrongSettings.getMessage(), "08001", wrongSettings);
        }
    }

    @Override
    public <T, E extends Exception> T withConnection(ConnectionWork<T, E> work) throws SQLException, E {
        try (Connection connection = getConnection()) {
            return work.run(connection);
        }
    }

    @Override
    public <T, E extends Exception> T withConnection(SessionContext context, ConnectionWork<T, E> work)
            throws SQLException, E {
        Association association = borrow(null);
        try (Connection connection = association.takeHandle()) {
            return inContext(context, association, work, connection);
        }
    }

    @Override
    public <T, E extends Exception> T withTransaction(ConnectionWork<T, E> work) throws SQLException, E {
        return inTransaction(borrow(null), work);
    }

    @Override
    public <T, E extends Exception> T withTransaction(SessionContext context, ConnectionWork<T, E> work)
            throws SQLException, E {
        Association association = borrow(null);
        return inTransaction(association, connection -> inContext(context, association, work, connection));
    }

    @Override
    public <T, E extends Exception> T withTransaction(RetryPolicy policy, ConnectionWork<T, E> work)
            throws SQLException, E {
        return retried(policy).run((association, connection) -> work.run(connection));
    }

    @Override
    public <T, E extends Exception> T withTransaction(
            RetryPolicy policy, SessionContext context, ConnectionWork<T, E> work) throws SQLException, E {
        return retried(policy).run((association, connection) -> inContext(context, association, work, connection));
    }

    private RetriedTransaction retried(RetryPolicy policy) throws SQLException {
        ManagedPool pool = managedPool();
        return new RetriedTransaction(pool, policy, patience -> borrow(pool, null, patience));
    }

    /** Also when the work throws the context ends; the work's exception is the one that counts. */
    private static <T, E extends Exception> T inContext(
            SessionContext context, Association association, ConnectionWork<T, E> work, Connection connection)
            throws SQLException, E {
        association.beginContext(context);
        T result;
        try {
            result = work.run(connection);
        } catch (Throwable thrown) {
            try {
                association.endContext();
            } catch (SQLException failed) {
                thrown.addSuppressed(failed);
            }
            throw thrown;
        }
        association.endContext();
        return result;
    }

    private static <T, E extends Exception> T inTransaction(Association association, ConnectionWork<T, E> work)
            throws SQLException, E {
        try (Connection connection = association.takeHandle()) {
            boolean own = !association.inManagedTransaction();
            if (own) {
                connection.setAutoCommit(false);
            }
            T result = work.run(connection);
            if (own) {
                connection.commit(); // otherwise closing the connection rolls back
            }
            return result;
        }
    }

    @Override
    public PoolStatistics pool() {
        return operations().statistics();
    }

    @Override
    public PoolOperations operations() {
        try {
            return new PoolInside(factory.pool());
        } catch (ResourceException wrongSettings) {
            throw new IllegalStateException(wrongSettings.getMessage(), wrongSettings);
        }
    }

    @Override
    public List<PoolOperations> pools() {
        return RunningPools.HERE.inOrder().stream()
                .<PoolOperations>map(PoolInside::new)
                .toList();
    }

    /** The log writer is the managed connection factory's; applications have no say in it. */
    @Override
    public @Nullable PrintWriter getLogWriter() {
        return factory.getLogWriter();
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        factory.setLogWriter(out);
    }

    /** Seconds of the acquire timeout, rounded up. */
    @Override
    public int getLoginTimeout() throws SQLException {
        return Math.toIntExact(managedPool().acquireTimeout().plusMillis(999).toSeconds());
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        throw new SQLFeatureNotSupportedException(
                "TERAFY0226: the time to wait for a connection is set by DB_POOL_ACQUIRE_TIMEOUT.", "0A000");
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getLogger("com.terafy");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (!type.isInstance(this)) {
            throw new SQLException("TERAFY0227: the DataSource is no " + type.getName() + ".", "HY000");
        }
        return type.cast(this);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }

    @Override
    public void setReference(Reference newReference) {
        reference = newReference;
    }

    /** The container's; without a container one that {@link UnmanagedDataSources} follows (21.6). */
    @Override
    public Reference getReference() throws NamingException {
        Reference set = reference;
        if (set != null) {
            return set;
        }
        if (connectionManager instanceof UnmanagedConnectionManager) {
            return UnmanagedDataSources.referenceTo(factory);
        }
        throw new NamingException(Messages.noReference(factory.getPoolName()));
    }
}
