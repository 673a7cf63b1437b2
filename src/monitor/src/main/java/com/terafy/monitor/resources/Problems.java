package com.terafy.monitor.resources;

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
import java.util.UUID;

/**
 * Every exception as a problem. What an exception says goes into the log, with a reference that the answer has too; the
 * answer says nothing of it.
 */
@Provider
public class Problems implements ExceptionMapper<Throwable> {

    private static final System.Logger LOG = System.getLogger(Problems.class.getName());

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
            return answer(logged(
                            ProblemCode.DATABASE_UNAVAILABLE,
                            "The database could not be asked, or was busy for too long. Nothing more is known of the"
                                    + " action than what the audit log says.",
                            database))
                    .build();
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

    private static Problem logged(ProblemCode code, String detail, Throwable cause) {
        String reference = UUID.randomUUID().toString();
        LOG.log(Level.WARNING, "TERAFY0512: Monitoring: a request failed, reference " + reference, cause);
        return Problem.logged(code, detail, reference);
    }

    private static Response.ResponseBuilder answer(Problem problem) {
        return Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(Json.write(problem));
    }
}
