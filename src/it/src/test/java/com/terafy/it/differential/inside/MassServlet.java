package com.terafy.it.differential.inside;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;

/** Lets eight threads run transactions that somebody else rolls back under them, see {@link Mass}. */
@WebServlet("/mass")
public class MassServlet extends HttpServlet {

    private static final int THREADS = 8;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Mass mass = new Mass(
                request.getParameter("database"),
                Mass.End.valueOf(request.getParameter("end")),
                Integer.parseInt(request.getParameter("from")),
                Integer.parseInt(request.getParameter("count")));
        List<FutureTask<Void>> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            FutureTask<Void> task = Scene.task(mass::run);
            threads.add(task);
            new Thread(task, "differential-mass-" + i).start();
        }
        response.setContentType("text/plain");
        try (PrintWriter answer = response.getWriter()) {
            for (FutureTask<Void> thread : threads) {
                Scene.await(thread);
            }
            mass.report().forEach(answer::println);
        } catch (Exception failed) {
            throw new IOException(failed);
        }
    }
}
