package com.terafy.it.pools;

import com.terafy.api.FlushMode;
import com.terafy.api.PoolOperations;
import com.terafy.api.TerafyDataSource;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** What a test asks of the pools from inside the server; {@code pool} names one, bound at {@code java:/} and its name. */
@WebServlet("/")
public class PoolsServlet extends HttpServlet {

    private final transient Map<String, Inserts> running = new ConcurrentHashMap<>();
    private final transient Queue<Connection> held = new ConcurrentLinkedQueue<>();

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String pool = request.getParameter("pool");
        String value = request.getParameter("value");
        response.setContentType("text/plain");
        response.getWriter().print(answer(request.getParameter("do"), pool, value));
    }

    private String answer(String what, String pool, String value) {
        try {
            return switch (what) {
                case "names" -> all().stream().map(PoolOperations::name).collect(Collectors.joining(" "));
                case "where" -> where(find(pool));
                case "origin" -> operations(pool).origins().get(value).toString();
                case "resize" -> {
                    operations(pool).change(Map.of("DB_POOL_MAX", value, "DB_POOL_MIN", "1"));
                    yield operations(pool).statistics().toString();
                }
                case "paused" ->
                    operations(pool).isPaused() + " "
                            + operations(pool).statistics().total();
                case "hold" -> {
                    hold(find(pool), Integer.parseInt(value));
                    yield operations(pool).statistics().toString();
                }
                case "release" -> {
                    release();
                    yield operations(pool).statistics().toString();
                }
                case "flush" -> Integer.toString(operations(pool).flush(FlushMode.ALL));
                case "patience" -> {
                    operations(pool).change(Map.of("DB_POOL_ACQUIRE_TIMEOUT", value));
                    yield "";
                }
                case "load" -> {
                    running.put(pool, Inserts.begin(find(pool)));
                    yield "";
                }
                case "count" -> load(pool).toString();
                case "end" -> {
                    load(pool).end();
                    yield load(pool).toString();
                }
                default -> throw new IllegalArgumentException(what);
            };
        } catch (SQLException | NamingException | IllegalStateException failed) {
            return "error " + failed;
        }
    }

    private void hold(DataSource database, int connections) throws SQLException {
        for (int i = 0; i < connections; i++) {
            held.add(database.getConnection());
        }
    }

    private void release() throws SQLException {
        for (Connection connection = held.poll(); connection != null; connection = held.poll()) {
            connection.close();
        }
    }

    private Inserts load(String pool) {
        return Objects.requireNonNull(running.get(pool), pool);
    }

    private static List<PoolOperations> all() throws NamingException {
        return find("TerafyDS").pools();
    }

    private static PoolOperations operations(String pool) throws NamingException {
        return all().stream()
                .filter(each -> each.name().equals(pool))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no pool " + pool));
    }

    @SuppressWarnings("BanJNDI") // names of the server's own directory, given by the test
    private static TerafyDataSource find(String pool) throws NamingException {
        return InitialContext.doLookup("java:/" + pool);
    }

    private static String where(TerafyDataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_database() || ' as ' || current_user")) {
            row.next();
            return row.getString(1);
        }
    }
}
