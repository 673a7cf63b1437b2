package com.terafy.health;

import com.terafy.api.PoolOperations;
import com.terafy.api.TerafyDataSource;
import java.sql.SQLException;
import java.util.Optional;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** Where the pool is found. */
final class Pool {

    private static final String DATA_SOURCE = "java:/TerafyDS";

    private Pool() {}

    /** The pool; empty if it is not there. */
    @SuppressWarnings("BanJNDI") // a constant name of this server; a jar in lib has nothing injected
    static Optional<PoolOperations> find() {
        try {
            DataSource dataSource = InitialContext.doLookup(DATA_SOURCE);
            return Optional.of(dataSource.unwrap(TerafyDataSource.class).operations());
        } catch (NamingException | SQLException missing) {
            return Optional.empty();
        }
    }
}
