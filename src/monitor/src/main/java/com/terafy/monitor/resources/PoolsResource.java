package com.terafy.monitor.resources;

import com.terafy.api.ConnectionInfo;
import com.terafy.api.FlushMode;
import com.terafy.api.LeaseStatus;
import com.terafy.api.PoolIdentity;
import com.terafy.api.PoolOperations;
import com.terafy.api.PoolStatistics;
import com.terafy.api.SettingOrigin;
import com.terafy.api.UserRequest;
import com.terafy.monitor.audit.Audit;
import com.terafy.monitor.history.History;
import com.terafy.monitor.history.Sample;
import com.terafy.monitor.json.JsonNames;
import com.terafy.monitor.openapi.BodyMember;
import com.terafy.monitor.openapi.Operation;
import com.terafy.monitor.parameters.Parameter;
import com.terafy.monitor.pools.PoolMonitor;
import com.terafy.monitor.snapshot.DatabaseStatus;
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
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The pool: settings, statistics, connections, and flushing. Asks the database only whether it answers. */
@Path("/pools")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.MONITOR, Roles.OPERATOR})
public class PoolsResource {

    private static final int USUAL_LIMIT = 200;

    private static final Map<String, FlushMode> MODES =
            Arrays.stream(FlushMode.values()).collect(Collectors.toUnmodifiableMap(JsonNames::of, mode -> mode));

    /**
     * Every pool that runs, the one at java:/TerafyDS first.
     *
     * @param database that of the first pool; {@code /overview} has those of all
     */
    public record Pools(Instant at, DatabaseStatus database, List<PoolStatistics> pools) {}

    /**
     * One pool.
     *
     * @param lease by which other nodes know that the pool lives; missing where there can be none
     * @param paused whether borrowers wait until it is resumed
     * @param settings those in effect; a secret shows as {@code (hidden)}
     * @param origins where each of them came from at the start
     * @param changed those that were changed since the start, and what they were then
     */
    public record Pool(
            Instant at,
            String name,
            Tag tag,
            DatabaseStatus database,
            PoolStatistics statistics,
            boolean paused,
            Optional<LeaseStatus> lease,
            Map<String, String> settings,
            Map<String, SettingOrigin> origins,
            Map<String, String> changed) {}

    /**
     * How its backends are known.
     *
     * @param instance random for each start, as it stands in application_name
     */
    public record Tag(String node, String instance, String applicationName) {}

    /**
     * The connections of a pool.
     *
     * @param total how many it has
     * @param matching how many the filter lets through
     */
    public record Connections(Instant at, String pool, int total, int matching, List<ConnectionInfo> connections) {}

    /** The last quarter of an hour, oldest first. */
    public record Past(String pool, Duration interval, List<Sample> samples) {}

    /**
     * What a flush did.
     *
     * @param connections how many were marked or ended
     */
    public record Flushed(String pool, FlushMode mode, int connections) {}

    @Inject
    private Asked asked;

    @Inject
    private Audit audit;

    /** For the container. */
    @SuppressWarnings("NullAway.Init")
    public PoolsResource() {}

    /** {@code GET /pools}. */
    @GET
    @Operation("Every pool with its statistics")
    public Pools pools() {
        List<PoolMonitor> running = asked.pools();
        DatabaseStatus database = running.get(0).snapshot().database();
        List<PoolStatistics> statistics =
                running.stream().map(monitor -> monitor.pool().statistics()).toList();
        return new Pools(Instant.now(), database, statistics);
    }

    /** {@code GET /pools/{name}}. */
    @GET
    @Path("/{name}")
    @Operation(value = "One pool: settings and statistics", path = Parameter.POOL, problems = 404)
    public Pool pool() {
        PoolMonitor monitor = asked.pool();
        PoolOperations pool = monitor.pool();
        PoolIdentity identity = pool.identity();
        return new Pool(
                Instant.now(),
                pool.name(),
                new Tag(identity.node(), identity.instanceText(), identity.applicationName()),
                monitor.snapshot().database(),
                pool.statistics(),
                pool.isPaused(),
                pool.lease(),
                new TreeMap<>(pool.settings()),
                new TreeMap<>(pool.origins()),
                new TreeMap<>(pool.changed()));
    }

    /** {@code GET /pools/{name}/connections}. */
    @GET
    @Path("/{name}/connections")
    @Operation(
            value = "The connections of a pool, and the code that holds them",
            path = Parameter.POOL,
            query = {Parameter.CONNECTION_STATE, Parameter.CONNECTION_LIMIT},
            problems = 404)
    public Connections connections() {
        PoolOperations pool = asked.pool().pool();
        List<String> states = asked.arguments().all(Parameter.CONNECTION_STATE);
        List<ConnectionInfo> all = pool.connections();
        List<ConnectionInfo> matching = all.stream()
                .filter(connection -> states.isEmpty() || states.contains(JsonNames.of(connection.state())))
                .toList();
        List<ConnectionInfo> shown = matching.stream()
                .limit(asked.arguments().whole(Parameter.CONNECTION_LIMIT, USUAL_LIMIT))
                .toList();
        return new Connections(Instant.now(), pool.name(), all.size(), matching.size(), shown);
    }

    /** {@code GET /pools/{name}/history}. */
    @GET
    @Path("/{name}/history")
    @Operation(value = "The pool in the last 15 minutes", path = Parameter.POOL, problems = 404)
    public Past history() {
        PoolMonitor monitor = asked.pool();
        return new Past(monitor.name(), History.INTERVAL, monitor.history().samples());
    }

    /** {@code POST /pools/{name}/flush}. */
    @POST
    @Path("/{name}/flush")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            value = "Close the idle connections; gracefully those in use too, as they come back; or all at once",
            path = Parameter.POOL,
            body = {BodyMember.MODE, BodyMember.REASON},
            problems = 404)
    public Flushed flush(@Context SecurityContext security) {
        PoolOperations pool = asked.pool().pool();
        FlushMode mode = RequestChecks.choice(BodyMember.MODE, asked.text(BodyMember.MODE), MODES);
        UserRequest request = asked.request(security);
        try {
            int connections = pool.flush(mode);
            audit.flushed(pool.name(), request, JsonNames.of(mode), connections);
            return new Flushed(pool.name(), mode, connections);
        } catch (RuntimeException failed) {
            audit.flushFailed(pool.name(), request, JsonNames.of(mode));
            throw failed;
        }
    }
}
