package com.terafy.ra.spi;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.security.auth.Subject;

/**
 * A container's pool as small as it can be, with one sub-pool: it calls the adapter in the order in which IronJacamar
 * does, offers one connection at a time to matching and to validation, and enlists nothing.
 */
final class FakeContainer implements ConnectionManager {

    private static final long serialVersionUID = 1L;

    private final transient TerafyManagedConnectionFactory factory;
    private final transient Semaphore permits;
    private final long acquireMillis;
    private final transient Map<ManagedConnection, Listener> listeners = new ConcurrentHashMap<>();
    final transient ConcurrentLinkedDeque<ManagedConnection> idle = new ConcurrentLinkedDeque<>();

    /** Whom the container signs on as; null where the application does. */
    transient volatile Subject subject;

    FakeContainer(TerafyManagedConnectionFactory factory, int max, long acquireMillis) {
        this.factory = factory;
        this.permits = new Semaphore(max);
        this.acquireMillis = acquireMillis;
    }

    @Override
    public Object allocateConnection(ManagedConnectionFactory asked, ConnectionRequestInfo request)
            throws ResourceException {
        return take(request).getConnection(subject, request);
    }

    /** A matched or new connection, without a handle yet. */
    TerafyManagedConnection take(ConnectionRequestInfo request) throws ResourceException {
        awaitPermit();
        try {
            for (ManagedConnection next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
                ManagedConnection matched = factory.matchManagedConnections(Set.of(next), subject, request);
                if (matched != null) {
                    return (TerafyManagedConnection) matched;
                }
                destroy(next);
            }
            return open(request);
        } catch (ResourceException | RuntimeException failed) {
            permits.release();
            throw failed;
        }
    }

    private void awaitPermit() throws ResourceException {
        try {
            if (!permits.tryAcquire(acquireMillis, TimeUnit.MILLISECONDS)) {
                throw new ResourceException("no permit came within the blocking timeout");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ResourceException("interrupted", interrupted);
        }
    }

    private TerafyManagedConnection open(ConnectionRequestInfo request) throws ResourceException {
        ManagedConnection opened = factory.createManagedConnection(subject, request);
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

    /** Opens so many connections for no borrower. */
    void prefill(int count) throws ResourceException {
        for (int i = 0; i < count; i++) {
            idle.add(open(null));
        }
    }

    /** One sweep: each idle connection is offered alone, longest unused first, and borrowers may take it meanwhile. */
    void sweep() throws ResourceException {
        for (Iterator<ManagedConnection> all = idle.descendingIterator(); all.hasNext(); ) {
            ManagedConnection next = all.next();
            if (!factory.getInvalidConnections(Set.of(next)).isEmpty()) {
                idle.remove(next);
                destroy(next);
            }
        }
    }

    /** Takes a connection back as after its last handle was closed. */
    void giveBack(ManagedConnection connection) {
        try {
            connection.cleanup();
            idle.addFirst(connection);
        } catch (ResourceException notFitForUse) {
            destroy(connection);
        }
        permits.release();
    }

    void destroy(ManagedConnection connection) {
        listeners.remove(connection);
        try {
            connection.destroy();
        } catch (ResourceException failed) {
            throw new IllegalStateException(failed);
        }
    }

    Listener listenerOf(ManagedConnection connection) {
        return listeners.get(connection);
    }

    void shutdown() {
        listeners.keySet().forEach(this::destroy);
        idle.clear();
    }

    int freePermits() {
        return permits.availablePermits();
    }

    final class Listener extends EventRecorder {

        private final ManagedConnection connection;

        Listener(ManagedConnection connection) {
            this.connection = connection;
        }

        @Override
        public void connectionClosed(ConnectionEvent event) {
            super.connectionClosed(event);
            if (handlesOf((TerafyManagedConnection) connection).isEmpty()) {
                giveBack(connection);
            }
        }

        @Override
        public void connectionErrorOccurred(ConnectionEvent event) {
            super.connectionErrorOccurred(event);
            if (listeners.containsKey(connection)) {
                boolean wasIdle = idle.remove(connection);
                destroy(connection);
                if (!wasIdle) {
                    permits.release();
                }
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
