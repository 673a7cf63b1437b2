package com.terafy.health;

import com.terafy.api.PoolOperations;
import com.terafy.api.TerafyDataSource;
import java.sql.SQLException;
import java.util.List;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** Where the pools are found. */
final class Pools {

    private static final String DATA_SOURCE = "java:/TerafyDS";

    private Pools() {}

    /** Those that run, that of java:/TerafyDS first; empty if that is not there. */
    @SuppressWarnings("BanJNDI") // a constant name of this server; a jar in lib has nothing injected
    static List<PoolOperations> find() {
        try {
            DataSource dataSource = InitialContext.doLookup(DATA_SOURCE);
            return dataSource.unwrap(TerafyDataSource.class).pools();
        } catch (NamingException | SQLException missing) {
            return List.of();
        }
    }
}
