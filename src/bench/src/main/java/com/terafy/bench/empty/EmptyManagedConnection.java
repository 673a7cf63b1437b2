package com.terafy.bench.empty;

import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionMetaData;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.security.auth.Subject;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/** The least that the contract asks of a managed connection: a handle, and the event of its close. */
final class EmptyManagedConnection implements ManagedConnection, LocalTransaction {

    private final List<ConnectionEventListener> listeners = new CopyOnWriteArrayList<>();

    @Override
    public Object getConnection(@Nullable Subject subject, @Nullable ConnectionRequestInfo request) {
        return new EmptyConnection(this);
    }

    void closed(EmptyConnection handle) {
        ConnectionEvent event = new ConnectionEvent(this, ConnectionEvent.CONNECTION_CLOSED);
        event.setConnectionHandle(handle);
        for (ConnectionEventListener listener : listeners) {
            listener.connectionClosed(event);
        }
    }

    @Override
    public void associateConnection(Object handle) {
        ((EmptyConnection) handle).moveTo(this);
    }

    @Override
    public void addConnectionEventListener(ConnectionEventListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeConnectionEventListener(ConnectionEventListener listener) {
        listeners.remove(listener);
    }

    @Override
    public void cleanup() {
        // holds nothing
    }

    @Override
    public void destroy() {
        // holds nothing
    }

    @Override
    public XAResource getXAResource() throws ResourceException {
        throw new NotSupportedException("empty");
    }

    @Override
    public LocalTransaction getLocalTransaction() {
        return this;
    }

    @Override
    public void begin() {
        // of nothing
    }

    @Override
    public void commit() {
        // of nothing
    }

    @Override
    public void rollback() {
        // of nothing
    }

    @Override
    public ManagedConnectionMetaData getMetaData() throws ResourceException {
        throw new NotSupportedException("empty");
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        // nothing is logged
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }
}
