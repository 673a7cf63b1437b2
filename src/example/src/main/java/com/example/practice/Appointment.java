package com.example.practice;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/** When a patient comes. No two appointments start at the same time: the table sees to it. */
@Entity
public class Appointment {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Integer id;

    @ManyToOne(optional = false)
    @JoinColumn(name = "patient_id")
    private Patient patient = new Patient();

    @Column(name = "starts_at")
    private LocalDateTime startsAt = LocalDateTime.MIN;

    /** For JPA. */
    protected Appointment() {}

    public Appointment(Patient patient, LocalDateTime startsAt) {
        this.patient = patient;
        this.startsAt = startsAt;
    }

    public @Nullable Integer getId() {
        return id;
    }

    public Patient getPatient() {
        return patient;
    }

    public LocalDateTime getStartsAt() {
        return startsAt;
    }
}
