package com.terafy.monitor.resources;

import com.terafy.api.CleanupReport;
import com.terafy.api.HistoryOutcome;
import com.terafy.api.TerminationOutcome;
import com.terafy.api.UserRequest;
import com.terafy.monitor.audit.Audit;
import com.terafy.monitor.openapi.BodyMember;
import com.terafy.monitor.openapi.Operation;
import com.terafy.monitor.parameters.Parameter;
import com.terafy.monitor.pools.PoolCleanup;
import com.terafy.monitor.pools.PoolMonitor;
import com.terafy.monitor.problems.ProblemException;
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
import java.util.Optional;

/** The backend cleanup: what it did, when it runs next, what it would do, and a pass by hand. */
@Path("/cleanup")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.MONITOR, Roles.OPERATOR})
public class CleanupResource {

    /**
     * How the cleanup stands.
     *
     * @param nextRun when the timer runs next; missing if it is switched off, or another pool's does it
     * @param doneBy the pool of the same database whose timer does it; missing if this one's does, or it is switched off
     * @param lastReport the last pass; missing before the first
     */
    public record Cleanup(Optional<Instant> nextRun, Optional<String> doneBy, Optional<Report> lastReport) {}

    /**
     * One pass, or a plan.
     *
     * @param chosen how many backends were beyond the rules
     * @param ended how many of them are gone
     */
    public record Report(long chosen, long ended, CleanupReport report) {
        static Report of(CleanupReport report) {
            return new Report(report.chosen(), report.count(TerminationOutcome.ENDED), report);
        }
    }

    @Inject
    private Asked asked;

    @Inject
    private Audit audit;

    /** For the container. */
    @SuppressWarnings("NullAway.Init")
    public CleanupResource() {}

    /** {@code GET /cleanup}. */
    @GET
    @Operation(
            value = "The last pass of the backend cleanup, and when the next one is due",
            query = Parameter.OF_POOL,
            problems = 503)
    public Cleanup cleanup() {
        PoolCleanup cleanup = asked.pool().cleanup();
        return new Cleanup(
                cleanup.nextRun(), cleanup.doneBy(), cleanup.lastReport().map(Report::of));
    }

    /** {@code GET /cleanup/plan}. */
    @GET
    @Path("/plan")
    @Operation(value = "What a pass would do now, and why; ends nothing", query = Parameter.OF_POOL, problems = 503)
    public Report plan() throws SQLException {
        return Report.of(asked.pool().cleanup().plan());
    }

    /** {@code POST /cleanup/run}. */
    @POST
    @Path("/run")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            value = "A pass now, by the rules of the settings",
            query = Parameter.OF_POOL,
            body = BodyMember.REASON,
            problems = 503)
    public Report run(@Context SecurityContext security) throws SQLException {
        UserRequest request = asked.request(security);
        PoolMonitor pool = asked.pool();
        HistoryOutcome outcome = HistoryOutcome.FAILED;
        long ended = 0;
        try {
            CleanupReport report = pool.cleanup().run(request);
            outcome = HistoryOutcome.of(report.status());
            ended = report.count(TerminationOutcome.ENDED);
            return Report.of(report);
        } catch (ProblemException refused) {
            outcome = outcome == HistoryOutcome.FAILED ? HistoryOutcome.BUSY : outcome;
            throw refused;
        } finally {
            audit.cleanupRun(pool.name(), request, outcome, ended);
        }
    }
}
