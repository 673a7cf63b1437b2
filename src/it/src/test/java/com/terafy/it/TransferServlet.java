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
import java.sql.SQLException;
import javax.naming.InitialContext;
import javax.sql.DataSource;

/**
 * {@code /transfer?id=7&pool=TerafyDS&first=terafy} writes the number into both databases in one transaction, into that of
 * the pool before the other or, without {@code first}, after it.
 */
@WebServlet("/")
public class TransferServlet extends HttpServlet {

    @Resource
    private transient UserTransaction transaction;

    @Resource(lookup = "java:/TerafyDS")
    private transient DataSource terafy;

    @Resource(lookup = "java:/OtherDS")
    private transient DataSource other;

    @Override
    @SuppressWarnings("BanJNDI") // no name of a user's, and not every server with this application has that pool
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        try {
            int id = Integer.parseInt(request.getParameter("id"));
            boolean terafyFirst = "terafy".equals(request.getParameter("first"));
            DataSource pool =
                    "Further".equals(request.getParameter("pool")) ? InitialContext.doLookup("java:/Further") : terafy;
            transaction.begin();
            insert(terafyFirst ? pool : other, id);
            insert(terafyFirst ? other : pool, id);
            transaction.commit();
            response.getWriter().println("committed " + id);
        } catch (Exception failed) {
            response.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
            response.getWriter().println(failed);
        }
    }

    private static void insert(DataSource database, int id) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("INSERT INTO transfer VALUES (?)")) {
            statement.setInt(1, id);
            statement.executeUpdate();
        }
    }
}
