package com.terafy.monitor.resources;

import com.terafy.api.HistoryKind;
import com.terafy.api.HistoryOutcome;
import com.terafy.api.TerminationOutcome;
import com.terafy.api.UserRequest;
import com.terafy.monitor.audit.Audit;
import com.terafy.monitor.openapi.BodyMember;
import com.terafy.monitor.openapi.Operation;
import com.terafy.monitor.parameters.Parameter;
import com.terafy.monitor.parameters.Rule;
import com.terafy.monitor.problems.ProblemCode;
import com.terafy.monitor.problems.ProblemException;
import com.terafy.monitor.web.Monitoring;
import com.terafy.monitor.web.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.sql.SQLException;
import java.time.Instant;

/**
 * Cancels or ends one backend: the requirements' kill. It is named by pid and backend_start, because pids are reused;
 * the statement that does it checks both.
 */
@Path("/backends/{pid}")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.OPERATOR)
public class BackendActionsResource {

    /** What came of it. */
    public record Done(int pid, Instant backendStart, TerminationOutcome outcome) {}

    @Inject
    private Monitoring monitoring;

    @Inject
    private Asked asked;

    @Inject
    private Audit audit;

    /** For the container. */
    @SuppressWarnings("NullAway.Init")
    public BackendActionsResource() {}

    /** {@code POST /backends/{pid}/cancel}. */
    @POST
    @Path("/cancel")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            value = "Cancel what a backend is running; its session stays",
            path = Parameter.PID,
            body = {BodyMember.BACKEND_START, BodyMember.REASON},
            problems = {409, 503})
    public Done cancel(@Context SecurityContext security) throws SQLException {
        return act(HistoryKind.CANCEL, security, monitoring.cleanup()::cancel);
    }

    /** {@code POST /backends/{pid}/terminate}. */
    @POST
    @Path("/terminate")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            value = "End a backend, also one of a live pool where that is confirmed",
            path = Parameter.PID,
            body = {BodyMember.BACKEND_START, BodyMember.REASON, BodyMember.CONFIRMED},
            problems = {409, 503})
    public Done terminate(@Context SecurityContext security) throws SQLException {
        boolean confirmed = asked.flag(BodyMember.CONFIRMED);
        return act(
                HistoryKind.TERMINATE,
                security,
                (pid, backendStart, request) -> monitoring.cleanup().terminate(pid, backendStart, confirmed, request));
    }

    @FunctionalInterface
    private interface Action {
        TerminationOutcome on(int pid, Instant backendStart, UserRequest request) throws SQLException;
    }

    /** What came of it the backend cleanup audits; here, that it did not come so far. */
    private Done act(HistoryKind kind, SecurityContext security, Action action) throws SQLException {
        int pid = asked.arguments().whole(Parameter.PID, 0);
        Instant backendStart = backendStart(asked.text(BodyMember.BACKEND_START));
        UserRequest request = asked.request(security);
        TerminationOutcome outcome;
        try {
            outcome = action.on(pid, backendStart, request);
        } catch (ProblemException busy) {
            audit.notActed(kind, request, pid, backendStart, HistoryOutcome.BUSY);
            throw busy;
        } catch (SQLException | RuntimeException failed) {
            audit.notActed(kind, request, pid, backendStart, HistoryOutcome.FAILED);
            throw failed;
        }
        return answer(pid, backendStart, outcome);
    }

    /** As the API writes it; years that PostgreSQL cannot have are refused here. */
    private static Instant backendStart(String text) {
        return Rule.Time.parse(text)
                .orElseThrow(() -> ProblemException.member(
                        BodyMember.BACKEND_START.text(), "The value is no time.", new Rule.Time().allowed()));
    }

    private static Done answer(int pid, Instant backendStart, TerminationOutcome outcome) {
        return switch (outcome) {
            case ENDED, SIGNALLED -> new Done(pid, backendStart, outcome);
            case GONE_OR_CHANGED ->
                throw new ProblemException(
                        ProblemCode.BACKEND_CHANGED, "There is no backend with this pid and this backend_start.");
            case PROTECTED ->
                throw new ProblemException(
                        ProblemCode.BACKEND_PROTECTED,
                        "It is a superuser's, replication, of another database, or the backend cleanup's own session.");
            case NEEDS_CONFIRMATION ->
                throw new ProblemException(
                        ProblemCode.BACKEND_NEEDS_CONFIRMATION,
                        "It carries the lease of another node's pool, or may be lent there. Nothing was done;"
                                + " send \"confirmed\": true to end it all the same.");
            case NOT_ALLOWED ->
                throw new ProblemException(
                        ProblemCode.REFUSED_BY_DATABASE,
                        "The application's role may not signal this backend; it lacks pg_signal_backend.");
            case FAILED ->
                throw new ProblemException(ProblemCode.ACTION_FAILED, "The attempt failed; the server's log says why.");
        };
    }
}
