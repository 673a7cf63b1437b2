package com.terafy.it.switchover.inside;

import com.terafy.api.TerafyDataSource;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** Begins and ends {@link Load}s, brings HikariCP's pools, and pauses Terafy's, as the run wishes. */
@WebServlet("/")
public class SwitchoverServlet extends HttpServlet {

    private static final long POLL_MILLIS = 20;
    private static final int POLLS = 500;

    private final transient Map<String, Load> running = new ConcurrentHashMap<>();
    private final transient Map<String, HikariDataSource> brought = new ConcurrentHashMap<>();

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        String name = request.getParameter("name");
        try (PrintWriter answer = response.getWriter()) {
            switch (request.getParameter("do")) {
                case "bring" -> brought.put(name, hikari(request.getParameter("url")));
                case "start" -> running.put(name, begin(name, request));
                case "count" -> answer.println(load(name).succeeded());
                case "stop" -> load(name).stop();
                case "over" -> answer.println(load(name).isOver());
                case "result" -> load(name).attempts().forEach(answer::println);
                case "pause" -> answer.println(pause((TerafyDataSource) database(name)));
                case "resume" ->
                    ((TerafyDataSource) database(name)).operations().resume();
                case "evict" ->
                    Objects.requireNonNull(brought.get(name))
                            .getHikariPoolMXBean()
                            .softEvictConnections();
                case "pool" -> answer.println(((TerafyDataSource) database(name)).pool());
                default -> response.setStatus(HttpServletResponse.SC_NOT_FOUND);
            }
        }
    }

    private Load begin(String name, HttpServletRequest request) {
        int load = Integer.parseInt(request.getParameter("load"));
        Ledger ledger = new Ledger(database(name), load, Boolean.parseBoolean(request.getParameter("retried")));
        return Load.begin(
                ledger,
                Long.parseLong(request.getParameter("first")),
                Integer.parseInt(request.getParameter("threads")));
    }

    private Load load(String name) {
        return Objects.requireNonNull(running.get(name), "no load on " + name);
    }

    /** Only the sizes are told; the time to wait is 30 s by default. */
    private static HikariDataSource hikari(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(System.getenv("DB_USER"));
        config.setPassword(System.getenv("DB_PASSWORD"));
        config.setDriverClassName("org.postgresql.Driver");
        config.setMaximumPoolSize(10);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    /** Returns when all that was lent has come back; false if that took too long. */
    private static boolean pause(TerafyDataSource terafy) {
        terafy.operations().pause();
        try {
            for (int i = 0; i < POLLS && terafy.pool().total() > 0; i++) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        return terafy.pool().total() == 0;
    }

    private DataSource database(String name) {
        DataSource own = brought.get(name);
        return own != null ? own : find(name);
    }

    @SuppressWarnings("BanJNDI") // names of the server's own directory, given by the run
    private static DataSource find(String name) {
        try {
            return InitialContext.doLookup("java:/" + name);
        } catch (NamingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void destroy() {
        running.values().forEach(Load::stop);
        brought.values().forEach(HikariDataSource::close);
    }
}
