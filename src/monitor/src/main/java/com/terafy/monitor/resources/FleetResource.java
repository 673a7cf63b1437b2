package com.terafy.monitor.resources;

import com.terafy.api.FleetMember;
import com.terafy.api.FleetSummary;
import com.terafy.api.PoolOperations;
import com.terafy.monitor.openapi.Operation;
import com.terafy.monitor.snapshot.DatabaseStatus;
import com.terafy.monitor.snapshot.Snapshot;
import com.terafy.monitor.web.Monitoring;
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
     * <p>While the database cannot be asked, only the pool of this server is listed, and readAt and summary are missing.
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
    private Monitoring monitoring;

    /** For the container. */
    @SuppressWarnings("NullAway.Init")
    public FleetResource() {}

    /** {@code GET /fleet}. */
    @GET
    @Operation("Every pool of every node on the server, and whether max_connections is enough for all of them")
    public Fleet fleet() {
        return of(monitoring.snapshot(), monitoring.pool());
    }

    static Fleet of(Snapshot snapshot, PoolOperations pool) {
        return new Fleet(
                snapshot.database(), BackendsResource.readAt(snapshot), snapshot.fleet(pool), snapshot.capacity(pool));
    }
}
