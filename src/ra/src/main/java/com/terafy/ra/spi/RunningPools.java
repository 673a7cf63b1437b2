package com.terafy.ra.spi;

import com.terafy.api.text.PoolNames;
import com.terafy.ra.Messages;
import jakarta.resource.spi.ResourceAdapterInternalException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The pools that run in this deployment. WildFly makes an adapter for each entry of its subsystem resource-adapters, and
 * none knows of the others: what they share is the deployment's class loader, with which this goes. Thread-safe.
 */
final class RunningPools {

    /** Those of this class loader. */
    static final RunningPools HERE = new RunningPools();

    private static final Comparator<ManagedPool> ORDER = Comparator.<ManagedPool, Boolean>comparing(
                    pool -> !pool.name().equals(PoolNames.DEFAULT))
            .thenComparing(ManagedPool::name);

    private final List<ManagedPool> pools = new CopyOnWriteArrayList<>();

    /** @throws ResourceAdapterInternalException if one of this node runs already whose settings have the same names */
    synchronized void add(ManagedPool pool) throws ResourceAdapterInternalException {
        for (ManagedPool other : pools) {
            if (nodeOf(other).equals(nodeOf(pool)) && settingsOf(other).equals(settingsOf(pool))) {
                throw new ResourceAdapterInternalException(Messages.nameIsTaken(pool.name(), other.name()));
            }
        }
        pools.add(pool);
    }

    private static String nodeOf(ManagedPool pool) {
        return pool.identity().node();
    }

    private static String settingsOf(ManagedPool pool) {
        return PoolNames.variable(pool.name(), "");
    }

    void remove(ManagedPool pool) {
        pools.remove(pool);
    }

    /** The default one first, the others by name. */
    List<ManagedPool> inOrder() {
        return pools.stream().sorted(ORDER).toList();
    }
}
