package com.terafy.it.versions;

import jakarta.annotation.Resource;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/** {@code /write?id=7&commit=true} writes the number in a transaction of the container, and ends that as it is told. */
@WebServlet("/write")
public class WriteServlet extends HttpServlet {

    @Resource
    private transient UserTransaction transaction;

    @Resource(lookup = "java:/TerafyDS")
    private transient DataSource database;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        try {
            transaction.begin();
            insert(Integer.parseInt(request.getParameter("id")));
            if (Boolean.parseBoolean(request.getParameter("commit"))) {
                transaction.commit();
            } else {
                transaction.rollback();
            }
            response.getWriter().println("ended");
        } catch (Exception failed) {
            response.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
            response.getWriter().println(failed);
        }
    }

    private void insert(int id) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("INSERT INTO transfer VALUES (?)")) {
            statement.setInt(1, id);
            statement.executeUpdate();
        }
    }
}
