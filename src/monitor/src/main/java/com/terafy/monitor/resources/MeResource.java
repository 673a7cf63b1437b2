package com.terafy.monitor.resources;

import com.terafy.monitor.openapi.Operation;
import com.terafy.monitor.web.Roles;
import jakarta.annotation.security.PermitAll;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;

/** Who is logged in: a page can hide what he may not do. */
@Path("/me")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class MeResource {

    /**
     * The user.
     *
     * @param roles those of ours that he has
     */
    public record Me(String name, List<String> roles) {}

    /** For the container. */
    public MeResource() {}

    /** {@code GET /me}. */
    @GET
    @PermitAll
    @Operation("Name and roles of the user")
    public Me me(@Context SecurityContext security) {
        return new Me(
                security.getUserPrincipal().getName(),
                Roles.ALL.stream().filter(security::isUserInRole).toList());
    }
}
