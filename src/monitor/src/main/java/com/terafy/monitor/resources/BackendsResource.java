package com.terafy.monitor.resources;

import com.terafy.monitor.audit.Audit;
import com.terafy.monitor.backends.Backend;
import com.terafy.monitor.backends.BackendFilter;
import com.terafy.monitor.backends.BackendOrder;
import com.terafy.monitor.backends.LockTree;
import com.terafy.monitor.backends.ServerActivity;
import com.terafy.monitor.backends.ServerLimits;
import com.terafy.monitor.backends.Summary;
import com.terafy.monitor.backends.TruthGap;
import com.terafy.monitor.openapi.Operation;
import com.terafy.monitor.parameters.Arguments;
import com.terafy.monitor.parameters.Parameter;
import com.terafy.monitor.problems.ProblemCode;
import com.terafy.monitor.problems.ProblemException;
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
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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
     * @param readAt when they were read, by the database's clock; missing while it cannot be asked
     * @param total how many there are; missing while the database cannot be asked
     * @param more whether the database has more than were read
     * @param matching how many the filter lets through
     */
    public record BackendList(
            DatabaseStatus database,
            Optional<Instant> readAt,
            Optional<Integer> total,
            boolean more,
            int matching,
            List<Backend> backends) {}

    /**
     * How many there are.
     *
     * <p>While the database cannot be asked, server and summary are missing.
     *
     * @param server how many connections the whole server takes and has
     */
    public record Counts(
            DatabaseStatus database,
            Optional<Instant> readAt,
            Optional<ServerLimits> server,
            Optional<Summary> summary) {}

    /**
     * Who waits for whom.
     *
     * @param waiting how many wait; missing while the database cannot be asked
     */
    public record Locks(
            DatabaseStatus database, Optional<Instant> readAt, Optional<Integer> waiting, List<LockTree.Node> roots) {}

    /** Where the pool is wrong. */
    public record Gaps(DatabaseStatus database, Optional<Instant> readAt, List<TruthGap> gaps) {}

    @Inject
    private Monitoring monitoring;

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
                Parameter.PID,
                Parameter.USER,
                Parameter.STATE,
                Parameter.CLASS,
                Parameter.MIN_IDLE,
                Parameter.SORT,
                Parameter.LIMIT,
                Parameter.QUERY
            })
    public BackendList backends(@Context SecurityContext security) {
        Arguments arguments = asked.arguments();
        boolean full = arguments.text(Parameter.QUERY).equals(Optional.of("full"));
        if (full && !security.isUserInRole(Roles.QUERY)) {
            throw new ProblemException(
                    ProblemCode.FORBIDDEN, "Full query texts need the role " + Roles.QUERY + " as well.");
        }
        Snapshot snapshot = monitoring.snapshot();
        List<Backend> all =
                full ? snapshot.backends().inFull() : snapshot.backends().redacted();
        List<Backend> matching = all.stream()
                .filter(filter(arguments))
                .sorted(BackendOrder.of(arguments.text(Parameter.SORT).orElse(BackendOrder.STANDARD)))
                .toList();
        List<Backend> shown = matching.stream()
                .limit(arguments.whole(Parameter.LIMIT, USUAL_LIMIT))
                .toList();
        if (full) {
            audit.queryTexts(
                    asked.requestWithoutReason(security),
                    arguments.written(),
                    shown.stream().map(Backend::pid).toList());
        }
        Optional<Integer> total = snapshot.activity().map(reading -> all.size());
        boolean more = snapshot.activity().map(ServerActivity::more).orElse(false);
        return new BackendList(snapshot.database(), readAt(snapshot), total, more, matching.size(), shown);
    }

    private static BackendFilter filter(Arguments arguments) {
        return new BackendFilter(
                arguments.text(Parameter.PID).map(Integer::valueOf),
                arguments.text(Parameter.USER),
                arguments.all(Parameter.STATE),
                arguments.all(Parameter.CLASS),
                arguments.span(Parameter.MIN_IDLE));
    }

    /** {@code GET /summary}. */
    @GET
    @Path("/summary")
    @Operation("How many backends there are: by user, state, class and application, and against max_connections")
    public Counts summary() {
        return counts(monitoring.snapshot());
    }

    static Counts counts(Snapshot snapshot) {
        return new Counts(
                snapshot.database(),
                readAt(snapshot),
                snapshot.activity().map(ServerActivity::limits),
                snapshot.activity()
                        .map(reading -> Summary.of(snapshot.backends().redacted())));
    }

    /** {@code GET /locks}. */
    @GET
    @Path("/locks")
    @Operation("Who waits for whom, with the code at both ends where it is ours")
    public Locks locks() {
        return locks(monitoring.snapshot());
    }

    static Locks locks(Snapshot snapshot) {
        List<LockTree.Node> roots = snapshot.activity()
                .map(reading -> LockTree.of(reading.waits(), snapshot.backends().redacted()))
                .orElse(List.of());
        Optional<Integer> waiting =
                snapshot.activity().map(reading -> reading.waits().size());
        return new Locks(snapshot.database(), readAt(snapshot), waiting, roots);
    }

    /** {@code GET /truth-gap}. */
    @GET
    @Path("/truth-gap")
    @Operation("Where the pool believes one thing and PostgreSQL says another")
    public Gaps gaps() {
        Snapshot snapshot = monitoring.snapshot();
        return new Gaps(snapshot.database(), readAt(snapshot), snapshot.gaps());
    }

    private static Optional<Instant> readAt(Snapshot snapshot) {
        return snapshot.activity().map(ServerActivity::now);
    }
}
