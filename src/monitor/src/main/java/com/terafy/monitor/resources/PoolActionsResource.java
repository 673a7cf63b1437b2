package com.terafy.monitor.resources;

import com.terafy.api.HistoryKind;
import com.terafy.api.HistoryOutcome;
import com.terafy.api.PoolOperations;
import com.terafy.api.UserRequest;
import com.terafy.monitor.audit.Audit;
import com.terafy.monitor.openapi.BodyMember;
import com.terafy.monitor.openapi.Operation;
import com.terafy.monitor.parameters.Parameter;
import com.terafy.monitor.problems.ProblemException;
import com.terafy.monitor.web.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What changes how the pool works from now on, until its next start. Asks the database nothing. */
@Path("/pools")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.OPERATOR)
public class PoolActionsResource {

    /**
     * The settings after a change.
     *
     * @param settings those in effect; a secret shows as {@code (hidden)}
     * @param changed those that differ from the start, and what they were then
     */
    public record Changed(String pool, Map<String, String> settings, Map<String, String> changed) {}

    /**
     * Whether the pool is paused now.
     *
     * @param paused whether borrowers wait until it is resumed
     */
    public record Paused(String pool, boolean paused) {}

    @Inject
    private Asked asked;

    @Inject
    private Audit audit;

    /** For the container. */
    @SuppressWarnings("NullAway.Init")
    public PoolActionsResource() {}

    /** {@code PATCH /pools/{name}/settings}. */
    @PATCH
    @Path("/{name}/settings")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            value = "Change settings until the next start: all that are named, or none where one is wrong",
            path = Parameter.POOL,
            body = {
                BodyMember.REASON,
                BodyMember.DB_POOL_MIN,
                BodyMember.DB_POOL_MAX,
                BodyMember.DB_POOL_IDLE_TIMEOUT,
                BodyMember.DB_POOL_MAX_LIFETIME,
                BodyMember.DB_POOL_LEAK_THRESHOLD,
                BodyMember.DB_POOL_ACQUIRE_TIMEOUT,
                BodyMember.DB_CLEANUP_DRY_RUN
            },
            problems = 404)
    public Changed changeSettings(@Context SecurityContext security) {
        PoolOperations pool = asked.pool().pool();
        Map<String, String> wanted = new TreeMap<>();
        for (BodyMember member : BodyMember.SETTINGS) {
            asked.optionalText(member).ifPresent(text -> wanted.put(member.text(), text));
        }
        return change(pool, wanted, asked.request(security), audit);
    }

    static Changed change(PoolOperations pool, Map<String, String> wanted, UserRequest request, Audit audit) {
        if (wanted.isEmpty()) {
            List<String> names =
                    BodyMember.SETTINGS.stream().map(BodyMember::text).toList();
            throw ProblemException.member(names.get(0), "The body names no setting; name at least one.", names);
        }
        Map<String, String> before = pool.settings();
        try {
            pool.change(wanted);
        } catch (IllegalArgumentException wrong) {
            throw refused(wanted, String.valueOf(wrong.getMessage()));
        } catch (RuntimeException failed) {
            audit.settingsFailed(pool.name(), request, wanted.keySet());
            throw failed;
        }
        Map<String, String> after = pool.settings();
        audit.settingsChanged(pool.name(), request, wanted.keySet(), before, after);
        return new Changed(pool.name(), new TreeMap<>(after), new TreeMap<>(pool.changed()));
    }

    /** The message names every wrong setting; the problem the first of them. */
    private static ProblemException refused(Map<String, String> wanted, String message) {
        BodyMember first = BodyMember.SETTINGS.stream()
                .filter(member -> wanted.containsKey(member.text()))
                .filter(member -> message.contains(member.text()))
                .findFirst()
                .orElseGet(() -> BodyMember.valueOf(wanted.keySet().iterator().next()));
        return ProblemException.setting(first.text(), message, List.of(first.description()));
    }

    /** {@code POST /pools/{name}/pause}. */
    @POST
    @Path("/{name}/pause")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            value = "Have borrowers wait, within their acquire timeout, and close the connections as they come back",
            path = Parameter.POOL,
            body = BodyMember.REASON,
            problems = 404)
    public Paused pause(@Context SecurityContext security) {
        return act(asked.pool().pool(), HistoryKind.PAUSE, asked.request(security), audit);
    }

    /** {@code POST /pools/{name}/resume}. */
    @POST
    @Path("/{name}/resume")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            value = "End a pause: connections are opened anew",
            path = Parameter.POOL,
            body = BodyMember.REASON,
            problems = 404)
    public Paused resume(@Context SecurityContext security) {
        return act(asked.pool().pool(), HistoryKind.RESUME, asked.request(security), audit);
    }

    static Paused act(PoolOperations pool, HistoryKind kind, UserRequest request, Audit audit) {
        HistoryOutcome outcome = HistoryOutcome.FAILED;
        try {
            if (kind == HistoryKind.PAUSE) {
                pool.pause();
            } else {
                pool.resume();
            }
            outcome = HistoryOutcome.DONE;
        } finally {
            audit.paused(pool.name(), kind, request, outcome);
        }
        return new Paused(pool.name(), pool.isPaused());
    }
}
