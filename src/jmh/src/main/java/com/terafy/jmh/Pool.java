package com.terafy.jmh;

import com.terafy.ra.spi.TerafyManagedConnectionFactory;
import com.terafy.testkit.TestPostgres;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import java.util.Set;
import javax.sql.DataSource;

/**
 * The least that can stand for a container: one managed connection on a real PostgreSQL, matched for each borrower and
 * cleaned up as its handle is closed; no permits, no queue, no transactions. For one thread.
 */
final class Pool {

    final TerafyManagedConnectionFactory factory = newFactory();
    final ManagedConnection connection;
    final DataSource dataSource;

    private Pool(boolean lend) {
        connection = open(factory, lend);
        try {
            if (!lend) {
                connection.getConnection(null, null); // keeps its session bound
            }
            dataSource = (DataSource) factory.createConnectionFactory(new Lender(connection, lend));
        } catch (ResourceException refused) {
            throw new IllegalStateException(refused);
        }
    }

    /** Every borrower gets the connection by matching, and it is cleaned up afterwards. */
    static Pool lending() {
        return new Pool(true);
    }

    /** The connection is in use all the time; borrowers get one more handle on it, and nothing else happens. */
    static Pool sharing() {
        return new Pool(false);
    }

    static TerafyManagedConnectionFactory newFactory() {
        TestPostgres postgres = TestPostgres.shared();
        TerafyManagedConnectionFactory factory = new TerafyManagedConnectionFactory();
        factory.setHost(postgres.host());
        factory.setPort(Integer.toString(postgres.port()));
        factory.setDatabase(TestPostgres.DATABASE);
        factory.setUser(TestPostgres.SUPERUSER);
        factory.setPassword(postgres.password());
        return factory;
    }

    /** One that a container has taken into its pool. */
    static ManagedConnection open(TerafyManagedConnectionFactory factory, boolean lend) {
        try {
            ManagedConnection opened = factory.createManagedConnection(null, null);
            opened.addConnectionEventListener(new GiveBack(opened, lend));
            return opened;
        } catch (ResourceException refused) {
            throw new IllegalStateException(refused); // JMH's own constructors declare no exception
        }
    }

    private static final class Lender implements ConnectionManager {

        private static final long serialVersionUID = 1L;

        private final transient ManagedConnection connection;
        private final transient Set<ManagedConnection> candidates;
        private final boolean lend;

        Lender(ManagedConnection connection, boolean lend) {
            this.connection = connection;
            this.candidates = Set.of(connection);
            this.lend = lend;
        }

        @Override
        public Object allocateConnection(ManagedConnectionFactory factory, ConnectionRequestInfo request)
                throws ResourceException {
            if (lend && factory.matchManagedConnections(candidates, null, request) == null) {
                throw new ResourceException("The connection was not matched");
            }
            return connection.getConnection(null, request);
        }
    }

    /** What a container's listener does, for this one connection. */
    private record GiveBack(ManagedConnection connection, boolean lend) implements ConnectionEventListener {

        @Override
        public void connectionClosed(ConnectionEvent event) {
            if (lend) {
                cleanUp();
            }
        }

        private void cleanUp() {
            try {
                connection.cleanup();
            } catch (ResourceException broken) {
                throw new IllegalStateException(broken);
            }
        }

        @Override
        public void connectionErrorOccurred(ConnectionEvent event) {
            throw new IllegalStateException("The connection broke", event.getException());
        }

        @Override
        public void localTransactionStarted(ConnectionEvent event) {
            // Nobody begins one.
        }

        @Override
        public void localTransactionCommitted(ConnectionEvent event) {
            // See localTransactionStarted.
        }

        @Override
        public void localTransactionRolledback(ConnectionEvent event) {
            // See localTransactionStarted.
        }
    }
}
