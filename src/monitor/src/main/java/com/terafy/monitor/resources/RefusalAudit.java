package com.terafy.monitor.resources;

import com.terafy.api.UserRequest;
import com.terafy.monitor.audit.Audit;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.security.Principal;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Audits actions and looks at full query texts that were refused before a resource ran: by role, origin, parameter or
 * body. What a resource refuses it audits itself.
 */
@Provider
public class RefusalAudit implements ContainerResponseFilter {

    private static final int CONFLICT = 409;
    private static final Set<String> ACTING = Set.of("POST", "PATCH");

    @Context
    private HttpServletRequest servlet;

    @Inject
    private Audit audit;

    /** For the container. */
    @SuppressWarnings("NullAway.Init")
    public RefusalAudit() {}

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        List<String> query = request.getUriInfo().getQueryParameters().getOrDefault("query", List.of());
        if (isAudited(request.getMethod(), query, response.getStatus())) {
            Principal user = request.getSecurityContext().getUserPrincipal();
            audit.refused(
                    new UserRequest(user == null ? "" : user.getName(), String.valueOf(servlet.getRemoteAddr()), ""),
                    request.getMethod() + " " + request.getUriInfo().getPath(),
                    response.getStatus());
        }
    }

    /** Of a conflict the resource has written already: it comes of an action. */
    static boolean isAudited(@Nullable String method, List<String> query, int status) {
        boolean refused = status >= 400 && status < 500 && status != CONFLICT;
        return refused && (ACTING.contains(String.valueOf(method)) || query.contains("full"));
    }
}
