package com.terafy.monitor.resources;

import com.terafy.api.UserRequest;
import com.terafy.monitor.openapi.BodyMember;
import com.terafy.monitor.parameters.Arguments;
import com.terafy.monitor.parameters.Body;
import com.terafy.monitor.pools.PoolMonitor;
import com.terafy.monitor.problems.ProblemException;
import com.terafy.monitor.web.Monitoring;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the request asks with, checked; set by {@link RequestChecks} before the resource runs. */
@RequestScoped
public class Asked {

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Monitoring monitoring;

    private Arguments arguments = new Arguments(Map.of());
    private Body body = Body.EMPTY;
    private String from = "";

    /** For the container. */
    public Asked() {}

    /** The checked parameters of path and query. */
    public Arguments arguments() {
        return arguments;
    }

    /**
     * The pool that the request is about, and what is kept of it.
     *
     * @throws ProblemException if it names one that does not run
     */
    public PoolMonitor pool() {
        return PoolChoice.of(monitoring.pools(), arguments);
    }

    /** Every pool that runs now, the default one first. */
    public List<PoolMonitor> pools() {
        return monitoring.pools();
    }

    /** A member of the body. */
    public String text(BodyMember member) {
        return body.text(member.text(), member.longest());
    }

    /** A member of the body that may be left out. */
    public Optional<String> optionalText(BodyMember member) {
        return body.optionalText(member.text(), member.longest());
    }

    /** A member of the body that is true or false; false where it is left out. */
    public boolean flag(BodyMember member) {
        return body.flag(member.text());
    }

    /** Who asks, from where and why; the reason is a member of the body. */
    public UserRequest request(SecurityContext security) {
        return new UserRequest(security.getUserPrincipal().getName(), from, text(BodyMember.REASON));
    }

    /** Who asks and from where, where no reason is asked for. */
    public UserRequest requestWithoutReason(SecurityContext security) {
        return new UserRequest(security.getUserPrincipal().getName(), from, "");
    }

    void from(String address) {
        from = address;
    }

    void set(Arguments checked, Body read) {
        arguments = checked;
        body = read;
    }
}
