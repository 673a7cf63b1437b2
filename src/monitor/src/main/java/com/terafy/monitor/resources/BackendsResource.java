package com.terafy.monitor.resources;

import com.terafy.monitor.audit.Audit;
import com.terafy.monitor.backends.Backend;
import com.terafy.monitor.backends.BackendFilter;
import com.terafy.monitor.backends.BackendOrder;
import com.terafy.monitor.backends.BackendPage;
import com.terafy.monitor.backends.DatabaseFigures;
import com.terafy.monitor.backends.LockTree;
import com.terafy.monitor.backends.LockWait;
import com.terafy.monitor.backends.ServerActivity;
import com.terafy.monitor.backends.ServerLimits;
import com.terafy.monitor.backends.Summary;
import com.terafy.monitor.backends.TruthGap;
import com.terafy.monitor.openapi.Operation;
import com.terafy.monitor.parameters.Arguments;
import com.terafy.monitor.parameters.Parameter;
import com.terafy.monitor.pools.PoolMonitor;
import com.terafy.monitor.problems.ProblemException;
import com.terafy.monitor.snapshot.DatabaseStatus;
import com.terafy.monitor.snapshot.Snapshot;
import com.terafy.monitor.web.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The requirements' queries: who is connected, counted and joined with the code that holds it. Everything comes from
 * one {@link Snapshot}; while the database does not answer, what the pool knows is shown and {@code database} says why.
 */
@Path("/")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.MONITOR, Roles.OPERATOR})
public class BackendsResource {

    private static final int USUAL_LIMIT = 200;

    /**
     * The backends of the database.
     *
     * <p>While the database cannot be asked, only the pool's own connections are listed, and readAt, total, more and
     * matching are missing.
     *
     * @param readAt when they were read, by the database's clock
     * @param total how many were read
     * @param more whether the database has more than were read
     * @param matching how many the filter lets through, on all pages
     * @param next where the next page begins, for the parameter after; missing on the last one
     */
    public record BackendList(
            DatabaseStatus database,
            Optional<Instant> readAt,
            Optional<Integer> total,
            Optional<Boolean> more,
            Optional<Integer> matching,
            List<Backend> backends,
            Optional<String> next) {}

    /**
     * How many there are.
     *
     * <p>While the database cannot be asked, more, server and summary are missing.
     *
     * @param more whether the database has more backends than were read and counted
     * @param server how many connections the whole server takes and has
     */
    public record Counts(
            DatabaseStatus database,
            Optional<Instant> readAt,
            Optional<Boolean> more,
            Optional<ServerLimits> server,
            Optional<Summary> summary) {}

    /**
     * The database at a glance.
     *
     * @param figures missing while the database cannot be asked, and where it refuses or takes too long
     */
    public record Glance(DatabaseStatus database, Optional<Instant> readAt, Optional<DatabaseFigures> figures) {}

    /**
     * Who waits for whom.
     *
     * @param waiting how many sessions of the database wait, also beyond those that are shown; missing while the database cannot be asked
     */
    public record Locks(
            DatabaseStatus database, Optional<Instant> readAt, Optional<Integer> waiting, List<LockTree.Node> roots) {}

    /** Where the pool is wrong. */
    public record Gaps(DatabaseStatus database, Optional<Instant> readAt, List<TruthGap> gaps) {}

    @Inject
    private Asked asked;

    @Inject
    private Audit audit;

    /** For the container. */
    @SuppressWarnings("NullAway.Init")
    public BackendsResource() {}

    /** {@code GET /backends}. */
    @GET
    @Path("/backends")
    @Operation(
            value = "Every backend of the database, and the code that holds it where it is ours",
            query = {
                Parameter.OF_POOL,
                Parameter.PID,
                Parameter.USER,
                Parameter.APPLICATION,
                Parameter.CLIENT,
                Parameter.STATE,
                Parameter.CLASS,
                Parameter.MIN_IDLE,
                Parameter.MIN_TRANSACTION_AGE,
                Parameter.MIN_QUERY_AGE,
                Parameter.SORT,
                Parameter.LIMIT,
                Parameter.AFTER,
                Parameter.QUERY
            })
    public BackendList backends(@Context SecurityContext security) {
        Arguments arguments = asked.arguments();
        String order = arguments.text(Parameter.SORT).orElse(BackendOrder.STANDARD);
        Optional<BackendPage.Cursor> after = arguments.text(Parameter.AFTER).flatMap(BackendPage.Cursor::parse);
        after.filter(cursor -> !cursor.order().equals(order)).ifPresent(BackendsResource::refuse);
        boolean full = QueryTexts.areAskedFor(asked, security);
        PoolMonitor pool = asked.pool();
        Snapshot snapshot = pool.snapshot();
        List<Backend> all = snapshot.backends().untold();
        BackendPage page =
                BackendPage.of(all, filter(arguments), order, after, arguments.whole(Parameter.LIMIT, USUAL_LIMIT));
        if (full) {
            QueryTexts.audit(audit, pool.name(), asked, security, page.backends());
        }
        return answer(snapshot, all.size(), page, full);
    }

    private static void refuse(BackendPage.Cursor after) {
        throw ProblemException.parameter(
                Parameter.AFTER.text(),
                "It comes from an answer that was sorted by something else.",
                List.of("with sort=" + after.order()));
    }

    static BackendList answer(Snapshot snapshot, int total, BackendPage page, boolean full) {
        boolean known = snapshot.activity().isPresent();
        return new BackendList(
                snapshot.database(),
                readAt(snapshot),
                Optional.of(total).filter(number -> known),
                snapshot.activity().map(ServerActivity::more),
                Optional.of(page.matching()).filter(number -> known),
                QueryTexts.of(snapshot, page.backends(), full),
                page.next());
    }

    private static BackendFilter filter(Arguments arguments) {
        return new BackendFilter(
                arguments.text(Parameter.PID).map(Integer::valueOf),
                arguments.text(Parameter.USER),
                arguments.text(Parameter.APPLICATION),
                arguments.text(Parameter.CLIENT),
                arguments.all(Parameter.STATE),
                arguments.all(Parameter.CLASS),
                arguments.span(Parameter.MIN_IDLE),
                arguments.span(Parameter.MIN_TRANSACTION_AGE),
                arguments.span(Parameter.MIN_QUERY_AGE));
    }

    /** {@code GET /summary}. */
    @GET
    @Path("/summary")
    @Operation(
            value = "How many backends there are: by user, state, class and application, and against max_connections",
            query = Parameter.OF_POOL)
    public Counts summary() {
        return counts(asked.pool().snapshot());
    }

    static Counts counts(Snapshot snapshot) {
        return new Counts(
                snapshot.database(),
                readAt(snapshot),
                snapshot.activity().map(ServerActivity::more),
                snapshot.activity().map(ServerActivity::limits),
                snapshot.activity()
                        .map(reading -> Summary.of(snapshot.backends().untold())));
    }

    /** {@code GET /database}. A resource of its own: it is another at each reading, and the summary is not. */
    @GET
    @Path("/database")
    @Operation(
            value = "The database at a glance: size, commits and rollbacks a second, cache hits, replication lag",
            query = Parameter.OF_POOL)
    public Glance database() {
        return glance(asked.pool().snapshot());
    }

    static Glance glance(Snapshot snapshot) {
        return new Glance(
                snapshot.database(), readAt(snapshot), snapshot.activity().flatMap(ServerActivity::figures));
    }

    /** {@code GET /locks}. */
    @GET
    @Path("/locks")
    @Operation(value = "Who waits for whom, with the code at both ends where it is ours", query = Parameter.OF_POOL)
    public Locks locks() {
        return locks(asked.pool().snapshot());
    }

    static Locks locks(Snapshot snapshot) {
        List<LockTree.Node> roots = snapshot.activity()
                .map(reading -> LockTree.of(reading.waits(), involved(reading.waits(), snapshot)))
                .orElse(List.of());
        Optional<Integer> waiting = snapshot.activity().map(ServerActivity::waiting);
        return new Locks(snapshot.database(), readAt(snapshot), waiting, roots);
    }

    /** Those that wait, or are waited for. */
    private static List<Backend> involved(List<LockWait> waits, Snapshot snapshot) {
        Set<Integer> pids = waits.stream()
                .flatMap(wait -> Stream.concat(Stream.of(wait.pid()), wait.blockers().stream()))
                .collect(Collectors.toSet());
        List<Backend> involved = snapshot.backends().untold().stream()
                .filter(backend -> pids.contains(backend.pid()))
                .toList();
        return QueryTexts.of(snapshot, involved, false);
    }

    /** {@code GET /truth-gap}. */
    @GET
    @Path("/truth-gap")
    @Operation(value = "Where the pool believes one thing and PostgreSQL says another", query = Parameter.OF_POOL)
    public Gaps gaps() {
        Snapshot snapshot = asked.pool().snapshot();
        return new Gaps(snapshot.database(), readAt(snapshot), snapshot.gaps());
    }

    static Optional<Instant> readAt(Snapshot snapshot) {
        return snapshot.activity().map(ServerActivity::now);
    }
}
