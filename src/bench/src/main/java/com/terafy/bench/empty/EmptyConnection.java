package com.terafy.bench.empty;

import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.cci.Connection;
import jakarta.resource.cci.ConnectionMetaData;
import jakarta.resource.cci.Interaction;
import jakarta.resource.cci.LocalTransaction;
import jakarta.resource.cci.ResultSetInfo;

/** A handle that can be closed, and nothing else. */
final class EmptyConnection implements Connection {

    private volatile EmptyManagedConnection connection;

    EmptyConnection(EmptyManagedConnection connection) {
        this.connection = connection;
    }

    void moveTo(EmptyManagedConnection target) {
        connection = target;
    }

    @Override
    public void close() {
        connection.closed(this);
    }

    @Override
    public Interaction createInteraction() throws ResourceException {
        throw new NotSupportedException("empty");
    }

    @Override
    public LocalTransaction getLocalTransaction() throws ResourceException {
        throw new NotSupportedException("empty");
    }

    @Override
    public ConnectionMetaData getMetaData() throws ResourceException {
        throw new NotSupportedException("empty");
    }

    @Override
    public ResultSetInfo getResultSetInfo() throws ResourceException {
        throw new NotSupportedException("empty");
    }
}
