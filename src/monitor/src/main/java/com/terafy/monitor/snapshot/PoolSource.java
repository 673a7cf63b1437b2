package com.terafy.monitor.snapshot;

import com.terafy.api.PoolOperations;
import java.sql.SQLException;

/** Where the pool is found; looked up anew each time, because the adapter may have been started anew. */
@FunctionalInterface
public interface PoolSource {

    /** The pool's inside. */
    PoolOperations pool() throws SQLException;
}
