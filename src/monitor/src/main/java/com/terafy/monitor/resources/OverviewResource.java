package com.terafy.monitor.resources;

import com.terafy.api.PoolOperations;
import com.terafy.monitor.openapi.Operation;
import com.terafy.monitor.pools.PoolMonitor;
import com.terafy.monitor.snapshot.Snapshots;
import com.terafy.monitor.web.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Every pool of this server at a glance: which of them somebody should look at. */
@Path("/overview")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.MONITOR, Roles.OPERATOR})
public class OverviewResource {

    /** For all together: what one database has not answered by then is shown as it was known before. */
    private static final Duration PATIENCE = Duration.ofMillis(200);

    /** Every pool that runs, the one at java:/TerafyDS first. */
    public record Overview(Instant at, List<PoolGlance> pools) {}

    @Inject
    private Asked asked;

    /** For the container. */
    @SuppressWarnings("NullAway.Init")
    public OverviewResource() {}

    /** {@code GET /overview}. */
    @GET
    @Operation("Every pool at a glance: whether its database answers, how full it is, and what somebody should look at")
    public Overview overview() {
        return of(asked.pools(), PATIENCE);
    }

    /** All are asked at the same time, so that a database which is silent holds up the answer about another once at most. */
    static Overview of(List<PoolMonitor> monitors, Duration patience) {
        List<PoolOperations> ours = monitors.stream().map(PoolMonitor::pool).toList();
        List<Snapshots.Pending> answers =
                monitors.stream().map(PoolMonitor::ask).toList();
        List<PoolGlance> glances = new ArrayList<>();
        for (int i = 0; i < monitors.size(); i++) {
            PoolMonitor monitor = monitors.get(i);
            glances.add(PoolGlance.of(
                    monitor.pool(), monitor.history().samples(), answers.get(i).within(patience), ours, Instant.now()));
        }
        return new Overview(Instant.now(), glances);
    }
}
