package com.terafy.it.differential.inside;

import jakarta.annotation.Resource;
import jakarta.ejb.EJB;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;

/** Runs one scenario on one datasource in one place; its answer is the outcome. */
@WebServlet("/")
public class DifferentialServlet extends HttpServlet {

    @EJB
    private transient Beans beans;

    @EJB
    private transient OwnDemarcation own;

    @Resource
    private transient ManagedExecutorService executor;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain;charset=UTF-8");
        Scenario scenario = Scenarios.named(request.getParameter("scenario"));
        Scene scene =
                new Scene(request.getParameter("database"), request.getParameter("password"), beans, own, executor);
        try {
            scene.perform(Place.valueOf(request.getParameter("place")), scenario.code());
        } catch (Exception failure) {
            scene.attempt("failed", () -> {
                throw failure;
            });
        } finally {
            scene.giveBack();
        }
        try (PrintWriter answer = response.getWriter()) {
            scene.outcome().forEach(answer::println);
        }
    }
}
