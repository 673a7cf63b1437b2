package com.terafy.monitor.pools;

import com.terafy.api.PoolOperations;
import java.sql.SQLException;
import java.util.List;

/** Where the pools are found; looked up anew each time, because they come and go while the server runs. */
@FunctionalInterface
public interface PoolsSource {

    /**
     * Every pool that runs now, the default one first.
     *
     * @throws SQLException if the default one is not ours
     */
    List<PoolOperations> pools() throws SQLException;
}
