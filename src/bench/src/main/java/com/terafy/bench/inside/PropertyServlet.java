package com.terafy.bench.inside;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Sets a system property of the server, or clears it where there is no {@code value}: what is deployed between the two has
 * a setting that the rest of the server has not.
 */
@WebServlet("/property")
public final class PropertyServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String name = request.getParameter("name");
        String value = request.getParameter("value");
        if (value == null) {
            System.clearProperty(name);
        } else {
            System.setProperty(name, value);
        }
        response.getWriter().println("done");
    }
}
