package com.terafy.it;

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
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Keeps a connection from one request to another: {@code ?do=borrow}, {@code use}, {@code useInTransaction}, {@code close}. */
@WebServlet("/")
public class KeepingServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Resource(lookup = "java:/TerafyDS")
    private transient DataSource database;

    @Resource
    private transient UserTransaction transaction;

    private transient @Nullable Connection kept; // guarded by this

    @Override
    protected synchronized void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        try (PrintWriter answer = response.getWriter()) {
            answer.println(done(request.getParameter("do")));
        }
    }

    private String done(String what) {
        try {
            switch (what) {
                case "borrow" -> kept = database.getConnection();
                case "close" -> connection().close();
                case "useInTransaction" -> {
                    return usedInTransaction();
                }
                default -> {
                    return backend();
                }
            }
            return "done";
        } catch (SQLException failed) {
            return "error " + failed.getSQLState() + " " + failed.getMessage();
        } catch (Exception failed) {
            return "error " + failed;
        }
    }

    private Connection connection() {
        Connection now = kept;
        if (now == null) {
            throw new IllegalStateException("nothing is kept");
        }
        return now;
    }

    private String usedInTransaction() throws Exception {
        transaction.begin();
        try {
            return backend();
        } finally {
            transaction.rollback();
        }
    }

    private String backend() throws SQLException {
        try (Statement statement = connection().createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return "pid " + row.getInt(1);
        }
    }
}
