package com.terafy.ra.spi;

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
                    pool -> !pool.name().equals(TerafyResourceAdapter.DEFAULT_POOL))
            .thenComparing(ManagedPool::name);

    private final List<ManagedPool> pools = new CopyOnWriteArrayList<>();

    void add(ManagedPool pool) {
        pools.add(pool);
    }

    void remove(ManagedPool pool) {
        pools.remove(pool);
    }

    /** The default one first, the others by name. */
    List<ManagedPool> inOrder() {
        return pools.stream().sorted(ORDER).toList();
    }
}
