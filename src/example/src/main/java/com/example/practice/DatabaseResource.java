package com.example.practice;

import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** {@code /practice/api/database}: what the database says about the connection, found by JNDI. */
@RequestScoped
@Path("database")
public class DatabaseResource {

    private static final String ABOUT =
            "SELECT current_database(), current_user, pg_backend_pid(), current_setting('application_name')";

    @GET
    @Produces(MediaType.TEXT_PLAIN)
    @SuppressWarnings("BanJNDI") // a constant name of the server's own directory
    public String about() throws NamingException, SQLException {
        DataSource database = InitialContext.doLookup("java:/TerafyDS");
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(ABOUT)) {
            row.next();
            return "database %s, user %s, backend %d, application_name %s%n"
                    .formatted(row.getString(1), row.getString(2), row.getInt(3), row.getString(4));
        }
    }
}
