package com.example.practice;

import jakarta.annotation.Resource;
import jakarta.ejb.EJBContext;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.PersistenceException;
import java.time.LocalDateTime;
import java.util.List;

/** Patients and their appointments, by JPA; each method is one transaction of the container. */
@Stateless
public class Appointments {

    @PersistenceContext(unitName = "practice")
    private EntityManager entities;

    @Resource
    private EJBContext container;

    public List<Patient> patients() {
        return entities.createQuery("SELECT p FROM Patient p ORDER BY p.name", Patient.class)
                .getResultList();
    }

    public List<Appointment> all() {
        return entities.createQuery(
                        "SELECT a FROM Appointment a JOIN FETCH a.patient ORDER BY a.startsAt", Appointment.class)
                .getResultList();
    }

    /** The patient of that name, admitted if not known yet. Commits when it returns. */
    public Patient admit(String name) {
        return entities.createQuery("SELECT p FROM Patient p WHERE p.name = :name", Patient.class)
                .setParameter("name", name)
                .getResultStream()
                .findFirst()
                .orElseGet(() -> persisted(new Patient(name)));
    }

    private Patient persisted(Patient patient) {
        entities.persist(patient);
        return patient;
    }

    /**
     * Makes an appointment, and admits the patient who is not known yet.
     *
     * @param dryRun only try: the transaction is rolled back
     * @throws TimeTakenException and then nobody was admitted either
     */
    public Appointment book(String name, LocalDateTime startsAt, boolean dryRun) throws TimeTakenException {
        Appointment appointment = new Appointment(admit(name), startsAt);
        try {
            entities.persist(appointment);
            entities.flush();
        } catch (PersistenceException taken) {
            throw new TimeTakenException(taken);
        }
        if (dryRun) {
            container.setRollbackOnly();
        }
        return appointment;
    }
}
