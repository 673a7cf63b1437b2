package com.terafy.ra.migration;

import com.terafy.pool.settings.PoolSettings.Login;
import java.sql.Connection;
import java.sql.SQLException;

/** Opens physical connections to the pool's server, outside the pool. */
@FunctionalInterface
public interface LoginOpener {

    /**
     * A new connection that the caller closes. Waits no longer than the settings' connect timeout allows.
     *
     * @throws SQLException the driver's own, with its SQLSTATE
     */
    Connection open(Login login) throws SQLException;
}
