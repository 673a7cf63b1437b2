package com.terafy.monitor.resources;

import com.terafy.monitor.problems.ProblemCode;
import com.terafy.monitor.problems.ProblemException;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other sites from acting through the browser of an administrator, which sends his login by itself. What changes
 * something needs the header {@value #HEADER}, which a form cannot send and another site's script may not without a
 * permission that this API never gives; and where the browser says where the request comes from, it must be here.
 */
@Provider
@PreMatching
@Priority(Priorities.AUTHENTICATION - 100)
public class CrossSiteGuard implements ContainerRequestFilter {

    /** Any value will do. */
    static final String HEADER = "X-Terafy-Request";

    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

    /** For the container. */
    public CrossSiteGuard() {}

    @Override
    public void filter(ContainerRequestContext request) {
        if (SAFE.contains(request.getMethod())) {
            return;
        }
        if (request.getHeaderString(HEADER) == null) {
            throw refused("The header " + HEADER + " is missing; send it with the value 1.");
        }
        String site = request.getHeaderString("Sec-Fetch-Site");
        if (site != null && !OWN_SITES.contains(site)) {
            throw refused("The browser says that the request comes from another site.");
        }
        if (!isOwn(request.getHeaderString("Origin"), request.getHeaderString("Host"))) {
            throw refused("The origin of the request is another one than this server.");
        }
    }

    /** The scheme is not compared: behind a proxy that speaks TLS, this server sees another one. */
    static boolean isOwn(@Nullable String origin, @Nullable String host) {
        if (origin == null) {
            return true; // not a browser
        }
        int authority = origin.indexOf("://");
        return authority > 0 && host != null && origin.substring(authority + 3).equalsIgnoreCase(host);
    }

    private static ProblemException refused(String detail) {
        return new ProblemException(ProblemCode.CROSS_SITE_REQUEST, detail);
    }
}
