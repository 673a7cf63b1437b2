package com.terafy.ra.spi;

import com.terafy.ra.connect.PhysicalConnection;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ManagedConnectionMetaData;
import jakarta.resource.spi.ResourceAdapterInternalException;
import java.sql.SQLException;

/** What there is at the other end of a managed connection (Jakarta Connectors 2.1, 7.5.5). */
final class ConnectionMetaData implements ManagedConnectionMetaData {

    private final PhysicalConnection physical;
    private final int maxConnections;

    ConnectionMetaData(PhysicalConnection physical, int maxConnections) {
        this.physical = physical;
        this.maxConnections = maxConnections;
    }

    @Override
    public String getEISProductName() throws ResourceException {
        try {
            return physical.driverConnection().getMetaData().getDatabaseProductName();
        } catch (SQLException broken) {
            throw new ResourceAdapterInternalException(broken.getMessage(), broken);
        }
    }

    @Override
    public String getEISProductVersion() throws ResourceException {
        try {
            return physical.driverConnection().getMetaData().getDatabaseProductVersion();
        } catch (SQLException broken) {
            throw new ResourceAdapterInternalException(broken.getMessage(), broken);
        }
    }

    /** Most connections of this pool. */
    @Override
    public int getMaxConnections() {
        return maxConnections;
    }

    /** The role that is logged in. */
    @Override
    public String getUserName() {
        return physical.credentials().user();
    }
}
