package com.terafy.ra.spi;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for the container in the non-managed environment (Jakarta Connectors 2.1, 7.9): no pool, no transactions
 * but the application's; a connection lives as long as its handle.
 */
final class UnmanagedConnectionManager implements ConnectionManager {

    private static final long serialVersionUID = 1L;

    @Override
    public Object allocateConnection(ManagedConnectionFactory factory, @Nullable ConnectionRequestInfo request)
            throws ResourceException {
        ManagedConnection connection = factory.createManagedConnection(null, request);
        ((TerafyManagedConnection) connection).keepOutOfPool();
        connection.addConnectionEventListener(new DestroyWhenDone(connection));
        try {
            return connection.getConnection(null, request);
        } catch (ResourceException failed) {
            connection.destroy();
            throw failed;
        }
    }

    private record DestroyWhenDone(ManagedConnection connection) implements ConnectionEventListener {

        @Override
        public void connectionClosed(ConnectionEvent event) {
            destroy();
        }

        @Override
        public void connectionErrorOccurred(ConnectionEvent event) {
            destroy();
        }

        private void destroy() {
            try {
                connection.destroy();
            } catch (ResourceException broken) {
                throw new IllegalStateException(broken);
            }
        }

        @Override
        public void localTransactionStarted(ConnectionEvent event) {
            // The application demarcates; there is nobody else to tell.
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
