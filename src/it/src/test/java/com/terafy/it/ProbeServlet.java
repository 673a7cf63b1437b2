package com.terafy.it;

import jakarta.annotation.Resource;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
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
 * {@code /probe?hold=9} borrows nine connections at once and gives them back; a line for each: {@code pid} of its
 * backend, whether it has TLS and its application_name, or {@code error}, SQLSTATE and message.
 */
@WebServlet("/")
public class ProbeServlet extends HttpServlet {

    private static final String ABOUT = "SELECT pg_backend_pid(), ssl, current_setting('application_name')"
            + " FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

    @Resource(lookup = "java:/TerafyDS")
    private transient DataSource database;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String hold = request.getParameter("hold");
        response.setContentType("text/plain");
        Deque<Connection> held = new ArrayDeque<>();
        try (PrintWriter answer = response.getWriter()) {
            for (int i = hold == null ? 1 : Integer.parseInt(hold); i > 0; i--) {
                answer.println(borrow(held));
            }
            giveBack(held, answer);
        }
    }

    private String borrow(Deque<Connection> held) {
        try {
            Connection connection = database.getConnection();
            held.push(connection);
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(ABOUT)) {
                row.next();
                return "pid " + row.getInt(1) + " tls " + row.getBoolean(2) + " tag " + row.getString(3);
            }
        } catch (SQLException refused) {
            return "error " + refused.getSQLState() + " "
                    + String.valueOf(refused.getMessage()).replace('\n', ' ');
        }
    }

    private static void giveBack(Deque<Connection> held, PrintWriter answer) {
        for (Connection connection : held) {
            try {
                connection.close();
            } catch (SQLException failed) {
                answer.println("error on close " + failed.getMessage());
            }
        }
    }
}
