package com.terafy.it.pools.inside;

import jakarta.annotation.PostConstruct;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import java.sql.Connection;
import java.sql.SQLException;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** Needs the pool at its start, and tells nobody before: as a library does that is given a name. */
@Singleton
@Startup
public class LookingUp {

    @PostConstruct
    @SuppressWarnings("BanJNDI") // a constant name of the server's own directory
    void look() {
        try {
            DataSource database = InitialContext.doLookup("java:/TerafyDS");
            try (Connection connection = database.getConnection()) {
                connection.createStatement().execute("SELECT 1");
            }
        } catch (NamingException | SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
