package com.terafy.ra.spi;

import jakarta.resource.ResourceException;
import java.util.Hashtable;
import java.util.function.Consumer;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.RefAddr;
import javax.naming.Reference;
import javax.naming.StringRefAddr;
import javax.naming.spi.ObjectFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes a data source out of what was bound in JNDI where no container does (Jakarta Connectors 2.1, 21.6.1.2): it has
 * the properties of the one that was bound, except the password. That comes from the settings, as for any other pool.
 * Thread-safe.
 */
public final class UnmanagedDataSources implements ObjectFactory {

    private static final String POOL_NAME = "poolName";
    private static final String HOST = "host";
    private static final String PORT = "port";
    private static final String DATABASE = "database";
    private static final String USER = "user";

    static Reference referenceTo(TerafyManagedConnectionFactory factory) {
        Reference reference =
                new Reference(PooledDataSource.class.getName(), UnmanagedDataSources.class.getName(), null);
        add(reference, POOL_NAME, factory.getPoolName());
        add(reference, HOST, factory.getHost());
        add(reference, PORT, factory.getPort());
        add(reference, DATABASE, factory.getDatabase());
        add(reference, USER, factory.getUser());
        return reference;
    }

    private static void add(Reference reference, String property, @Nullable String value) {
        if (value != null) {
            reference.add(new StringRefAddr(property, value));
        }
    }

    /** Null for what is no reference to a data source of ours, as JNDI wants it. */
    @Override
    public @Nullable Object getObjectInstance(
            Object bound, @Nullable Name name, @Nullable Context context, @Nullable Hashtable<?, ?> environment)
            throws ResourceException {
        if (!(bound instanceof Reference reference)
                || !reference.getClassName().equals(PooledDataSource.class.getName())) {
            return null;
        }
        TerafyManagedConnectionFactory factory = new TerafyManagedConnectionFactory();
        set(reference, POOL_NAME, factory::setPoolName);
        set(reference, HOST, factory::setHost);
        set(reference, PORT, factory::setPort);
        set(reference, DATABASE, factory::setDatabase);
        set(reference, USER, factory::setUser);
        return factory.createConnectionFactory();
    }

    private static void set(Reference reference, String property, Consumer<String> setter) {
        RefAddr address = reference.get(property);
        if (address != null) {
            setter.accept((String) address.getContent());
        }
    }
}
