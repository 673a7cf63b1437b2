package com.terafy.it.pools.inside;

import jakarta.ejb.EJB;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** {@code /reminders?do=add&id=7&millis=500}, see {@link Reminders}. */
@WebServlet("/")
public class RemindersServlet extends HttpServlet {

    @EJB
    private transient Reminders reminders;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        int id = Integer.parseInt(request.getParameter("id"));
        long millis = Long.parseLong(request.getParameter("millis"));
        response.setContentType("text/plain");
        response.getWriter().print(answer(request.getParameter("do"), id, millis));
    }

    private String answer(String what, int id, long millis) {
        switch (what) {
            case "add" -> reminders.add(id, millis);
            case "addInVain" -> reminders.addInVain(id, millis);
            case "state" -> {
                return reminders.state(id);
            }
            case "ticks" -> {
                return Integer.toString(reminders.ticks());
            }
            default -> throw new IllegalArgumentException(what);
        }
        return what;
    }
}
