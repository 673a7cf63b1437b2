package com.terafy.ra.connect;

import java.sql.SQLException;

/** What must have succeeded once before the pool's role logs in, for example the migration that creates it. */
@FunctionalInterface
public interface BeforeLogin {

    /** Nothing to do. */
    BeforeLogin NOTHING = () -> {};

    /**
     * Does what is still to be done; called before each login, so it is cheap once it is done. Thread-safe.
     *
     * @throws SQLException if the server is not there; it is called again before the next attempt
     */
    void prepare() throws SQLException;
}
