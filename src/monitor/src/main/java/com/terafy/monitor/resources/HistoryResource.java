package com.terafy.monitor.resources;

import com.terafy.api.HistoryKind;
import com.terafy.api.HistoryPage;
import com.terafy.api.HistoryQuery;
import com.terafy.monitor.audit.Audit;
import com.terafy.monitor.json.JsonNames;
import com.terafy.monitor.openapi.Operation;
import com.terafy.monitor.parameters.Arguments;
import com.terafy.monitor.parameters.Parameter;
import com.terafy.monitor.problems.ProblemException;
import com.terafy.monitor.web.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What was ended, cancelled, flushed, shown and refused on this server, in pages, the newest first. */
@Path("/history")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.MONITOR, Roles.OPERATOR})
public class HistoryResource {

    private static final int USUAL_LIMIT = 50;

    @Inject
    private Audit audit;

    @Inject
    private Asked asked;

    /** For the container. */
    @SuppressWarnings("NullAway.Init")
    public HistoryResource() {}

    /** {@code GET /history}. */
    @GET
    @Operation(
            value =
                    "What was ended, cancelled, flushed, shown and refused on this server: when, by whom, from where, why",
            query = {
                Parameter.HISTORY_POOL,
                Parameter.HISTORY_KIND,
                Parameter.WHO,
                Parameter.SINCE,
                Parameter.UNTIL,
                Parameter.BEFORE,
                Parameter.HISTORY_LIMIT
            })
    public HistoryPage operations() {
        return audit.page(query(asked.arguments()));
    }

    private static HistoryQuery query(Arguments arguments) {
        List<String> kinds = arguments.all(Parameter.HISTORY_KIND);
        Optional<Instant> since = arguments.time(Parameter.SINCE);
        Optional<Instant> until = arguments.time(Parameter.UNTIL);
        if (since.isPresent() && until.isPresent() && until.get().isBefore(since.get())) {
            throw ProblemException.parameter(
                    Parameter.UNTIL.text(), "It is before since.", List.of("a time after " + since.get()));
        }
        return new HistoryQuery(
                arguments.text(Parameter.HISTORY_POOL),
                Arrays.stream(HistoryKind.values())
                        .filter(kind -> kinds.contains(JsonNames.of(kind)))
                        .collect(Collectors.toSet()),
                arguments.text(Parameter.WHO),
                since,
                until,
                arguments.text(Parameter.BEFORE),
                arguments.whole(Parameter.HISTORY_LIMIT, USUAL_LIMIT));
    }
}
