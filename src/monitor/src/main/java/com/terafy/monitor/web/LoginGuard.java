package com.terafy.monitor.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.security.Principal;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Closes what the container has left open. web.xml wants a login for everything but the probes; but a WildFly whose
 * undertow subsystem does not map the security domain {@code other}, such as one that was provisioned without it,
 * ignores every constraint and says nothing. Then nothing is served.
 */
@WebFilter("/*")
public class LoginGuard extends HttpFilter {

    private static final System.Logger LOG = System.getLogger(LoginGuard.class.getName());

    private static final Set<String> OPEN = Set.of("/health/live", "/health/ready");

    private final transient AtomicBoolean said = new AtomicBoolean();

    /** For the container. */
    public LoginGuard() {}

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (mayPass(request.getServletPath(), request.getUserPrincipal())) {
            chain.doFilter(request, response);
            return;
        }
        if (said.compareAndSet(false, true)) {
            LOG.log(
                    Level.ERROR,
                    "TERAFY0513: Monitoring: this server does not check logins, so nothing is served. Map the security"
                            + " domain: /subsystem=undertow/application-security-domain=other:add(security-domain="
                            + "ApplicationDomain), or provision the Galleon layer ee-core-profile-server.");
        }
        response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    }

    static boolean mayPass(String path, @Nullable Principal user) {
        return user != null || OPEN.contains(path);
    }
}
