package com.terafy.ra.container;

import com.terafy.pool.settings.PoolSettings;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;

/**
 * The container's pool of one connection factory. Its configuration stands in a descriptor that cannot read the
 * environment, so the adapter sets it from the settings, before the pool is first used.
 */
public interface ContainerPool {

    /** Where there is no pool: the non-managed environment. */
    ContainerPool NONE = new UnknownContainerPool();

    /** The pool behind a connection manager. */
    static ContainerPool of(ConnectionManager connectionManager) {
        return IronJacamarPool.isBehind(connectionManager)
                ? new IronJacamarPool(connectionManager)
                : new UnknownContainerPool();
    }

    /**
     * Sets minimum, maximum and acquire timeout, and keeps the container from filling, validating and reaping by itself: the
     * adapter does that. To be called before the pool has a connection.
     *
     * @throws ResourceException if the settings cannot take effect here; the deployment fails
     */
    void configure(PoolSettings settings) throws ResourceException;

    /**
     * Has the container offer each connection in its pool to {@code getInvalidConnections}, on this thread, longest unused
     * first, and close what that returns. Borrowers are not kept away meanwhile: the adapter has to claim what it looks at.
     */
    void offerIdle();
}
