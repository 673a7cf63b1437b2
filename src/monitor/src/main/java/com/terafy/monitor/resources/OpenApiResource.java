package com.terafy.monitor.resources;

import com.terafy.monitor.openapi.Operation;
import com.terafy.monitor.problems.ProblemCode;
import com.terafy.monitor.problems.ProblemException;
import com.terafy.monitor.web.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The OpenAPI document, made with the WAR. */
@Path("/openapi")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.MONITOR, Roles.OPERATOR})
public class OpenApiResource {

    /** For the container. */
    public OpenApiResource() {}

    /** {@code GET /openapi}. */
    @GET
    @Operation("This document")
    public String document() throws IOException {
        try (InputStream document = OpenApiResource.class.getResourceAsStream("/openapi.json")) {
            if (document == null) {
                throw new ProblemException(ProblemCode.NOT_AVAILABLE, "The document is missing in this build.");
            }
            return new String(document.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
