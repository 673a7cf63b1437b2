package com.terafy.cleanup;

import com.terafy.api.PoolOperations;
import java.sql.SQLException;

/** Where the pool is found; asked anew for every pass, because the pool may have been started anew. */
@FunctionalInterface
interface PoolSource {

    PoolOperations pool() throws SQLException;
}
