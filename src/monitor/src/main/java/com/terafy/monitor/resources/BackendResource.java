package com.terafy.monitor.resources;

import com.terafy.api.HistoryKind;
import com.terafy.api.HistoryOutcome;
import com.terafy.api.SeenBackend;
import com.terafy.api.TerminationOutcome;
import com.terafy.api.UserRequest;
import com.terafy.monitor.audit.Audit;
import com.terafy.monitor.backends.Backend;
import com.terafy.monitor.backends.BackendState;
import com.terafy.monitor.backends.ServerActivity;
import com.terafy.monitor.openapi.BodyMember;
import com.terafy.monitor.openapi.Operation;
import com.terafy.monitor.parameters.Parameter;
import com.terafy.monitor.parameters.Rule;
import com.terafy.monitor.pools.PoolMonitor;
import com.terafy.monitor.problems.ProblemCode;
import com.terafy.monitor.problems.ProblemException;
import com.terafy.monitor.snapshot.DatabaseStatus;
import com.terafy.monitor.snapshot.Snapshot;
import com.terafy.monitor.web.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One backend: looked at, cancelled or ended, which is the requirements' kill. For the last two it is named by pid and
 * backend_start, because pids are reused; the statement that does it checks both, and what else the caller saw.
 */
@Path("/backends/{pid}")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.MONITOR, Roles.OPERATOR})
public class BackendResource {

    /**
     * One backend.
     *
     * @param readAt when it was read, by the database's clock; missing while that cannot be asked
     */
    public record OneBackend(DatabaseStatus database, Optional<Instant> readAt, Backend backend) {}

    /** What came of it. */
    public record Done(int pid, Instant backendStart, TerminationOutcome outcome) {}

    @Inject
    private Asked asked;

    @Inject
    private Audit audit;

    /** For the container. */
    @SuppressWarnings("NullAway.Init")
    public BackendResource() {}

    /** {@code GET /backends/{pid}}. */
    @GET
    @Operation(
            value = "One backend of the database, and the code that holds it where it is ours",
            path = Parameter.PID,
            query = {Parameter.OF_POOL, Parameter.QUERY},
            problems = 404)
    public OneBackend backend(@Context SecurityContext security) {
        boolean full = QueryTexts.areAskedFor(asked, security);
        PoolMonitor pool = asked.pool();
        Snapshot snapshot = pool.snapshot();
        OneBackend one = find(snapshot, full, asked.arguments().whole(Parameter.PID, 0));
        if (full) {
            QueryTexts.audit(audit, pool.name(), asked, security, List.of(one.backend()));
        }
        return one;
    }

    static OneBackend find(Snapshot snapshot, boolean full, int pid) {
        Backend found = snapshot.backends().untold().stream()
                .filter(backend -> backend.pid() == pid)
                .findFirst()
                .orElseThrow(() -> missing(snapshot));
        Backend told = QueryTexts.of(snapshot, List.of(found), full).get(0);
        return new OneBackend(snapshot.database(), BackendsResource.readAt(snapshot), told);
    }

    private static ProblemException missing(Snapshot snapshot) {
        if (snapshot.activity().isEmpty()) {
            return new ProblemException(
                    ProblemCode.DATABASE_UNAVAILABLE,
                    "It is none of the pool's connections; of others nothing is known: "
                            + snapshot.database().message() + ".");
        }
        return new ProblemException(
                ProblemCode.NOT_FOUND,
                snapshot.activity().filter(ServerActivity::more).isPresent()
                        ? "It is not among the backends that were read; the database has more than these."
                        : "The database has no backend with this pid.");
    }

    /** {@code POST /backends/{pid}/cancel}. */
    @POST
    @Path("/cancel")
    @RolesAllowed(Roles.OPERATOR)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            value = "Cancel what a backend is running; its session stays",
            path = Parameter.PID,
            query = Parameter.OF_POOL,
            body = {BodyMember.BACKEND_START, BodyMember.QUERY_START, BodyMember.STATE, BodyMember.REASON},
            problems = {409, 503})
    public Done cancel(@Context SecurityContext security) throws SQLException {
        PoolMonitor pool = asked.pool();
        return act(pool, HistoryKind.CANCEL, security, pool.cleanup()::cancel);
    }

    /** {@code POST /backends/{pid}/terminate}. */
    @POST
    @Path("/terminate")
    @RolesAllowed(Roles.OPERATOR)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            value = "End a backend, also one of a live pool where that is confirmed",
            path = Parameter.PID,
            query = Parameter.OF_POOL,
            body = {
                BodyMember.BACKEND_START,
                BodyMember.QUERY_START,
                BodyMember.STATE,
                BodyMember.REASON,
                BodyMember.CONFIRMED
            },
            problems = {409, 503})
    public Done terminate(@Context SecurityContext security) throws SQLException {
        boolean confirmed = asked.flag(BodyMember.CONFIRMED);
        PoolMonitor pool = asked.pool();
        return act(
                pool,
                HistoryKind.TERMINATE,
                security,
                (seen, request) -> pool.cleanup().terminate(seen, confirmed, request));
    }

    @FunctionalInterface
    private interface Action {
        TerminationOutcome on(SeenBackend seen, UserRequest request) throws SQLException;
    }

    /** What came of it the backend cleanup audits; here, that it did not come so far. */
    private Done act(PoolMonitor pool, HistoryKind kind, SecurityContext security, Action action) throws SQLException {
        SeenBackend seen = seen();
        UserRequest request = asked.request(security);
        TerminationOutcome outcome;
        try {
            outcome = action.on(seen, request);
        } catch (ProblemException busy) {
            audit.notActed(pool.name(), kind, request, seen.pid(), seen.backendStart(), HistoryOutcome.BUSY);
            throw busy;
        } catch (SQLException | RuntimeException failed) {
            audit.notActed(pool.name(), kind, request, seen.pid(), seen.backendStart(), HistoryOutcome.FAILED);
            throw failed;
        }
        return answer(seen, outcome);
    }

    private SeenBackend seen() {
        Optional<String> state = asked.optionalText(BodyMember.STATE);
        state.ifPresent(BackendResource::requireState);
        return new SeenBackend(
                asked.arguments().whole(Parameter.PID, 0),
                time(BodyMember.BACKEND_START, asked.text(BodyMember.BACKEND_START)),
                asked.optionalText(BodyMember.QUERY_START).map(text -> time(BodyMember.QUERY_START, text)),
                state);
    }

    private static void requireState(String state) {
        if (!BackendState.texts().contains(state)) {
            throw ProblemException.member(
                    BodyMember.STATE.text(), "PostgreSQL has no such state.", BackendState.texts());
        }
    }

    /** As the API writes it; years that PostgreSQL cannot have are refused here. */
    private static Instant time(BodyMember member, String text) {
        return Rule.Time.parse(text)
                .orElseThrow(() ->
                        ProblemException.member(member.text(), "The value is no time.", new Rule.Time().allowed()));
    }

    private static String changed(SeenBackend seen) {
        return seen.queryStart().isPresent() || seen.state().isPresent()
                ? "There is no backend with this pid and this backend_start, or it does something else by now than what"
                        + " queryStart and state say; look at it again."
                : "There is no backend with this pid and this backend_start.";
    }

    private static Done answer(SeenBackend seen, TerminationOutcome outcome) {
        return switch (outcome) {
            case ENDED, SIGNALLED -> new Done(seen.pid(), seen.backendStart(), outcome);
            case GONE_OR_CHANGED -> throw new ProblemException(ProblemCode.BACKEND_CHANGED, changed(seen));
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
