package com.terafy.portability;

import jakarta.annotation.Resource;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.sql.DataSource;

/**
 * {@code /hold?count=3} borrows three at once, one line for each: {@code pid} or {@code error}, SQLSTATE and message.
 * {@code /transaction?id=1&commit=true} inserts in a transaction of the container and answers what the application's own
 * commit said meanwhile.
 */
@WebServlet(urlPatterns = {"/hold", "/transaction"})
public class ProbeServlet extends HttpServlet {

    @Resource(lookup = "jdbc/TerafyDS")
    private transient DataSource database;

    @Resource
    private transient UserTransaction transaction;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        try (PrintWriter answer = response.getWriter()) {
            if (request.getServletPath().equals("/hold")) {
                hold(Integer.parseInt(request.getParameter("count")), answer);
            } else {
                answer.println(transact(
                        Integer.parseInt(request.getParameter("id")),
                        Boolean.parseBoolean(request.getParameter("commit"))));
            }
        }
    }

    private void hold(int count, PrintWriter answer) {
        Deque<Connection> held = new ArrayDeque<>();
        for (int i = 0; i < count; i++) {
            answer.println(borrow(held));
        }
        for (Connection connection : held) {
            try {
                connection.close();
            } catch (SQLException failed) {
                answer.println(said(failed));
            }
        }
    }

    private String borrow(Deque<Connection> held) {
        try {
            Connection connection = database.getConnection();
            held.push(connection);
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
                row.next();
                return "pid " + row.getInt(1);
            }
        } catch (SQLException refused) {
            return said(refused);
        }
    }

    private String transact(int id, boolean commit) {
        try {
            transaction.begin();
            String refused = insert(id);
            if (commit) {
                transaction.commit();
            } else {
                transaction.rollback();
            }
            return refused;
        } catch (Exception failed) {
            return "error " + failed;
        }
    }

    private String insert(int id) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO note VALUES (" + id + ")");
            try {
                connection.commit();
                return "committed";
            } catch (SQLException refused) {
                return said(refused);
            }
        }
    }

    private static String said(SQLException failed) {
        return "error " + failed.getSQLState() + " "
                + String.valueOf(failed.getMessage()).replace('\n', ' ');
    }
}
