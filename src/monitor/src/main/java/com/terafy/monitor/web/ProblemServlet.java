package com.terafy.monitor.web;

import com.terafy.monitor.audit.Audit;
import com.terafy.monitor.audit.LoginHeader;
import com.terafy.monitor.json.Json;
import com.terafy.monitor.problems.Problem;
import com.terafy.monitor.problems.ProblemCode;
import jakarta.inject.Inject;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The error page of the WAR: what the container refuses, before or beside the API, reads like a problem of the API. The
 * container's own text is not repeated. Here is also where failed logins are noticed: the container answers 401 by
 * itself, to who sends no login, which is a question, and to who sends one that is wrong.
 */
@WebServlet("/problem")
public class ProblemServlet extends HttpServlet {

    @Inject
    @SuppressWarnings("NullAway.Init")
    private transient Audit audit;

    /** For the container. */
    public ProblemServlet() {}

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean dispatched = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer;
        int status = dispatched ? (Integer) request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) : 404;
        String login = request.getHeader("Authorization");
        if (status == HttpServletResponse.SC_UNAUTHORIZED && login != null) {
            audit.failedLogin(LoginHeader.of(login), String.valueOf(request.getRemoteAddr()));
        }
        send(response, status);
    }

    /** Answers with the problem of that status. */
    static void send(HttpServletResponse response, int status) throws IOException {
        ProblemCode code = ProblemCode.of(status);
        response.setStatus(status);
        response.setContentType(Problem.MEDIA_TYPE);
        byte[] body = Json.write(Problem.of(code, code.title() + ".").withStatus(status))
                .getBytes(StandardCharsets.UTF_8);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
