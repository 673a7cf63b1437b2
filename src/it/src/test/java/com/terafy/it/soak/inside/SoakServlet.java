package com.terafy.it.soak.inside;

import com.terafy.api.FlushMode;
import com.terafy.api.TerafyDataSource;
import jakarta.annotation.Resource;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Lets the test command the application; an undeployment ends its threads. */
@WebServlet("/")
public class SoakServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    /** The pool's own minimum. */
    private static final int MINIMUM = 2;

    @Resource
    private transient UserTransaction transaction;

    @Resource(lookup = "java:/TerafyDS")
    private transient DataSource database;

    private transient @Nullable Workers workers; // guarded by this

    @Override
    protected synchronized void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        int count = Integer.parseInt(request.getParameter("count"));
        try (PrintWriter answer = response.getWriter()) {
            switch (request.getParameter("do")) {
                case "start" -> start(request, count);
                case "activate" -> running().activate(count);
                case "stop" -> stop();
                case "drop" -> drop(count);
                case "gc" -> System.gc();
                case "pause" -> pool().operations().pause();
                case "resume" -> pool().operations().resume();
                case "resize" ->
                    pool().operations()
                            .change(Map.of(
                                    "DB_POOL_MIN",
                                    Integer.toString(Math.min(count, MINIMUM)),
                                    "DB_POOL_MAX",
                                    Integer.toString(count)));
                case "flush" -> pool().operations().flush(FlushMode.GRACEFULLY);
                case "statistics" -> answer.println(pool().pool());
                default -> throw new IllegalArgumentException(request.getParameter("do"));
            }
        } catch (SQLException failed) {
            throw new IOException(failed);
        }
    }

    private TerafyDataSource pool() {
        return (TerafyDataSource) database;
    }

    private void start(HttpServletRequest request, int threads) throws SQLException {
        Path journal = Path.of(request.getParameter("journal"));
        long seed = Long.parseLong(request.getParameter("seed"));
        int epoch = Integer.parseInt(request.getParameter("epoch"));
        Picture fresh = fresh(Integer.parseInt(request.getParameter("socketMillis")));
        workers = Workers.start(pool(), transaction, journal, fresh, seed, epoch, threads);
    }

    /** Of a session that nobody has used, with the network timeout that the pool is told to set. */
    private Picture fresh(int socketMillis) throws SQLException {
        try (Connection connection = pool().operations().openOutsidePool("soak")) {
            connection.setNetworkTimeout(Runnable::run, socketMillis);
            return Picture.of(connection);
        }
    }

    private Workers running() {
        Workers now = workers;
        if (now == null) {
            throw new IllegalStateException("not started");
        }
        return now;
    }

    private void stop() {
        if (workers != null) {
            workers.stop();
            workers = null;
        }
    }

    /** Borrows so many and forgets them. */
    @SuppressWarnings("resource") // that is the point
    private void drop(int count) throws SQLException {
        for (int i = 0; i < count; i++) {
            database.getConnection().createStatement().execute("SELECT 1");
        }
    }

    @Override
    public synchronized void destroy() {
        stop();
    }
}
