package com.terafy.it;

import com.terafy.testkit.Backend;
import com.terafy.testkit.TestPostgres;
import java.util.List;

/** The backends of Terafy's pools: those whose tag names no further purpose, such as the cleanup's own session. */
public final class PooledBackends {

    private static final String TAG = "terafy/[^/]+/[^/]+/[0-9a-f]{8}";

    private PooledBackends() {}

    public static List<Backend> of(TestPostgres postgres) {
        return among(postgres.backends());
    }

    /** Those among the backends of the database. */
    public static List<Backend> among(List<Backend> backends) {
        return backends.stream()
                .filter(backend -> backend.applicationName().matches(TAG))
                .toList();
    }
}
