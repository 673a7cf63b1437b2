package com.terafy.it.monitor;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Phaser;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/**
 * An application that holds connections from one request to another: {@code /holder?sql=...} borrows one, runs that in
 * a transaction, and keeps it, in a thread of its own that waits until {@code /holder?release} has given all back.
 */
@WebServlet("/")
public class HolderServlet extends HttpServlet {

    private static final Deque<Connection> HELD = new ConcurrentLinkedDeque<>();
    private static final Phaser RELEASE = new Phaser(1);

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getParameter("release") != null) {
            HELD.forEach(HolderServlet::giveBack);
            HELD.clear();
            RELEASE.arrive();
            return;
        }
        String sql = request.getParameter("sql");
        String pool = request.getParameter("pool");
        DataSource database = find(pool == null ? "TerafyDS" : pool);
        int phase = RELEASE.getPhase();
        new Thread(() -> hold(database, sql, phase), "holder").start();
    }

    @SuppressWarnings("BanJNDI") // the tests name the pools
    private static DataSource find(String pool) {
        try {
            return InitialContext.doLookup("java:/" + pool);
        } catch (NamingException missing) {
            throw new IllegalArgumentException("There is no pool " + pool, missing);
        }
    }

    private static void hold(DataSource database, String sql, int phase) {
        try {
            Connection connection = database.getConnection();
            HELD.add(connection);
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
            RELEASE.awaitAdvance(phase);
        } catch (SQLException ended) {
            // a test has ended it
        }
    }

    private static void giveBack(Connection connection) {
        try (connection) {
            connection.rollback();
        } catch (SQLException ended) {
            // a test has ended it
        }
    }
}
