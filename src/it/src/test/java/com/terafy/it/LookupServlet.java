package com.terafy.it;

import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** Looks the data source up for each request, so that it stays deployed while the EAR is deployed again. */
@WebServlet("/")
public class LookupServlet extends HttpServlet {

    @Override
    @SuppressWarnings("BanJNDI") // as applications do it
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            DataSource database = InitialContext.doLookup("java:/TerafyDS");
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
                row.next();
                response.getWriter().println("pid " + row.getInt(1));
            }
        } catch (NamingException | SQLException failed) {
            throw new ServletException(failed);
        }
    }
}
