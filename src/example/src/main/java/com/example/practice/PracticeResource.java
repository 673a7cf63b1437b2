package com.example.practice;

import jakarta.ejb.EJB;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /practice/api/patients} and {@code /practice/api/appointments}; forms in, JSON out. */
@RequestScoped
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class PracticeResource {

    @EJB
    private Appointments appointments;

    /** A patient as JSON. */
    public record PatientView(@Nullable Integer id, String name) {

        static PatientView of(Patient patient) {
            return new PatientView(patient.getId(), patient.getName());
        }
    }

    /** An appointment as JSON. */
    public record AppointmentView(String patient, String startsAt) {

        static AppointmentView of(Appointment appointment) {
            return new AppointmentView(
                    appointment.getPatient().getName(),
                    appointment.getStartsAt().toString());
        }
    }

    @GET
    @Path("patients")
    public List<PatientView> patients() {
        return appointments.patients().stream().map(PatientView::of).toList();
    }

    @POST
    @Path("patients")
    public Response admit(@FormParam("name") @DefaultValue("") String name) {
        if (name.isBlank()) {
            return refused(Response.Status.BAD_REQUEST, "name is missing");
        }
        PatientView admitted = PatientView.of(appointments.admit(name.strip()));
        return Response.status(Response.Status.CREATED).entity(admitted).build();
    }

    @GET
    @Path("appointments")
    public List<AppointmentView> appointments() {
        return appointments.all().stream().map(AppointmentView::of).toList();
    }

    @POST
    @Path("appointments")
    public Response book(
            @FormParam("name") @DefaultValue("") String name,
            @FormParam("startsAt") @DefaultValue("") String startsAt,
            @FormParam("dryRun") boolean dryRun) {
        if (name.isBlank()) {
            return refused(Response.Status.BAD_REQUEST, "name is missing");
        }
        try {
            Appointment booked = appointments.book(name.strip(), LocalDateTime.parse(startsAt), dryRun);
            return Response.status(dryRun ? Response.Status.OK : Response.Status.CREATED)
                    .entity(AppointmentView.of(booked))
                    .build();
        } catch (DateTimeParseException noTime) {
            return refused(Response.Status.BAD_REQUEST, "startsAt is no time such as 2026-03-02T09:30");
        } catch (TimeTakenException taken) {
            return refused(Response.Status.CONFLICT, String.valueOf(taken.getMessage()));
        }
    }

    private static Response refused(Response.Status status, String why) {
        return Response.status(status)
                .type(MediaType.TEXT_PLAIN)
                .entity(why + "\n")
                .build();
    }
}
