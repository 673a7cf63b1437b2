package com.terafy.it;

import jakarta.annotation.Resource;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import javax.naming.InitialContext;
import javax.sql.DataSource;

/**
 * {@code /transfer?id=7&first=java:/TerafyDS&second=java:/OtherDS} writes the number into both databases, in this order
 * and in one transaction.
 */
@WebServlet("/")
public class TransferServlet extends HttpServlet {

    @Resource
    private transient UserTransaction transaction;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        try {
            int id = Integer.parseInt(request.getParameter("id"));
            transaction.begin();
            insert(request.getParameter("first"), id);
            insert(request.getParameter("second"), id);
            transaction.commit();
            response.getWriter().println("committed " + id);
        } catch (Exception failed) {
            response.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
            response.getWriter().println(failed);
        }
    }

    private static void insert(String dataSource, int id) throws Exception {
        DataSource database = InitialContext.doLookup(dataSource);
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("INSERT INTO transfer VALUES (?)")) {
            statement.setInt(1, id);
            statement.executeUpdate();
        }
    }
}
