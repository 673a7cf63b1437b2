package com.terafy.ra.spi;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.transaction.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import javax.security.auth.Subject;

/**
 * A container's pool of managed connections as small as it can be, with one sub-pool: it calls the adapter in the order in
 * which IronJacamar does, with local transactions, and with handles that outlive them ({@code tracking="false"}).
 */
final class FakeContainer implements ConnectionManager {

    private static final long serialVersionUID = 1L;

    /** So many that the adapter's pool is the one that limits. */
    static final int MOST = 1000;

    private final transient TerafyManagedConnectionFactory factory;
    private final transient FakeRegistry registry;
    private final transient Semaphore permits = new Semaphore(MOST);
    private final transient Map<ManagedConnection, Listener> listeners = new ConcurrentHashMap<>();
    private final transient Set<ManagedConnection> inUse = ConcurrentHashMap.newKeySet();
    private final transient Map<Object, TerafyManagedConnection> enlisted = new ConcurrentHashMap<>();
    final transient ConcurrentLinkedDeque<ManagedConnection> idle = new ConcurrentLinkedDeque<>();

    /** Whom the container signs on as; null where the application does. */
    transient volatile Subject subject;

    FakeContainer(TerafyManagedConnectionFactory factory, FakeRegistry registry) {
        this.factory = factory;
        this.registry = registry;
    }

    @Override
    public Object allocateConnection(ManagedConnectionFactory asked, ConnectionRequestInfo request)
            throws ResourceException {
        Object transaction = registry.getTransactionKey();
        if (transaction == null) {
            return handleOrBack(take(request), request);
        }
        if (registry.getTransactionStatus() != Status.STATUS_ACTIVE) {
            throw new ResourceException("the transaction is not active");
        }
        TerafyManagedConnection connection = enlisted.get(transaction);
        if (connection == null) {
            connection = take(request);
            connection.getLocalTransaction().begin();
            enlisted.put(transaction, connection);
        }
        return connection.getConnection(subject, request);
    }

    /** Outside a transaction a connection that gives no handle goes back, without a word. */
    private Object handleOrBack(TerafyManagedConnection connection, ConnectionRequestInfo request)
            throws ResourceException {
        try {
            return connection.getConnection(subject, request);
        } catch (ResourceException | RuntimeException none) {
            if (listeners.containsKey(connection)) {
                giveBack(connection);
            }
            throw none;
        }
    }

    /** A matched or new connection, without a handle yet. */
    TerafyManagedConnection take(ConnectionRequestInfo request) throws ResourceException {
        if (!permits.tryAcquire()) {
            throw new ResourceException("no permit");
        }
        try {
            for (ManagedConnection next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
                ManagedConnection matched = factory.matchManagedConnections(Set.of(next), subject, request);
                if (matched != null) {
                    inUse.add(matched);
                    return (TerafyManagedConnection) matched;
                }
                destroy(next);
            }
            TerafyManagedConnection fresh = open(request);
            inUse.add(fresh);
            return fresh;
        } catch (ResourceException | RuntimeException failed) {
            permits.release();
            throw failed;
        }
    }

    private TerafyManagedConnection open(ConnectionRequestInfo request) throws ResourceException {
        ManagedConnection opened = factory.createManagedConnection(subject, request);
        opened.getMetaData();
        Listener listener = new Listener(opened);
        listeners.put(opened, listener);
        opened.addConnectionEventListener(listener);
        return (TerafyManagedConnection) opened;
    }

    /** The handles that are open on a connection. */
    static List<Association> handlesOf(TerafyManagedConnection connection) {
        List<Association> open = new ArrayList<>();
        connection.associations().forEach(open::add);
        return open;
    }

    /** Begins a transaction on the current thread. */
    void begin() {
        registry.join();
    }

    /** Commits the transaction of the current thread; a connection that cannot is destroyed. */
    void commit() throws ResourceException {
        TerafyManagedConnection connection = leave();
        if (connection != null) {
            try {
                connection.getLocalTransaction().commit();
            } catch (ResourceException failed) {
                destroy(connection);
                throw failed;
            }
            backIfUnused(connection);
        }
    }

    /** Rolls back the transaction of the current thread. */
    void rollback() throws ResourceException {
        TerafyManagedConnection connection = leave();
        if (connection != null) {
            connection.getLocalTransaction().rollback();
            backIfUnused(connection);
        }
    }

    private TerafyManagedConnection leave() {
        Object transaction = registry.getTransactionKey();
        registry.leave();
        return enlisted.remove(transaction);
    }

    private void backIfUnused(TerafyManagedConnection connection) {
        if (listeners.containsKey(connection) && handlesOf(connection).isEmpty()) {
            giveBack(connection);
        }
    }

    /** Takes a connection back as after its last handle was closed. */
    void giveBack(ManagedConnection connection) {
        try {
            listenerOf(connection).tidyUp();
            connection.cleanup();
        } catch (ResourceException notFitForUse) {
            destroy(connection);
            return;
        }
        if (inUse.remove(connection)) {
            idle.addFirst(connection);
            permits.release();
        }
    }

    /** Forgets a connection, also one in use, as an operator's flush of the container's pool does. */
    void destroy(ManagedConnection connection) {
        listeners.remove(connection);
        idle.remove(connection);
        try {
            connection.destroy();
        } catch (ResourceException failed) {
            throw new IllegalStateException(failed);
        }
        if (inUse.remove(connection)) {
            permits.release();
        }
    }

    Listener listenerOf(ManagedConnection connection) {
        return listeners.get(connection);
    }

    void shutdown() {
        listeners.keySet().forEach(this::destroy);
    }

    int freePermits() {
        return permits.availablePermits();
    }

    final class Listener extends EventRecorder {

        private final ManagedConnection connection;
        private boolean inLocalTransaction;

        Listener(ManagedConnection connection) {
            this.connection = connection;
        }

        /** Ends what the application left open. */
        void tidyUp() throws ResourceException {
            if (inLocalTransaction) {
                inLocalTransaction = false;
                connection.getLocalTransaction().rollback();
            }
        }

        @Override
        public void localTransactionStarted(ConnectionEvent event) {
            super.localTransactionStarted(event);
            inLocalTransaction = true;
        }

        @Override
        public void localTransactionCommitted(ConnectionEvent event) {
            super.localTransactionCommitted(event);
            inLocalTransaction = false;
        }

        @Override
        public void localTransactionRolledback(ConnectionEvent event) {
            super.localTransactionRolledback(event);
            inLocalTransaction = false;
        }

        @Override
        public void connectionClosed(ConnectionEvent event) {
            super.connectionClosed(event);
            boolean stays = enlisted.containsValue(connection)
                    || !handlesOf((TerafyManagedConnection) connection).isEmpty();
            if (!stays && listeners.containsKey(connection)) {
                giveBack(connection);
            }
        }

        @Override
        public void connectionErrorOccurred(ConnectionEvent event) {
            super.connectionErrorOccurred(event);
            if (enlisted.containsValue(connection) && registry.getTransactionKey() != null) {
                registry.setRollbackOnly();
            }
            if (listeners.containsKey(connection)) {
                destroy(connection);
            }
        }
    }

    /** Remembers the events it was told. */
    static class EventRecorder implements ConnectionEventListener {

        final List<ConnectionEvent> events = new CopyOnWriteArrayList<>();

        List<Integer> ids() {
            return events.stream().map(ConnectionEvent::getId).toList();
        }

        @Override
        public void connectionClosed(ConnectionEvent event) {
            events.add(event);
        }

        @Override
        public void localTransactionStarted(ConnectionEvent event) {
            events.add(event);
        }

        @Override
        public void localTransactionCommitted(ConnectionEvent event) {
            events.add(event);
        }

        @Override
        public void localTransactionRolledback(ConnectionEvent event) {
            events.add(event);
        }

        @Override
        public void connectionErrorOccurred(ConnectionEvent event) {
            events.add(event);
        }
    }
}
