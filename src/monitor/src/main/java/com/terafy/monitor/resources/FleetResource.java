package com.terafy.monitor.resources;

import com.terafy.api.FleetMember;
import com.terafy.api.FleetSummary;
import com.terafy.api.PoolOperations;
import com.terafy.monitor.openapi.Operation;
import com.terafy.monitor.parameters.Parameter;
import com.terafy.monitor.pools.PoolMonitor;
import com.terafy.monitor.snapshot.DatabaseStatus;
import com.terafy.monitor.snapshot.Snapshot;
import com.terafy.monitor.web.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Every pool that lives on PostgreSQL's server, of all nodes and databases, from what their leases say. */
@Path("/fleet")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.MONITOR, Roles.OPERATOR})
public class FleetResource {

    /**
     * The pools of the server.
     *
     * <p>While the database cannot be asked, only the pool that is asked for is listed, and readAt and summary are missing.
     *
     * @param readAt when they were read, by the database's clock
     * @param summary whether PostgreSQL gives what all of them may want at the same time
     */
    public record Fleet(
            DatabaseStatus database,
            Optional<Instant> readAt,
            List<FleetMember> pools,
            Optional<FleetSummary> summary) {}

    @Inject
    private Asked asked;

    /** For the container. */
    @SuppressWarnings("NullAway.Init")
    public FleetResource() {}

    /** {@code GET /fleet}. */
    @GET
    @Operation(
            value = "Every pool of every node on the server, and whether max_connections is enough for all of them",
            query = Parameter.OF_POOL)
    public Fleet fleet() {
        PoolMonitor monitor = asked.pool();
        List<PoolOperations> ours =
                asked.pools().stream().map(PoolMonitor::pool).toList();
        return of(monitor.snapshot(), monitor.pool(), ours);
    }

    static Fleet of(Snapshot snapshot, PoolOperations pool, List<PoolOperations> ours) {
        return new Fleet(
                snapshot.database(),
                BackendsResource.readAt(snapshot),
                snapshot.fleet(pool, ours),
                snapshot.capacity(pool, ours));
    }
}
