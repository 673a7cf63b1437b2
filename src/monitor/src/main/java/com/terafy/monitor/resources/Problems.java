package com.terafy.monitor.resources;

import com.terafy.api.text.Quoted;
import com.terafy.monitor.json.Json;
import com.terafy.monitor.problems.Problem;
import com.terafy.monitor.problems.ProblemCode;
import com.terafy.monitor.problems.ProblemException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.List;
import java.util.UUID;

/**
 * Every exception as a problem. What an exception says goes into the log, with a reference that the answer has too; the
 * answer says nothing of it.
 */
@Provider
public class Problems implements ExceptionMapper<Throwable> {

    private static final System.Logger LOG = System.getLogger(Problems.class.getName());

    private static final int RETRY_SECONDS = 2;

    /** Connection, login, resources, operator, no such database, lock not available. */
    private static final List<String> OF_OUTAGES = List.of("08", "28", "53", "57", "3D000", "55P03");

    /** For the container. */
    public Problems() {}

    @Override
    public Response toResponse(Throwable thrown) {
        if (thrown instanceof ProblemException known) {
            return answer(known.problem()).build();
        }
        if (thrown instanceof WebApplicationException container
                && container.getResponse().getStatus() < 500) {
            return ofContainer(container.getResponse());
        }
        if (thrown instanceof SQLException database) {
            return answer(ofDatabase(database)).build();
        }
        return answer(logged(ProblemCode.INTERNAL_ERROR, "The server's log has more under this reference.", thrown))
                .build();
    }

    /** What Jakarta REST refuses by itself: no such path, method, media type; no such role. */
    private static Response ofContainer(Response refused) {
        ProblemCode code = ProblemCode.of(refused.getStatus());
        Response.ResponseBuilder answer =
                answer(Problem.of(code, code.title() + ".").withStatus(refused.getStatus()));
        if (refused.getHeaderString(HttpHeaders.ALLOW) != null) {
            answer.header(HttpHeaders.ALLOW, refused.getHeaderString(HttpHeaders.ALLOW));
        }
        return answer.build();
    }

    /** What an outage brings is told in a line: a stack trace for every request would bury the rest of the log. */
    static Problem ofDatabase(SQLException failure) {
        String detail = "The database could not be asked, or was busy for too long. Nothing more is known of the"
                + " action than what the audit log says.";
        if (!isOutage(failure)) {
            return logged(ProblemCode.DATABASE_UNAVAILABLE, detail, failure);
        }
        String reference = UUID.randomUUID().toString();
        LOG.log(
                Level.WARNING,
                "TERAFY0512: Monitoring: a request failed, reference " + reference
                        + ": the database could not be asked, SQLSTATE " + failure.getSQLState() + ", "
                        + Quoted.of(String.valueOf(failure.getMessage()))
                        + ". See whether it runs, answers and has connections left.");
        return Problem.logged(ProblemCode.DATABASE_UNAVAILABLE, detail, reference);
    }

    private static boolean isOutage(SQLException failure) {
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        return failure instanceof SQLTransientException || OF_OUTAGES.stream().anyMatch(state::startsWith);
    }

    private static Problem logged(ProblemCode code, String detail, Throwable cause) {
        String reference = UUID.randomUUID().toString();
        LOG.log(Level.WARNING, "TERAFY0512: Monitoring: a request failed, reference " + reference, cause);
        return Problem.logged(code, detail, reference);
    }

    private static Response.ResponseBuilder answer(Problem problem) {
        Response.ResponseBuilder answer = Response.status(problem.status());
        if (problem.status() == Response.Status.SERVICE_UNAVAILABLE.getStatusCode()) {
            answer.header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
        }
        return answer.type(Problem.MEDIA_TYPE).entity(Json.write(problem));
    }
}
