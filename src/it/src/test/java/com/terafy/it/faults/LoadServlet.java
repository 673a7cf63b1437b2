package com.terafy.it.faults;

import com.terafy.api.FlushMode;
import com.terafy.api.TerafyDataSource;
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
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Lets {@link Load}s begin and end at a test's wish. Its answer to {@code stop} and {@code operate} is a line for each
 * {@link Operation}: began, borrowed, ended, and the failure if there was one.
 */
@WebServlet("/")
public class LoadServlet extends HttpServlet {

    private static final String TERAFY = "java:/TerafyDS";

    private final transient Map<String, Load> running = new ConcurrentHashMap<>();

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        String name = request.getParameter("datasource");
        int count = Integer.parseInt(request.getParameter("count"));
        boolean transactions = Boolean.parseBoolean(request.getParameter("transactions"));
        try (PrintWriter answer = response.getWriter()) {
            switch (request.getParameter("do")) {
                case "hold" -> hold(database(name), count, answer);
                case "operate" -> show(Load.begin(database(name), transaction(transactions), 4, count, false), answer);
                case "start" ->
                    running.put(
                            name,
                            Load.begin(database(name), transaction(transactions), count, Integer.MAX_VALUE, true));
                case "count" -> {
                    answer.println(load(name).operations().size());
                    answer.println(load(name).operations().stream()
                            .filter(Operation::failed)
                            .count());
                }
                case "stop" -> {
                    load(name).stop();
                    show(load(name), answer);
                }
                case "flush" ->
                    answer.println(
                            ((TerafyDataSource) database(name)).operations().flush(FlushMode.GRACEFULLY));
                case "statistics" -> answer.println(((TerafyDataSource) database(name)).pool());
                case "gc" -> System.gc();
                case "drop" -> drop(answer);
                case "keep" -> keep(count, answer);
                default -> response.setStatus(HttpServletResponse.SC_NOT_FOUND);
            }
        }
    }

    private Load load(String name) {
        return Objects.requireNonNull(running.get(name), "no load on " + name);
    }

    /** One that the application has brought, or one of the server. */
    private DataSource database(String name) {
        return getServletContext().getAttribute(name) instanceof DataSource own ? own : find(name);
    }

    @SuppressWarnings("BanJNDI") // names of the server's own directory, given by the test
    private static DataSource find(String name) {
        try {
            return InitialContext.doLookup("java:/" + name);
        } catch (NamingException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("BanJNDI") // a constant name of the server's own directory
    private static @Nullable UserTransaction transaction(boolean wanted) {
        try {
            return wanted ? InitialContext.doLookup("java:jboss/UserTransaction") : null;
        } catch (NamingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void show(Load load, PrintWriter answer) {
        load.awaitEnd();
        for (Operation operation : load.operations()) {
            answer.println(operation.began() + " " + operation.borrowed() + " " + operation.ended()
                    + (operation.failed() ? " " + operation.failure() : ""));
        }
    }

    /** Borrows that many at once and gives them back: a line with its backend for each. */
    private static void hold(DataSource database, int count, PrintWriter answer) {
        Deque<Connection> held = new ArrayDeque<>();
        try {
            for (int i = 0; i < count; i++) {
                Connection connection = database.getConnection();
                held.push(connection);
                answer.println(backend(connection));
            }
        } catch (SQLException refused) {
            answer.println("error " + refused.getSQLState() + " " + refused.getMessage());
        }
        held.forEach(LoadServlet::close);
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException broken) {
            System.getLogger("load").log(System.Logger.Level.DEBUG, "cannot close", broken);
        }
    }

    /** Borrows one and forgets it. */
    private static void drop(PrintWriter answer) {
        try {
            @SuppressWarnings("resource") // that is the point
            Connection dropped = find("TerafyDS").getConnection();
            answer.println(backend(dropped));
        } catch (SQLException refused) {
            answer.println("error " + refused.getMessage());
        }
    }

    /** Borrows one and keeps it for that many milliseconds, by a thread that outlives the request. */
    private static void keep(int millis, PrintWriter answer) {
        DataSource database = find("TerafyDS");
        Thread keeper = new Thread(
                () -> {
                    try (Connection connection = database.getConnection();
                            Statement statement = connection.createStatement()) {
                        statement.execute("SELECT pg_sleep(" + millis / 1000.0 + ")");
                    } catch (SQLException failed) {
                        System.getLogger("load").log(System.Logger.Level.WARNING, TERAFY, failed);
                    }
                },
                "keeper");
        keeper.start();
        answer.println("kept");
    }

    private static int backend(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }
}
