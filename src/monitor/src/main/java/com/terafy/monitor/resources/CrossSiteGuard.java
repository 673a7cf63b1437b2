package com.terafy.monitor.resources;

import com.terafy.monitor.problems.ProblemCode;
import com.terafy.monitor.problems.ProblemException;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other sites from acting through the browser of an administrator, which sends his login by itself. What changes
 * something, and what is audited in his name, needs the header {@value #HEADER}, which a form cannot send and another site's script may not without a
 * permission that this API never gives; and where the browser says where the request comes from, it must be here.
 *
 * <p>{@code Sec-Fetch-Site} is the browser's word, which no script can write (Fetch, forbidden request-headers): what it
 * calls same-origin is, whatever a proxy has made of {@code Host}. A browser sends it to HTTPS and to localhost; without
 * it {@code Origin} is compared with {@code Host}. {@code X-Forwarded-Host} is not read: where something before this
 * server answers preflights, a script can write it. An administrator has undertow believe it.
 */
@Provider
@PreMatching
@Priority(Priorities.AUTHENTICATION - 100)
public class CrossSiteGuard implements ContainerRequestFilter {

    /** Any value will do. */
    static final String HEADER = "X-Terafy-Request";

    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    private static final String SAME_ORIGIN = "same-origin";

    /** The user's own doing: an address typed in, an extension. */
    private static final String NO_SITE = "none";

    private static final int LONGEST_ECHO = 100;

    /** For the container. */
    public CrossSiteGuard() {}

    @Override
    public void filter(ContainerRequestContext request) {
        if (!isGuarded(
                request.getMethod(), request.getUriInfo().getQueryParameters().get("query"))) {
            return;
        }
        refusal(
                        request.getHeaderString(HEADER),
                        request.getHeaderString("Sec-Fetch-Site"),
                        request.getHeaderString("Origin"),
                        request.getHeaderString("Host"))
                .ifPresent(detail -> {
                    throw new ProblemException(ProblemCode.CROSS_SITE_REQUEST, detail);
                });
    }

    /** A look at full texts changes something, too: the audit. */
    static boolean isGuarded(String method, @Nullable List<String> query) {
        return !SAFE.contains(method) || (query != null && query.contains("full"));
    }

    /** Why a request with these headers is refused; empty if it is not. Pure. */
    static Optional<String> refusal(
            @Nullable String header, @Nullable String site, @Nullable String origin, @Nullable String host) {
        if (header == null) {
            return Optional.of("The header " + HEADER + " is missing; send it with the value 1.");
        }
        if (SAME_ORIGIN.equals(site)) {
            return Optional.empty();
        }
        if (site != null && !site.equals(NO_SITE)) {
            return Optional.of("The browser says that the request comes from another site.");
        }
        return isOwn(origin, host) ? Optional.empty() : Optional.of(otherOrigin(String.valueOf(origin), host));
    }

    private static String otherOrigin(String origin, @Nullable String host) {
        return "The page is of " + cut(authority(origin).orElse(origin)) + ", and this server was asked as "
                + cut(String.valueOf(host)) + ". If both are this server and a proxy between rewrites Host, have the"
                + " proxy keep it (nginx: proxy_set_header Host $http_host; Apache: ProxyPreserveHost On), or have it"
                + " send X-Forwarded-Host and set proxy-address-forwarding=true on the http-listener of WildFly's"
                + " undertow subsystem.";
    }

    /** The scheme is not compared: behind a proxy that speaks TLS, this server sees another one. */
    static boolean isOwn(@Nullable String origin, @Nullable String host) {
        if (origin == null) {
            return true; // not a browser
        }
        return host != null && authority(origin).filter(host::equalsIgnoreCase).isPresent();
    }

    private static Optional<String> authority(String origin) {
        int end = origin.indexOf("://");
        return end > 0 ? Optional.of(origin.substring(end + 3)) : Optional.empty();
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_ECHO ? text : text.substring(0, LONGEST_ECHO) + "...";
    }
}
