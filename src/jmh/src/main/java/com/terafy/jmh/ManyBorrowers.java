package com.terafy.jmh;

import com.terafy.api.TerafyDataSource;
import com.terafy.ra.spi.TerafyManagedConnectionFactory;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import java.util.concurrent.ConcurrentLinkedDeque;

/** The least that can stand for a container where many threads borrow: it keeps managed connections, which are tokens. */
final class ManyBorrowers implements ConnectionManager {

    private static final long serialVersionUID = 1L;

    private final transient ConcurrentLinkedDeque<ManagedConnection> idle = new ConcurrentLinkedDeque<>();

    /** Over a pool of that role with these settings, as system properties have them, and a server at that port. */
    static TerafyDataSource dataSource(int port, String user, String password, String... settings)
            throws ResourceException {
        try {
            for (int i = 0; i < settings.length; i += 2) {
                System.setProperty("terafy.db." + settings[i], settings[i + 1]);
            }
            TerafyManagedConnectionFactory factory = Pool.newFactory();
            factory.setPort(Integer.toString(port));
            factory.setUser(user);
            factory.setPassword(password);
            return (TerafyDataSource) factory.createConnectionFactory(new ManyBorrowers());
        } finally {
            for (int i = 0; i < settings.length; i += 2) {
                System.clearProperty("terafy.db." + settings[i]);
            }
        }
    }

    @Override
    public Object allocateConnection(ManagedConnectionFactory factory, ConnectionRequestInfo request)
            throws ResourceException {
        ManagedConnection token = idle.pollFirst();
        if (token == null) {
            token = factory.createManagedConnection(null, request);
            token.addConnectionEventListener(new GiveBack(token));
        }
        return token.getConnection(null, request);
    }

    private final class GiveBack implements ConnectionEventListener {

        private final ManagedConnection token;

        GiveBack(ManagedConnection token) {
            this.token = token;
        }

        @Override
        public void connectionClosed(ConnectionEvent event) {
            try {
                token.cleanup();
            } catch (ResourceException broken) {
                throw new IllegalStateException(broken);
            }
            idle.addFirst(token);
        }

        @Override
        public void connectionErrorOccurred(ConnectionEvent event) {
            throw new IllegalStateException("The connection broke", event.getException());
        }

        @Override
        public void localTransactionStarted(ConnectionEvent event) {
            // Of no interest here, nor are the next two.
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
