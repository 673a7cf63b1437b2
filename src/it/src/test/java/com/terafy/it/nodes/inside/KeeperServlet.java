package com.terafy.it.nodes.inside;

import jakarta.annotation.Resource;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.sql.DataSource;

/**
 * Keeps connections for as long as it is told: {@code /keeper/?do=keep&count=5} borrows, each with the next {@link Habit},
 * {@code ?do=release&count=5} gives the oldest back; a line for each.
 */
@WebServlet("/")
public class KeeperServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Resource(lookup = "java:/TerafyDS")
    private transient DataSource database;

    private final transient Deque<Kept> kept = new ArrayDeque<>(); // guarded by this, as is the next
    private int borrowed;

    @Override
    protected synchronized void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        int count = Integer.parseInt(request.getParameter("count"));
        boolean keep = "keep".equals(request.getParameter("do"));
        response.setContentType("text/plain");
        try (PrintWriter answer = response.getWriter()) {
            for (int i = 0; i < count && (keep || !kept.isEmpty()); i++) {
                answer.println(keep ? borrow() : kept.removeFirst().release());
            }
        }
    }

    private String borrow() {
        Habit habit = Habit.values()[borrowed++ % Habit.values().length];
        try {
            Connection connection = database.getConnection();
            Kept next = tryToKeep(connection, habit);
            kept.addLast(next);
            return next.text();
        } catch (SQLException refused) {
            return "error " + refused.getSQLState() + " "
                    + String.valueOf(refused.getMessage()).replace('\n', ' ');
        }
    }

    private static Kept tryToKeep(Connection connection, Habit habit) throws SQLException {
        try {
            return Kept.take(connection, habit);
        } catch (SQLException failed) {
            connection.close();
            throw failed;
        }
    }
}
