package com.terafy.bench.empty;

import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.cci.Connection;
import jakarta.resource.cci.ConnectionFactory;
import jakarta.resource.cci.ConnectionSpec;
import jakarta.resource.cci.RecordFactory;
import jakarta.resource.cci.ResourceAdapterMetaData;
import jakarta.resource.spi.ConnectionManager;
import java.util.Objects;
import javax.naming.Reference;
import org.jspecify.annotations.Nullable;

/** What is bound in JNDI: passes each request through the container. Its interface is one that every component has. */
public final class EmptyConnectionFactory implements ConnectionFactory {

    private static final long serialVersionUID = 1L;

    private final EmptyManagedConnectionFactory factory;
    private final @Nullable ConnectionManager manager;
    private @Nullable Reference reference;

    /** The contract demands one without parameters (Jakarta Connectors 2.1, 17.5.1.1); it serves nothing. */
    public EmptyConnectionFactory() {
        this(new EmptyManagedConnectionFactory(), null);
    }

    EmptyConnectionFactory(EmptyManagedConnectionFactory factory, @Nullable ConnectionManager manager) {
        this.factory = factory;
        this.manager = manager;
    }

    @Override
    public Connection getConnection() throws ResourceException {
        return (Connection) Objects.requireNonNull(manager).allocateConnection(factory, null);
    }

    @Override
    public Connection getConnection(ConnectionSpec specification) throws ResourceException {
        return getConnection();
    }

    @Override
    public RecordFactory getRecordFactory() throws ResourceException {
        throw new NotSupportedException("empty");
    }

    @Override
    public ResourceAdapterMetaData getMetaData() throws ResourceException {
        throw new NotSupportedException("empty");
    }

    @Override
    public void setReference(Reference newReference) {
        reference = newReference;
    }

    @Override
    public @Nullable Reference getReference() {
        return reference;
    }
}
