package com.example.practice;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import java.util.List;

/**
 * {@code /practice/api/notes}. The parameter {@code therapist} stands for the name of the one who has logged in, which an
 * application takes from its security context and never from the request.
 */
@RequestScoped
@Path("notes")
@Produces(MediaType.APPLICATION_JSON)
public class NotesResource {

    /** PostgreSQL: insufficient_privilege, here of a row that a policy refuses. */
    private static final String REFUSED_BY_POLICY = "42501";

    @Inject
    private Notes notes;

    @GET
    public List<Notes.Note> notes(@QueryParam("therapist") @DefaultValue("") String therapist) throws SQLException {
        return notes.seenBy(therapist);
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response write(
            @FormParam("therapist") @DefaultValue("") String therapist,
            @FormParam("inTheNameOf") @DefaultValue("") String inTheNameOf,
            @FormParam("body") @DefaultValue("") String body)
            throws SQLException {
        try {
            notes.write(therapist, inTheNameOf.isEmpty() ? therapist : inTheNameOf, body);
            return Response.status(Response.Status.CREATED).build();
        } catch (SQLException failed) {
            if (REFUSED_BY_POLICY.equals(failed.getSQLState())) {
                return Response.status(Response.Status.FORBIDDEN).build();
            }
            throw failed;
        }
    }
}
