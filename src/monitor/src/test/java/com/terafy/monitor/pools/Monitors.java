package com.terafy.monitor.pools;

import com.terafy.api.BackendCleanupOperations;
import com.terafy.api.PoolOperations;
import java.lang.reflect.Proxy;
import java.util.List;

/** Monitors for tests of other packages. */
public final class Monitors {

    private static final BackendCleanupOperations NO_CLEANUP = (BackendCleanupOperations) Proxy.newProxyInstance(
            Monitors.class.getClassLoader(), new Class<?>[] {BackendCleanupOperations.class}, (proxy, method, all) -> {
                throw new UnsupportedOperationException(method.getName());
            });

    private Monitors() {}

    /** Of these pools, without a backend cleanup. */
    public static PoolMonitors of(List<PoolOperations> pools) {
        return new PoolMonitors(() -> pools, noCleanup());
    }

    static BackendCleanupOperations noCleanup() {
        return NO_CLEANUP;
    }
}
