package com.terafy.ra.spi;

import jakarta.resource.spi.ManagedConnectionMetaData;

/**
 * What there is at the other end of a managed connection (Jakarta Connectors 2.1, 7.5.5). Before it is bound to a session,
 * what the last login of its pool told.
 *
 * @param user the role that is logged in
 * @param maxConnections most connections of this pool
 */
record ConnectionMetaData(ManagedPool.Product product, String user, int maxConnections)
        implements ManagedConnectionMetaData {

    @Override
    public String getEISProductName() {
        return product.name();
    }

    @Override
    public String getEISProductVersion() {
        return product.version();
    }

    @Override
    public int getMaxConnections() {
        return maxConnections;
    }

    @Override
    public String getUserName() {
        return user;
    }
}
